//! From files to readers.

use serde_json::{Value, json};

use crate::support::descriptors::{CATALOG, component};
use crate::support::{Person, Setup, TestApp, eventually, spawn_app};

const GLOB: &str = "catalog: { locations: [ { type: file, target: 'catalog/**/*.yaml' } ] }";
/// One file, named directly: what is wrong with it is told by one Location entity.
const SINGLE: &str = "catalog: { locations: [ { type: file, target: catalog/all.yaml } ] }";

/// What the Location entities say is wrong, in no order that means anything.
async fn complaints(person: &Person) -> Vec<String> {
    let locations = person.entities_list(&[("filter", "kind=location")]).await.json();
    let items = |location: &Value| location["status"]["items"].as_array().cloned().unwrap_or_default();
    let items = locations.as_array().unwrap().iter().flat_map(items);
    items.map(|item| item["message"].as_str().unwrap().to_owned()).collect()
}

async fn description(person: &Person, name: &str) -> Option<String> {
    let entity = person.entity_get(&format!("component/default/{name}")).await;
    (entity.status == 200).then(|| entity.json()["metadata"]["description"].as_str().unwrap_or_default().to_owned())
}

async fn wait_for_description(person: &Person, name: &str, expected: Option<&str>) {
    let what = format!("`{name}` has the description {expected:?}");
    eventually(&what, async || (description(person, name).await.as_deref() == expected).then_some(())).await;
}

#[tokio::test]
async fn a_saved_file_is_announced_and_read() {
    let app = Setup { config: GLOB, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    let mut changes = ann.catalog_events().await;

    app.file_write("catalog/fable.yaml", &component("fable", "First."));
    changes.announces("component:default/fable").await;
    assert_eq!(description(&ann, "fable").await.as_deref(), Some("First."), "who is told can read");

    app.file_write("catalog/fable.yaml", &component("fable", "Second."));
    changes.announces("component:default/fable").await;
    assert_eq!(description(&ann, "fable").await.as_deref(), Some("Second."));

    // A folder that did not exist.
    app.file_write("catalog/new/deep/garnet.yaml", &component("garnet", "Deep."));
    changes.announces("component:default/garnet").await;

    std::fs::remove_file(app.folder().join("catalog/fable.yaml")).unwrap();
    changes.announces("component:default/fable").await;
    assert_eq!(description(&ann, "fable").await, None);
}

#[tokio::test]
async fn a_change_of_one_entity_is_announced_for_what_is_related_to_it() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let mut changes = ann.catalog_events().await;
    app.file_write("catalog/all.yaml", &CATALOG.replace("consumesApis: [orders]", "providesApis: [orders]"));
    changes.announces("component:default/comet").await;
    let orders = ann.entity_get("api/default/orders").await.json();
    let providers = json!({"type": "apiProvidedBy", "targetRef": "component:default/comet"});
    assert!(orders["relations"].as_array().unwrap().contains(&providers), "{orders}");
}

#[tokio::test]
async fn a_broken_document_hides_no_other_and_is_told() {
    let broken = component("first", "Good.")
        + "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: second\nspec: [\n---\n"
        + &component("third", "Good.")
        + "---\n"
        + &component("fourth one", "A name with a space.");
    let app = Setup { config: SINGLE, files: &[("catalog/all.yaml", &broken)] }.spawn().await;
    let ann = app.guest().await;
    assert_eq!(description(&ann, "first").await.as_deref(), Some("Good."));
    assert_eq!(description(&ann, "third").await.as_deref(), Some("Good."));
    let mut complaints = complaints(&ann).await;
    complaints.sort();
    assert_eq!(complaints.len(), 2, "{complaints:?}");
    let file = app.folder().canonicalize().unwrap().join("catalog/all.yaml");
    for complaint in &complaints {
        assert!(complaint.starts_with("InputError: "), "{complaint}");
        assert!(complaint.contains(&format!("({}:", file.display())), "{complaint}");
    }
    assert!(complaints.iter().any(|complaint| complaint.contains("fourth one")), "{complaints:?}");
}

