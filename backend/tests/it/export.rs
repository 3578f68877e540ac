//! `callboard export`: what it writes can be read again, to the same catalog.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Person, Portal, run};

const CONFIG: &str = "callboard: { dataDirectory: data }
auth: { providers: { guest: {} } }
catalog:
  rules: [ { allow: [Component, API, Resource, System, Domain, Group, User, Location, Template] } ]
  locations: [ { type: file, target: TARGET } ]
";

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Every entity but those that lead to others, without what differs between two catalogs that say the same.
async fn entities(person: &Person) -> Vec<Value> {
    let list = person.entities_list(&[("order", "asc:metadata.name")]).await.json();
    let mut entities: Vec<Value> =
        list.as_array().unwrap().iter().filter(|found| found["kind"] != "Location").cloned().collect();
    for entity in &mut entities {
        let metadata = entity["metadata"].as_object_mut().unwrap();
        metadata.remove("uid");
        metadata.remove("etag");
        let annotations = metadata["annotations"].as_object_mut().unwrap();
        annotations.retain(|key, _| !key.starts_with("backstage.io/managed-by-"));
    }
    entities.sort_by_key(|entity| {
        format!("{}/{}/{}", entity["kind"], entity["metadata"]["namespace"], entity["metadata"]["name"])
    });
    entities
}

#[tokio::test]
async fn an_exported_catalog_is_read_again_as_the_same() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/catalog-info.yaml");
    let first = tempfile::tempdir().unwrap();
    write(first.path(), "app-config.yaml", &CONFIG.replace("TARGET", examples.to_str().unwrap()));
    let mut portal = Portal::serve(first.path(), &[]);
    let before = entities(&portal.guest().await).await;
    assert!(before.len() > 90, "{}", before.len());

    let exported = run(first.path(), &["export", "--output", "all.yaml"]).await;
    assert_eq!((exported.code, exported.stdout.as_str()), (Some(0), ""));
    assert_eq!(exported.stderr, format!("{} entities exported\n", before.len()));
    let file = first.path().join("all.yaml");
    let checked = run(first.path(), &["check", "all.yaml"]).await;
    assert_eq!(checked.stdout, format!("{} entities in 1 file: no errors\n", before.len()));
    // The same catalog gives the same bytes, also on standard output.
    let again = run(first.path(), &["export"]).await;
    let text = fs::read_to_string(&file).unwrap();
    assert!(again.stdout == text, "two exports differ");
    for added in ["uid:", "etag:", "relations:", "managed-by", "\nkind: Location"] {
        assert!(!text.contains(added), "`{added}` was exported");
    }

    let second = tempfile::tempdir().unwrap();
    write(second.path(), "app-config.yaml", &CONFIG.replace("TARGET", file.to_str().unwrap()));
    let mut portal = Portal::serve(second.path(), &[]);
    let after = entities(&portal.guest().await).await;
    for (one, other) in before.iter().zip(&after) {
        assert_eq!(one, other);
    }
    assert_eq!(before.len(), after.len());
}

#[tokio::test]
async fn a_part_of_the_catalog_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "app-config.yaml", &CONFIG.replace("TARGET", "./all.yaml"));
    write(folder.path(), "all.yaml", crate::support::descriptors::CATALOG);
    let mut portal = Portal::serve(folder.path(), &[]);
    portal.guest().await;
    portal.terminate();
    portal.ended().await;
    // The portal need not run.
    let export = async |arguments: &[&str]| {
        let outcome = run(folder.path(), &[&["export"], arguments].concat()).await;
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        outcome.stdout
    };
    let kinds =
        |text: &str| text.lines().filter_map(|line| line.strip_prefix("kind: ").map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(kinds(&export(&["--kind", "user", "--kind", "SYSTEM"]).await), ["System", "User"]);
    let owned = export(&["--filter", "kind=component,spec.owner=group:default/team-b", "--filter", "kind=api"]).await;
    assert_eq!(kinds(&owned), ["API", "Component"]);
    assert_eq!(kinds(&export(&["--kind", "location"]).await), ["Location"]);
    assert_eq!(kinds(&export(&["--locations"]).await).len(), 11);
    let list: Value = serde_json::from_str(&export(&["--format", "json", "--kind", "group"]).await).unwrap();
    assert_eq!(list[0]["metadata"], serde_json::json!({"name": "team-a"}));
    assert_eq!(export(&["--format", "json", "--kind", "none"]).await, "[]\n");
    assert_eq!(export(&["--kind", "none"]).await, "");

    write(folder.path(), "out/kept", "");
    let nowhere = run(folder.path(), &["export", "--output", "missing/all.yaml"]).await;
    assert_eq!(nowhere.code, Some(2));
    assert!(nowhere.stderr.contains("cannot write `missing/all.yaml.part`"), "{}", nowhere.stderr);
    let wrong = run(folder.path(), &["export", "--filter", "=x"]).await;
    assert!(wrong.stderr.contains("`--filter` is not understood") && wrong.stderr.contains("`=x`"), "{}", wrong.stderr);
}
