//! `callboard check`.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::descriptors::component;
use crate::support::process::Outcome;
use crate::support::run;

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

async fn check(folder: &Path, arguments: &[&str]) -> Outcome {
    let outcome = run(folder, &[&["check"], arguments].concat()).await;
    assert_eq!(outcome.stderr, "");
    outcome
}

/// What each file in `examples/broken` must be told, without the excerpts.
const BROKEN: [&str; 6] = [
    "bad-name.yaml:5:9: InputError: `metadata.name` is `my service-`; a name is 1 to 63 letters, digits, `-`, `_` or `.`, with a letter or digit at both ends; try `my-service`",
    "duplicate-key.yaml:8:3: InputError: the key `title` is given twice in the same mapping, first in line 6: remove one",
    "malformed-yaml.yaml:19:5: InputError: a `key: value` is not possible here: is a `]` or `}` missing further up?",
    "missing-owner.yaml:17:1: InputError: `spec.owner` is missing; every Component has one, such as `owner: team-a`",
    "unquoted-number.yaml:8:31: InputError: `metadata.annotations[\"pagerduty.com/service-id\"]` is the number `71`; expected a text, put the value in quotes",
    "no-such-file.yaml: NotFoundError: the file `[broken]/no-such-file.yaml` does not exist; create it, or correct the target that names it",
];

#[tokio::test]
async fn the_example_catalog_has_no_mistakes() {
    let outcome = check(&root(), &["examples/catalog-info.yaml"]).await;
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), "120 entities in 23 files: no errors\n"));
}

#[tokio::test]
async fn every_broken_example_is_told_with_its_place() {
    let outcome = check(&root(), &["examples/broken"]).await;
    assert_eq!(outcome.code, Some(1));
    let folder = root().join("examples/broken");
    let (mistakes, summary) = outcome.stdout.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(summary, "8 entities in 10 files: 6 errors");
    let told: Vec<_> = mistakes
        .lines()
        .filter(|line| !line.starts_with("    "))
        .map(|line| line.strip_prefix("examples/broken/").unwrap_or(line))
        .map(|line| line.replace(&folder.display().to_string(), "[broken]"))
        .collect();
    assert_eq!(told, BROKEN);
    let excerpt = "      4 | metadata:\n      5 |   name: my service-\n        |         ^\n";
    assert!(mistakes.contains(excerpt), "{mistakes}");
}

#[tokio::test]
async fn programs_read_the_same_as_json() {
    let outcome = check(&root(), &["--format", "json", "examples/broken"]).await;
    assert_eq!(outcome.code, Some(1));
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&report["n_files"], &report["n_entities"], &report["n_errors"]), (&json!(10), &json!(8), &json!(6)));
    let file = |name: &str| {
        let files = report["files"].as_array().unwrap().iter();
        files.clone().find(|file| file["file"].as_str().unwrap().ends_with(name)).unwrap()
    };
    assert_eq!(
        file("malformed-yaml.yaml")["entities"],
        json!(["component:default/broken-first", "component:default/broken-third"])
    );
    let error = &file("unquoted-number.yaml")["errors"][0];
    assert_eq!((&error["line"], &error["column"], &error["name"]), (&json!(8), &json!(31), &json!("InputError")));
    assert_eq!(error["path"], "metadata.annotations[\"pagerduty.com/service-id\"]");
}

#[tokio::test]
async fn github_reads_the_same_as_annotations() {
    let outcome = check(&root(), &["--format", "github", "examples/broken"]).await;
    assert_eq!(outcome.code, Some(1));
    let lines: Vec<_> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), BROKEN.len());
    assert_eq!(
        lines[3],
        "::error file=examples/broken/missing-owner.yaml,line=17,col=1,title=InputError::`spec.owner` is missing; every Component has one, such as `owner: team-a`"
    );
    assert!(
        lines[5].starts_with("::error file=examples/broken/no-such-file.yaml,title=NotFoundError::"),
        "{}",
        lines[5]
    );
}

