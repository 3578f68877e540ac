//! Rules about the shape of the code, read from the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of `backend/src`, each with those that it may use. What is not listed here is forbidden.
const ARROWS: [(&str, &[&str]); 11] = [
    ("platform", &[]),
    ("config", &["platform"]),
    ("auth", &["platform"]),
    ("permissions", &["auth", "platform"]),
    ("catalog", &["permissions", "auth", "platform"]),
    ("user_settings", &["auth", "platform"]),
    ("search", &["catalog", "auth", "platform"]),
    ("app_config", &["platform"]),
    ("branding", &["platform"]),
    (
        "app",
        &["app_config", "branding", "search", "user_settings", "catalog", "permissions", "auth", "config", "platform"],
    ),
    ("cli", &["app", "catalog", "config", "platform"]),
];

/// Files at the top of `backend/src`, which only hold the modules together.
const ROOTS: [&str; 2] = ["lib.rs", "main.rs"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A source file: its path below the folder that was asked for, and its text.
struct Source {
    path: String,
    text: String,
}

fn sources(folder: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                sources.push(Source { path: path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), text });
            }
        }
    }
    assert!(sources.len() > 10, "{} holds the sources", folder.display());
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// The text without comments, and on one line, so that a `use` over several lines is seen.
fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join(" ")
}

/// The paths that follow `crate::`, with the first level of braces spread: `crate::{a, b::c}` gives `a` and `b::c`.
fn crate_paths(text: &str) -> Vec<String> {
    let code = code(text);
    let mut paths = Vec::new();
    for (at, word) in code.match_indices("crate::") {
        // Not the end of a longer name, such as `other_crate::`; `$crate::` of a macro counts.
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[at + word.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            let end =
                rest.find(|char: char| !(char.is_alphanumeric() || char == '_' || char == ':')).unwrap_or(rest.len());
            paths.push(rest[..end].to_owned());
            continue;
        };
        let (mut depth, mut start) = (1, 0);
        for (at, char) in list.char_indices() {
            match char {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 || (depth == 1 && char == ',') {
                let path = list[start..at].trim();
                paths.extend((!path.is_empty()).then(|| path.to_owned()));
                start = at + 1;
            }
            if depth == 0 {
                break;
            }
        }
    }
    paths
}

fn first_part(path: &str) -> &str {
    path.split(|char: char| !(char.is_alphanumeric() || char == '_')).next().unwrap_or_default()
}

#[test]
fn paths_are_found_however_they_are_written() {
    let text = "use crate::{\n    auth, catalog::{a, b}, // why\n};\n// crate::no\nfn f(_: crate::config::Config) { super::x(); my_crate::y(); }";
    let paths = crate_paths(&text.replace(" // why", ""));
    assert_eq!(paths, ["auth", "catalog::{a, b}", "config::Config"]);
    assert_eq!(first_part("catalog::{a, b}"), "catalog");
}

#[test]
fn every_module_uses_only_those_below_it() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for Source { path, text } in sources(&workspace().join("backend/src")) {
        let module = path.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        if ROOTS.contains(&path.as_str()) {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{path}: say in ARROWS what the module `{module}` may use"));
            continue;
        };
        for used in crate_paths(&text) {
            let used = first_part(&used);
            if used != module && !allowed.contains(&used) {
                wrong.push(format!("{path}: `{module}` must not use `{used}`"));
            }
        }
        seen.insert(module);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(seen, ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect(), "a module of ARROWS is gone");
}

#[test]
fn rows_are_used_by_stores_only() {
    let mut wrong = Vec::new();
    for Source { path, text } in sources(&workspace().join("backend/src")) {
        let parts: Vec<_> = path.split('/').collect();
        // `auth/store.rs`, `catalog/store/read.rs`, the rows themselves, and tests; the read model has a file of that name.
        let is_store = parts.iter().any(|part| matches!(*part, "store" | "store.rs" | "rows" | "tests"));
        let is_read_model = path.starts_with("catalog/index/");
        if is_store || is_read_model {
            continue;
        }
        let code = code(&text);
        for used in ["super::rows", "self::rows", "::rows::", " rows::"] {
            if code.contains(used) {
                wrong.push(format!("{path}: `{used}` belongs into a store"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_model_does_nothing_outside_of_itself() {
    let mut wrong = Vec::new();
    for Source { path, text } in sources(&workspace().join("shared/src")) {
        let code = code(&text);
        for outside in
            ["std::fs", "std::net", "std::env", "std::process", "std::thread", "std::time", "tokio", "reqwest"]
        {
            if code.contains(outside) {
                wrong.push(format!("shared/src/{path}: `{outside}`"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_http_platform_and_routes_meet_the_web_framework() {
    let mut wrong = Vec::new();
    for Source { path, text } in sources(&workspace().join("backend/src")) {
        let name = path.rsplit('/').next().unwrap();
        let is_edge = path.starts_with("platform/http/")
            || path.starts_with("app/")
            || path.starts_with("app_config/")
            || path.starts_with("auth/")
            || matches!(name, "routes.rs" | "answers.rs" | "events.rs");
        if !is_edge && code(&text).contains("actix_web::HttpRe") {
            wrong.push(path);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
