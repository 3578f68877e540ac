//! Sign-in, tokens, probes and the headers of every answer.

use std::sync::mpsc;

use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::support::{Answer, Setup, eventually, spawn_app};

/// Tokens of programs: one for everything, one for the catalog only, one for another plugin.
const TOKENS: &str = "
backend:
  auth:
    externalAccess:
      - { type: static, options: { token: all-of-it-0001, subject: robot } }
      - { type: static, options: { token: catalog-only-0002, subject: ci }, accessRestrictions: [ { plugin: catalog } ] }
      - { type: static, options: { token: elsewhere-0003, subject: bot }, accessRestrictions: [ { plugin: scaffolder } ] }
";

#[tokio::test]
async fn a_guest_signs_in_and_reads_the_catalog() {
    let app = spawn_app().await;
    let session = app.anonymous().session_refresh("guest").await.json();
    assert_eq!(session["profile"], json!({}));
    let identity = &session["backstageIdentity"];
    let me = json!({"type": "user", "userEntityRef": "user:development/guest", "ownershipEntityRefs": ["user:development/guest"]});
    assert_eq!(identity["identity"], me);
    assert!((3590..=3600).contains(&identity["expiresInSeconds"].as_i64().unwrap()), "{identity}");

    let guest = app.anonymous().with_token(identity["token"].as_str().unwrap());
    assert_eq!(guest.entity_get("component/default/atlas").await.status, 200);
    let claims = json!({"claims": {"sub": "user:development/guest", "ent": ["user:development/guest"]}});
    assert_eq!(guest.user_info_get().await.json(), claims);
    app.anonymous().user_info_get().await.assert_error(401, "AuthenticationError", "No token provided");
}

#[tokio::test]
async fn a_guest_who_is_in_the_catalog_owns_what_its_groups_own() {
    let config = "auth: { providers: { guest: { userEntityRef: user:default/ann } } }";
    let app = Setup { config, ..Setup::default() }.spawn().await;
    let session = app.anonymous().session_refresh("guest").await.json();
    let owned = &session["backstageIdentity"]["identity"]["ownershipEntityRefs"];
    assert_eq!(*owned, json!(["user:default/ann", "group:default/team-a"]));
}

#[tokio::test]
async fn a_token_survives_a_restart() {
    let mut app = spawn_app().await;
    let session = app.anonymous().session_refresh("guest").await.json();
    app.stop();
    app.start().await;
    let token = session["backstageIdentity"]["token"].as_str().unwrap();
    assert_eq!(app.program(token).entity_get("component/default/atlas").await.status, 200);
}

#[tokio::test]
async fn unknown_ways_to_sign_in_are_named() {
    let app = spawn_app().await;
    let nobody = app.anonymous();
    nobody.session_refresh("github").await.assert_error(404, "NotFoundError", "Unknown auth provider 'github'");
    let logout = nobody.post_nothing("/api/auth/guest/logout").await;
    logout.assert_error(404, "NotFoundError", "Unknown auth provider 'guest'");
    nobody.get("/api/auth/guest/start", &[("env", "development")]).await.error(501, "NotImplementedError");
}

#[tokio::test]
async fn programs_use_the_plugins_that_their_token_is_for() {
    let app = Setup { config: TOKENS, ..Setup::default() }.spawn().await;
    for token in ["all-of-it-0001", "catalog-only-0002"] {
        assert_eq!(app.program(token).entity_get("component/default/atlas").await.status, 200, "{token}");
    }
    let refused = app.program("elsewhere-0003").entity_get("component/default/atlas").await;
    refused.assert_error(403, "NotAllowedError", "This token's access is restricted to plugin(s) 'scaffolder'");
    let message = "Userinfo endpoint must be called with a token that represents a user principal";
    app.program("all-of-it-0001").user_info_get().await.assert_error(400, "InputError", message);
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_refused() {
    let app = Setup { config: TOKENS, ..Setup::default() }.spawn().await;
    let session = app.anonymous().session_refresh("guest").await.json();
    let token = session["backstageIdentity"]["token"].as_str().unwrap().to_owned();
    let (head, signature) = token.rsplit_once('.').unwrap();
    for token in ["x", "a.b.c", "all-of-it-000", "all-of-it-00011", "ALL-OF-IT-0001"] {
        let refused = app.program(token).entities_list(&[]).await;
        refused.assert_error(401, "AuthenticationError", "Illegal token");
    }
    let swapped: String = signature.chars().rev().collect();
    for forged in [format!("{head}.{swapped}"), format!("{head}.")] {
        let refused = app.program(&forged).entities_list(&[]).await;
        assert_eq!(refused.status, 401, "{}", refused.body);
        refused.error(401, "AuthenticationError");
    }
    for header in ["Basic YTpi", "Bearer", "Bearer ", "all-of-it-0001"] {
        let refused = app.anonymous().get_with("/api/catalog/entities", ("authorization", header)).await;
        refused.assert_error(401, "AuthenticationError", "Missing credentials");
    }
    let any_case = app.anonymous().get_with("/api/catalog/entities", ("authorization", "bEARER all-of-it-0001")).await;
    assert_eq!(any_case.status, 200);
}

#[tokio::test]
async fn the_keys_that_verify_tokens_are_public() {
    let app = spawn_app().await;
    app.guest().await;
    let keys = app.anonymous().get("/api/auth/.well-known/jwks.json", &[]).await;
    let key = &keys.json()["keys"][0];
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("EC"), &json!("P-256"), &json!("ES256")));
    assert!(key.get("d").is_none(), "the private part stays here");
    let of_plugin = app.anonymous().get("/api/catalog/.backstage/auth/v1/jwks.json", &[]).await;
    assert_eq!(of_plugin.body, keys.body);
    let none = app.anonymous().get("/api/nothing/.backstage/auth/v1/jwks.json", &[]).await;
    assert_eq!((none.status, none.body.as_str()), (404, ""));
    let about = app.anonymous().get("/api/auth/.well-known/openid-configuration", &[]).await.json();
    assert!(about["jwks_uri"].as_str().unwrap().ends_with("/api/auth/.well-known/jwks.json"), "{about}");
}

