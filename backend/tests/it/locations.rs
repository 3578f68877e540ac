//! Locations that are registered through the API.

use serde_json::{Value, json};

use crate::support::descriptors::component;
use crate::support::{Answer, Person, Setup, TestApp, eventually, spawn_app};

const TOKENS: &str = "
backend:
  auth:
    externalAccess:
      - type: static
        options: { token: registrar-0001, subject: registrar }
        accessRestrictions: [ { plugin: catalog, permission: catalog.location.create } ]
      - type: static
        options: { token: reader-0002, subject: reader }
        accessRestrictions: [ { plugin: catalog, permissionAttribute: { action: read } } ]
      - type: static
        options: { token: deleter-0003, subject: janitor }
        accessRestrictions: [ { plugin: catalog, permission: [catalog.location.delete] } ]
";

const NOWHERE: &str = "http://127.0.0.1:9/catalog-info.yaml";
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

fn url(target: &str) -> Value {
    json!({"type": "url", "target": target})
}

/// The body of a 201.
#[track_caller]
fn created(answer: &Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    serde_json::from_str(&answer.body).unwrap()
}

async fn register(person: &Person, target: &str) -> Value {
    let body = created(&person.location_create(&[], &url(target)).await);
    assert_eq!(body["entities"], json!([]));
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
    body["location"].clone()
}

/// The Location entity of a location, as `kind/namespace/name`.
fn entity_path(location: &Value) -> String {
    location["entityRef"].as_str().unwrap().replace(':', "/")
}

