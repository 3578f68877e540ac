//! A list as comma-separated values.

use serde_json::{Value, json};

use crate::support::descriptors::component;
use crate::support::{eventually, spawn_app};

fn columns(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(title, field)| json!({"title": title, "field": field})).collect()
}

#[tokio::test]
async fn a_table_has_all_matches_in_the_order_that_was_asked_for() {
    let app = spawn_app().await;
    let body = json!({
        "query": {"$all": [{"kind": "component"}, {"$not": {"spec.lifecycle": "deprecated"}}]},
        "orderBy": [{"field": "metadata.title", "order": "desc"}],
        "orderMissing": "last",
        "columns": columns(&[("Reference", "entityRef"), ("Title", "metadata.title"), ("Owner", "relations.ownedBy"), ("Tags", "metadata.tags")]),
    });
    let table = app.guest().await.entities_csv(&body).await;
    assert_eq!(table.status, 200);
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"catalog.csv\""));
    let mut lines: Vec<&str> = table.body.split_terminator("\r\n").collect();
    assert_eq!(
        lines[..2],
        ["Reference,Title,Owner,Tags", "component:default/atlas,Zebra,group:default/team-a,\"java, web\""]
    );
    // Those without a title follow by uid, which nobody can know.
    lines[2..].sort_unstable();
    let expected = [
        "component:default/beacon,,group:default/team-b,rust",
        "component:default/ember,,group:default/team-a,",
        "component:ops/dune,,group:default/team-b,",
    ];
    assert_eq!(lines[2..], expected);
}

#[tokio::test]
async fn what_a_descriptor_says_is_no_formula() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    app.file_write("catalog/formula.yaml", &component("formula", "=HYPERLINK(1)"));
    let body = json!({
        "query": {"metadata.name": "formula"},
        "columns": columns(&[("Description", "metadata.description")]),
    });
    let table = eventually("the entity is in the table", async || {
        let table = ann.entities_csv(&body).await.body;
        table.contains("HYPERLINK").then_some(table)
    })
    .await;
    assert_eq!(table, "Description\r\n'=HYPERLINK(1)\r\n");
}

#[tokio::test]
async fn a_table_without_columns_is_refused() {
    let app = spawn_app().await;
    let refused = app.guest().await.entities_csv(&json!({"columns": []})).await;
    refused.assert_error(400, "InputError", "request/body/columns must have 1 to 50 items");
    let field = "a.".repeat(501);
    let long = columns(&[("x", field.as_str())]);
    let refused = app.guest().await.entities_csv(&json!({"columns": long})).await;
    refused.assert_error(400, "InputError", "request/body/columns/field must NOT have more than 1000 bytes");
}
