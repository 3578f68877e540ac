//! `/metrics`, as a collector reads it.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Answer, Setup, eventually, spawn_app};

/// The values by name and labels, after a look at the shape of the text.
#[track_caller]
fn read(answer: &Answer) -> BTreeMap<String, f64> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let (mut values, mut described) = (BTreeMap::new(), BTreeSet::new());
    for line in answer.body.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.split(' ');
            let (what, name) = (words.next().unwrap(), words.next().unwrap());
            assert!(described.insert(format!("{what} {name}")), "described twice: {line}");
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
        let metric = name.split('{').next().unwrap();
        let families = ["", "_bucket", "_sum", "_count"].map(|ending| metric.strip_suffix(ending));
        let is_described = |family: &&str| described.contains(&format!("TYPE {family}"));
        assert!(families.iter().flatten().any(is_described), "not described: {line}");
        let value = value.parse().unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(values.insert(name.to_owned(), value).is_none(), "told twice: {line}");
    }
    values
}

#[tokio::test]
async fn a_collector_learns_how_the_portal_is() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    for name in ["atlas", "comet", "ember"] {
        assert_eq!(ann.entity_get(&format!("component/default/{name}")).await.status, 200);
    }
    assert_eq!(ann.entity_get("component/default/nope").await.status, 404);
    app.anonymous().get("/api/catalog/entities", &[]).await.error(401, "AuthenticationError");
    assert_eq!(app.program("nonsense").entities_list(&[]).await.status, 401);
    app.anonymous().get("/api/catalog/%2e%2e/hostile", &[]).await;
    let list = ann.entities_list(&[]).await;

    let values = read(&app.anonymous().get("/metrics", &[]).await);
    let value = |name: &str| *values.get(name).unwrap_or_else(|| panic!("{name}: {values:#?}"));
    let by_name = r#"method="GET",route="/api/catalog/entities/by-name/{kind}/{namespace}/{name}""#;
    assert_eq!(value(&format!("callboard_http_requests_total{{{by_name},status=\"200\"}}")), 3.0);
    assert_eq!(value(&format!("callboard_http_requests_total{{{by_name},status=\"404\"}}")), 1.0);
    let duration = "callboard_http_request_duration_seconds";
    assert_eq!(value(&format!("{duration}_bucket{{{by_name},status=\"200\",le=\"+Inf\"}}")), 3.0);
    assert_eq!(value(&format!("{duration}_count{{{by_name},status=\"200\"}}")), 3.0);
    assert!(value(&format!("{duration}_sum{{{by_name},status=\"200\"}}")) > 0.0);
    let lists = r#"method="GET",route="/api/catalog/entities""#;
    assert_eq!(value(&format!("callboard_http_requests_total{{{lists},status=\"401\"}}")), 2.0);
    // As they were sent, which is compressed.
    let n_sent = value(&format!("callboard_http_response_bytes_total{{{lists},status=\"200\"}}"));
    assert!((100.0..list.body.len() as f64).contains(&n_sent), "{n_sent} of {}", list.body.len());
    assert!(values.keys().all(|name| !name.contains("hostile") && !name.contains("atlas")), "{values:#?}");
    assert_eq!(value("callboard_http_requests_in_flight"), 1.0, "this one");

    assert_eq!(value(r#"callboard_catalog_entities{kind="component"}"#), 5.0);
    assert_eq!(value("callboard_catalog_failing_locations"), 0.0);
    assert!(value("callboard_catalog_locations") >= 1.0);
    assert_eq!(value("callboard_catalog_is_writer"), 1.0);
    assert!(value(r#"callboard_catalog_location_read_duration_seconds_count{outcome="documents"}"#) >= 1.0);
    assert!(value("callboard_catalog_write_duration_seconds_count") >= 1.0);
    assert!(value("callboard_catalog_change_number") > 0.0);
    let behind_secs =
        std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64() - value("callboard_catalog_followed_timestamp_seconds");
    assert!((0.0..60.0).contains(&behind_secs), "{behind_secs}");
    assert_eq!(value(r#"callboard_auth_sign_ins_total{outcome="success"}"#), 1.0);
    assert_eq!(value("callboard_auth_refused_tokens_total"), 1.0);
    assert!(value(r#"callboard_database_connections{state="idle"}"#) >= 1.0);
    assert_eq!(value(&format!("callboard_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1.0);
}

#[tokio::test]
async fn a_location_that_breaks_shows() {
    let app = spawn_app().await;
    app.file_write("catalog/all.yaml", "apiVersion: [");
    eventually("the location fails", async || {
        let values = read(&app.anonymous().get("/metrics", &[]).await);
        (values["callboard_catalog_failing_locations"] == 1.0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn followers_of_changes_are_counted() {
    let app = spawn_app().await;
    let streams = async || read(&app.anonymous().get("/metrics", &[]).await)["callboard_catalog_event_streams"];
    assert_eq!(streams().await, 0.0);
    let ann = app.guest().await;
    let _following = (ann.catalog_events().await, ann.catalog_events().await);
    assert_eq!(streams().await, 2.0);
}

#[tokio::test]
async fn metrics_can_be_kept_to_programs() {
    let config = "
callboard: { metrics: authenticated }
backend:
  auth:
    externalAccess:
      - { type: static, options: { token: everything-0001, subject: bot } }
      - { type: static, options: { token: collector-0002, subject: prometheus }, accessRestrictions: [ { plugin: metrics } ] }
      - { type: static, options: { token: elsewhere-0003, subject: other }, accessRestrictions: [ { plugin: catalog } ] }
";
    let app = Setup { config, ..Setup::default() }.spawn().await;
    let status = async |person: crate::support::Person| person.get("/metrics", &[]).await.status;
    assert_eq!(status(app.anonymous()).await, 401);
    assert_eq!(status(app.program("nonsense")).await, 401);
    assert_eq!(status(app.guest().await).await, 403);
    assert_eq!(status(app.program("elsewhere-0003")).await, 403);
    read(&app.program("everything-0001").get("/metrics", &[]).await);
    read(&app.program("collector-0002").get("/metrics", &[]).await);
    assert_eq!(app.program("collector-0002").entities_list(&[]).await.status, 403, "good for nothing else");
}

#[tokio::test]
async fn metrics_can_be_off() {
    let app = Setup { config: "callboard: { metrics: off }", ..Setup::default() }.spawn().await;
    let answer = app.anonymous().get("/metrics", &[]).await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("callboard.metrics"), "{}", answer.body);
}
