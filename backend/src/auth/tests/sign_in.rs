use actix_web::http::header::AUTHORIZATION;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::support::*;
use crate::auth::{AuthError, AuthSettings, GuestSettings, limited_user_token};

#[actix_web::test]
async fn a_guest_gets_a_session_by_post_and_by_get() {
    let (auth, _, _db) = guest_service().await;
    for request in [TestRequest::post(), TestRequest::get()] {
        let answer = send(&auth, request.uri("/api/auth/guest/refresh?env=development")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mut session = answer.json();
        let token = session["backstageIdentity"]["token"].take();
        let guest = "user:development/guest";
        let identity = json!({"type": "user", "userEntityRef": guest, "ownershipEntityRefs": [guest]});
        let expected = json!({"token": null, "expiresInSeconds": 3600, "identity": identity});
        assert_eq!(session, json!({"profile": {}, "backstageIdentity": expected}));
        let token = token.as_str().unwrap();
        assert_eq!(token_part(token, 0)["typ"], "vnd.backstage.user");
    }
}

#[actix_web::test]
async fn a_token_says_what_the_contract_lists() {
    let (auth, _, _db) = guest_service().await;
    let token = guest_token(&auth).await;
    let kid = auth.keys_published().await.unwrap()[0].kid.clone();
    let header = serde_json::to_string(&token_part(&token, 0)).unwrap();
    assert_eq!(header, format!(r#"{{"typ":"vnd.backstage.user","alg":"ES256","kid":"{kid}"}}"#));
    let mut claims = token_part(&token, 1);
    assert_eq!(claims["uip"].take().as_str().unwrap().len(), 86, "64 bytes in base64url");
    let expected = json!({
        "iss": "http://localhost:7007/api/auth", "sub": "user:development/guest", "aud": "backstage",
        "iat": START_SECS, "exp": START_SECS + 3600, "uip": null,
    });
    assert_eq!(claims, expected);
}

#[actix_web::test]
async fn a_token_opens_the_catalog() {
    let (auth, _, _db) = guest_service().await;
    let token = guest_token(&auth).await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = get("/api/catalog/who").insert_header((AUTHORIZATION, format!("{scheme} {token}")));
        let answer = send(&auth, request).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "user:development/guest owns user:development/guest"));
    }
}

#[actix_web::test]
async fn a_user_of_the_catalog_owns_what_its_groups_own() {
    let (db, clock) = (database().await, clock());
    let guest = GuestSettings { user_entity_ref: "User:default/Ann".into(), ..GuestSettings::default() };
    for is_ownership_in_token in [false, true] {
        let settings = AuthSettings { guest: Some(guest.clone()), is_ownership_in_token, ..AuthSettings::default() };
        let groups = std::sync::Arc::new(|user: &shared::entity::EntityRef| {
            (user.to_string() == "user:default/ann").then(|| vec!["group:default/team-b".to_owned()])
        });
        let auth = open_with_groups(settings.clone(), &db, &clock, groups).await;
        let session = auth.session_refresh("guest").await.unwrap().backstage_identity.unwrap();
        let owned = ["user:default/ann", "group:default/team-b"];
        assert_eq!(session.identity.ownership_entity_refs, owned);
        let listed = token_part(&session.token, 1).get("ent").cloned();
        assert_eq!(listed, is_ownership_in_token.then(|| json!(owned)));
        // Another replica knows it, too.
        let other = open(settings, &db, &clock).await;
        let answer = send(&other, get_with("/api/catalog/who", &session.token)).await;
        assert_eq!(answer.body, "user:default/ann owns user:default/ann group:default/team-b");
    }
}

#[actix_web::test]
async fn a_guest_outside_the_catalog_owns_what_the_configuration_lists() {
    let (db, clock) = (database().await, clock());
    let guest = GuestSettings {
        ownership_entity_refs: Some(vec!["group:Default/Everyone".into()]),
        ..GuestSettings::default()
    };
    let auth = open(AuthSettings { guest: Some(guest), ..AuthSettings::default() }, &db, &clock).await;
    let session = auth.session_refresh("guest").await.unwrap().backstage_identity.unwrap();
    assert_eq!(session.identity.ownership_entity_refs, ["group:default/everyone"]);
}

