//! Sign-in and the look at every request's credentials.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::HeaderMap;
use chrono::{DateTime, Utc};
use parking_lot::{Mutex, RwLock};
use sea_orm::DatabaseConnection;
use shared::api::auth::{Identity, Profile, Session, SessionIdentity, UserInfo, UserInfoClaims};
use shared::api::personal_tokens::{PersonalTokenCreate, PersonalTokenCreated, PersonalTokens};
use shared::entity::EntityRef;

use super::caller::{Caller, PersonalTokenUse, UserCaller};
use super::error::AuthError;
use super::external::{StaticTokens, TokenHash, token_hash};
use super::keys::{KeyRing, PublicKey, SigningKey, StoredKey};
use super::metrics;
use super::middleware::bearer_token;
use super::mounts::Mounts;
use super::personal::{Holder, PersonalTokenService, Secret};
use super::settings::{AuthSettings, MAX_TOKEN_LIFETIME_SECS};
use super::store::AuthStore;
use super::tokens::{Form, UserTokenInput, user_token_peek, user_token_sign, user_token_verify};
use crate::platform::clock::Clock;
use crate::platform::ids::Ids;

/// Tells the direct groups of a user as full references; `None` for a user that is not in the catalog.
///
/// The catalog passes it in, since this slice does not depend on the catalog. It must answer from memory.
pub type GroupLookup = Arc<dyn Fn(&EntityRef) -> Option<Vec<String>> + Send + Sync>;

/// The id of the one provider that is built in.
pub(super) const GUEST: &str = "guest";

/// Verified tokens that are remembered; the least used ones are forgotten first.
const MAX_VERIFIED_TOKENS: u64 = 10_000;

/// Keys are read again for an unknown key id at most this often, in seconds, so that forged tokens cost no database.
const KEY_RELOAD_SECS: i64 = 2;

/// A token that was looked at before.
#[derive(Debug)]
pub(super) struct Known {
    pub caller: Caller,
    /// The caller's name for the log.
    pub label: Arc<str>,
    /// Seconds since 1970; absent for tokens that do not end.
    expires_at: Option<i64>,
}

/// Sign-in, tokens and callers.
///
/// Lock order: `making_key` before `keys`. `keys` is never held across an `await`.
pub struct AuthService {
    settings: AuthSettings,
    issuer: String,
    guest: Option<Guest>,
    static_tokens: StaticTokens,
    personal_tokens: PersonalTokenService,
    mounts: Mounts,
    store: AuthStore,
    keys: RwLock<Arc<KeyRing>>,
    keys_read_at: Mutex<i64>,
    /// Held while a key is made, so that one process makes one.
    making_key: tokio::sync::Mutex<()>,
    verified: moka::sync::Cache<TokenHash, Arc<Known>>,
    groups: GroupLookup,
    clock: Clock,
    ids: Ids,
}

/// `auth.providers.guest`, parsed.
struct Guest {
    is_allowed: bool,
    user: EntityRef,
    ownership_refs: Vec<String>,
}

impl AuthService {
    /// Reads the signing keys from the database, and makes the first one.
    ///
    /// # Errors
    /// [`AuthError::Settings`] for a setting that cannot be used, [`AuthError::Db`] and [`AuthError::Key`] when keys cannot
    /// be read or stored.
    pub async fn open(
        settings: AuthSettings,
        mounts: Mounts,
        db: DatabaseConnection,
        groups: GroupLookup,
        clock: Clock,
        ids: Ids,
    ) -> Result<Self, AuthError> {
        if settings.key_rotation_days == 0 {
            return Err(AuthError::Settings("the signing key must live for at least 1 day".to_owned()));
        }
        let service = Self {
            issuer: settings.issuer(),
            guest: settings.guest.as_ref().map(Guest::try_from).transpose()?,
            static_tokens: StaticTokens::new(&settings.static_tokens)?,
            personal_tokens: PersonalTokenService::new(settings.personal_tokens.clone(), db.clone(), clock.clone()),
            settings,
            mounts,
            store: AuthStore::new(db),
            keys: RwLock::default(),
            keys_read_at: Mutex::new(i64::MIN),
            making_key: tokio::sync::Mutex::default(),
            verified: moka::sync::Cache::builder()
                .max_capacity(MAX_VERIFIED_TOKENS)
                .time_to_live(Duration::from_secs(MAX_TOKEN_LIFETIME_SECS.unsigned_abs()))
                .build(),
            groups,
            clock,
            ids,
        };
        service.signing_key().await?;
        Ok(service)
    }

    /// The settings in force.
    pub fn settings(&self) -> &AuthSettings {
        &self.settings
    }