fn id(location: &Value) -> &str {
    location["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_registered_location_is_listed_and_stands_in_the_catalog_at_once() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    assert_eq!(ann.locations_list().await.json(), json!([]), "those of the configuration are not listed");
    let location = register(&ann, NOWHERE).await;
    let entity_ref = location["entityRef"].as_str().unwrap();
    assert!(entity_ref.starts_with("location:default/generated-") && entity_ref.len() == 67, "{entity_ref}");
    assert_eq!((&location["type"], &location["target"]), (&json!("url"), &json!(NOWHERE)));
    assert_eq!(location.as_object().unwrap().len(), 4);

    // No waiting.
    let entity = ann.entity_get(&entity_path(&location)).await.json();
    assert_eq!(entity["spec"], json!({"type": "url", "target": NOWHERE}));
    let annotations = &entity["metadata"]["annotations"];
    assert_eq!(annotations["backstage.io/managed-by-origin-location"], format!("url:{NOWHERE}"));

    let list = ann.locations_list().await;
    assert_eq!(list.json(), json!([{"data": location}]));
    let one = ann.location_get(id(&location)).await;
    assert_eq!(one.json(), location);
    for (answer, path) in [(&list, "locations".to_owned()), (&one, format!("locations/{}", id(&location)))] {
        let tag = answer.header("etag").unwrap();
        assert!(tag.starts_with("W/\""), "{tag}");
        let path = format!("/api/catalog/{path}");
        assert_eq!(ann.get_with(&path, ("if-none-match", tag)).await.status, 304);
    }
    assert_eq!(ann.location_get_by_entity(&entity_path(&location)).await.json(), location);

    let gone = ann.location_delete(id(&location)).await;
    assert_eq!((gone.status, gone.body.as_str()), (204, ""));
    ann.entity_get(&entity_path(&location)).await.error(404, "NotFoundError");
    assert_eq!(ann.locations_list().await.json(), json!([]));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    for unknown in [NO_ID, "nope", "by-query", "%00", "00000000-0000-0000-0000-00000000000A"] {
        let named = unknown.replace("%00", "\u{0}");
        let message = format!("Found no location with ID {named}");
        ann.location_get(unknown).await.assert_error(404, "NotFoundError", &message);
        ann.location_delete(unknown).await.assert_error(404, "NotFoundError", &message);
        ann.location_update(unknown, &url(NOWHERE)).await.assert_error(404, "NotFoundError", &message);
    }
    let file = app.folder().canonicalize().unwrap().join("catalog/*.yaml");
    let message = format!("Found no location with type file and target {}", file.display());
    ann.location_get_by_entity("Component/Default/Atlas").await.assert_error(404, "NotFoundError", &message);
    let message = "No entity named 'nope' found, with kind 'component' in namespace 'default'";
    ann.location_get_by_entity("component/default/nope").await.assert_error(404, "NotFoundError", message);
}

#[tokio::test]
async fn only_addresses_are_registered() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let kept = register(&ann, "https://example.com/kept.yaml").await;
    let refused = async |body: Value| {
        let message = ann.location_create(&[], &body).await.error(400, "InputError");
        let body = json!({"type": body["type"], "target": body["target"]});
        let at_update = ann.location_update(id(&kept), &body).await.error(400, "InputError");
        (message, at_update)
    };
    for other in ["file", "URL", "", "bootstrap"] {
        let (message, at_update) = refused(json!({"type": other, "target": NOWHERE})).await;
        assert_eq!(message, "Registered locations must be of an allowed type [\"url\"]");
        assert_eq!(at_update, message);
    }
    let long = format!("https://example.com/{}", "a".repeat(2_000));
    for target in [
        "",
        "catalog-info.yaml",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://a/\u{0}",
        "https://a/ b",
        &long,
    ] {
        let (message, at_update) = refused(url(target)).await;
        assert!(message.starts_with("the target "), "{message}");
        assert_eq!(at_update, message);
    }
    let fails = async |body: &str| ann.post_as("/api/catalog/locations", Some("application/json"), body).await;
    let shape = async |body: &str, message: &str| fails(body).await.assert_error(400, "InputError", message);
    shape(r#"{"type":"url"}"#, "request/body must have required property 'target'").await;
    shape(r#"{"target":"https://a/b"}"#, "request/body must have required property 'type'").await;
    let extra = r#"{"type":"url","target":"https://a/b","owner":"me"}"#;
    shape(extra, "request/body must NOT have additional properties").await;
    for body in ["[]", "{", r#"{"type":"url","target":7}"#] {
        fails(body).await.error(400, "InputError");
    }
    assert_eq!(
        ann.location_create(&[("foo", "1")], &url(NOWHERE)).await.error(400, "InputError"),
        "Unknown query parameter 'foo'"
    );
    let message = ann.location_create(&[("onConflict", "")], &url(NOWHERE)).await.error(400, "InputError");
    assert_eq!(message, "Empty value found for query parameter 'onConflict'");
    ann.location_create(&[("onConflict", "maybe")], &url(NOWHERE)).await.error(400, "InputError");
    assert_eq!(ann.locations_list().await.json(), json!([{"data": kept}]));
    // Taken, and not used.
    let mut body = url(NOWHERE);
    body["presence"] = json!("optional");
    created(&ann.location_create(&[], &body).await);
}

#[tokio::test]
async fn a_second_registration_is_a_conflict_or_a_refresh() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let first = register(&ann, NOWHERE).await;
    let message = format!("Location url:{NOWHERE} already exists");
    for query in [&[][..], &[("onConflict", "reject")]] {
        ann.location_create(query, &url(NOWHERE)).await.assert_error(409, "ConflictError", &message);
    }
    let again = created(&ann.location_create(&[("onConflict", "refresh")], &url(NOWHERE)).await);
    assert_eq!(again, json!({"location": first, "entities": []}));
    assert_eq!(ann.locations_list().await.json().as_array().unwrap().len(), 1);

    let config = "catalog: { defaultLocationConflictStrategy: refresh }";
    let app = Setup { config, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    let first = register(&ann, NOWHERE).await;
    assert_eq!(register(&ann, NOWHERE).await, first);
    let refused = ann.location_create(&[("onConflict", "reject")], &url(NOWHERE)).await;
    refused.assert_error(409, "ConflictError", &message);
}

#[tokio::test]
async fn another_target_keeps_id_and_entity() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let (a, b) = (register(&ann, "https://x/a.yaml").await, register(&ann, "https://x/b.yaml").await);
    let message = "Location url:https://x/b.yaml already exists";
    ann.location_update(id(&a), &url("https://x/b.yaml")).await.assert_error(409, "ConflictError", message);
    let same = ann.location_update(id(&a), &url("https://x/a.yaml")).await;
    assert_eq!(same.json(), a);
    let moved = ann.location_update(id(&a), &url("https://x/c.yaml")).await.json();
    assert_eq!(
        (&moved["id"], &moved["entityRef"], &moved["target"]),
        (&a["id"], &a["entityRef"], &json!("https://x/c.yaml"))
    );
    let entity = ann.entity_get(&entity_path(&a)).await.json();
    assert_eq!(entity["spec"]["target"], "https://x/c.yaml");
    assert_eq!(ann.location_get(id(&a)).await.json(), moved);

    // The address that is free again can be registered, and has an entity of its own.
    let again = register(&ann, "https://x/a.yaml").await;
    assert_ne!(again["entityRef"], a["entityRef"]);
    for location in [&again, &b, &moved] {
        assert_eq!(ann.entity_get(&entity_path(location)).await.json()["spec"]["target"], location["target"]);
        assert_eq!(ann.location_delete(id(location)).await.status, 204);
        ann.entity_get(&entity_path(location)).await.error(404, "NotFoundError");
    }
    let extra = json!({"type": "url", "target": "https://x/a.yaml", "presence": "optional"});
    let message = "request/body must NOT have additional properties";
    ann.location_update(id(&a), &extra).await.assert_error(400, "InputError", message);
}

#[tokio::test]
async fn pages_meet_each_location_once() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    for number in 0..5 {
        register(&ann, &format!("https://x/{number}.yaml")).await;
    }
    register(&ann, "https://y/5.yaml").await;
    let whole = ann.locations_by_query(&json!({})).await;
    assert!(whole.header("etag").is_some());
    let whole = whole.json();
    assert_eq!((&whole["totalItems"], &whole["pageInfo"]), (&json!(6), &json!({})));

    let query = json!({"target": {"$hasPrefix": "HTTPS://X/"}});
    let mut page = ann.locations_by_query(&json!({"limit": 2, "query": query})).await.json();
    let mut met = vec![];
    loop {
        assert_eq!(page["totalItems"], 5);
        met.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["pageInfo"]["nextCursor"].as_str() else { break };
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        // What else is asked for does not count.
        page = ann.locations_by_query(&json!({"cursor": cursor, "limit": 1, "query": {"id": "none"}})).await.json();
    }
    let wanted = |location: &&Value| location["target"].as_str().unwrap().starts_with("https://x/");
    let expected: Vec<Value> = whole["items"].as_array().unwrap().iter().filter(wanted).cloned().collect();
    assert_eq!(met, expected, "in the order of the ids");

    for (body, message) in [
        (json!({"limit": 0}), "request/body/limit must be >= 1"),
        (json!({"cursor": "e30="}), "Malformed cursor: it is not one that this server made"),
        (json!({"query": {"$foo": 1}}), "Invalid query: "),
        (json!({"query": {"kind": "component"}}), "Invalid query: a location has no field `kind`"),
        (json!({"query": []}), "Invalid query: "),
    ] {
        let told = ann.locations_by_query(&body).await.error(400, "InputError");
        assert!(told.starts_with(message), "{body}: {told}");
    }
    assert_eq!(ann.locations_by_query(&json!({"query": {"$all": []}})).await.json()["totalItems"], 0);
}

