//! Where entities come from: ancestry, refresh and deletion.

use serde_json::{Value, json};

use crate::support::descriptors::component;
use crate::support::{Answer, Person, Setup, eventually, spawn_app};

const TOKENS: &str = "
backend:
  auth:
    externalAccess:
      - type: static
        options: { token: registrar-0001, subject: registrar }
        accessRestrictions: [ { plugin: catalog, permission: catalog.location.create } ]
      - type: static
        options: { token: refresher-0002, subject: refresher }
        accessRestrictions: [ { plugin: catalog, permission: catalog.entity.refresh } ]
      - type: static
        options: { token: deleter-0003, subject: janitor }
        accessRestrictions: [ { plugin: catalog, permissionAttribute: { action: delete } } ]
";

const NESTED: &str = "apiVersion: backstage.io/v1alpha1
kind: Location
metadata: { name: nested }
spec: { target: ../more/*.yaml }
";

async fn uid(person: &Person, path: &str) -> String {
    person.entity_get(path).await.json()["metadata"]["uid"].as_str().unwrap().to_owned()
}

/// The names of the items, each with the references of its parents.
#[track_caller]
fn descent(answer: &Answer) -> Vec<(String, Vec<String>)> {
    let items = answer.json()["items"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    items
        .iter()
        .map(|item| {
            let parents = item["parentEntityRefs"].as_array().unwrap();
            (text(&item["entity"]["metadata"]["name"]), parents.iter().map(text).collect())
        })
        .collect()
}

#[tokio::test]
async fn ancestry_leads_from_an_entity_to_the_registered_location() {
    let deep = component("deep", "Behind two globs.");
    let files = [("catalog/all.yaml", NESTED), ("more/deep.yaml", &deep)];
    let app = Setup { files: &files, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    let answer = ann.entity_ancestry("Component/Default/Deep").await;
    assert_eq!(answer.json()["rootEntityRef"], "component:default/deep");
    let items = descent(&answer);
    let [deep, nested, root] = &items[..] else { panic!("{items:?}") };
    assert_eq!(*deep, ("deep".to_owned(), vec!["location:default/nested".to_owned()]));
    assert_eq!(*nested, ("nested".to_owned(), vec![format!("location:default/{}", root.0)]));
    assert!(root.0.starts_with("generated-") && root.1.is_empty(), "{root:?}");
    let whole = ann.entity_get("component/default/deep").await.json();
    assert_eq!(answer.json()["items"][0]["entity"], whole);

    let tag = answer.header("etag").unwrap();
    let path = "/api/catalog/entities/by-name/component/default/deep/ancestry";
    assert_eq!(ann.get_with(path, ("if-none-match", tag)).await.status, 304);
    let message = "No entity named 'nope' found, with kind 'component' in namespace 'default'";
    ann.entity_ancestry("component/default/nope").await.assert_error(404, "NotFoundError", message);
}

#[tokio::test]
async fn a_refreshed_entity_is_as_its_file_says() {
    let app = Setup { config: TOKENS, files: &[("catalog/a.yaml", &component("atlas", "Old."))] }.spawn().await;
    let ann = app.guest().await;
    let full = json!({"entityRef": "Component:default/Atlas", "authorizationToken": "from-a-client"});
    for (who, description) in [(&ann, "New."), (&app.program("refresher-0002"), "Newer.")] {
        app.file_write("catalog/a.yaml", &component("atlas", description));
        let answer = who.entity_refresh(&full).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        // No waiting: whoever was answered sees it.
        let entity = ann.entity_get("component/default/atlas").await.json();
        assert_eq!(entity["metadata"]["description"], description);
    }
}

#[tokio::test]
async fn only_what_a_location_names_is_refreshed() {
    let app = Setup { config: TOKENS, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    let refresh = async |entity_ref: &str| ann.entity_refresh(&json!({"entityRef": entity_ref})).await;
    let not_found = |name: &str| format!("Entity {name} not found");
    for (asked, named) in [
        ("component:default/nope", "component:default/nope"),
        ("Component:Default/NOPE", "component:default/nope"),
        ("component:atlas", "component:atlas"),
        ("", ""),
    ] {
        refresh(asked).await.assert_error(404, "NotFoundError", &not_found(named));
    }
    let extra = json!({"entityRef": "component:default/atlas", "force": true});
    let message = "request/body must NOT have additional properties";
    ann.entity_refresh(&extra).await.assert_error(400, "InputError", message);
    let message = "request/body must have required property 'entityRef'";
    ann.entity_refresh(&json!({})).await.assert_error(400, "InputError", message);
    for token in ["registrar-0001", "deleter-0003"] {
        for name in ["atlas", "nope"] {
            let body = json!({"entityRef": format!("component:default/{name}")});
            let message = app.program(token).entity_refresh(&body).await.error(403, "NotAllowedError");
            assert!(message.starts_with("catalog.entity.refresh is denied"), "{message}");
        }
    }
}

#[tokio::test]
async fn a_deleted_entity_that_is_still_described_comes_back_as_another_one() {
    let app = Setup { config: TOKENS, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    for who in [ann.clone(), app.program("deleter-0003")] {
        let before = uid(&ann, "component/default/atlas").await;
        let answer = who.entity_delete(&before).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
        ann.entity_get_by_uid(&before).await.error(404, "NotFoundError");
        let back = eventually("the entity comes back", async || {
            let answer = ann.entity_get("component/default/atlas").await;
            (answer.status == 200).then(|| answer.json())
        })
        .await;
        assert_ne!(back["metadata"]["uid"], before);
        let owned = ann.entity_get("group/default/team-a").await.json();
        assert!(owned["relations"].to_string().contains("component:default/atlas"), "{owned}");
        assert_eq!(who.entity_delete(&before).await.status, 204, "there is no such entity any more");
    }
    let before = uid(&ann, "component/default/atlas").await;
    for token in ["registrar-0001", "refresher-0002"] {
        for uid in [before.as_str(), "nope"] {
            let message = app.program(token).entity_delete(uid).await.error(403, "NotAllowedError");
            assert!(message.starts_with("catalog.entity.delete is denied"), "{message}");
        }
    }
    assert_eq!(uid(&ann, "component/default/atlas").await, before);
}

#[tokio::test]
async fn a_deleted_orphan_stays_away() {
    let both = format!("{}---\n{}", component("kept", "Stays."), component("left", "Goes."));
    let config = "catalog: { orphanStrategy: keep }";
    let app = Setup { config, files: &[("catalog/a.yaml", &both)] }.spawn().await;
    let ann = app.guest().await;
    app.file_write("catalog/a.yaml", &component("kept", "Stays."));
    assert_eq!(ann.entity_refresh(&json!({"entityRef": "component:default/kept"})).await.status, 200);
    let orphan = ann.entity_get("component/default/left").await.json();
    assert_eq!(orphan["metadata"]["annotations"]["backstage.io/orphan"], "true");
    let message = "Entity component:default/left not found";
    let refreshed = ann.entity_refresh(&json!({"entityRef": "component:default/left"})).await;
    refreshed.assert_error(404, "NotFoundError", message);
    assert_eq!(descent(&ann.entity_ancestry("component/default/left").await), [("left".to_owned(), vec![])]);

    assert_eq!(ann.entity_delete(orphan["metadata"]["uid"].as_str().unwrap()).await.status, 204);
    assert_eq!(ann.entity_refresh(&json!({"entityRef": "component:default/kept"})).await.status, 200);
    ann.entity_get("component/default/left").await.error(404, "NotFoundError");
}

#[tokio::test]
async fn the_location_that_stands_for_a_registered_one_comes_back() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let root = descent(&ann.entity_ancestry("component/default/atlas").await).pop().unwrap().0;
    let path = format!("location/default/{root}");
    let before = uid(&ann, &path).await;
    assert_eq!(ann.entity_delete(&before).await.status, 204);
    eventually("the location comes back", async || {
        let answer = ann.entity_get(&path).await;
        (answer.status == 200 && answer.json()["metadata"]["uid"] != before).then_some(())
    })
    .await;
}