#[actix_web::test]
async fn guests_are_refused_where_others_can_reach_the_server() {
    let (db, clock) = (database().await, clock());
    let guest = GuestSettings { is_allowed: false, ..GuestSettings::default() };
    let auth = open(AuthSettings { guest: Some(guest), ..AuthSettings::default() }, &db, &clock).await;
    assert_eq!(auth.providers(), Vec::<String>::new());
    let answer = send(&auth, TestRequest::post().uri("/api/auth/guest/refresh")).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("dangerouslyAllowOutsideDevelopment"), "{}", answer.body);
}

#[actix_web::test]
async fn steps_that_guests_do_not_have_and_unknown_providers() {
    let (auth, _, _db) = guest_service().await;
    let unknown = |name: &str| (404, format!("Unknown auth provider '{name}'"));
    for (request, expected) in [
        (TestRequest::post().uri("/api/auth/guest/logout"), unknown("guest")),
        (TestRequest::post().uri("/api/auth/github/refresh"), unknown("github")),
        (TestRequest::get().uri("/api/auth/github/start"), unknown("github")),
        (TestRequest::get().uri("/api/auth/nope"), unknown("nope")),
        (TestRequest::delete().uri("/api/auth/a/b/c"), unknown("a")),
    ] {
        assert_eq!(send(&auth, request).await.error(), expected);
    }
    for path in ["/api/auth/guest/start", "/api/auth/guest/handler/frame"] {
        let answer = send(&auth, get(path)).await;
        assert_eq!((answer.status, answer.json()["error"]["name"].clone()), (501, json!("NotImplementedError")));
    }
    let answer = send(&auth, get("/api/auth")).await;
    assert_eq!((answer.status, answer.body.as_str()), (404, ""));
}

#[actix_web::test]
async fn a_guest_reference_that_cannot_be_read_stops_the_start() {
    let (db, clock) = (database().await, clock());
    let guest = GuestSettings { user_entity_ref: "guest".into(), ..GuestSettings::default() };
    let settings = AuthSettings { guest: Some(guest), ..AuthSettings::default() };
    let opened = crate::auth::AuthService::open(
        settings,
        crate::auth::Mounts::new(&[]),
        db.connection.clone(),
        no_groups(),
        clock,
        crate::platform::ids::Ids::random(),
    );
    let error = opened.await.unwrap_err();
    assert!(matches!(&error, AuthError::Settings(text) if text.contains("userEntityRef")), "{error}");
}

#[actix_web::test]
async fn credentials_are_checked_before_anything_else() {
    let (auth, _, _db) = guest_service().await;
    for path in [
        "/api/catalog/who",
        "/api/catalog/who?unknown=1",
        "/api/catalog/nope",
        "/api/catalog",
        "/api/%63atalog/who",
        "/api/catalog/%77ho",
    ] {
        assert_eq!(send(&auth, get(path)).await.error(), (401, "Missing credentials".to_owned()), "{path}");
    }
    let answer = send(&auth, get("/api/catalog/who").insert_header((AUTHORIZATION, "Basic YTpi"))).await;
    assert_eq!(answer.error(), (401, "Missing credentials".to_owned()));
    let answer = send(&auth, get_with("/api/catalog/who?limit=1", "nonsense")).await;
    assert_eq!(answer.error(), (401, "Illegal token".to_owned()));
    assert_eq!(answer.json()["request"], json!({"method": "GET", "url": "/who?limit=1"}));
    let answer = send(&auth, get("/api/nope")).await;
    assert_eq!((answer.status, answer.body.as_str()), (404, ""));
}

#[actix_web::test]
async fn with_credentials_the_rest_is_checked() {
    let (auth, _, _db) = guest_service().await;
    for (path, status) in
        [("/api/catalog/who?unknown=1", 400), ("/api/catalog/nope", 404), ("/api/catalog/who?x=1", 200)]
    {
        let token = guest_token(&auth).await;
        assert_eq!(send(&auth, get_with(path, &token)).await.status, status, "{path}");
    }
}

