//! How the real binary starts, refuses to start, and ends.
//!
//! A refusal is exit code 2 and one message that says what is wrong and what to do; nothing else is touched.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use callboard::platform::db::{Db, DbTarget};
use sea_orm::ConnectionTrait;
use tempfile::TempDir;

use crate::support::descriptors::component;
use crate::support::process::Outcome;
use crate::support::{Person, Portal, eventually, run};

/// An empty catalog in the folder `data`.
const QUIET: &str = "callboard: { dataDirectory: data }\ncatalog: { locations: [] }\n";

/// A working directory with a configuration.
fn folder_with(config: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("app-config.yaml"), config).unwrap();
    folder
}

async fn serve(folder: &Path, arguments: &[&str]) -> Outcome {
    run(folder, &[&["serve", "--port", "0"], arguments].concat()).await
}

/// The whole message of a refusal: exactly one, without a trace of the program's inside.
#[track_caller]
fn refusal(outcome: &Outcome) -> &str {
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    assert_eq!(outcome.stdout, "", "nothing claims that the portal runs");
    let message = outcome.stderr.trim_end();
    assert_eq!(message.matches("error: ").count(), 1, "{message}");
    assert!(message.starts_with("error: "), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    message.strip_prefix("error: ").unwrap()
}

#[track_caller]
fn assert_refusal(outcome: &Outcome, parts: &[&str]) {
    let message = refusal(outcome);
    for part in parts {
        assert!(message.contains(part), "`{part}` is missing in: {message}");
    }
}

#[tokio::test]
async fn a_port_that_is_in_use_is_named_with_a_way_out() {
    let folder = folder_with(QUIET);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let outcome = run(folder.path(), &["serve", "--port", &address.port().to_string()]).await;
    assert_refusal(&outcome, &[&format!("cannot listen on {address}"), "the port is in use", "--port"]);
    assert!(!folder.path().join("data").exists(), "a second copy touches no database");
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_written_is_named_with_a_way_out() {
    let folder = folder_with("callboard: { dataDirectory: file/data }\ncatalog: { locations: [] }\n");
    fs::write(folder.path().join("file"), "a regular file").unwrap();
    let data = folder.path().join("file/data");
    let expected = format!("cannot write to the data folder `{}`", data.display());
    assert_refusal(&serve(folder.path(), &[]).await, &[&expected, "callboard.dataDirectory"]);
    assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "a regular file");

    fs::write(folder.path().join("app-config.yaml"), "callboard: { dataDirectory: /proc/data }").unwrap();
    let outcome = serve(folder.path(), &[]).await;
    assert_refusal(&outcome, &["cannot write to the data folder `/proc/data`", "callboard.dataDirectory"]);
}

#[tokio::test]
async fn a_damaged_database_is_named_and_left_alone() {
    for damage in [b"This is no database, but long enough to look like one. ".repeat(200), b"short".to_vec()] {
        let folder = folder_with(QUIET);
        let file = folder.path().join("data/callboard.db");
        fs::create_dir(file.parent().unwrap()).unwrap();
        fs::write(&file, &damage).unwrap();
        for command in ["serve", "migrate"] {
            let outcome = match command {
                "serve" => serve(folder.path(), &[]).await,
                _ => run(folder.path(), &[command]).await,
            };
            let named = format!("the database file `{}` is damaged or not a database", file.display());
            assert_refusal(&outcome, &[&named, "move it away"]);
            assert_eq!(fs::read(&file).unwrap(), damage, "{command}: the file is as it was");
        }
        let left: Vec<_> =
            fs::read_dir(folder.path().join("data")).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| name == "callboard.db" || name == "callboard.db.lock"), "{left:?}");
    }
}

#[tokio::test]
async fn a_database_with_a_hole_in_its_middle_is_named() {
    let folder = folder_with(QUIET);
    let file = folder.path().join("data/callboard.db");
    let migrated = run(folder.path(), &["migrate"]).await;
    assert_eq!((migrated.code, migrated.stderr.as_str()), (Some(0), ""));
    let mut bytes = fs::read(&file).unwrap();
    bytes[4096..].fill(0x5a);
    fs::write(&file, &bytes).unwrap();
    let outcome = serve(folder.path(), &[]).await;
    assert_refusal(&outcome, &[&format!("the database file `{}` is damaged", file.display()), "restore a backup"]);
}

