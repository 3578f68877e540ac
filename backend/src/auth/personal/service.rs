//! What people may do with their tokens, and whose token came with a request.
//!
//! The log tells when a token is made, used for the first time and revoked, with its id, its name and its owner; never the secret.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sea_orm::DatabaseConnection;
use shared::api::personal_tokens::{
    PersonalToken, PersonalTokenCreate, PersonalTokenCreated, PersonalTokenRules, PersonalTokens,
};
use shared::entity::EntityRef;

use super::super::error::AuthError;
use super::super::settings::PersonalTokenSettings;
use super::secret::Secret;
use super::store::{PersonalTokenStore, StoredToken};
use crate::platform::clock::Clock;

/// How long what was found is good for, in milliseconds: as long as a token that another process revoked may still be taken.
const REMEMBER_MS: i64 = 1_000;
/// That a token is used is written at most this often, in milliseconds.
const NOTE_USE_MS: i64 = 3_600_000;
/// Tokens that are remembered; the least used ones are forgotten first.
const MAX_REMEMBERED: u64 = 10_000;
/// How long tokens stay in the list when they have ended, in days.
const KEEP_ENDED_DAYS: i64 = 30;
/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 100;

/// Whose token came with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Which token.
    pub id: String,
    /// The person in whose name it acts.
    pub user: EntityRef,
    /// Whether it only reads.
    pub is_read_only: bool,
    /// Whether a guest made it.
    pub is_guest: bool,
}

/// A token that was found a moment ago.
#[derive(Clone, Debug)]
struct Remembered {
    token: StoredToken,
    /// Milliseconds since 1970.
    found_at_ms: i64,
}

/// Makes, lists, revokes and recognises personal tokens.
pub struct PersonalTokenService {
    settings: PersonalTokenSettings,
    store: PersonalTokenStore,
    remembered: moka::sync::Cache<String, Remembered>,
    clock: Clock,
}

impl PersonalTokenService {
    pub fn new(settings: PersonalTokenSettings, db: DatabaseConnection, clock: Clock) -> Self {
        let remembered = moka::sync::Cache::builder().max_capacity(MAX_REMEMBERED).build();
        Self { settings, store: PersonalTokenStore::new(db), remembered, clock }
    }

    /// The tokens of a person, and what they may do with them.
    pub async fn tokens_list(&self, user: &EntityRef, is_guest: bool) -> Result<PersonalTokens, AuthError> {
        let now = self.clock.now();
        let stored = self.store.tokens_list(&user.to_string()).await?.into_iter();
        let oldest_end = now - TimeDelta::days(KEEP_ENDED_DAYS);
        let items = stored.filter(|token| oldest_end < self.end_of(token)).map(|token| self.told(&token, now));
        let rules = PersonalTokenRules {
            can_create: !is_guest || self.settings.allow_guest,
            is_guest,
            default_lifetime_days: self.settings.default_lifetime_days,
            max_lifetime_days: self.settings.max_lifetime_days,
            max_tokens: self.settings.max_per_user,
        };
        Ok(PersonalTokens { items: items.collect(), rules })
    }

    /// Makes a token. Requests that come at the same moment may go over the limit by their number.
    ///
    /// # Errors
    /// [`AuthError::GuestTokenRefused`], [`AuthError::TokenRefused`] for what cannot be, [`AuthError::TooManyTokens`].
    pub async fn token_create(
        &self,
        user: &EntityRef,
        is_guest: bool,
        wish: &PersonalTokenCreate,
    ) -> Result<PersonalTokenCreated, AuthError> {
        if is_guest && !self.settings.allow_guest {
            return Err(AuthError::GuestTokenRefused);
        }
        let name = name_of(&wish.name)?;
        let lifetime_days = wish.lifetime_days.unwrap_or(self.settings.default_lifetime_days);
        let max_days = self.settings.max_lifetime_days;
        if !(1..=max_days).contains(&lifetime_days) {
            return Err(AuthError::TokenRefused(format!("`lifetimeDays` must be between 1 and {max_days}")));
        }
        let (now, owner) = (self.clock.now(), user.to_string());
        self.store.tokens_forget((now - TimeDelta::days(KEEP_ENDED_DAYS)).timestamp_millis()).await?;
        if self.store.tokens_count(&owner, now.timestamp_millis()).await? >= u64::from(self.settings.max_per_user) {
            return Err(AuthError::TooManyTokens(self.settings.max_per_user));
        }
        let secret = Secret::generate()?;
        let token = StoredToken {
            id: secret.id().to_owned(),
            user_entity_ref: owner,
            name,
            secret_hash: secret.hash(),
            is_read_only: wish.is_read_only,
            is_guest,
            created_at_ms: now.timestamp_millis(),
            expires_at_ms: (now + TimeDelta::days(i64::from(lifetime_days))).timestamp_millis(),
            last_used_at_ms: None,
        };
        self.store.token_create(token.clone()).await?;
        tracing::info!(
            token.id = token.id,
            token.name = token.name,
            token.is_read_only = token.is_read_only,
            user = token.user_entity_ref,
            lifetime_days,
            "a personal token was made"
        );
        Ok(PersonalTokenCreated { token: self.told(&token, now), secret: secret.expose().to_owned() })
    }