#[tokio::test]
async fn nothing_to_check_is_a_failure_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("values.yaml"), "a: 1\n").unwrap();
    let outcome = check(folder.path(), &["."]).await;
    assert!(
        outcome.stdout.contains("the folder `.` holds no descriptor; one is named `catalog-info.yaml`"),
        "{outcome:?}"
    );
    assert_eq!(outcome.code, Some(2), "exit code 2: nothing could be checked");

    // A descriptor that holds nothing.
    fs::write(folder.path().join("catalog-info.yaml"), "# later\n").unwrap();
    let empty = check(folder.path(), &["."]).await;
    assert!(empty.stdout.contains("the file holds no document"), "{}", empty.stdout);
    assert_eq!(empty.code, Some(1), "that is an error");
    let usage = run(folder.path(), &["check"]).await;
    assert_eq!((usage.code, usage.stdout.as_str()), (Some(2), ""));
}

#[tokio::test]
async fn files_below_the_working_directory_are_named_from_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/bad.yaml"), "kind: Component\n").unwrap();
    let absolute = folder.path().canonicalize().unwrap().join("deep/bad.yaml").display().to_string();
    for (target, format, start) in [
        ("deep/bad.yaml", "text", "deep/bad.yaml:1:1: InputError: "),
        (&absolute, "text", "deep/bad.yaml:1:1: InputError: "),
        ("deep/bad.yaml", "github", "::error file=deep/bad.yaml,line=1,"),
    ] {
        let outcome = check(folder.path(), &[target, "--format", format]).await;
        assert!(outcome.stdout.starts_with(start), "{}", outcome.stdout);
    }
}

#[tokio::test]
async fn a_file_that_is_missing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = check(folder.path(), &["none.yaml"]).await;
    assert!(outcome.stdout.contains("none.yaml` does not exist"), "{}", outcome.stdout);
    assert!(outcome.stdout.ends_with("0 entities in 1 file: 1 error\n"), "{}", outcome.stdout);
    assert_eq!(outcome.code, Some(2), "nothing could be checked");

    fs::write(folder.path().join("good.yaml"), component("fable", "Here.")).unwrap();
    assert_eq!(check(folder.path(), &["none.yaml", "good.yaml"]).await.code, Some(1), "something could");
}

#[tokio::test]
async fn one_entity_in_two_files_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a/catalog-info.yaml", "b/catalog-info.yaml"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, component("fable", "Twice.")).unwrap();
    }
    let outcome = check(folder.path(), &["."]).await;
    assert_eq!(outcome.code, Some(1), "{}", outcome.stdout);
    assert!(
        outcome.stdout.contains("b/catalog-info.yaml: ConflictError: `component:default/fable` is also described in"),
        "{}",
        outcome.stdout
    );
}

#[tokio::test]
async fn locations_that_lead_to_each_other_are_read_once_and_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, target) in [("a.yaml", "./b.yaml"), ("b.yaml", "./a.yaml")] {
        let text = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{ name: {} }}\nspec: {{ target: {target} }}\n",
            &name[..1]
        );
        fs::write(folder.path().join(name), text).unwrap();
    }
    let outcome = check(folder.path(), &["a.yaml"]).await;
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stdout.contains("b.yaml: InputError: the targets lead in a circle: "), "{}", outcome.stdout);
    assert!(outcome.stdout.ends_with("2 entities in 2 files: 1 error\n"), "{}", outcome.stdout);
}

/// Answers one request with a status and a body; the address of the file.
fn serve_once(status: &'static str, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).unwrap() > 0);
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).unwrap();
    });
    format!("http://{address}/catalog-info.yaml")
}

#[tokio::test]
async fn an_address_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let good = serve_once("200 OK", component("fable", "From afar."));
    let outcome = check(folder.path(), &[&good]).await;
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), "1 entity in 1 file: no errors\n"));

    let bad = serve_once("200 OK", component("two words", "From afar."));
    let outcome = check(folder.path(), &[&bad]).await;
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stdout.starts_with(&format!("{bad}:4:9: InputError: ")), "{}", outcome.stdout);

    let missing = serve_once("404 Not Found", String::new());
    let outcome = check(folder.path(), &[&missing]).await;
    assert!(outcome.stdout.contains("NotFoundError") && outcome.stdout.contains("404"), "{}", outcome.stdout);
    assert_eq!(outcome.code, Some(2));
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["config", "reference"])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // As `head` does, but at once.
    drop(child.stdout.take());
    let outcome = child.wait_with_output().unwrap();
    assert_eq!((outcome.status.code(), String::from_utf8(outcome.stderr).unwrap().as_str()), (Some(0), ""));
}
