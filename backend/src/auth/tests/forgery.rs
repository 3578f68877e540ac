//! Tokens that do not hold.

use actix_web::web::Data;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::support::*;
use crate::auth::AuthService;
use crate::auth::keys::{SigningKey, StoredKey};
use crate::auth::limited_user_token;
use crate::auth::tokens::{UserTokenInput, user_token_sign};

async fn refusal(auth: &Data<AuthService>, token: &str) -> (u16, String) {
    let (status, message) = send(auth, get_with("/api/catalog/who", token)).await.error();
    (status, message.split(';').next().unwrap().to_owned())
}

fn failed_verification() -> (u16, String) {
    (401, "Failed user token verification".to_owned())
}

fn illegal() -> (u16, String) {
    (401, "Illegal token".to_owned())
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Signs with a key of the attacker's own.
fn signed_by_stranger(kid: &str, issuer: &str) -> String {
    let now = clock().now();
    let mut stranger: SigningKey = StoredKey::generate("stranger".into(), now, 30).unwrap().try_into().unwrap();
    stranger.public_key.kid = kid.to_owned();
    let input = UserTokenInput {
        issuer,
        user: &"user:default/admin".parse().unwrap(),
        ownership_refs: None,
        issued_at: now.timestamp(),
        expires_at: now.timestamp() + 3600,
    };
    user_token_sign(&stranger, input).unwrap()
}

#[actix_web::test]
async fn an_expired_token_is_refused_also_when_it_was_seen_before() {
    let (auth, clock, db) = guest_service().await;
    let token = guest_token(&auth).await;
    assert!(auth.caller_find(&token).await.is_ok());
    clock.advance(TimeDelta::seconds(3599));
    assert!(auth.caller_find(&token).await.is_ok());
    clock.advance(TimeDelta::seconds(1));
    assert!(auth.caller_find(&token).await.is_err());
    let fresh = open(guest_settings(), &db, &clock).await;
    assert_eq!(refusal(&fresh, &token).await, failed_verification());
}

#[actix_web::test]
async fn a_limited_token_is_no_bearer_token() {
    let (auth, _, _db) = guest_service().await;
    let token = guest_token(&auth).await;
    let limited = limited_user_token(&token).unwrap();
    assert_eq!(token_part(&limited, 0)["typ"], "vnd.backstage.limited-user");
    let claims = serde_json::to_string(&token_part(&limited, 1)).unwrap();
    let exp = START_SECS + 3600;
    assert_eq!(claims, format!(r#"{{"sub":"user:development/guest","iat":{START_SECS},"exp":{exp}}}"#));
    assert_eq!(limited_user_token(&limited), None);
    assert_eq!(refusal(&auth, &limited).await, (401, "Illegal limited user token".to_owned()));
}

#[actix_web::test]
async fn a_limited_token_with_the_header_of_a_full_one_is_refused() {
    let (auth, _, _db) = guest_service().await;
    let token = guest_token(&auth).await;
    let limited = limited_user_token(&token).unwrap();
    let (_, rest) = limited.split_once('.').unwrap();
    let dressed_up = format!("{}.{rest}", token.split('.').next().unwrap());
    assert_eq!(refusal(&auth, &dressed_up).await, failed_verification());
}

#[actix_web::test]
async fn a_token_of_another_key_is_refused() {
    let (auth, _, _db) = guest_service().await;
    let (kid, issuer) = (auth.keys_published().await.unwrap()[0].kid.clone(), auth.issuer().to_owned());
    assert_eq!(refusal(&auth, &signed_by_stranger(&kid, &issuer)).await, failed_verification());
    assert_eq!(refusal(&auth, &signed_by_stranger("unknown", &issuer)).await, failed_verification());
}

#[actix_web::test]
async fn a_changed_token_is_refused() {
    let (auth, _, _db) = guest_service().await;
    let token = guest_token(&auth).await;
    let parts: Vec<_> = token.split('.').collect();
    let mut claims = token_part(&token, 1);
    claims["sub"] = json!("user:default/admin");
    let changed = format!("{}.{}.{}", parts[0], part(&claims), parts[2]);
    assert_eq!(refusal(&auth, &changed).await, failed_verification());
}

#[actix_web::test]
async fn a_token_without_a_signature_is_refused() {
    let (auth, _, _db) = guest_service().await;
    let token = guest_token(&auth).await;
    let mut header = token_part(&token, 0);
    header["alg"] = json!("none");
    let claims = token.split('.').nth(1).unwrap();
    assert_eq!(refusal(&auth, &format!("{}.{claims}.", part(&header))).await, illegal());
    let full_header = token.split('.').next().unwrap();
    assert_eq!(refusal(&auth, &format!("{full_header}.{claims}.")).await, failed_verification());
}

#[actix_web::test]
async fn the_public_key_is_no_shared_secret() {
    let (auth, _, _db) = guest_service().await;
    let token = guest_token(&auth).await;
    let public_key = auth.keys_published().await.unwrap().remove(0);
    let mut point = vec![4];
    point.extend(URL_SAFE_NO_PAD.decode(&public_key.x).unwrap());
    point.extend(URL_SAFE_NO_PAD.decode(&public_key.y).unwrap());
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("vnd.backstage.user".into());
    header.kid = Some(public_key.kid.clone());
    let secrets = [point, serde_json::to_vec(&public_key).unwrap(), public_key.x.clone().into_bytes()];
    for secret in secrets {
        let forged = jsonwebtoken::encode(&header, &token_part(&token, 1), &EncodingKey::from_secret(&secret)).unwrap();
        assert_eq!(refusal(&auth, &forged).await, failed_verification());
    }
}

#[actix_web::test]
async fn other_types_of_token_are_refused() {
    let (auth, _, db) = guest_service().await;
    let token = guest_token(&auth).await;
    let now = clock().now();
    let stored = crate::auth::store::AuthStore::new(db.connection.clone()).keys_list(now).await.unwrap().remove(0);
    // Signed with the right key, so only the type is wrong.
    for token_type in [Some("JWT"), Some("vnd.backstage.plugin"), None] {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = token_type.map(str::to_owned);
        header.kid = Some(stored.id.clone());
        let key = EncodingKey::from_ec_pem(stored.private_pem.as_bytes()).unwrap();
        let signed = jsonwebtoken::encode(&header, &token_part(&token, 1), &key).unwrap();
        assert_eq!(refusal(&auth, &signed).await, illegal(), "{token_type:?}");
    }
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("vnd.backstage.user".into());
    header.kid = Some(stored.id.clone());
    let mut claims = token_part(&token, 1);
    for (claim, value) in [("iss", "http://elsewhere/api/auth"), ("aud", "other"), ("sub", "no reference/")] {
        let before = claims[claim].clone();
        claims[claim] = json!(value);
        let key = EncodingKey::from_ec_pem(stored.private_pem.as_bytes()).unwrap();
        let signed = jsonwebtoken::encode(&header, &claims, &key).unwrap();
        assert_eq!(refusal(&auth, &signed).await, failed_verification(), "{claim}");
        claims[claim] = before;
    }
}

#[actix_web::test]
async fn nonsense_is_refused() {
    let long = "x".repeat(100_000);
    let (auth, _, _db) = guest_service().await;
    for token in ["x", "a.b.c", "..", "a.b", "eyJhbGciOiJFUzI1NiJ9.e30.", long.as_str()] {
        assert_eq!(refusal(&auth, token).await, illegal());
    }
}
