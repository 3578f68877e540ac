//! Why something is in the catalog, or is not: over HTTP, and on the command line beside a running portal.

use std::fs;

use serde_json::{Value, json};

use crate::support::descriptors::component;
use crate::support::{Answer, Person, Portal, Setup, run};

/// Beside the usual descriptors: one that is wrong, one that another file describes, too, and a mistake of syntax.
const MORE: &str = "catalog: { orphanStrategy: keep }";

async fn explain_entity(person: &Person, path: &str) -> Answer {
    person.get(&format!("/api/catalog/explain/entities/{path}"), &[]).await
}

async fn explain_location(person: &Person, query: &[(&str, &str)]) -> Answer {
    person.get("/api/catalog/explain/locations", query).await
}

async fn problems(person: &Person, query: &[(&str, &str)]) -> Answer {
    person.get("/api/catalog/explain/problems", query).await
}

fn names(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap_or("-").to_owned()).collect()
}

#[tokio::test]
async fn a_good_entity_tells_its_way_into_the_catalog() {
    let app = Setup::default().spawn().await;
    let ann = app.guest().await;
    let answer = explain_entity(&ann, "Component/default/Atlas").await;
    let atlas = answer.json();
    let file = format!("file:{}", app.folder().join("catalog/all.yaml").display());
    assert_eq!((&atlas["entityRef"], &atlas["state"]), (&json!("component:default/atlas"), &json!("present")));
    assert_eq!(atlas["uid"], ann.entity_get("component/default/atlas").await.json()["metadata"]["uid"]);
    assert_eq!(atlas["claims"][0]["location"], file);
    assert_eq!((&atlas["claims"][0]["isWinner"], &atlas["claims"][0]["line"]), (&json!(true), &json!(26)));
    assert_eq!(names(&atlas["steps"], "step"), ["read", "parse", "check", "rules", "store"]);
    assert_eq!(names(&atlas["steps"], "outcome"), ["ok"; 5]);
    assert_eq!(atlas["location"]["isWatched"], true);
    let attempt = atlas["location"]["lastAttempt"].as_str().unwrap();
    assert!(atlas["location"]["nextRun"].as_str().unwrap() > attempt, "{atlas}");
    assert_eq!(atlas["chain"].as_array().unwrap().last().unwrap()["provider"], "config");
    assert_eq!(atlas["errors"], json!([]));

    let tag = answer.header("etag").unwrap();
    let path = "/api/catalog/explain/entities/component/default/atlas";
    assert_eq!(ann.get_with(path, ("if-none-match", tag)).await.status, 304);

    // The same source, by its name and by its number.
    let by_name = explain_location(&ann, &[("location", &file)]).await.json();
    let id = atlas["claims"][0]["locationId"].as_str().unwrap();
    assert_eq!(explain_location(&ann, &[("id", id)]).await.json(), by_name);
    assert_eq!((&by_name["nEntities"], &by_name["location"]["outcome"]), (&json!(10), &json!("good")));
}

