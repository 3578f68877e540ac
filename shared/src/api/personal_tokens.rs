//! Bodies of `/api/personal-tokens`.

use serde::{Deserialize, Serialize};

/// A token that a person made for a program of their own. The secret is not part of it: nobody can read it again.
///
/// ```json
/// {"id":"k3Xw0aPz9QbT","name":"deploy script","isReadOnly":true,"createdAt":"2026-11-25T10:00:00Z","expiresAt":"2027-02-23T10:00:00Z","isExpired":false}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalToken {
    /// Names the token; it is also the part of the secret between the two underscores.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// Whether it only reads.
    pub is_read_only: bool,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// From here on it is refused. RFC 3339, UTC.
    pub expires_at: String,
    /// When it was used last, at most an hour too early; absent while it has never been used. RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// Whether it is refused by now.
    pub is_expired: bool,
}

/// The body of a POST. Other keys are refused: a token that should only read must not be one that changes things because of a
/// misspelt key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalTokenCreate {
    /// What to call it: 1 to 100 characters. Line breaks and other control characters become spaces.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100, pattern = r"\S"))]
    pub name: String,
    /// How long it is good for, in days; the portal's usual time where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 36500))]
    pub lifetime_days: Option<u32>,
    /// Whether it only reads: it can list, search and look at everything that the person can, and change nothing.
    #[serde(default)]
    pub is_read_only: bool,
}

/// The answer to a POST: the only time that the secret is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalTokenCreated {
    /// The token.
    pub token: PersonalToken,
    /// What goes into `Authorization: Bearer …`. Starts with `cbp_`.
    pub secret: String,
}

/// The tokens of the person who asks, the newest first, and what they may do with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalTokens {
    /// The tokens. Expired ones stay for a month, so that one sees why a program was refused.
    pub items: Vec<PersonalToken>,
    /// What this portal allows.
    pub rules: PersonalTokenRules,
}

/// What a portal allows a person to do with tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalTokenRules {
    /// Whether this person may make tokens.
    pub can_create: bool,
    /// Whether this person is a guest, whom others can be as well.
    pub is_guest: bool,
    /// How long a token is good for unless something else is said, in days.
    pub default_lifetime_days: u32,
    /// The longest time that a token may be good for, in days.
    pub max_lifetime_days: u32,
    /// How many tokens that have not expired a person may have.
    pub max_tokens: u32,
}
