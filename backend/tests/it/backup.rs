//! `callboard backup` and `callboard restore`, as their users run them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::support::descriptors::{component, components};
use crate::support::{Portal, Setup, TestApp, eventually, run, spawn_app};

const SERVE: [&str; 4] = ["--config", "base.yaml", "--config", "extra.yaml"];

async fn command(folder: &Path, arguments: &[&str]) -> crate::support::process::Outcome {
    run(folder, &[arguments, &SERVE].concat()).await
}

#[track_caller]
fn assert_done(outcome: &crate::support::process::Outcome, part: &str) {
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
    assert!(outcome.stdout.contains(part), "{outcome:?}");
}

async fn all(app: &TestApp) -> String {
    app.guest().await.entities_list(&[]).await.body
}

#[tokio::test]
async fn a_portal_comes_back_as_it_was_copied_while_it_served() {
    let config = "auth: { personalTokens: { allowGuest: true } }";
    let mut app = Setup { config, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    let script = ann.personal_token_created(&serde_json::json!({"name": "script"})).await;
    ann.user_setting_update("b", "k", &serde_json::json!({"value": [1, "zwei"]})).await;
    let before = all(&app).await;
    assert_done(&command(app.folder(), &["backup", "--output", "copy"]).await, "copy is written");
    assert_done(&run(app.folder(), &["backup", "--check", "copy"]).await, "copy is whole");
    app.file_write("catalog/more.yaml", &component("fable", "New."));
    eventually("the new entity is there", async || {
        (ann.entity_get("component/default/fable").await.status == 200).then_some(())
    })
    .await;

    let refused = command(app.folder(), &["restore", "copy", "--replace"]).await;
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("another callboard uses the database file"), "{}", refused.stderr);
    app.stop();
    let refused = command(app.folder(), &["restore", "copy"]).await;
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("not empty") && refused.stderr.contains("--replace"), "{}", refused.stderr);
    fs::remove_file(app.folder().join("catalog/more.yaml")).unwrap();
    let restored = command(app.folder(), &["restore", "copy", "--replace"]).await;
    assert_done(&restored, "copy is restored");
    assert!(restored.stdout.contains("The catalog has "), "{}", restored.stdout);
    app.start().await;
    assert_eq!(all(&app).await, before);
    // The token from before: the keys came along. So did what Ann saved.
    let ann = app.anonymous().with_token(ann.token().expect("ann has signed in"));
    // Programs go on, too: a copy that moves a portal to another database must not stop them.
    let script = app.program(script["secret"].as_str().unwrap());
    assert_eq!(script.entity_get("component/default/atlas").await.status, 200);
    assert_eq!(ann.user_setting_get("b", "k").await.json()["value"], serde_json::json!([1, "zwei"]));
}

const FILES: usize = 48;
const PER_FILE: usize = 25;

/// The text of a file whose components tell which version of it they are from.
fn version(file: usize, version: usize) -> String {
    let names = (0..PER_FILE).map(|number| format!("part-{file:02}-{number:02}"));
    names.map(|name| component(&name, &format!("Version {version}."))).collect::<Vec<_>>().join("---\n")
}

/// The versions of the files that a portal shows. It must show each file as a whole, and edges from both of their ends.
async fn versions(app: &TestApp) -> BTreeMap<String, String> {
    // One request: between two of them the catalog may change.
    let all = app.guest().await.entities_list(&[]).await.json();
    let all = all.as_array().unwrap();
    let (mut owned, mut parts) = (BTreeSet::new(), BTreeMap::<String, Vec<String>>::new());
    for entity in all.iter().filter(|entity| entity["kind"] == "Component") {
        let name = entity["metadata"]["name"].as_str().unwrap();
        if entity["relations"].as_array().unwrap().iter().any(|edge| edge["targetRef"] == "group:default/team-a") {
            owned.insert(format!("component:default/{name}"));
        }
        if name.starts_with("part-") {
            let version = entity["metadata"]["description"].as_str().unwrap().to_owned();
            parts.entry(name[..7].to_owned()).or_default().push(version);
        }
    }
    let team = all.iter().find(|entity| entity["metadata"]["name"] == "team-a").unwrap();
    let edges = team["relations"].as_array().unwrap().iter().filter(|edge| edge["type"] == "ownerOf");
    let targets = edges.map(|edge| edge["targetRef"].as_str().unwrap().to_owned());
    let components: BTreeSet<String> = targets.filter(|target| target.starts_with("component:")).collect();
    assert_eq!(components, owned, "the team and its components are from two moments");
    let one_version = |(file, mut versions): (String, Vec<String>)| {
        assert_eq!(versions.len(), PER_FILE, "a part of {file}");
        versions.dedup();
        assert_eq!(versions.len(), 1, "{file} is from two moments");
        (file, versions.swap_remove(0))
    };
    parts.into_iter().map(one_version).collect()
}