#[tokio::test]
async fn what_is_not_in_the_catalog_is_explained_too() {
    let broken = component("fable", "Broken.").replace("  owner: team-a\n", "");
    let files = [("catalog/a.yaml", &*broken), ("catalog/b.yaml", &component("atlas", "Fine."))];
    let app = Setup { files: &files, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    ann.entity_get("component/default/fable").await.error(404, "NotFoundError");
    let fable = explain_entity(&ann, "component/default/fable").await.json();
    assert_eq!((&fable["state"], &fable.get("uid")), (&json!("broken"), &None));
    let error = &fable["errors"][0];
    assert_eq!((&error["name"], &error["step"], &error["line"]), (&json!("InputError"), &json!("check"), &json!(6)));
    assert!(error["message"].as_str().unwrap().contains("`spec.owner` is missing"), "{error}");
    assert!(error["excerpt"].as_str().unwrap().contains("| spec:\n"), "{error}");
    assert_eq!(names(&fable["steps"], "outcome"), ["ok", "ok", "failed", "skipped", "skipped"]);

    let team = explain_entity(&ann, "group/default/team-a").await.json();
    assert_eq!((&team["state"], &team["claims"]), (&json!("referenced"), &json!([])));
    assert_eq!(team["relations"]["referredBy"], json!([{"entityRef": "component:default/atlas", "type": "ownedBy"}]));

    let message = explain_entity(&ann, "group/default/team-z").await.error(404, "NotFoundError");
    assert!(message.starts_with("nothing is known of `group:default/team-z`") && message.contains("callboard check"));
    let message = explain_location(&ann, &[("location", "file:/none.yaml")]).await.error(404, "NotFoundError");
    assert!(
        message.starts_with("the location `file:/none.yaml` is not read; add it to `catalog.locations`"),
        "{message}"
    );
    for query in [&[][..], &[("id", "x")], &[("location", "no")], &[("id", "1"), ("location", "file:/a")]] {
        explain_location(&ann, query).await.error(400, "InputError");
    }
}

#[tokio::test]
async fn problems_are_listed_by_owner_and_page_by_page() {
    let files = [("catalog/a.yaml", &*component("atlas", "Good.")), ("catalog/b.yaml", "kind: [\n")];
    let app = Setup { files: &files, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    app.file_write("catalog/a.yaml", &component("atlas", "Bad.").replace("type: service", "type: 7"));
    ann.entity_refresh(&json!({"entityRef": "component:default/atlas"})).await;
    let all = problems(&ann, &[]).await.json();
    assert_eq!((&all["totalItems"], &all["pageInfo"]), (&json!(2), &json!({})));
    assert_eq!(all["owners"], json!([{"count": 1}, {"owner": "group:default/team-a", "count": 1}]));
    let first = problems(&ann, &[("limit", "1")]).await.json();
    assert_eq!(
        (names(&first["items"], "entityRef"), &first["items"][0]["isPresent"]),
        (vec!["component:default/atlas".to_owned()], &json!(true))
    );
    let after = first["pageInfo"]["nextCursor"].as_str().unwrap();
    let second = problems(&ann, &[("limit", "1"), ("after", after)]).await.json();
    assert_eq!(second["items"][0]["errors"][0]["step"], "parse");
    assert_eq!(second["pageInfo"], json!({}));
    let owned = problems(&ann, &[("owner", "Group:Team-A")]).await.json();
    assert_eq!(names(&owned["items"], "owner"), ["group:default/team-a"]);
    for (query, message) in [
        (("after", "no"), "Malformed after cursor, could not be parsed"),
        (("limit", "0"), "Invalid limit, must be greater than zero"),
        (("kind", "x"), "Unknown query parameter 'kind'"),
    ] {
        problems(&ann, &[query]).await.assert_error(400, "InputError", message);
    }
    problems(&ann, &[("owner", "a/b/c")]).await.error(400, "InputError");
}

#[tokio::test]
async fn an_orphan_and_a_contested_name_say_why() {
    let both = format!("{}---\n{}", component("fable", "First."), component("gone", "Goes."));
    let files = [("catalog/a.yaml", &*both), ("catalog/b.yaml", &component("fable", "Second."))];
    let app = Setup { config: MORE, files: &files }.spawn().await;
    let ann = app.guest().await;
    let fable = explain_entity(&ann, "component/default/fable").await.json();
    assert_eq!(fable["claims"].as_array().unwrap().len(), 2);
    assert!(fable["summary"].as_str().unwrap().ends_with("another source describes it, too"), "{fable}");
    assert!(fable["claims"][1]["reason"].as_str().unwrap().contains("described it first"), "{fable}");
    app.file_write("catalog/a.yaml", &component("fable", "First."));
    ann.entity_refresh(&json!({"entityRef": "component:default/gone"})).await;
    let gone = explain_entity(&ann, "component/default/gone").await.json();
    assert!(gone["orphan"].as_str().unwrap().contains("a.yaml` does not describe it any more"), "{gone}");
}

/// A folder with a portal's configuration and descriptors.
fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = "callboard: { dataDirectory: data }\nauth: { providers: { guest: {} } }\ncatalog:\n  rules: [ { allow: [Component, Group, API, Location] } ]\n  locations: [ { type: file, target: ./catalog/*.yaml } ]\n";
    for (name, text) in [("app-config.yaml", config)].iter().chain(files) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[tokio::test]
async fn the_command_explains_beside_a_running_portal() {
    let broken = component("two words", "Broken.").replace("two words", "fable").replace("  owner: team-a\n", "");
    let folder = folder_with(&[("catalog/a.yaml", &component("atlas", "Good.")), ("catalog/b.yaml", &broken)]);
    let before = run(folder.path(), &["explain", "component:default/atlas"]).await;
    assert_eq!(before.code, Some(2));
    assert!(
        before.stderr.contains("there is no catalog in") && before.stderr.contains("callboard serve"),
        "{}",
        before.stderr
    );
    assert!(!folder.path().join("data/callboard.db").exists(), "explaining makes no database");

    let mut portal = Portal::serve(folder.path(), &[]);
    portal.guest().await;
    let atlas = run(folder.path(), &["explain", "component:default/atlas"]).await;
    assert_eq!((atlas.code, atlas.stderr.as_str()), (Some(0), ""));
    let file = folder.path().join("catalog/a.yaml").display().to_string();
    for part in [
        format!("`component:default/atlas` is in the catalog, as described by `file:{file}`, line 1\n"),
        format!("comes from:\n  file:{file}\n    <- file:"),
        "<- the provider config, through location:default/generated-".to_owned(),
        "  store  ok ".to_owned(),
    ] {
        assert!(atlas.stdout.contains(&part), "`{part}` is missing in:\n{}", atlas.stdout);
    }
    let fable = run(folder.path(), &["explain", "component:fable"]).await;
    assert_eq!(fable.code, Some(1));
    let place = format!("  --> {}:6:1\n", folder.path().join("catalog/b.yaml").display());
    for part in ["error[InputError]: `spec.owner` is missing", &place, "| spec:\n", "is not in the catalog"] {
        assert!(fable.stdout.contains(part), "`{part}` is missing in:\n{}", fable.stdout);
    }
    // A path, relative to where the command runs.
    let by_path = run(folder.path(), &["explain", "catalog/b.yaml", "--format", "json"]).await;
    let by_path: Value = serde_json::from_str(&by_path.stdout).unwrap();
    assert_eq!((&by_path["location"]["outcome"], &by_path["nEntities"]), (&json!("broken"), &json!(1)));
    let unknown = run(folder.path(), &["explain", "group:nope"]).await;
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert!(unknown.stderr.starts_with("error: nothing is known of `group:default/nope`"), "{}", unknown.stderr);
    let unread = run(folder.path(), &["explain", "./elsewhere.yaml"]).await;
    assert!(unread.stderr.contains("is not read; add it to `catalog.locations`"), "{}", unread.stderr);
}
