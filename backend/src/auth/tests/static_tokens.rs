//! Tokens of programs.

use super::support::*;
use crate::auth::external::StaticTokens;
use crate::auth::{AccessRestriction, AuthSettings, StaticTokenSettings};

fn token(token: &str, subject: &str) -> StaticTokenSettings {
    StaticTokenSettings { token: token.into(), subject: subject.into(), restrictions: None }
}

fn restricted(mut settings: StaticTokenSettings, plugins: &[&str]) -> StaticTokenSettings {
    let restriction =
        |plugin: &&str| AccessRestriction { plugin: (*plugin).to_owned(), permissions: vec![], actions: vec![] };
    settings.restrictions = Some(plugins.iter().map(restriction).collect());
    settings
}

fn settings() -> AuthSettings {
    let static_tokens = vec![
        token("free-token-1", "ci"),
        restricted(token("catalog-token", "sync"), &["catalog"]),
        restricted(token("other-token-3", "docs"), &["techdocs", "search"]),
    ];
    AuthSettings { static_tokens, ..AuthSettings::default() }
}

async fn send_with(path: &str, token: &str) -> Answer {
    let db = database().await;
    send(&open(settings(), &db, &clock()).await, get_with(path, token)).await
}

#[actix_web::test]
async fn a_program_is_known_by_its_subject() {
    let answer = send_with("/api/catalog/who", "free-token-1").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "service ci"));
    let answer = send_with("/api/catalog/who", "free-token-2").await;
    assert_eq!(answer.error(), (401, "Illegal token".to_owned()));
}

#[actix_web::test]
async fn a_restricted_token_opens_its_plugins_only() {
    assert_eq!(send_with("/api/catalog/who", "catalog-token").await.status, 200);
    let refused = send_with("/api/search/who", "catalog-token").await;
    assert_eq!(refused.error(), (403, "This token's access is restricted to plugin(s) 'catalog'".to_owned()));
    let refused = send_with("/api/catalog/who", "other-token-3").await;
    assert_eq!(
        refused.error(),
        (403, "This token's access is restricted to plugin(s) 'techdocs', 'search'".to_owned())
    );
    assert_eq!(refused.json()["error"]["name"], "NotAllowedError");
}

#[actix_web::test]
async fn a_plugin_sees_its_own_restrictions_only() {
    let answer = send_with("/api/search/who", "other-token-3").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "service docs for search"));
    // Open to everyone, so that the token is no reason to refuse; it is just good for nothing.
    let answer = send_with("/api/app/who", "other-token-3").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "service docs"));
}

#[actix_web::test]
async fn userinfo_is_for_people() {
    let refused = send_with("/api/auth/v1/userinfo", "free-token-1").await;
    let message = "Userinfo endpoint must be called with a token that represents a user principal";
    assert_eq!(refused.error(), (400, message.to_owned()));
}

#[test]
fn tokens_that_are_easy_to_guess_or_break_are_refused_at_start() {
    let refused = |entries: &[StaticTokenSettings]| StaticTokens::new(entries).unwrap_err().to_string();
    assert!(refused(&[token("long-enough", "a"), token("short", "b")]).contains("externalAccess[1].options.token"));
    assert!(refused(&[token("with a space", "a")]).contains("white space"));
    assert!(refused(&[token("long-enough", "")]).contains("externalAccess[0].options.subject"));
    assert!(refused(&[token("long-enough", "a"), token("long-enough", "b")]).contains("used twice"));
}

#[test]
fn debug_output_leaves_the_token_out() {
    assert!(!format!("{:?}", settings()).contains("free-token-1"));
}
