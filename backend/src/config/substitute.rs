//! Fills in what a file takes from elsewhere: `${VAR}`, `$env`, `$file` and `$include`.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    error::ConfigError,
    secret::is_secret_name,
    source::Source,
    tree::{Content, Entries, Node},
};
use crate::platform::yaml::{JsonPath, Limits, parse_documents};

/// How deeply files may include each other.
const MAX_INCLUDE_DEPTH: usize = 16;
/// Files that all includes of one configuration may read together; stops includes that multiply.
const MAX_INCLUDED_FILES: usize = 200;

/// Reads files and fills in their substitutions. Errors are collected; what is affected is left out.
pub(super) struct Files<'a> {
    env: &'a BTreeMap<String, String>,
    working_directory: &'a Path,
    /// Files being read at the moment, outermost first.
    open: Vec<PathBuf>,
    n_included: usize,
    pub(super) errors: Vec<ConfigError>,
}

impl<'a> Files<'a> {
    pub(super) const fn new(env: &'a BTreeMap<String, String>, working_directory: &'a Path) -> Self {
        Self { env, working_directory, open: Vec::new(), n_included: 0, errors: Vec::new() }
    }

    /// The content of a configuration file with everything filled in; `None` when it is empty or cannot be read.
    pub(super) fn load(&mut self, file: &Path) -> Option<Node> {
        let path = self.working_directory.join(file);
        let shown = self.shown(&path);
        let node = self.parse(&path, &Source::start_of(&shown))?;
        if !matches!(node.content, Content::Map(_)) {
            let message =
                format!("a configuration file holds an object with keys such as `app`, found {}", node.found());
            self.error(&node.source, message);
            return None;
        }
        self.open.push(identity(&path));
        let filled = self.fill(node, &path);
        self.open.pop();
        filled
    }