    /// Which plugins need credentials.
    pub fn mounts(&self) -> &Mounts {
        &self.mounts
    }

    /// The issuer of user tokens, which is also the address of this slice.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The providers that people may sign in with, in the order to offer them.
    pub fn providers(&self) -> Vec<String> {
        self.guest.iter().filter(|guest| guest.is_allowed).map(|_| GUEST.to_owned()).collect()
    }

    /// Starts a session, or renews it.
    ///
    /// # Errors
    /// [`AuthError::ProviderUnknown`], [`AuthError::GuestRefused`], or a failure of the database.
    pub async fn session_refresh(&self, provider: &str) -> Result<Session, AuthError> {
        let outcome = self.session_refresh_uncounted(provider).await;
        match &outcome {
            Ok(_) => metrics::SIGN_INS.increment(),
            Err(_) => metrics::FAILED_SIGN_INS.increment(),
        }
        outcome
    }

    async fn session_refresh_uncounted(&self, provider: &str) -> Result<Session, AuthError> {
        let guest = self.guest.as_ref().filter(|_| provider == GUEST);
        let guest = guest.ok_or_else(|| AuthError::ProviderUnknown(provider.to_owned()))?;
        if !guest.is_allowed {
            return Err(AuthError::GuestRefused);
        }
        let ownership_refs = match (self.groups)(&guest.user) {
            Some(groups) => std::iter::once(guest.user.to_string()).chain(groups).collect(),
            None => guest.ownership_refs.clone(),
        };
        self.session_create(&guest.user, ownership_refs).await
    }

    /// Whether a provider of this name is configured.
    pub(super) fn is_provider(&self, provider: &str) -> bool {
        provider == GUEST && self.guest.is_some()
    }

    async fn session_create(&self, user: &EntityRef, ownership_refs: Vec<String>) -> Result<Session, AuthError> {
        let user_entity_ref = user.to_string();
        let now = self.clock.now();
        // Other replicas learn from the database what the user owns. Most sign-ins change nothing and only read.
        if self.store.user_info_find(&user_entity_ref).await?.as_ref() != Some(&ownership_refs) {
            self.store.user_info_save(&user_entity_ref, &ownership_refs, now).await?;
        }
        let key = self.signing_key().await?;
        let lifetime_secs = self.settings.lifetime_secs();
        let input = UserTokenInput {
            issuer: &self.issuer,
            user,
            ownership_refs: self.settings.is_ownership_in_token.then(|| ownership_refs.clone()),
            issued_at: now.timestamp(),
            expires_at: now.timestamp() + lifetime_secs,
        };
        let token = user_token_sign(&key, input)?;
        let identity =
            Identity { identity_type: "user".to_owned(), user_entity_ref, ownership_entity_refs: ownership_refs };
        Ok(Session {
            profile: Profile::default(),
            backstage_identity: Some(SessionIdentity { token, expires_in_seconds: lifetime_secs, identity }),
        })
    }

    /// What is stored about the user whose full or limited token this is.
    ///
    /// # Errors
    /// [`AuthError::NotAUser`] for the token of a program, [`AuthError::UserInfoMissing`] when the user is not stored, and
    /// the refusals of a token.
    pub async fn user_info_get(&self, token: &str) -> Result<UserInfo, AuthError> {
        if self.static_tokens.find(&token_hash(token)).is_some() {
            return Err(AuthError::NotAUser);
        }
        if Secret::is_meant(token) {
            let Caller::User(user) = self.caller_find(token).await?.caller.clone() else {
                return Err(AuthError::Illegal);
            };
            let claims = UserInfoClaims { sub: user.entity_ref.to_string(), ent: user.ownership_refs.to_vec() };
            return Ok(UserInfo { claims });
        }
        let verified = match user_token_peek(token) {
            Some(claimed) => self.user_token_check(claimed.form, &claimed.kid, token).await?,
            None => return Err(AuthError::Illegal),
        };
        let sub = verified.user.to_string();
        match self.store.user_info_find(&sub).await? {
            Some(ent) => Ok(UserInfo { claims: UserInfoClaims { sub, ent } }),
            None => Err(AuthError::UserInfoMissing(sub)),
        }
    }

    /// Lets programs pass whose token is good for a plugin of this name, and nobody else.
    ///
    /// # Errors
    /// [`AuthError::Missing`], [`AuthError::NotAProgram`], [`AuthError::PluginRefused`], and the refusals of a token.
    pub async fn program_check(&self, headers: &HeaderMap, plugin: &str) -> Result<(), AuthError> {
        let token = bearer_token(headers).ok_or(AuthError::Missing)?;
        match &self.caller_find(token).await?.caller {
            Caller::Service(service) if service.may_use_plugin(plugin) => Ok(()),
            Caller::Service(service) => Err(AuthError::PluginRefused { plugins: service.plugins() }),
            Caller::User(_) | Caller::Anonymous => Err(AuthError::NotAProgram),
        }
    }

