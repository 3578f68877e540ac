//! The life of signing keys.

use chrono::TimeDelta;

use super::support::*;

#[actix_web::test]
async fn keys_survive_a_restart() {
    let (auth, clock, db) = guest_service().await;
    let token = guest_token(&auth).await;
    let before = auth.keys_published().await.unwrap();
    drop(auth);
    let again = open(guest_settings(), &db, &clock).await;
    assert_eq!(again.keys_published().await.unwrap(), before);
    assert!(again.caller_find(&token).await.is_ok());
}

#[actix_web::test]
async fn an_old_key_is_replaced_and_verifies_until_its_tokens_have_ended() {
    let (auth, clock, _db) = guest_service().await;
    let first = auth.keys_published().await.unwrap()[0].kid.clone();
    clock.advance(TimeDelta::days(30) - TimeDelta::minutes(1));
    let last_of_old = guest_token(&auth).await;
    assert_eq!(token_part(&last_of_old, 0)["kid"], first);
    clock.advance(TimeDelta::minutes(1));
    let first_of_new = guest_token(&auth).await;
    assert_ne!(token_part(&first_of_new, 0)["kid"], first);
    assert_eq!(auth.keys_published().await.unwrap().len(), 2);
    assert!(auth.caller_find(&last_of_old).await.is_ok());
    clock.advance(TimeDelta::days(1));
    assert_eq!(auth.keys_published().await.unwrap().len(), 1);
}

#[actix_web::test]
async fn a_key_of_another_replica_is_found() {
    let (first, clock, db) = guest_service().await;
    let second = open(guest_settings(), &db, &clock).await;
    clock.advance(TimeDelta::days(31));
    let token = guest_token(&first).await;
    assert!(second.caller_find(&token).await.is_ok());
    // Both sign with the same key from now on.
    let other = guest_token(&second).await;
    assert_eq!(token_part(&token, 0)["kid"], token_part(&other, 0)["kid"]);
}

#[actix_web::test]
async fn a_process_that_starts_many_sessions_at_once_makes_one_key() {
    let (auth, clock, _db) = guest_service().await;
    clock.advance(TimeDelta::days(31));
    let tokens = futures_util::future::join_all((0..8).map(|_| guest_token(&auth))).await;
    let kids: std::collections::BTreeSet<_> =
        tokens.iter().map(|token| token_part(token, 0)["kid"].to_string()).collect();
    assert_eq!(kids.len(), 1);
}