#[tokio::test]
async fn each_operation_takes_its_permission() {
    let app = Setup { config: TOKENS, ..Setup::default() }.spawn().await;
    let [registrar, reader, deleter] =
        ["registrar-0001", "reader-0002", "deleter-0003"].map(|token| app.program(token));
    let location = register(&registrar, NOWHERE).await;
    let moved = registrar.location_update(id(&location), &url("https://x/a.yaml")).await.json();
    for other in [&reader, &deleter] {
        let answers = [
            other.location_create(&[], &url(NOWHERE)).await,
            other.location_update(id(&location), &url(NOWHERE)).await,
        ];
        for answer in answers {
            assert!(answer.error(403, "NotAllowedError").starts_with("catalog.location.create is denied"));
        }
    }
    for other in [&registrar, &reader] {
        for id in [id(&location), NO_ID] {
            let message = other.location_delete(id).await.error(403, "NotAllowedError");
            assert!(message.starts_with("catalog.location.delete is denied"), "{message}");
        }
    }
    for other in [&registrar, &deleter] {
        assert_eq!(other.locations_list().await.json(), json!([]));
        let empty = json!({"items": [], "totalItems": 0, "pageInfo": {}});
        assert_eq!(other.locations_by_query(&json!({})).await.json(), empty);
        let message = format!("Found no location with ID {}", id(&location));
        other.location_get(id(&location)).await.assert_error(404, "NotFoundError", &message);
        other.location_get_by_entity(&entity_path(&location)).await.error(404, "NotFoundError");
    }
    assert_eq!(reader.locations_list().await.json(), json!([{"data": moved}]));
    assert_eq!(reader.location_get(id(&location)).await.json(), moved);
    assert_eq!(reader.location_get_by_entity(&entity_path(&location)).await.json(), moved);
    assert_eq!(deleter.location_delete(id(&location)).await.status, 204);
}