    /// The public keys that verify tokens of this server.
    ///
    /// # Errors
    /// [`AuthError::Db`] when another replica may have added keys and they cannot be read.
    pub async fn keys_published(&self) -> Result<Vec<PublicKey>, AuthError> {
        // A key of another replica must be published as soon as it signs.
        self.keys_reload_now_and_then().await?;
        Ok(self.ring().public_keys(self.clock.now()))
    }

    /// Finds out whose token this is. Costs microseconds for a token that was seen before.
    pub(super) async fn caller_find(&self, token: &str) -> Result<Arc<Known>, AuthError> {
        if Secret::is_meant(token) {
            // Not remembered below: it may be revoked at any time.
            let looked_up = self.personal_look_up(token).await;
            metrics::count_refused(&looked_up);
            return looked_up.map(Arc::new);
        }
        let hash = token_hash(token);
        if let Some(known) = self.verified.get(&hash) {
            if known.expires_at.is_none_or(|end| self.clock.now_secs() < end) {
                return Ok(known);
            }
            self.verified.invalidate(&hash);
        }
        let looked_up = self.caller_look_up(token, &hash).await;
        metrics::count_refused(&looked_up);
        let known = Arc::new(looked_up?);
        self.verified.insert(hash, Arc::clone(&known));
        Ok(known)
    }

    async fn caller_look_up(&self, token: &str, hash: &TokenHash) -> Result<Known, AuthError> {
        let Some(claimed) = user_token_peek(token) else {
            let service = self.static_tokens.find(hash).ok_or(AuthError::Illegal)?;
            return Ok(Known {
                label: Arc::clone(&service.subject),
                caller: Caller::Service(service),
                expires_at: None,
            });
        };
        let verified = self.user_token_check(claimed.form, &claimed.kid, token).await?;
        if claimed.form == Form::Limited {
            return Err(AuthError::IllegalLimited);
        }
        let sub = verified.user.to_string();
        let ownership_refs = match verified.ownership_refs {
            Some(listed) => listed,
            None => self.store.user_info_find(&sub).await?.unwrap_or_else(|| vec![sub.clone()]),
        };
        let user = UserCaller { entity_ref: verified.user, ownership_refs: ownership_refs.into(), token: None };
        Ok(Known { caller: Caller::User(Arc::new(user)), label: sub.into(), expires_at: Some(verified.expires_at) })
    }

    async fn personal_look_up(&self, token: &str) -> Result<Known, AuthError> {
        let secret = Secret::parse(token).ok_or(AuthError::Illegal)?;
        let may_guests = self.guest.as_ref().is_some_and(|guest| guest.is_allowed);
        let Holder { id, user, is_read_only, is_guest } = self.personal_tokens.holder_find(&secret, may_guests).await?;
        let sub = user.to_string();
        let label = format!("{sub} with token {id}").into();
        let guest = self.guest.as_ref().filter(|guest| is_guest && guest.user == user);
        // As of now, not as of the last sign-in: nobody signs in again for a program.
        let ownership_refs = match ((self.groups)(&user), guest) {
            (Some(groups), _) => std::iter::once(sub).chain(groups).collect(),
            (None, Some(guest)) => guest.ownership_refs.clone(),
            (None, None) => vec![sub],
        };
        let token = Some(PersonalTokenUse { id: id.into(), is_read_only });
        let user = UserCaller { entity_ref: user, ownership_refs: ownership_refs.into(), token };
        Ok(Known { caller: Caller::User(Arc::new(user)), label, expires_at: None })
    }

    /// The personal tokens of the caller, and what they may do with them.
    ///
    /// # Errors
    /// [`AuthError::NotSignedIn`] and [`AuthError::Db`].
    pub async fn personal_tokens_list(&self, caller: &Caller) -> Result<PersonalTokens, AuthError> {
        let user = signed_in(caller)?;
        self.personal_tokens.tokens_list(user, self.is_guest(user)).await
    }

    /// Makes a personal token for the caller.
    ///
    /// # Errors
    /// [`AuthError::NotSignedIn`], [`AuthError::GuestTokenRefused`], [`AuthError::TokenRefused`],
    /// [`AuthError::TooManyTokens`] and [`AuthError::Db`].
    pub async fn personal_token_create(
        &self,
        caller: &Caller,
        wish: &PersonalTokenCreate,
    ) -> Result<PersonalTokenCreated, AuthError> {
        let user = signed_in(caller)?;
        self.personal_tokens.token_create(user, self.is_guest(user), wish).await
    }