    /// Revokes a token: this process refuses it from now on, others within a second.
    ///
    /// # Errors
    /// [`AuthError::TokenUnknown`] where the person has none of this id.
    pub async fn token_delete(&self, user: &EntityRef, id: &str) -> Result<(), AuthError> {
        let owner = user.to_string();
        let is_deleted = self.store.token_delete(&owner, id).await?;
        // After the row is gone, so that nobody remembers it anew.
        self.remembered.invalidate(id);
        if !is_deleted {
            return Err(AuthError::TokenUnknown(id.to_owned()));
        }
        tracing::info!(token.id = id, user = owner, "a personal token was revoked");
        Ok(())
    }

    /// Whose token this is. Asks the database at most once a second for each token.
    ///
    /// `may_guests` says whether guests may sign in now; their tokens go with them.
    ///
    /// # Errors
    /// [`AuthError::Illegal`] for a token that is none or was revoked, [`AuthError::PersonalTokenRefused`] for one that its owner
    /// may know more about.
    pub async fn holder_find(&self, secret: &Secret, may_guests: bool) -> Result<Holder, AuthError> {
        let token = self.token_find(secret.id()).await?.ok_or(AuthError::Illegal)?;
        if !secret.is_of_hash(&token.secret_hash) {
            return Err(AuthError::Illegal);
        }
        // From here on it is the owner who asks.
        let now = self.clock.now();
        if self.end_of(&token) <= now {
            return Err(AuthError::PersonalTokenRefused { reason: "the personal token has expired, make a new one" });
        }
        if token.is_guest && !(may_guests && self.settings.allow_guest) {
            return Err(AuthError::PersonalTokenRefused { reason: "guests may not use personal tokens any more" });
        }
        let user = token.user_entity_ref.parse().map_err(|_| AuthError::Illegal)?;
        self.note_use(&token, now.timestamp_millis()).await;
        Ok(Holder { id: token.id, user, is_read_only: token.is_read_only, is_guest: token.is_guest })
    }

    async fn token_find(&self, id: &str) -> Result<Option<StoredToken>, AuthError> {
        let now_ms = self.clock.now().timestamp_millis();
        if let Some(Remembered { token, found_at_ms }) = self.remembered.get(id)
            && now_ms - found_at_ms < REMEMBER_MS
        {
            return Ok(Some(token));
        }
        let found = self.store.token_find(id).await?;
        match &found {
            Some(token) => {
                self.remembered.insert(id.to_owned(), Remembered { token: token.clone(), found_at_ms: now_ms });
            }
            None => self.remembered.invalidate(id),
        }
        Ok(found)
    }

    /// Writes that a token is used, at most once an hour. A use that cannot be noted is no reason to refuse it.
    async fn note_use(&self, token: &StoredToken, now_ms: i64) {
        if token.last_used_at_ms.is_some_and(|noted| now_ms - noted < NOTE_USE_MS) {
            return;
        }
        match self.store.token_used(&token.id, now_ms, now_ms - NOTE_USE_MS).await {
            // Another process has noted it, or revoked the token: the next request reads it anew.
            Ok(false) => self.remembered.invalidate(&token.id),
            Ok(true) => {
                let noted = StoredToken { last_used_at_ms: Some(now_ms), ..token.clone() };
                self.remembered.insert(token.id.clone(), Remembered { token: noted, found_at_ms: now_ms });
                if token.last_used_at_ms.is_none() {
                    let (id, name, user) = (&token.id, &token.name, &token.user_entity_ref);
                    tracing::info!(
                        token.id = id,
                        token.name = name,
                        user,
                        "a personal token was used for the first time"
                    );
                }
            }
            Err(cause) => tracing::warn!(token.id = token.id, %cause, "the use of a personal token was not noted"),
        }
    }

    /// When a token ends: as it says, or earlier where the longest time has been lowered since.
    fn end_of(&self, token: &StoredToken) -> DateTime<Utc> {
        let time = |ms| DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let longest = TimeDelta::days(i64::from(self.settings.max_lifetime_days));
        let latest = time(token.created_at_ms).checked_add_signed(longest).unwrap_or(DateTime::<Utc>::MAX_UTC);
        time(token.expires_at_ms).min(latest)
    }

    /// What its owner sees of a token.
    fn told(&self, token: &StoredToken, now: DateTime<Utc>) -> PersonalToken {
        let text = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        let end = self.end_of(token);
        PersonalToken {
            id: token.id.clone(),
            name: token.name.clone(),
            is_read_only: token.is_read_only,
            created_at: text(DateTime::from_timestamp_millis(token.created_at_ms).unwrap_or_default()),
            expires_at: text(end),
            last_used_at: token.last_used_at_ms.and_then(DateTime::from_timestamp_millis).map(text),
            is_expired: end <= now,
        }
    }
}

/// A name on one line.
fn name_of(text: &str) -> Result<String, AuthError> {
    let spaced: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let name = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(AuthError::TokenRefused("`name` is empty; say what the token is for".to_owned())),
        1..=MAX_NAME_CHARS => Ok(name),
        n_chars => {
            Err(AuthError::TokenRefused(format!("`name` has {n_chars} characters; at most {MAX_NAME_CHARS} are kept")))
        }
    }
}