#[tokio::test]
async fn a_copy_made_in_the_middle_of_a_large_import_is_one_moment_of_it() {
    let mut app = spawn_app().await;
    let folder = app.folder().to_owned();
    // Every file is new once and changed once; files come faster than they are read.
    let writer = tokio::spawn(async move {
        for round in 0..2 {
            for file in 0..FILES {
                let draft = folder.join("draft");
                fs::write(&draft, version(file, round)).unwrap();
                fs::rename(draft, folder.join(format!("catalog/part-{file:02}.yaml"))).unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    });
    let expected: BTreeMap<String, String> =
        (0..FILES).map(|file| (format!("part-{file:02}"), "Version 1.".to_owned())).collect();
    let mut copies = 0_usize;
    while versions(&app).await != expected {
        assert_done(&command(app.folder(), &["backup", "--output", &format!("copy-{copies}")]).await, "is written");
        copies += 1;
    }
    writer.await.unwrap();
    app.stop();

    // Nothing of the catalog can be read, so that the restored portal shows what the copy holds.
    fs::rename(app.folder().join("catalog"), app.folder().join("away")).unwrap();
    let mut found = Vec::new();
    for copy in (0..copies).step_by(copies.div_ceil(6)) {
        let name = format!("copy-{copy}");
        assert_done(&command(app.folder(), &["restore", &name, "--replace"]).await, "is restored");
        app.start().await;
        found.push(versions(&app).await);
        app.stop();
    }
    let is_between = |versions: &BTreeMap<String, String>| !versions.is_empty() && *versions != expected;
    assert!(found.iter().any(is_between), "no copy was made in the middle");

    // From the middle it goes on to the end.
    fs::rename(app.folder().join("away"), app.folder().join("catalog")).unwrap();
    app.start().await;
    eventually("the catalog is what the files say", async || (versions(&app).await == expected).then_some(())).await;
}

#[tokio::test]
async fn a_copy_cannot_be_made_of_nothing_and_errors_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = run(folder.path(), &["backup", "--output", "copy"]).await;
    assert_eq!(nothing.code, Some(2), "{nothing:?}");
    assert!(!folder.path().join("copy").exists() && !folder.path().join("callboard-data").exists());
    fs::write(folder.path().join("copy"), "no copy").unwrap();
    for arguments in [&["backup", "--check", "copy"], &["restore", "copy", "--replace"]] {
        let outcome = run(folder.path(), arguments).await;
        assert_eq!(outcome.code, Some(2), "{outcome:?}");
        assert!(outcome.stderr.contains("`copy` is not a whole copy of a database"), "{}", outcome.stderr);
    }
    assert_eq!(run(folder.path(), &["backup"]).await.code, Some(2), "it must be said what to do");
}

#[tokio::test]
async fn a_restore_that_is_killed_leaves_the_database_as_it_was() {
    let mut app = spawn_app().await;
    app.file_write("catalog/many.yaml", &components("many", 400));
    let ann = app.guest().await;
    eventually("all are there", async || {
        (ann.entity_get("component/default/many-0399").await.status == 200).then_some(())
    })
    .await;
    assert_done(&command(app.folder(), &["backup", "--output", "large"]).await, "large is written");
    fs::remove_file(app.folder().join("catalog/many.yaml")).unwrap();
    eventually("all are gone", async || {
        (ann.entity_get("component/default/many-0399").await.status == 404).then_some(())
    })
    .await;
    app.stop();
    assert_done(&command(app.folder(), &["backup", "--output", "small"]).await, "small is written");

    let rows = async |app: &TestApp| {
        let outcome = command(app.folder(), &["backup", "--output", "now"]).await;
        assert_done(&outcome, "now is written: ");
        outcome.stdout.split(": ").nth(1).unwrap().split(" rows").next().unwrap().parse::<u64>().unwrap()
    };
    let small = rows(&app).await;
    let (mut n_before, mut n_after) = (0, 0);
    // Killed at more and more of its work, until one try is quick enough.
    for round in 0..60 {
        let arguments = [&["restore", "large", "--replace"][..], &SERVE].concat();
        let mut restore = Portal::spawn(app.folder(), &arguments);
        tokio::time::sleep(Duration::from_millis(round * 20)).await;
        let has_ended = restore.has_ended();
        if !has_ended {
            restore.kill();
        }
        let found = rows(&app).await;
        if found == small {
            n_before += 1;
            assert!(!has_ended, "{}", restore.output("stderr"));
        } else {
            n_after += 1;
            assert!(found > small + 400, "something between: {found} rows");
            assert_done(&command(app.folder(), &["restore", "small", "--replace"]).await, "small is restored");
            if has_ended {
                break;
            }
        }
    }
    assert!(n_before > 0 && n_after > 0, "killed before {n_before} times, and after {n_after} times");
    app.start().await;
    assert_eq!(app.guest().await.entity_get("component/default/atlas").await.status, 200);
}
