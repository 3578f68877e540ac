//! Rules of personal tokens, on both databases.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use shared::api::personal_tokens::{PersonalTokenCreate, PersonalTokenCreated};
use shared::entity::EntityRef;

use super::secret::Secret;
use super::service::{Holder, PersonalTokenService};
use super::store::PersonalTokenStore;
use crate::auth::{AuthError, PersonalTokenSettings};
use crate::platform::clock::Clock;
use crate::platform::db::testing::{TestDb, db_test};

fn ann() -> EntityRef {
    EntityRef::new("user", "default", "ann")
}

fn bob() -> EntityRef {
    EntityRef::new("user", "default", "bob")
}

fn clock() -> Clock {
    Clock::stopped_at(DateTime::from_timestamp(1_795_341_600, 0).unwrap())
}

fn service_with(db: &TestDb, clock: &Clock, settings: PersonalTokenSettings) -> Arc<PersonalTokenService> {
    Arc::new(PersonalTokenService::new(settings, db.db.connection().clone(), clock.clone()))
}

fn service(db: &TestDb, clock: &Clock) -> Arc<PersonalTokenService> {
    service_with(db, clock, PersonalTokenSettings::default())
}

fn wish(name: &str) -> PersonalTokenCreate {
    PersonalTokenCreate { name: name.to_owned(), ..PersonalTokenCreate::default() }
}

async fn make(service: &PersonalTokenService, user: &EntityRef, name: &str) -> PersonalTokenCreated {
    service.token_create(user, false, &wish(name)).await.unwrap()
}

async fn holder(service: &PersonalTokenService, token: &str) -> Result<Holder, AuthError> {
    service.holder_find(&Secret::parse(token).ok_or(AuthError::Illegal)?, true).await
}

db_test!(a_token_acts_for_its_owner_until_it_ends, |db| {
    let clock = clock();
    let service = service(&db, &clock);
    let made = make(&service, &ann(), "  deploy\n\tscript ").await;
    assert_eq!(
        (made.token.name.as_str(), made.token.is_read_only, made.token.is_expired),
        ("deploy script", false, false)
    );
    assert_eq!(made.token.created_at, "2026-11-22T10:00:00Z");
    assert_eq!(made.token.expires_at, "2027-02-20T10:00:00Z", "90 days");
    let found = holder(&service, &made.secret).await.unwrap();
    assert_eq!(found, Holder { id: made.token.id.clone(), user: ann(), is_read_only: false, is_guest: false });
    clock.advance(TimeDelta::days(90) - TimeDelta::seconds(1));
    assert!(holder(&service, &made.secret).await.is_ok());
    clock.advance(TimeDelta::seconds(1));
    let refused = holder(&service, &made.secret).await.unwrap_err();
    assert!(matches!(refused, AuthError::PersonalTokenRefused { .. }), "{refused}");
    assert!(service.tokens_list(&ann(), false).await.unwrap().items[0].is_expired);
    clock.advance(TimeDelta::days(31));
    assert!(service.tokens_list(&ann(), false).await.unwrap().items.is_empty());
    make(&service, &bob(), "other").await;
    let store = PersonalTokenStore::new(db.db.connection().clone());
    assert_eq!(store.token_find(&made.token.id).await.unwrap(), None, "what ended long ago is deleted");
});

db_test!(only_a_hash_is_stored, |db| {
    let made = make(&service(&db, &clock()), &ann(), "x").await;
    let store = PersonalTokenStore::new(db.db.connection().clone());
    let stored = store.token_find(&made.token.id).await.unwrap().unwrap();
    assert_eq!(stored.secret_hash.len(), 64);
    let secret_part = made.secret.rsplit('_').next().unwrap();
    assert!(!format!("{stored:?}").contains(secret_part));
});

db_test!(a_secret_opens_no_other_token, |db| {
    let service = service(&db, &clock());
    let (one, other) = (make(&service, &ann(), "one").await, make(&service, &bob(), "other").await);
    let secret_of = |token: &PersonalTokenCreated| token.secret.rsplit('_').next().unwrap().to_owned();
    let made_up = Secret::generate().unwrap().expose().to_owned();
    let mut changed = one.secret.clone();
    let last = if changed.ends_with('A') { 'B' } else { 'A' };
    changed.pop();
    changed.push(last);
    for token in [
        made_up,
        changed,
        format!("cbp_{}_{}", one.token.id, secret_of(&other)),
        format!("cbp_{}_{}", other.token.id, secret_of(&one)),
        one.secret[..one.secret.len() - 1].to_owned(),
    ] {
        // Also while the right one is remembered.
        assert!(holder(&service, &one.secret).await.is_ok());
        assert!(matches!(holder(&service, &token).await, Err(AuthError::Illegal)), "{token}");
    }
});