#[tokio::test]
async fn a_readonly_catalog_is_only_read() {
    let mut app = spawn_app().await;
    let location = register(&app.guest().await, NOWHERE).await;
    app.stop();
    app.file_write("extra.yaml", "catalog: { readonly: true }");
    app.start().await;
    let ann = app.guest().await;
    for answer in [
        ann.location_create(&[], &url("https://x/a.yaml")).await,
        ann.location_create(&[("onConflict", "refresh")], &url(NOWHERE)).await,
        ann.location_update(id(&location), &url("https://x/a.yaml")).await,
        ann.location_delete(id(&location)).await,
    ] {
        assert!(answer.error(403, "NotAllowedError").contains("catalog.readonly"));
    }
    assert_eq!(ann.locations_list().await.json(), json!([{"data": location}]));
    assert_eq!(ann.entity_get(&entity_path(&location)).await.status, 200);
}

/// Changes the table as another process would, or one that was killed right after that.
async fn sql(app: &TestApp, statement: &str) {
    use sea_orm::{ConnectionTrait, Database};
    let file = app.folder().join("data/callboard.db");
    let db = Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
    db.execute_unprepared(statement).await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_restart_makes_up_for_what_was_not_taken_in() {
    let mut app = spawn_app().await;
    let ann = app.guest().await;
    let (kept, gone) = (register(&ann, "https://x/kept.yaml").await, register(&ann, "https://x/gone.yaml").await);
    app.stop();
    sql(&app, &format!("DELETE FROM locations WHERE id = '{}'", id(&gone))).await;
    sql(
        &app,
        "INSERT INTO locations (id, type, target, entity_ref, created_at_ms, created_by) \
         VALUES ('10000000-0000-4000-8000-000000000000', 'url', 'https://x/new.yaml', 'location:default/generated-new', 0, 'x')",
    )
    .await;
    app.start().await;
    let ann = app.guest().await;
    eventually("the new location is there and the removed one gone", async || {
        let new = ann.entity_get("location/default/generated-new").await.status;
        let gone = ann.entity_get(&entity_path(&gone)).await.status;
        (new == 200 && gone == 404).then_some(())
    })
    .await;
    assert_eq!(ann.entity_get(&entity_path(&kept)).await.status, 200);

    // The same while it runs: within a second or so.
    sql(&app, "DELETE FROM locations WHERE entity_ref = 'location:default/generated-new'").await;
    eventually("the portal has noticed", async || {
        (ann.entity_get("location/default/generated-new").await.status == 404).then_some(())
    })
    .await;
    assert_eq!(ann.entity_get(&entity_path(&kept)).await.status, 200);
    assert_eq!(ann.entity_get("component/default/atlas").await.status, 200);
}

#[tokio::test]
async fn registering_changes_nothing_else() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let before = ann.entities_list(&[]).await.body;
    let location = register(&ann, NOWHERE).await;
    app.file_write("catalog/more.yaml", &component("fable", "New."));
    eventually("files are followed as before", async || {
        (ann.entity_get("component/default/fable").await.status == 200).then_some(())
    })
    .await;
    std::fs::remove_file(app.folder().join("catalog/more.yaml")).unwrap();
    assert_eq!(ann.location_delete(id(&location)).await.status, 204);
    eventually("the catalog is as it was", async || (ann.entities_list(&[]).await.body == before).then_some(())).await;
}
