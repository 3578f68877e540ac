//! What the catalog says to questions that it does not understand or must not answer.
//!
//! Messages that clients of Backstage may show are those of the contract, word for word.

use serde_json::json;

use crate::support::{Person, spawn_app};

#[tokio::test]
async fn a_question_that_is_not_understood_is_answered_with_what_is_wrong() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    for (path, message) in [
        ("entities?foo=1", "Unknown query parameter 'foo'"),
        ("entities/by-query?offset=0&foo=1", "Unknown query parameter 'foo'"),
        ("entity-facets?facet=kind&limit=1", "Unknown query parameter 'limit'"),
        ("entities?filter=", "Empty value found for query parameter 'filter'"),
        ("entities/by-query?cursor=", "Empty value found for query parameter 'cursor'"),
        ("entity-facets?facet=", "Empty value found for query parameter 'facet'"),
        ("entities?limit=-1", "request/query/limit must be >= 0"),
        ("entities/by-query?limit=-1", "request/query/limit must be >= 0"),
        ("entities/by-query?offset=-1", "request/query/offset must be >= 0"),
        ("entities/by-query?limit=ten", "request/query/limit must be integer"),
        ("entities?limit=1.5", "request/query/limit must be integer"),
        ("entities?limit=0", "Invalid limit, must be greater than zero"),
        ("entities?after=no", "Malformed after cursor, could not be parsed"),
        ("entities?after=bm8=", "Malformed after cursor, could not be parsed"),
        ("entity-facets", "request/query must have required property 'facet'"),
        ("entity-facets?filter=kind%3Dapi", "request/query must have required property 'facet'"),
    ] {
        ann.get(&format!("/api/catalog/{path}"), &[]).await.assert_error(400, "InputError", message);
    }
    for (path, part) in [
        ("entities/by-query?cursor=%25", "Malformed cursor: "),
        ("entities/by-query?cursor=e30%3D", "Malformed cursor: "),
        ("entities?filter=%3Dx", "`=x`"),
        ("entities?order=up%3Akind", "`up:kind`"),
        ("entities?order=kind", "`kind`"),
        ("entities/by-query?orderField=kind%2Cup", "`kind,up`"),
        ("entities/by-query?orderMissing=first", "`first`"),
        ("entities/by-query?totalItems=maybe", "`maybe`"),
        ("entities?fields=a%5B0%5D", "array type fields are not supported"),
    ] {
        let message = ann.get(&format!("/api/catalog/{path}"), &[]).await.error(400, "InputError");
        assert!(message.contains(part), "{path}: {message}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_understood_is_answered_with_what_is_wrong() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let by_query = "/api/catalog/entities/by-query";
    for (body, part) in [
        (
            json!({"query": {"kind": "a", "$all": []}}),
            "Invalid query: Validation error: Unrecognized key(s) in object: 'kind'",
        ),
        (json!({"query": {"$xor": []}}), "Invalid query: "),
        (json!({"query": {"kind": {"$like": "a"}}}), "Invalid query: "),
        (json!({"query": []}), "Invalid query: "),
        (json!({"query": "kind=api"}), "Invalid query: "),
        (json!({"query": null}), "request/body/query must NOT be null"),
        (
            json!({"query": {"metadata.tags": {"$contains": {"a": 1}}}}),
            "Object form of $contains is not supported for field \"metadata.tags\"",
        ),
        (json!({"limit": -1}), "request/body/limit must be >= 0"),
        (json!({"limit": "10"}), "request/body/limit must be integer"),
        (json!({"limit": 1.5}), "request/body/limit must be integer"),
        (json!({"limit": null}), "request/body/limit must NOT be null"),
        (json!({"orderBy": [{"field": "kind"}]}), "request/body/orderBy/0 must have required property 'order'"),
        (
            json!({"orderBy": [{"field": "kind", "order": "up"}]}),
            "request/body/orderBy/0/order must be equal to one of",
        ),
        (json!({"orderBy": [["kind", "asc"]]}), "request/body/orderBy/0 must be object"),
        (json!({"fullTextFilter": ["ann", ["metadata.name"]]}), "request/body/fullTextFilter must be object"),
        (json!({"cursor": "no"}), "Malformed cursor: "),
        (
            json!({"totalItems": "maybe"}),
            "request/body/totalItems must be equal to one of the allowed values: include, exclude",
        ),
        (json!({"fields": ["a[0]"]}), "array type fields are not supported"),
        (json!([]), "request/body must be object"),
    ] {
        let message = ann.post(by_query, &[], &body).await.error(400, "InputError");
        assert!(message.contains(part), "{body}: {message}");
    }
    let refs = "/api/catalog/entities/by-refs";
    ann.post(refs, &[("fields", "kind")], &json!({"entityRefs": []})).await.assert_error(
        400,
        "InputError",
        "Unknown query parameter 'fields'",
    );
    ann.post(refs, &[], &json!({})).await.assert_error(
        400,
        "InputError",
        "request/body must have required property 'entityRefs'",
    );
    ann.post("/api/catalog/entity-facets", &[], &json!({})).await.assert_error(
        400,
        "InputError",
        "request/body must have required property 'facets'",
    );
    // Neither JSON nor said to be JSON: 400, not 415.
    for (content_type, body) in [
        (Some("application/json"), "{"),
        (Some("application/json"), ""),
        (Some("text/plain"), "{}"),
        (Some("application/x-www-form-urlencoded"), "limit=1"),
        (None, "{}"),
    ] {
        for path in [by_query, refs, "/api/catalog/entity-facets"] {
            ann.post_as(path, content_type, body).await.error(400, "InputError");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    ann.entity_get_by_uid("nope").await.assert_error(404, "NotFoundError", "No entity with uid nope");
    let message = "No entity named 'rooted' found, with kind 'component' in namespace 'default'";
    ann.entity_get("component/default/rooted").await.assert_error(404, "NotFoundError", message);
    // A name that no entity can have is not found, either.
    ann.entity_get("component/default/a%20b%2Fc").await.error(404, "NotFoundError");
}

#[tokio::test]
async fn an_unknown_path_or_method_is_404_without_a_body() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let strangers: [(&str, &str); 7] = [
        ("GET", "/api/catalog"),
        ("GET", "/api/catalog/nothing"),
        ("GET", "/api/catalog/entities/by-name/component/default"),
        ("PUT", "/api/catalog/entities"),
        ("POST", "/api/catalog/entities"),
        ("PATCH", "/api/catalog/entities/by-query"),
        ("GET", "/api/catalog/entities/by-refs"),
    ];
    for (method, path) in strangers {
        let answer = ann.ask(method, path).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, ""), "{method} {path}");
        let refused = app.anonymous().ask(method, path).await;
        refused.assert_error(401, "AuthenticationError", "Missing credentials");
    }
    for path in ["/api", "/api/", "/api/nothing", "/api/nothing/at/all"] {
        let answer = app.anonymous().ask("GET", path).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, ""), "{path}");
    }
}

/// Asks a question with four things wrong at once.
async fn ask_wrongly(person: &Person) -> [crate::support::Answer; 3] {
    [
        person.get("/api/catalog/entities?foo=1&limit=-1", &[]).await,
        person.post_as("/api/catalog/entities/by-query", Some("text/plain"), "{").await,
        person.post_as("/api/catalog/entities/by-refs?fields=", None, "").await,
    ]
}

#[tokio::test]
async fn credentials_come_before_the_question() {
    let app = spawn_app().await;
    for answer in ask_wrongly(&app.anonymous()).await {
        answer.assert_error(401, "AuthenticationError", "Missing credentials");
    }
    for answer in ask_wrongly(&app.program("not-a-token")).await {
        answer.assert_error(401, "AuthenticationError", "Illegal token");
    }
    for answer in ask_wrongly(&app.guest().await).await {
        answer.error(400, "InputError");
    }
}