    /// Revokes a personal token of the caller.
    ///
    /// # Errors
    /// [`AuthError::NotSignedIn`], [`AuthError::TokenUnknown`] and [`AuthError::Db`].
    pub async fn personal_token_delete(&self, caller: &Caller, id: &str) -> Result<(), AuthError> {
        self.personal_tokens.token_delete(signed_in(caller)?, id).await
    }

    /// Whether this is the user that every guest is. Where guests are not let in any more, whoever still has a session came
    /// as one: there is no other way to sign in.
    fn is_guest(&self, user: &EntityRef) -> bool {
        self.guest.as_ref().is_none_or(|guest| guest.user == *user)
    }

    async fn user_token_check(
        &self,
        form: Form,
        kid: &str,
        token: &str,
    ) -> Result<super::tokens::VerifiedUser, AuthError> {
        let now = self.clock.now();
        let mut key = self.ring().find(kid, now);
        if key.is_none() {
            self.keys_reload_now_and_then().await?;
            key = self.ring().find(kid, now);
        }
        let unknown = AuthError::UserTokenRefused { reason: "the key of the token is not known, sign in again" };
        user_token_verify(&*key.ok_or(unknown)?, form, &self.issuer, now.timestamp(), token)
    }

    /// The key to sign with; makes one when there is none, or the newest is too old.
    async fn signing_key(&self) -> Result<Arc<SigningKey>, AuthError> {
        let days = self.settings.key_rotation_days;
        if let Some(key) = self.ring().current(self.clock.now(), days) {
            return Ok(key);
        }
        let _one_at_a_time = self.making_key.lock().await;
        // Another task or replica may have made one meanwhile.
        let now = self.clock.now();
        self.keys_reload(now).await?;
        if let Some(key) = self.ring().current(now, days) {
            return Ok(key);
        }
        let stored = StoredKey::generate(self.ids.uuid().to_string(), now, days)?;
        self.store.key_create(&stored, now).await?;
        tracing::info!(key.id = stored.id, "made a new key for signing tokens");
        self.keys_reload(now).await?;
        let missing = || AuthError::Key {
            action: "making a signing key",
            source: anyhow::anyhow!("the new key cannot be read back from the database"),
        };
        self.ring().current(now, days).ok_or_else(missing)
    }

    fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.keys.read())
    }

    async fn keys_reload_now_and_then(&self) -> Result<(), AuthError> {
        let now = self.clock.now();
        let is_due = now.timestamp().saturating_sub(*self.keys_read_at.lock()) >= KEY_RELOAD_SECS;
        if is_due { self.keys_reload(now).await } else { Ok(()) }
    }

    async fn keys_reload(&self, now: DateTime<Utc>) -> Result<(), AuthError> {
        *self.keys_read_at.lock() = now.timestamp();
        let ring = KeyRing::new(self.store.keys_list(now).await?)?;
        *self.keys.write() = Arc::new(ring);
        Ok(())
    }
}

/// The person who signed in, and is not spoken for by a token.
fn signed_in(caller: &Caller) -> Result<&EntityRef, AuthError> {
    match caller {
        Caller::User(user) if user.token.is_none() => Ok(&user.entity_ref),
        Caller::User(_) | Caller::Service(_) => Err(AuthError::NotSignedIn),
        Caller::Anonymous => Err(AuthError::Missing),
    }
}

impl fmt::Debug for AuthService {
    /// Leaves keys and tokens out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthService")
            .field("issuer", &self.issuer)
            .field("mounts", &self.mounts)
            .finish_non_exhaustive()
    }
}

impl TryFrom<&super::settings::GuestSettings> for Guest {
    type Error = AuthError;

    fn try_from(settings: &super::settings::GuestSettings) -> Result<Self, AuthError> {
        let refuse = |field: &str, error: &dyn fmt::Display| {
            AuthError::Settings(format!("`auth.providers.guest.{field}`: {error}"))
        };
        let user: EntityRef = settings.user_entity_ref.parse().map_err(|error| refuse("userEntityRef", &error))?;
        let ownership_refs = match &settings.ownership_entity_refs {
            None => vec![user.to_string()],
            Some(listed) => listed
                .iter()
                .map(|text| text.parse::<EntityRef>().map(|parsed| parsed.to_string()))
                .collect::<Result<_, _>>()
                .map_err(|error| refuse("ownershipEntityRefs", &error))?,
        };
        Ok(Self { is_allowed: settings.is_allowed, user, ownership_refs })
    }
}
