//! Which answers carry an entity tag, and are not sent twice: all JSON but reads of entities.

use serde_json::json;

use crate::search::searchable;
use crate::support::{Answer, Setup, spawn_app};

#[track_caller]
fn assert_tagged(answer: &Answer) {
    let tag = answer.header("etag").unwrap_or_else(|| panic!("{} {} has no tag", answer.method, answer.url));
    assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
    assert_eq!(answer.header("cache-control"), None, "{}", answer.url);
}

#[tokio::test]
async fn what_is_read_again_is_sent_once() {
    // An index that is still being made has another answer a moment later.
    let (_app, ann) = searchable(Setup::default()).await;
    ann.user_setting_update("b", "k", &json!({"value": 1})).await;
    for path in [
        "/api/catalog/entity-facets?facet=kind",
        "/api/catalog/entities/by-name/component/default/atlas/ancestry",
        "/api/catalog/openapi.json",
        "/api/search/query?term=beacon",
        "/api/search/query?types[]=software-catalog&facets[]=kind&pageLimit=2",
        "/api/search/suggest?term=bea",
        "/api/search/status",
        "/api/user-settings/buckets/b/keys/k",
        "/api/auth/v1/userinfo",
        "/api/auth/.well-known/openid-configuration",
        "/api/auth/.well-known/jwks.json",
        "/api/catalog/.backstage/auth/v1/jwks.json",
        "/api/app/config",
        "/.backstage/health/v1/readiness",
        "/.backstage/health/v1/liveness",
    ] {
        let answer = ann.get(path, &[]).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_tagged(&answer);
        let tag = answer.header("etag").unwrap();
        let same = ann.get_with(path, ("if-none-match", tag)).await;
        assert_eq!((same.status, same.body.as_str(), same.header("etag")), (304, "", Some(tag)), "{path}");
        let other = ann.get_with(path, ("if-none-match", "W/\"0-other\"")).await;
        assert_eq!((other.status, other.body), (200, answer.body), "{path}");
    }
}

#[tokio::test]
async fn errors_and_changes_are_tagged_and_sent_every_time() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let facets = json!({"facets": ["kind"]});
    for answer in [
        ann.entity_facets_by_predicate(&facets).await,
        ann.user_setting_update("b", "k", &json!({"value": 1})).await,
        ann.user_settings_multiget(&json!({"items": [{"bucket": "b", "key": "k"}]})).await,
        ann.session_refresh("guest").await,
        ann.entity_get("component/default/nope").await,
        ann.entity_facets(&[]).await,
        ann.search_query(&[("pageLimit", "many")]).await,
        app.anonymous().entities_list(&[]).await,
        ann.user_setting_get("b", "nope").await,
    ] {
        assert_tagged(&answer);
    }
    let missing = ann.entity_get("component/default/nope").await;
    let tag = ("if-none-match", missing.header("etag").unwrap());
    let again = ann.get_with("/api/catalog/entities/by-name/component/default/nope", tag).await;
    assert_eq!((again.status, again.body), (404, missing.body));
}

#[tokio::test]
async fn reads_of_entities_have_no_tag() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let atlas = ann.entity_get("component/default/atlas").await;
    let uid = atlas.json()["metadata"]["uid"].as_str().unwrap().to_owned();
    let refs = json!({"entityRefs": ["component:default/atlas"]});
    for answer in [
        atlas,
        ann.entities_list(&[]).await,
        ann.entities_by_query(&[]).await,
        ann.entities_by_predicate(&json!({})).await,
        ann.entities_by_refs(&[], &refs).await,
        ann.entity_get_by_uid(&uid).await,
    ] {
        assert_eq!((answer.status, answer.header("etag")), (200, None), "{}", answer.url);
    }
}
