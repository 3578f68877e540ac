//! Many counts in one request.

use serde_json::json;

use crate::support::{eventually, spawn_app};

#[tokio::test]
async fn each_question_is_answered_at_its_place() {
    let app = spawn_app().await;
    let body = json!({"questions": [
        {"query": {"kind": "component"}, "facets": ["spec.lifecycle", "spec.nothing"]},
        {"query": {"$all": [{"kind": "component"}, {"$not": {"spec.lifecycle": {"$in": ["deprecated"]}}}]}},
        {"query": {"kind": "component"}, "fullTextFilter": {"term": "APPLE", "fields": ["metadata.title"]}, "facets": ["metadata.name"]},
        {"query": {"kind": "nothing"}},
    ]});
    let answer = app.guest().await.entity_counts(&body).await;
    assert_eq!(answer.status, 200);
    let value = |value: &str, count: usize| json!({"value": value, "count": count});
    let stages = [value("deprecated", 1), value("experimental", 1), value("production", 3)];
    let expected = json!({"items": [
        {"total": 5, "facets": {"spec.lifecycle": stages, "spec.nothing": []}},
        {"total": 4, "facets": {}},
        {"total": 1, "facets": {"metadata.name": [value("comet", 1)]}},
        {"total": 0, "facets": {}},
    ]});
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn entities_with_problems_are_counted_and_found() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let problems = json!({"status.items.level": {"$exists": true}});
    let before = ann.entity_counts(&json!({"questions": [{"query": problems}]})).await.json();
    // A Location entity whose target does not exist has a problem.
    let location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: astray }\nspec: { target: ./nowhere.yaml }\n";
    app.file_write("catalog/astray.yaml", location);
    assert_eq!(before["items"][0]["total"], 0);
    let body = json!({"questions": [{"query": problems, "facets": ["status.items.level"]}]});
    let after = eventually("the problem is counted", async || {
        let counted = ann.entity_counts(&body).await.json();
        (counted["items"][0]["total"] == 1).then_some(counted)
    })
    .await;
    assert_eq!(after["items"][0]["facets"]["status.items.level"], json!([{"value": "error", "count": 1}]));
    let found = ann.entities_by_predicate(&json!({"query": problems})).await;
    assert_eq!(found.names(), ["astray"]);
}

#[tokio::test]
async fn what_would_be_too_much_or_is_not_understood_is_refused() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let many = json!({"questions": vec![json!({}); 51]});
    ann.entity_counts(&many).await.assert_error(
        400,
        "InputError",
        "request/body/questions must NOT have more than 50 items",
    );
    let many = json!({"questions": vec![json!({"facets": vec!["kind"; 41]}); 5]});
    let message = "request/body/questions must NOT have more than 200 facets together";
    ann.entity_counts(&many).await.assert_error(400, "InputError", message);
    let wrong = ann.entity_counts(&json!({"questions": [{"query": {"$none": []}}]})).await;
    assert!(wrong.error(400, "InputError").contains("$none"));
    assert_eq!(ann.entity_counts(&json!({})).await.status, 400);
}