#[tokio::test]
async fn requests_wait_until_the_catalog_was_read_once() {
    let mut app = Setup { config: TOKENS, ..Setup::default() }.prepare();
    let file = app.folder().join("data").join("callboard.db");
    let (release, released) = mpsc::channel::<()>();
    let (locked, is_locked) = mpsc::channel::<()>();
    // Someone else writes to the database, so the first catalog cannot be stored yet.
    let before_run = move || {
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let db = sea_orm::Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
                let transaction = sea_orm::TransactionTrait::begin(&db).await.unwrap();
                let write = "CREATE TABLE somebody_else (id INTEGER)";
                transaction.execute_unprepared(write).await.unwrap();
                locked.send(()).unwrap();
                released.recv().unwrap();
                transaction.rollback().await.unwrap();
            });
        });
        is_locked.recv().unwrap();
    };
    app.start_unready(before_run).await;

    let nobody = app.anonymous();
    let starting = nobody.readiness_get().await;
    assert_eq!(starting.status, 503);
    assert_eq!(starting.body, r#"{"message":"Backend has not started yet","status":"error"}"#);
    assert_eq!(nobody.liveness_get().await.json(), json!({"status": "ok"}));

    let robot = app.program("all-of-it-0001");
    let waiting = tokio::spawn(async move { robot.entities_list(&[("filter", "kind=component")]).await });
    release.send(()).unwrap();
    assert_eq!(waiting.await.unwrap().names().len(), 5, "a held request sees the whole catalog");
    eventually("the portal is ready", async || nobody.is_ready().await).await;
    assert_eq!(nobody.readiness_get().await.json(), json!({"status": "ok"}));
}

#[track_caller]
fn assert_secured(answer: &Answer) {
    let place = format!("{} {} ({})", answer.method, answer.url, answer.status);
    for (name, expected) in [
        ("referrer-policy", "no-referrer"),
        ("strict-transport-security", "max-age=15552000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
        ("x-dns-prefetch-control", "off"),
        ("x-download-options", "noopen"),
        ("x-frame-options", "SAMEORIGIN"),
        ("x-permitted-cross-domain-policies", "none"),
        ("x-xss-protection", "0"),
    ] {
        assert_eq!(answer.header(name), Some(expected), "{place}: {name}");
    }
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{place}: no policy"));
    assert!(policy.contains("default-src 'self'") && policy.contains("object-src 'none'"), "{place}: {policy}");
    let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap();
    assert!(!scripts.contains("'unsafe-inline'") && !scripts.contains("'unsafe-eval'"), "{place}: {policy}");
    assert_eq!(answer.header("access-control-allow-origin"), None, "{place}: no other origin was let in");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = spawn_app().await;
    let (nobody, guest) = (app.anonymous(), app.guest().await);
    for path in ["/", "/catalog", "/api/app/config", "/api/docs/", "/api/nothing", "/missing.js", "/api/openapi.json"] {
        assert_secured(&nobody.get(path, &[]).await);
    }
    for answer in [
        nobody.entities_list(&[]).await,
        nobody.readiness_get().await,
        nobody.session_refresh("guest").await,
        guest.entities_list(&[]).await,
        guest.entities_list(&[("foo", "1")]).await,
        guest.entity_get_by_uid("nope").await,
        guest.get_with("/api/catalog/entities", ("origin", "https://elsewhere.example")).await,
        guest.ask("OPTIONS", "/api/catalog/entities").await,
    ] {
        assert_secured(&answer);
    }
}
