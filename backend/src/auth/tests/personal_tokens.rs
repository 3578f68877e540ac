//! Personal tokens at the door: what they open, and what they do not.

use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::test::TestRequest;
use actix_web::web::Data;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::*;
use crate::auth::{AuthService, AuthSettings, PersonalTokenSettings, StaticTokenSettings};
use crate::platform::clock::Clock;

const TOKENS: &str = "/api/personal-tokens";

fn settings() -> AuthSettings {
    let personal_tokens = PersonalTokenSettings { allow_guest: true, ..PersonalTokenSettings::default() };
    let robot = StaticTokenSettings { token: "robot-token-1".into(), subject: "ci".into(), restrictions: None };
    AuthSettings { personal_tokens, static_tokens: vec![robot], ..guest_settings() }
}

fn ask(method: Method, path: &str, token: &str) -> TestRequest {
    TestRequest::with_uri(path).method(method).insert_header((AUTHORIZATION, format!("Bearer {token}")))
}

async fn create(auth: &Data<AuthService>, token: &str, body: &Value) -> Answer {
    send(auth, ask(Method::POST, TOKENS, token).set_json(body)).await
}

/// A service, a guest's session, and a personal token of the guest with its id.
async fn with_token(body: &Value) -> (Data<AuthService>, String, String, String, Clock, TestDb) {
    let (db, clock) = (database().await, clock());
    let auth = open(settings(), &db, &clock).await;
    let session = guest_token(&auth).await;
    let made = create(&auth, &session, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (secret, id) = (text(&made["secret"]), text(&made["token"]["id"]));
    (auth, session, secret, id, clock, db)
}

#[actix_web::test]
async fn a_personal_token_acts_for_its_owner() {
    let (auth, session, secret, id, clock, _db) = with_token(&json!({"name": "script"})).await;
    assert!(secret.starts_with("cbp_") && secret.contains(&id));
    let answer = send(&auth, get_with("/api/catalog/who", &secret)).await;
    assert_eq!(answer.body, "user:development/guest owns user:development/guest");
    let info = send(&auth, get_with("/api/auth/v1/userinfo", &secret)).await.json();
    assert_eq!(info["claims"]["sub"], "user:development/guest");

    let listed = send(&auth, get_with(TOKENS, &session)).await;
    assert!(!listed.body.contains(&secret), "the secret is told once");
    let listed = listed.json();
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["name"]), (&json!(id), &json!("script")));
    assert!(listed["items"][0]["lastUsedAt"].is_string());
    assert_eq!(listed["rules"]["canCreate"], true);

    let gone = send(&auth, ask(Method::DELETE, &format!("{TOKENS}/{id}"), &session)).await;
    assert_eq!(gone.status, 204);
    let refused = send(&auth, get_with("/api/catalog/who", &secret)).await;
    assert_eq!(refused.error(), (401, "Illegal token".to_owned()));
    let again = send(&auth, ask(Method::DELETE, &format!("{TOKENS}/{id}"), &session)).await;
    assert_eq!(again.status, 404);
    clock.advance(TimeDelta::days(1));
    assert_eq!(send(&auth, get_with("/api/catalog/who", &secret)).await.status, 401);
}

#[actix_web::test]
async fn forged_and_expired_tokens_are_refused() {
    let (auth, _, secret, id, clock, _db) = with_token(&json!({"name": "x", "lifetimeDays": 1})).await;
    let other = format!("cbp_{id}_{}", "A".repeat(43));
    for token in ["cbp_", "cbp_x", &secret[..59], &format!("{secret}x"), &secret.to_lowercase(), &other] {
        for path in ["/api/catalog/who", "/api/app/who", "/api/auth/v1/userinfo"] {
            let refused = send(&auth, get_with(path, token)).await;
            assert_eq!(refused.error(), (401, "Illegal token".to_owned()), "{token} at {path}");
        }
    }
    clock.advance(TimeDelta::days(1));
    let message = "Illegal token; caused by TokenError: the personal token has expired, make a new one";
    assert_eq!(send(&auth, get_with("/api/catalog/who", &secret)).await.error(), (401, message.to_owned()));
}

#[actix_web::test]
async fn only_people_who_signed_in_manage_tokens() {
    let (auth, _, secret, id, _, _db) = with_token(&json!({"name": "x"})).await;
    let path = format!("{TOKENS}/{id}");
    for token in [secret.as_str(), "robot-token-1"] {
        for request in [
            ask(Method::GET, TOKENS, token),
            ask(Method::POST, TOKENS, token).set_json(json!({"name": "y"})),
            ask(Method::DELETE, &path, token),
        ] {
            let (status, message) = send(&auth, request).await.error();
            assert_eq!(status, 403);
            assert!(message.starts_with("personal tokens are managed by people who signed in"), "{message}");
        }
    }
    for request in [get(TOKENS), TestRequest::post().uri(TOKENS), TestRequest::delete().uri(&path)] {
        assert_eq!(send(&auth, request).await.error(), (401, "Missing credentials".to_owned()));
    }
    assert_eq!(send(&auth, get_with("/api/catalog/who", &secret)).await.status, 200, "nothing was revoked");
}

#[actix_web::test]
async fn a_token_that_only_reads_changes_nothing() {
    let (auth, _, secret, ..) = with_token(&json!({"name": "x", "isReadOnly": true})).await;
    assert_eq!(send(&auth, get_with("/api/catalog/who", &secret)).await.status, 200);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let (status, message) = send(&auth, ask(method.clone(), "/api/catalog/who", &secret)).await.error();
        assert_eq!(status, 403, "{method}");
        assert!(message.starts_with("this personal token only reads"), "{message}");
    }
}

#[actix_web::test]
async fn guests_get_no_tokens_unless_the_configuration_says_so() {
    let (db, clock) = (database().await, clock());
    let auth = open(guest_settings(), &db, &clock).await;
    let session = guest_token(&auth).await;
    let refused = create(&auth, &session, &json!({"name": "x"})).await;
    let (status, message) = refused.error();
    assert_eq!((status, refused.json()["error"]["name"].as_str()), (403, Some("NotAllowedError")));
    assert!(message.contains("auth.personalTokens.allowGuest"), "{message}");
    let rules = send(&auth, get_with(TOKENS, &session)).await.json()["rules"].clone();
    assert_eq!((&rules["canCreate"], &rules["isGuest"]), (&json!(false), &json!(true)));
}

#[actix_web::test]
async fn a_guest_whose_session_outlives_guest_sign_in_gets_no_token() {
    let (db, clock) = (database().await, clock());
    let session = guest_token(open(guest_settings(), &db, &clock).await.get_ref()).await;
    let auth = open(AuthSettings::default(), &db, &clock).await;
    let refused = create(&auth, &session, &json!({"name": "x"})).await;
    assert_eq!(refused.error().0, 403, "{}", refused.body);
}

#[actix_web::test]
async fn the_groups_of_today_count_and_not_those_of_the_day_it_was_made() {
    let (_, _, secret, _, clock, db) = with_token(&json!({"name": "x"})).await;
    let groups = std::sync::Arc::new(|_: &_| Some(vec!["group:default/new".to_owned()]));
    let auth = open_with_groups(settings(), &db, &clock, groups).await;
    let answer = send(&auth, get_with("/api/catalog/who", &secret)).await;
    assert_eq!(answer.body, "user:development/guest owns user:development/guest group:default/new");
}
