//! The OpenAPI document. That `docs/configuration.md` is current is tested beside the configuration.

use std::path::Path;

use callboard::app::openapi_json;
use serde_json::{Map, Value};

use crate::support::{run, spawn_app};

#[track_caller]
fn committed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn document() -> Value {
    serde_json::from_str(&openapi_json()).unwrap()
}

/// `(path, method, operation)` of the whole document.
pub fn operations(document: &Value) -> Vec<(&str, &str, &Map<String, Value>)> {
    let paths = document["paths"].as_object().expect("there are paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().expect("a path has methods");
            item.iter().map(move |(method, operation)| {
                (path.as_str(), method.as_str(), operation.as_object().expect("an operation is an object"))
            })
        })
        .collect()
}

#[tokio::test]
async fn the_document_that_is_served_is_the_committed_one() {
    let app = spawn_app().await;
    let served = app.anonymous().get("/api/openapi.json", &[]).await;
    let committed = committed("openapi/callboard.json");
    // Not `assert_eq`: it would print both documents.
    let is_same = served.body.trim_end() == committed.trim_end();
    assert!(
        is_same,
        "openapi/callboard.json differs from what the server says: run `./justw openapi`, read the difference, and commit it"
    );
    let printed = run(app.folder(), &["openapi"]).await;
    assert!(printed.stdout == committed, "`callboard openapi` prints another document than the server serves");
    let at_catalog = app.guest().await.get("/api/catalog/openapi.json", &[]).await;
    assert_eq!(at_catalog.status, 200);
    let tag = served.header("etag").unwrap();
    assert_eq!(app.anonymous().get_with("/api/openapi.json", ("if-none-match", tag)).await.status, 304);
}

#[test]
fn the_document_speaks_for_us() {
    let document = document();
    assert_eq!(document["info"]["title"], "Callboard");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(document["info"]["description"].as_str().unwrap().contains("Callboard"));
    assert!(document["info"].get("contact").is_none(), "the collector would print its author");
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
}

#[test]
fn every_operation_is_described() {
    let document = document();
    let tags: Vec<_> = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = Vec::new();
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        let text = |key: &str| operation.get(key).and_then(Value::as_str).unwrap_or_default();
        assert!(!text("summary").is_empty(), "{place} has no summary");
        assert!(!text("operationId").is_empty(), "{place} has no operationId");
        ids.push(text("operationId"));
        let own: Vec<_> = operation["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
        assert!(own.len() == 1 && tags.contains(&own[0]), "{place}: the tag {own:?} is not among {tags:?}");
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses {
            assert!(
                response["description"].is_string(),
                "{place}: {status} has no description, so the document is not valid"
            );
            let is_error = status.starts_with(['4', '5']);
            // Health probes and paths that nobody knows have bodies of their own, or none.
            let is_other = path.starts_with("/.backstage/")
                || response.get("content").is_none()
                // The one body that existing clients expect to be different.
                || (path == "/api/catalog/validate-entity" && status == "400");
            let schema = &response["content"]["application/json"]["schema"]["$ref"];
            let is_text = response["content"].get("text/plain").is_some();
            assert!(
                !is_error || is_other || is_text || schema == "#/components/schemas/ErrorBody",
                "{place}: {status} does not carry the error body but {schema}"
            );
        }
        assert!(responses.keys().any(|status| status.starts_with(['4', '5'])), "{place} tells no error");
        for (name, body) in operation
            .get("parameters")
            .into_iter()
            .flat_map(|list| list.as_array().unwrap())
            .map(|parameter| (parameter["name"].as_str().unwrap(), parameter))
        {
            assert!(body["description"].is_string(), "{place}: the parameter `{name}` has no description");
        }
    }
    let n_ids = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), n_ids, "an operationId is used twice");
}

#[test]
fn every_operation_that_needs_credentials_tells_what_happens_without() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let is_open = operation
            .get("security")
            .is_some_and(|security| security.as_array().unwrap().iter().all(|way| way.as_object().unwrap().is_empty()));
        let tells = operation["responses"].get("401").is_some();
        assert!(is_open || tells, "{method} {path} needs credentials and documents no 401");
    }
}