#[tokio::test]
async fn a_missing_file_hides_no_other_and_is_told() {
    let config =
        "catalog: { locations: [ { type: file, target: none.yaml }, { type: file, target: catalog/all.yaml } ] }";
    let app = Setup { config, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    assert_eq!(ann.entities_list(&[("filter", "kind=component")]).await.names().len(), 5);
    let told = complaints(&ann).await;
    assert!(told.len() == 1 && told[0].contains("none.yaml` does not exist"), "{told:?}");

    // It is read as soon as it appears.
    app.file_write("none.yaml", &component("fable", "Late."));
    wait_for_description(&ann, "fable", Some("Late.")).await;
    eventually("the complaint is gone", async || complaints(&ann).await.is_empty().then_some(())).await;
}

#[tokio::test]
async fn the_last_good_version_stays_while_a_file_is_broken() {
    let app = Setup { config: SINGLE, files: &[("catalog/all.yaml", &component("fable", "Good."))] }.spawn().await;
    let ann = app.guest().await;
    let before = ann.entity_get("component/default/fable").await.json();
    for broken in ["kind: [", "", "\u{0}\u{1}", &component("fable", "[unclosed")] {
        app.file_write("catalog/all.yaml", broken);
        let what = format!("the fault in {broken:?} is told");
        if !broken.is_empty() {
            eventually(&what, async || (!complaints(&ann).await.is_empty()).then_some(())).await;
            let now = ann.entity_get("component/default/fable").await.json();
            assert_eq!(now["spec"], before["spec"], "{broken:?}");
            assert_eq!(now["metadata"]["uid"], before["metadata"]["uid"], "{broken:?}");
        }
        app.file_write("catalog/all.yaml", &component("fable", "Good."));
        eventually("the fault is gone", async || complaints(&ann).await.is_empty().then_some(())).await;
        wait_for_description(&ann, "fable", Some("Good.")).await;
    }
}

#[tokio::test]
async fn an_entity_that_was_never_good_is_told_by_its_location() {
    let ownerless = component("fable", "Ownerless.").replace("  owner: team-a\n", "");
    let app = Setup { config: SINGLE, files: &[("catalog/all.yaml", &ownerless)] }.spawn().await;
    let ann = app.guest().await;
    assert_eq!(description(&ann, "fable").await, None);
    let told = complaints(&ann).await;
    assert!(told.len() == 1 && told[0].contains("`spec.owner` is missing"), "{told:?}");
    assert!(told[0].ends_with("catalog/all.yaml:6:1)"), "{told:?}");

    app.file_write("catalog/all.yaml", &component("fable", "Good."));
    wait_for_description(&ann, "fable", Some("Good.")).await;
    assert_eq!(complaints(&ann).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_entity_that_breaks_a_rule_keeps_its_last_good_version() {
    let app = Setup { config: SINGLE, files: &[("catalog/all.yaml", &component("fable", "Good."))] }.spawn().await;
    let ann = app.guest().await;
    app.file_write("catalog/all.yaml", &component("fable", "Ownerless.").replace("  owner: team-a\n", ""));
    let told = eventually("the fault is told", async || {
        let everything = ann.entities_list(&[]).await.body;
        everything.contains("`spec.owner` is missing").then_some(everything)
    });
    told.await;
    assert_eq!(description(&ann, "fable").await.as_deref(), Some("Good."));
}

async fn restart(app: &mut TestApp) {
    app.stop();
    app.start().await;
}

#[tokio::test]
async fn a_restart_serves_the_same_bytes_and_needs_no_files() {
    let mut app = spawn_app().await;
    let before = app.guest().await.entities_list(&[]).await.body;
    restart(&mut app).await;
    assert_eq!(app.guest().await.entities_list(&[]).await.body, before);

    // What is kept is served also when nothing can be read any more.
    app.stop();
    std::fs::write(app.folder().join("catalog/all.yaml"), "kind: [").unwrap();
    app.start().await;
    let ann = app.guest().await;
    assert_eq!(ann.entity_get("component/default/atlas").await.json()["metadata"]["title"], "Zebra");
    assert_eq!(ann.entities_list(&[("filter", "kind=component")]).await.names().len(), 5);
}

#[tokio::test]
async fn what_changed_while_nobody_looked_is_read_at_the_start() {
    let mut app = spawn_app().await;
    app.stop();
    app.file_write("catalog/all.yaml", &component("fable", "Alone."));
    app.start().await;
    let ann = app.guest().await;
    wait_for_description(&ann, "fable", Some("Alone.")).await;
    eventually("the old entities are gone", async || {
        (ann.entities_list(&[("filter", "kind=component")]).await.names() == ["fable"]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_location_that_is_not_configured_any_more_goes_with_its_entities() {
    let mut app = spawn_app().await;
    app.stop();
    app.file_write("extra.yaml", "catalog: { locations: [ { type: file, target: other.yaml } ] }");
    app.file_write("other.yaml", &component("fable", "Other."));
    app.start().await;
    let ann = app.guest().await;
    eventually("only the new location is left", async || {
        let mut names = ann.entities_list(&[]).await.names();
        names.retain(|name| !name.starts_with("generated-"));
        (names == ["fable"]).then_some(())
    })
    .await;
    assert_eq!(ann.entities_list(&[("filter", "kind=location")]).await.names().len(), 1);
}
