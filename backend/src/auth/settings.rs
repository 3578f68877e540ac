//! What the configuration says about sign-in and tokens, as plain values.

use std::fmt;

use super::caller::AccessRestriction;

/// Shortest life of a user token, in seconds.
pub const MIN_TOKEN_LIFETIME_SECS: i64 = 10 * 60;
/// Longest life of a user token, in seconds.
pub const MAX_TOKEN_LIFETIME_SECS: i64 = 24 * 60 * 60;

/// Everything that the slice needs to know of the configuration.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// `backend.baseUrl`: where browsers reach this server, such as `http://localhost:7007`.
    pub base_url: String,
    /// `auth.backstageTokenExpiration` in seconds, 3,600 by default; brought into the range of 10 minutes to 24 hours.
    pub token_lifetime_secs: i64,
    /// Whether tokens list what their user owns: the opposite of `auth.omitIdentityTokenOwnershipClaim`. Off by default.
    pub is_ownership_in_token: bool,
    /// `backend.auth.dangerouslyDisableDefaultAuthPolicy`: requests without credentials are answered, too.
    pub is_open_to_everyone: bool,
    /// After how many days a new signing key is made, 30 by default.
    pub key_rotation_days: u32,
    /// `auth.providers.guest`; absent where guests cannot sign in.
    pub guest: Option<GuestSettings>,
    /// `backend.auth.externalAccess` entries of type `static`, in the order of the configuration.
    pub static_tokens: Vec<StaticTokenSettings>,
    /// `auth.personalTokens`.
    pub personal_tokens: PersonalTokenSettings,
}

/// `auth.personalTokens`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalTokenSettings {
    /// How long a token is good for unless its owner says something else, in days: at least 1, at most the next one.
    pub default_lifetime_days: u32,
    /// The longest time that a token may be good for, in days: at least 1.
    pub max_lifetime_days: u32,
    /// How many tokens that have not expired a person may have.
    pub max_per_user: u32,
    /// Whether guests may make and use tokens.
    pub allow_guest: bool,
}

/// `auth.providers.guest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestSettings {
    /// Whether this server may let guests in: it listens on loopback only, or the configuration insists with
    /// `dangerouslyAllowOutsideDevelopment`.
    pub is_allowed: bool,
    /// Who the guest is, `user:development/guest` by default.
    pub user_entity_ref: String,
    /// What the guest owns where the user is not in the catalog; only itself where absent.
    pub ownership_entity_refs: Option<Vec<String>>,
}

/// One token that a program presents as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct StaticTokenSettings {
    /// At least 8 characters, no white space.
    pub token: String,
    /// The name of the program in logs and permissions.
    pub subject: String,
    /// `accessRestrictions`; everything is allowed where absent.
    pub restrictions: Option<Vec<AccessRestriction>>,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            base_url: "http://localhost:7007".to_owned(),
            token_lifetime_secs: 3600,
            is_ownership_in_token: false,
            is_open_to_everyone: false,
            key_rotation_days: 30,
            guest: None,
            static_tokens: Vec::new(),
            personal_tokens: PersonalTokenSettings::default(),
        }
    }
}

impl Default for PersonalTokenSettings {
    fn default() -> Self {
        Self { default_lifetime_days: 90, max_lifetime_days: 365, max_per_user: 50, allow_guest: false }
    }
}

impl Default for GuestSettings {
    fn default() -> Self {
        Self { is_allowed: true, user_entity_ref: "user:development/guest".to_owned(), ownership_entity_refs: None }
    }
}

impl AuthSettings {
    /// The issuer of user tokens.
    pub fn issuer(&self) -> String {
        format!("{}/api/auth", self.base_url.trim_end_matches('/'))
    }

    /// The life of a user token within its limits, in seconds.
    pub fn lifetime_secs(&self) -> i64 {
        self.token_lifetime_secs.clamp(MIN_TOKEN_LIFETIME_SECS, MAX_TOKEN_LIFETIME_SECS)
    }
}

impl fmt::Debug for StaticTokenSettings {
    /// Leaves the token out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticTokenSettings")
            .field("subject", &self.subject)
            .field("restrictions", &self.restrictions)
            .finish_non_exhaustive()
    }
}
