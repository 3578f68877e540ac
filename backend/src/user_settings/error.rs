//! What can go wrong with the settings of a person.

use sea_orm::DbErr;
use thiserror::Error;

use super::service::{MAX_ITEMS, MAX_NAME_CHARS, MAX_SETTINGS, MAX_VALUE_BYTES};
use crate::auth::AuthError;
use crate::platform::http::ApiError;

/// What can go wrong with the settings of a person.
#[derive(Debug, Error)]
pub enum UserSettingsError {
    /// Nobody is signed in.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// A program asked for what only people have.
    #[error("This endpoint does not allow 'service' credentials")]
    ServiceRefused,
    /// Nothing is stored there.
    #[error("Unable to find '{key}' in bucket '{bucket}'")]
    NotFound {
        /// The bucket that was asked for.
        bucket: String,
        /// The key that was asked for.
        key: String,
    },
    /// The body of a PUT lacks the value.
    #[error("Missing required field \"value\"")]
    ValueMissing,
    /// The bucket or the key is too long.
    #[error("the {what} has {n_chars} characters, and may have {MAX_NAME_CHARS}")]
    NameTooLong {
        /// `bucket` or `key`.
        what: &'static str,
        /// How long it is.
        n_chars: usize,
    },
    /// The bucket or the key is empty, or holds a character that no database keeps.
    #[error("the {what} must not {rule}")]
    NameRefused {
        /// `bucket` or `key`.
        what: &'static str,
        /// What it breaks, such as `be empty`.
        rule: &'static str,
    },
    /// The value is too large.
    #[error("the value has {0} bytes as JSON, and may have {MAX_VALUE_BYTES}; keep large data elsewhere")]
    ValueTooLarge(usize),
    /// One request asks for too much.
    #[error("{0} settings are asked for, and {MAX_ITEMS} may be; ask several times")]
    TooManyItems(usize),
    /// The person has as many settings as anyone may have.
    #[error("you have {MAX_SETTINGS} settings, and nobody may have more; delete some first")]
    TooManySettings,
    /// A stored value is not what this version writes.
    #[error("the database holds something unreadable in `user_settings.value`")]
    Unreadable(#[source] serde_json::Error),
    /// The database refuses or is away.
    #[error("the database does not answer as expected")]
    Db(#[from] DbErr),
}

impl From<UserSettingsError> for ApiError {
    fn from(error: UserSettingsError) -> Self {
        match error {
            UserSettingsError::Auth(error) => error.into(),
            UserSettingsError::ServiceRefused => Self::not_allowed(error.to_string()),
            UserSettingsError::NotFound { .. } => Self::not_found(error.to_string()),
            UserSettingsError::ValueMissing
            | UserSettingsError::NameTooLong { .. }
            | UserSettingsError::NameRefused { .. }
            | UserSettingsError::ValueTooLarge(_)
            | UserSettingsError::TooManyItems(_)
            | UserSettingsError::TooManySettings => Self::input(error.to_string()),
            UserSettingsError::Unreadable(_) | UserSettingsError::Db(_) => Self::internal(error),
        }
    }
}