#[tokio::test]
async fn a_second_portal_on_the_same_data_is_refused() {
    let folder = folder_with(QUIET);
    let mut first = Portal::serve(folder.path(), &[]);
    first.guest().await;
    let second = run(folder.path(), &["migrate"]).await;
    assert_refusal(&second, &["another callboard uses the database file", "callboard.dataDirectory"]);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_signing_keys() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder_with(QUIET);
    run(folder.path(), &["migrate"]).await;
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("data"), mode("data/callboard.db")), (0o700, 0o600));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let folder = folder_with(QUIET);
    let file = folder.path().join("data/callboard.db");
    let db = Db::open(&DbTarget::Sqlite(file)).await.unwrap();
    let row = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_future', 0)";
    db.connection().execute_unprepared(row).await.unwrap();
    db.close().await;
    for outcome in [serve(folder.path(), &[]).await, run(folder.path(), &["migrate"]).await] {
        assert_refusal(&outcome, &["newer version of callboard", "`m20991231_000001_future`", "start that version"]);
    }
}

#[tokio::test]
async fn every_mistake_in_the_configuration_is_told_at_once_with_its_place() {
    let folder = folder_with(
        "backend:\n  listen:\n    port: many\n  baseUrl: 12\ncatalog:\n  locations:\n    - type: file\ncallboard:\n  dataDirectory: [a]\n",
    );
    let outcome = run(folder.path(), &["serve"]).await;
    let message = refusal(&outcome);
    let mut lines = message.lines();
    assert_eq!(lines.next(), Some("the configuration has 4 errors"), "{message}");
    for place in ["app-config.yaml:3:11: ", "app-config.yaml:4:12: ", "app-config.yaml:7:", "app-config.yaml:9:18: "] {
        assert!(message.contains(place), "{place} is missing in: {message}");
    }
    for key in ["backend.listen.port", "backend.baseUrl", "target", "callboard.dataDirectory"] {
        assert!(message.contains(key), "{key} is missing in: {message}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made");
    let checked = run(folder.path(), &["config", "check"]).await;
    assert_eq!((checked.code, checked.stderr), (outcome.code, outcome.stderr.clone()), "`config check` says the same");
}

#[tokio::test]
async fn a_configuration_that_is_no_yaml_is_shown() {
    let folder = folder_with("backend:\n  listen: [\nother: 1\n");
    assert_refusal(&serve(folder.path(), &[]).await, &["app-config.yaml:2:11: ", "never closed", "  listen: [", "^"]);
}

#[tokio::test]
async fn a_configuration_file_that_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = serve(folder.path(), &["--config", "none.yaml"]).await;
    assert_refusal(&outcome, &["none.yaml"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn guests_are_not_exposed_to_the_network_by_accident() {
    let folder = folder_with("backend:\n  listen:\n    host: 0.0.0.0\n");
    let parts = ["app-config.yaml:3:11", "guest", "127.0.0.1", "dangerouslyAllowOutsideDevelopment"];
    assert_refusal(&serve(folder.path(), &[]).await, &parts);
    fs::write(folder.path().join("app-config.yaml"), QUIET).unwrap();
    let outcome = serve(folder.path(), &["--host", "0.0.0.0"]).await;
    assert_refusal(&outcome, &["--host", "guest", "dangerouslyAllowOutsideDevelopment"]);
    assert!(!folder.path().join("data").exists());
}

#[tokio::test]
async fn a_database_server_that_is_away_is_named_without_its_password() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = unused.local_addr().unwrap().port();
    drop(unused);
    let folder = folder_with(&format!(
        "backend: {{ database: {{ client: pg, connection: 'postgres://me:s3cret-word@127.0.0.1:{port}/portal' }} }}"
    ));
    let outcome = serve(folder.path(), &[]).await;
    let server = format!("postgres://127.0.0.1:{port}/portal");
    assert_refusal(&outcome, &["cannot connect to", &server, "backend.database.connection"]);
    assert!(!outcome.stderr.contains("s3cret-word"), "{}", outcome.stderr);
}

#[tokio::test]
async fn without_any_configuration_the_example_catalog_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let mut portal = Portal::serve(folder.path(), &[]);
    let address = portal.address().await;
    assert_ne!(address.port(), 0, "the real port is printed");
    let guest = portal.guest().await;
    let kinds = guest.entity_facets(&[("facet", "kind")]).await.json();
    let kinds: Vec<_> =
        kinds["facets"]["kind"].as_array().unwrap().iter().map(|kind| kind["value"].as_str().unwrap()).collect();
    for kind in ["API", "Component", "Domain", "Group", "Resource", "System", "Template", "User"] {
        assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
    }
    let everything = guest.entities_list(&[]).await;
    assert!(everything.names().len() > 100);
    assert!(!everything.body.contains("\"level\":\"error\""), "the example has no mistakes");
    assert!(guest.get("/api/app/config", &[]).await.json()["title"].is_string());

    portal.terminate();
    assert_eq!(portal.ended().await.code(), Some(0), "{}", portal.output("stderr"));
    assert_eq!(portal.output("stdout").lines().count(), 1);
}

#[tokio::test]
async fn after_a_clean_end_the_database_is_one_file() {
    let descriptors = tempfile::tempdir().unwrap();
    let target = descriptors.path().join("all.yaml");
    fs::write(&target, component("fable", "Kept.")).unwrap();
    let config = format!(
        "callboard: {{ dataDirectory: data }}\ncatalog: {{ locations: [ {{ type: file, target: '{}' }} ] }}\n",
        target.display()
    );
    let folder = folder_with(&config);
    let mut portal = Portal::serve(folder.path(), &[]);
    let before = portal.guest().await.entities_list(&[]).await;
    assert_eq!(before.names().len(), 2, "the component and its location");
    portal.terminate();
    assert_eq!(portal.ended().await.code(), Some(0), "{}", portal.output("stderr"));
    let data = folder.path().join("data");
    let mut left: Vec<_> = fs::read_dir(&data).unwrap().map(|file| file.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["callboard.db", "callboard.db.lock", "search"], "the lock holds nothing, the index is made anew");

    let copy = folder_with(&config);
    fs::create_dir(copy.path().join("data")).unwrap();
    fs::copy(data.join("callboard.db"), copy.path().join("data/callboard.db")).unwrap();
    let after = Portal::serve(copy.path(), &[]).guest().await.entities_list(&[]).await;
    assert_eq!(after.body, before.body);
}

#[tokio::test]
async fn a_request_to_end_is_obeyed_while_pages_are_open() {
    let folder = folder_with(QUIET);
    let mut portal = Portal::serve(folder.path(), &[]);
    let guest = portal.guest().await;
    let mut changes = guest.catalog_events().await;
    // A second, idle connection stays open, too.
    assert_eq!(guest.entities_list(&[]).await.status, 200);
    let started = std::time::Instant::now();
    portal.terminate();
    assert!(changes.next().await.is_none(), "the portal closes the stream");
    assert_eq!(portal.ended().await.code(), Some(0), "{}", portal.output("stderr"));
    let took = started.elapsed();
    assert!(took < std::time::Duration::from_secs(8), "it took {took:?}");
    assert!(!portal.output("stderr").contains("ERROR"), "{}", portal.output("stderr"));

    // Everything is let go: the next one starts in the same folder.
    let mut portal = Portal::serve(folder.path(), &[]);
    portal.guest().await;
}

#[tokio::test]
async fn a_second_request_to_end_means_now() {
    let folder = folder_with(QUIET);
    let mut portal = Portal::serve(folder.path(), &[]);
    let nobody = Person::anonymous(portal.address().await);
    eventually("the portal is ready", async || nobody.is_ready().await).await;
    portal.terminate();
    let ended = eventually("the portal has ended", async || {
        if !portal.has_ended() {
            portal.terminate();
        }
        portal.has_ended().then_some(())
    });
    ended.await;
    let code = portal.ended().await.code();
    assert!(matches!(code, Some(0 | 130)), "{code:?}");
}