#[actix_web::test]
async fn an_extractor_in_an_open_plugin_still_wants_a_caller() {
    let (auth, _, _db) = guest_service().await;
    assert_eq!(send(&auth, get("/api/app/who")).await.error(), (401, "Missing credentials".to_owned()));
    assert_eq!(send(&auth, get_with("/api/app/who", "nonsense")).await.error(), (401, "Illegal token".to_owned()));
}

#[actix_web::test]
async fn the_default_policy_can_be_turned_off() {
    let open_settings = || AuthSettings { is_open_to_everyone: true, ..guest_settings() };
    let (db, clock) = (database().await, clock());
    let auth = open(open_settings(), &db, &clock).await;
    let answer = send(&auth, get("/api/catalog/who")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "anonymous"));
    assert_eq!(send(&auth, get_with("/api/catalog/who", "nonsense")).await.error().0, 401);
}

#[actix_web::test]
async fn userinfo_tells_whom_a_token_stands_for() {
    let (auth, _, _db) = guest_service().await;
    let token = guest_token(&auth).await;
    let limited = limited_user_token(&token).unwrap();
    let expected = json!({"claims": {"sub": "user:development/guest", "ent": ["user:development/guest"]}});
    for token in [token, limited] {
        let answer = send(&auth, get_with("/api/auth/v1/userinfo", &token)).await;
        assert_eq!((answer.status, answer.json()), (200, expected.clone()));
    }
    assert_eq!(send(&auth, get("/api/auth/v1/userinfo")).await.error(), (401, "No token provided".to_owned()));
    assert_eq!(send(&auth, get_with("/api/auth/v1/userinfo", "x")).await.error(), (401, "Illegal token".to_owned()));
}

#[actix_web::test]
async fn userinfo_of_a_user_that_nothing_is_stored_about_is_plain_text() {
    use sea_orm::EntityTrait;
    let (auth, _, db) = guest_service().await;
    let token = guest_token(&auth).await;
    crate::auth::rows::user_info::Entity::delete_many().exec(&db.connection).await.unwrap();
    let answer = send(&auth, get_with("/api/auth/v1/userinfo", &token)).await;
    assert_eq!((answer.status, answer.body.as_str()), (404, "User info not found for user:development/guest"));
    assert!(answer.headers.get("content-type").unwrap().to_str().unwrap().starts_with("text/plain"));
}

#[actix_web::test]
async fn key_sets_are_open() {
    let (auth, _, _db) = guest_service().await;
    for path in ["/api/auth/.well-known/jwks.json", "/api/catalog/.backstage/auth/v1/jwks.json"] {
        let answer = send(&auth, get(path)).await;
        let key = &answer.json()["keys"][0];
        assert_eq!(
            (answer.status, &key["kty"], &key["crv"], &key["alg"]),
            (200, &json!("EC"), &json!("P-256"), &json!("ES256"))
        );
        assert!(answer.headers.get("etag").is_some());
        assert!(!answer.body.contains("PRIVATE"));
    }
    let answer = send(&auth, get("/api/nope/.backstage/auth/v1/jwks.json")).await;
    assert_eq!((answer.status, answer.body.as_str()), (404, ""));
    let answer = send(&auth, get("/api/auth/.well-known/openid-configuration")).await;
    assert_eq!(answer.json()["jwks_uri"], "http://localhost:7007/api/auth/.well-known/jwks.json");
}

#[test]
fn the_api_document_tells_what_is_open_and_what_needs_a_token() {
    use utoipa_actix_web::AppExt;
    let (_, mut api) = actix_web::App::new().into_utoipa_app().configure(crate::auth::configure).split_for_parts();
    crate::auth::add_security_scheme(&mut api);
    let api = serde_json::to_value(&api).unwrap();
    assert_eq!(api["security"], json!([{"bearer": []}]));
    assert_eq!(api["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let paths = api["paths"].as_object().unwrap();
    assert!(paths.contains_key("/api/auth/{provider}/refresh"), "{:?}", paths.keys());
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert_eq!(operation["tags"], json!(["auth"]), "{method} {path}");
            let expected = match path.as_str() {
                path if path.ends_with("/userinfo") => json!([{"bearer": []}]),
                // As everything does that says nothing else.
                path if path.starts_with("/api/personal-tokens") => Value::Null,
                _ => json!([{}]),
            };
            assert_eq!(operation["security"], expected, "{method} {path}");
        }
    }
}