db_test!(a_revoked_token_is_refused_at_once_here_and_in_a_second_elsewhere, |db| {
    let clock = clock();
    let (here, elsewhere) = (service(&db, &clock), service(&db, &clock));
    let made = make(&here, &ann(), "x").await;
    assert!(holder(&here, &made.secret).await.is_ok() && holder(&elsewhere, &made.secret).await.is_ok());
    let not_hers = here.token_delete(&bob(), &made.token.id).await;
    assert!(matches!(not_hers, Err(AuthError::TokenUnknown(_))));
    assert!(holder(&here, &made.secret).await.is_ok(), "nobody revokes the tokens of others");
    here.token_delete(&ann(), &made.token.id).await.unwrap();
    assert!(matches!(holder(&here, &made.secret).await, Err(AuthError::Illegal)));
    clock.advance(TimeDelta::seconds(1));
    assert!(matches!(holder(&elsewhere, &made.secret).await, Err(AuthError::Illegal)));
    assert!(matches!(here.token_delete(&ann(), &made.token.id).await, Err(AuthError::TokenUnknown(_))));
    assert!(here.tokens_list(&ann(), false).await.unwrap().items.is_empty());
});

db_test!(that_a_token_is_used_is_written_once_an_hour, |db| {
    let clock = clock();
    let service = service(&db, &clock);
    let store = PersonalTokenStore::new(db.db.connection().clone());
    let made = make(&service, &ann(), "x").await;
    let noted = async || store.token_find(&made.token.id).await.unwrap().unwrap().last_used_at_ms;
    assert_eq!(noted().await, None);
    holder(&service, &made.secret).await.unwrap();
    let first = noted().await;
    assert_eq!(first, Some(clock.now().timestamp_millis()));
    clock.advance(TimeDelta::minutes(59));
    holder(&service, &made.secret).await.unwrap();
    assert_eq!(noted().await, first);
    clock.advance(TimeDelta::minutes(1));
    holder(&service, &made.secret).await.unwrap();
    assert_eq!(noted().await, Some(clock.now().timestamp_millis()));
    let told = service.tokens_list(&ann(), false).await.unwrap().items.remove(0).last_used_at;
    assert_eq!(told.as_deref(), Some("2026-11-22T11:00:00Z"));
    assert!(!store.token_used(&made.token.id, 9, 0).await.unwrap(), "another process has noted it");
});

db_test!(a_person_has_so_many_tokens_and_no_more, |db| {
    let clock = clock();
    let settings = PersonalTokenSettings { max_per_user: 2, ..PersonalTokenSettings::default() };
    let service = service_with(&db, &clock, settings);
    let short = PersonalTokenCreate { lifetime_days: Some(1), ..wish("short") };
    service.token_create(&ann(), false, &short).await.unwrap();
    make(&service, &ann(), "long").await;
    let refused = service.token_create(&ann(), false, &wish("third")).await;
    assert!(matches!(refused, Err(AuthError::TooManyTokens(2))));
    make(&service, &bob(), "of bob").await;
    clock.advance(TimeDelta::days(1));
    make(&service, &ann(), "third").await;
    let names: Vec<_> =
        service.tokens_list(&ann(), false).await.unwrap().items.into_iter().map(|token| token.name).collect();
    assert_eq!(names.len(), 3);
    assert_eq!(names[0], "third");
});

db_test!(names_and_lifetimes_have_limits, |db| {
    let service = service(&db, &clock());
    let refused = async |name: &str, lifetime_days| {
        let wish = PersonalTokenCreate { lifetime_days, ..wish(name) };
        service.token_create(&ann(), false, &wish).await.err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(refused(" \n\u{0}", None).await.contains("`name` is empty"));
    assert!(refused(&"ä".repeat(101), None).await.contains("101 characters"));
    assert_eq!(refused(&"ä".repeat(100), Some(365)).await, "");
    for days in [0, 366, u32::MAX] {
        assert!(refused("x", Some(days)).await.contains("between 1 and 365"), "{days}");
    }
});

db_test!(lowering_the_longest_lifetime_ends_older_tokens, |db| {
    let clock = clock();
    let made = make(&service(&db, &clock), &ann(), "x").await;
    clock.advance(TimeDelta::days(8));
    let strict =
        PersonalTokenSettings { default_lifetime_days: 7, max_lifetime_days: 7, ..PersonalTokenSettings::default() };
    let service = service_with(&db, &clock, strict);
    assert!(matches!(holder(&service, &made.secret).await, Err(AuthError::PersonalTokenRefused { .. })));
    let told = service.tokens_list(&ann(), false).await.unwrap().items.remove(0);
    assert_eq!((told.expires_at.as_str(), told.is_expired), ("2026-11-29T10:00:00Z", true));
});

db_test!(tokens_of_guests_live_as_long_as_guests_may_sign_in, |db| {
    let clock = clock();
    let strict = service(&db, &clock);
    assert!(matches!(strict.token_create(&ann(), true, &wish("x")).await, Err(AuthError::GuestTokenRefused)));
    assert!(!strict.tokens_list(&ann(), true).await.unwrap().rules.can_create);
    let lenient =
        service_with(&db, &clock, PersonalTokenSettings { allow_guest: true, ..PersonalTokenSettings::default() });
    let made = lenient.token_create(&ann(), true, &wish("x")).await.unwrap();
    let secret = Secret::parse(&made.secret).unwrap();
    assert!(lenient.holder_find(&secret, true).await.unwrap().is_guest);
    let no_sign_in = lenient.holder_find(&secret, false).await;
    assert!(matches!(no_sign_in, Err(AuthError::PersonalTokenRefused { .. })));
    assert!(matches!(strict.holder_find(&secret, true).await, Err(AuthError::PersonalTokenRefused { .. })));
});
