//! Personal tokens, from their making to their end, in the whole portal.

use callboard::auth::limited_user_token;
use serde_json::json;

use crate::support::{Setup, spawn_app};

const ALLOWED: &str = "auth: { personalTokens: { allowGuest: true, maxLifetime: 30d, maxPerUser: 2 } }";

#[tokio::test]
async fn a_token_is_made_used_across_a_restart_and_revoked() {
    let mut app = Setup { config: ALLOWED, ..Setup::default() }.spawn().await;
    let guest = app.guest().await;
    let rules = guest.personal_tokens_list().await.json()["rules"].clone();
    let expected =
        json!({"canCreate": true, "isGuest": true, "defaultLifetimeDays": 30, "maxLifetimeDays": 30, "maxTokens": 2});
    assert_eq!(rules, expected, "the default is not longer than the longest");
    let made = guest.personal_token_created(&json!({"name": "deploy script", "lifetimeDays": 7})).await;
    let (id, secret) = (made["token"]["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    assert!(limited_user_token(secret).is_none());

    app.stop();
    app.start().await;
    let (guest, script) = (app.guest().await, app.program(secret));
    assert_eq!(script.entity_get("component/default/atlas").await.status, 200);
    assert_eq!(script.user_setting_update("b", "k", &json!({"value": 1})).await.status, 200);
    assert_eq!(guest.user_setting_get("b", "k").await.json()["value"], 1, "it acts as the person who made it");
    let listed = guest.personal_tokens_list().await.json();
    assert_eq!(listed["items"][0]["name"], "deploy script");
    assert!(listed["items"][0]["lastUsedAt"].is_string());

    script.personal_tokens_list().await.error(403, "NotAllowedError");
    script.personal_token_create(&json!({"name": "child"})).await.error(403, "NotAllowedError");
    script.personal_token_delete(id).await.error(403, "NotAllowedError");
    guest.personal_token_delete("nope").await.error(404, "NotFoundError");
    assert_eq!(guest.personal_token_delete(id).await.status, 204);
    script.entities_list(&[]).await.assert_error(401, "AuthenticationError", "Illegal token");
    assert_eq!(guest.personal_tokens_list().await.json()["items"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_reason() {
    let app = Setup { config: ALLOWED, ..Setup::default() }.spawn().await;
    let guest = app.guest().await;
    for (body, reason) in [
        (json!({}), "must have required property 'name'"),
        (json!({"name": " "}), "`name` is empty"),
        (json!({"name": "x", "lifetimeDays": 31}), "between 1 and 30"),
        (json!({"name": "x", "lifetimeDays": 0}), "between 1 and 30"),
        (json!({"name": "x", "lifetimeDays": -1}), "must be >= 0"),
        (json!({"name": "x", "isReadOnly": "yes"}), "must be boolean"),
        (json!({"name": "x", "isReadonly": true}), "must NOT have additional properties"),
    ] {
        let message = guest.personal_token_create(&body).await.error(400, "InputError");
        assert!(message.contains(reason), "{body}: {message}");
    }
    for name in ["one", "two"] {
        assert_eq!(guest.personal_token_create(&json!({"name": name})).await.status, 201);
    }
    let message = guest.personal_token_create(&json!({"name": "three"})).await.error(409, "ConflictError");
    assert!(message.contains("revoke one first"), "{message}");
}

#[tokio::test]
async fn guests_get_no_token_unless_it_is_allowed() {
    let app = spawn_app().await;
    let guest = app.guest().await;
    let message = guest.personal_token_create(&json!({"name": "x"})).await.error(403, "NotAllowedError");
    assert!(message.contains("`auth.personalTokens.allowGuest: true`"), "{message}");
    assert_eq!(guest.personal_tokens_list().await.json()["rules"]["canCreate"], false);
}

#[tokio::test]
async fn the_portal_tells_what_it_is_made_of() {
    let app = spawn_app().await;
    let about = app.anonymous().get("/api/app/about", &[]).await.json();
    assert_eq!((&about["version"], &about["license"]), (&json!(env!("CARGO_PKG_VERSION")), &json!("Apache-2.0")));
    assert!(about["startedAt"].as_str().unwrap().ends_with('Z'));
    let licences = app.anonymous().get("/api/app/licences", &[]).await.json();
    let serde = licences["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde").unwrap();
    let number = &serde["texts"][0];
    let text = app.anonymous().get(&format!("/api/app/licences/texts/{number}"), &[]).await;
    assert!(text.body.starts_with("Apache License"), "{}", text.body);
    for number in ["99999", "-1", "x"] {
        app.anonymous().get(&format!("/api/app/licences/texts/{number}"), &[]).await.error(404, "NotFoundError");
    }
}