    /// The name of a file for messages: relative to the working directory where it is inside.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(self.working_directory).unwrap_or(path).display().to_string()
    }

    fn error(&mut self, source: &Source, message: String) {
        self.errors.push(ConfigError {
            source: source.clone(),
            path: JsonPath::root(),
            message,
            excerpt: String::new(),
        });
    }

    /// Reads a file within the size limit; `asked_by` is where an error is reported.
    fn read(&mut self, path: &Path, asked_by: &Source) -> Option<Vec<u8>> {
        let limit = Limits::config().max_bytes;
        let mut bytes = Vec::new();
        let read = fs::File::open(path).and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes));
        let shown = self.shown(path);
        match read {
            Ok(_) if bytes.len() <= limit => return Some(bytes),
            Ok(_) => {
                self.error(asked_by, format!("the file `{shown}` is larger than {limit} bytes, which is the limit"));
            }
            Err(error) => self.error(asked_by, format!("cannot read the file `{shown}`: {error}")),
        }
        None
    }

    fn parse(&mut self, path: &Path, asked_by: &Source) -> Option<Node> {
        let bytes = self.read(path, asked_by)?;
        let file: Arc<str> = self.shown(path).into();
        let mut found = None;
        for document in parse_documents(&bytes, &Limits::config()) {
            match document {
                Ok(Some(document)) => found = Some(Node::from_document(document, &file)),
                Ok(None) => {}
                Err(error) => self.errors.push(ConfigError {
                    source: Source::File { file: Arc::clone(&file), position: error.position },
                    path: JsonPath::root(),
                    message: error.message,
                    excerpt: masked(&error.excerpt),
                }),
            }
        }
        found
    }

    /// Fills in a value of the file `path`; `None` when it is undefined, which removes its key or list item.
    fn fill(&mut self, node: Node, path: &Path) -> Option<Node> {
        match node.content {
            Content::Text(text) => {
                let (text, is_filled) = self.fill_text(&text)?;
                let is_substituted = node.is_substituted || is_filled;
                Some(Node { content: Content::Text(text), source: node.source, is_substituted })
            }
            Content::List(items) => {
                let items = items.into_iter().filter_map(|item| self.fill(item, path)).collect();
                Some(Node::new(Content::List(items), node.source))
            }
            Content::Map(entries) => self.fill_map(entries, node.source, path),
            _ => Some(node),
        }
    }

    fn fill_map(&mut self, entries: Entries, source: Source, path: &Path) -> Option<Node> {
        if let Some(directive) = entries.keys().find_map(Directive::of) {
            let Some((_, operand)) = entries.only() else {
                self.error(&source, format!("`{}` must be the only key of its object", directive.name()));
                return None;
            };
            let Some(Node { content: Content::Text(text), source, .. }) = self.fill(operand.clone(), path) else {
                if !matches!(operand.content, Content::Text(_)) {
                    let message = format!("`{}` must be text, found {}", directive.name(), operand.found());
                    self.error(&operand.source, message);
                }
                return None;
            };
            return match directive {
                Directive::Env => {
                    let value = self.env.get(text.trim())?.clone();
                    Some(Node { content: Content::Text(value), source, is_substituted: true })
                }
                Directive::File => self.file_text(&text, source, path),
                Directive::Include => self.include(&text, &source, path),
            };
        }
        let mut filled = Entries::default();
        for (key, node) in entries {
            if let Some(node) = self.fill(node, path) {
                filled.merge(&key, node);
            }
        }
        Some(Node::new(Content::Map(filled), source))
    }

    /// Replaces `${VAR}` and `${VAR:-default}`; `$${` is a literal `${`. `None` when a variable is not set.
    ///
    /// The second value tells whether a variable was replaced.
    fn fill_text(&self, text: &str) -> Option<(String, bool)> {
        let (mut out, mut rest, mut is_filled) = (String::new(), text, false);
        while let Some(start) = rest.find("${") {
            let (before, tail) = rest.split_at(start);
            let inner = &tail[2..];
            let end = inner.find(['{', '}']).filter(|&end| inner[end..].starts_with('}'));
            match end {
                Some(end) if before.ends_with('$') => {
                    out.push_str(&before[..before.len() - 1]);
                    out.push_str(&tail[..end + 3]);
                    rest = &inner[end + 1..];
                }
                Some(end) => {
                    out.push_str(before);
                    out.push_str(&self.variable(&inner[..end])?);
                    is_filled = true;
                    rest = &inner[end + 1..];
                }
                None => {
                    out.push_str(before);
                    out.push_str("${");
                    rest = inner;
                }
            }
        }
        out.push_str(rest);
        Some((out, is_filled))
    }

    /// The value of `NAME` or `NAME:-default`; the default also stands in for an empty variable.
    fn variable(&self, expression: &str) -> Option<String> {
        let (name, default) = match expression.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (expression, None),
        };
        let value = self.env.get(name.trim()).cloned();
        match default {
            Some(default) => Some(value.filter(|value| !value.is_empty()).unwrap_or_else(|| default.trim().to_owned())),
            None => value,
        }
    }

    /// `$file: secret.txt`: the content of the file as text, without white space at its end.
    fn file_text(&mut self, target: &str, source: Source, path: &Path) -> Option<Node> {
        let bytes = self.read(&beside(path, target), &source)?;
        match String::from_utf8(bytes) {
            Ok(text) => {
                let content = Content::Text(text.trim_end().to_owned());
                Some(Node { content, source, is_substituted: true })
            }
            Err(_) => {
                self.error(&source, format!("the file `{target}` is not UTF-8 text"));
                None
            }
        }
    }

    /// `$include: other.yaml#a.b`: the value at `a.b` of another file, with its own substitutions filled in.
    fn include(&mut self, target: &str, source: &Source, path: &Path) -> Option<Node> {
        let (name, keys) = target.split_once('#').map_or((target, None), |(name, keys)| (name, Some(keys)));
        let included = beside(path, name);
        let extension = included.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if !matches!(extension, "yaml" | "yml" | "json") {
            self.error(source, format!("`$include` reads .yaml, .yml and .json files, found `{name}`"));
            return None;
        }
        let id = identity(&included);
        if self.open.contains(&id) {
            self.error(source, format!("the file `{name}` includes itself, directly or through other files"));
            return None;
        }
        self.n_included += 1;
        if self.open.len() > MAX_INCLUDE_DEPTH || self.n_included > MAX_INCLUDED_FILES {
            self.error(
                source,
                format!("files are included more than {MAX_INCLUDE_DEPTH} levels deep, or more than {MAX_INCLUDED_FILES} times"),
            );
            return None;
        }
        let node = self.parse(&included, source)?;
        let wanted = keys.map_or(Some(&node), |keys| node.at(keys.split('.').filter(|key| !key.is_empty())));
        let Some(wanted) = wanted.cloned() else {
            self.error(source, format!("the file `{name}` has no value at `{}`", keys.unwrap_or_default()));
            return None;
        };
        self.open.push(id);
        let filled = self.fill(wanted, &included);
        self.open.pop();
        filled
    }
}

#[derive(Clone, Copy)]
enum Directive {
    Env,
    File,
    Include,
}

impl Directive {
    /// Other keys with a dollar sign are ordinary: plugins use `$ref` and the like in their own sections.
    fn of(key: &str) -> Option<Self> {
        [Self::Env, Self::File, Self::Include].into_iter().find(|directive| directive.name() == key)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Env => "$env",
            Self::File => "$file",
            Self::Include => "$include",
        }
    }
}

/// A path relative to the folder of the file that names it.
fn beside(file: &Path, target: &str) -> PathBuf {
    file.parent().unwrap_or(file).join(target)
}

/// What tells whether two paths are the same file. A file that does not exist cannot be part of a cycle.
fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// An excerpt of a configuration file with stars for whatever may be a secret; carets keep their place.
fn masked(excerpt: &str) -> String {
    let mask = |line: &str| {
        let Some((prefix, code)) = line.split_once(" | ") else { return line.to_owned() };
        match code.split_once(':') {
            Some((key, value)) if is_secret_name(key) => {
                format!("{prefix} | {key}:{}", value.replace(|char: char| !char.is_whitespace(), "*"))
            }
            _ => format!("{prefix} | {}", code.split(' ').map(star_if_opaque).collect::<Vec<_>>().join(" ")),
        }
    };
    excerpt.lines().map(mask).collect::<Vec<_>>().join("\n")
}

/// Hides what looks like a token or a piece of a key: long, and neither an address nor a path.
fn star_if_opaque(word: &str) -> String {
    let is_opaque = word.len() >= 20 && !word.contains("://") && !word.starts_with(['.', '/']);
    if is_opaque { "*".repeat(word.chars().count()) } else { word.to_owned() }
}
