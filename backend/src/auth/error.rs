//! What can go wrong with credentials and sign-in.

use actix_web::http::StatusCode;
use sea_orm::DbErr;
use thiserror::Error;

use super::caller::MISSING_CREDENTIALS;
use crate::platform::http::ApiError;

/// What can go wrong with credentials and sign-in.
#[derive(Debug, Error)]
pub enum AuthError {
    /// No token came with the request.
    #[error("no token came with the request")]
    Missing,
    /// The token is none that this server knows.
    #[error("the token is not one of this server")]
    Illegal,
    /// A token of the cookie was sent where a full one is needed.
    #[error("a limited user token was sent where a full one is needed")]
    IllegalLimited,
    /// The token says it is of a user, and does not hold.
    #[error("the user token does not hold: {reason}")]
    UserTokenRefused {
        /// Why, in words for the client.
        reason: &'static str,
    },
    /// A personal token of its owner that is not taken any more.
    #[error("the personal token does not hold: {reason}")]
    PersonalTokenRefused {
        /// Why, in words for the client.
        reason: &'static str,
    },
    /// A token that only reads came with a request that may change something.
    #[error("the personal token only reads")]
    ReadOnly,
    /// Tokens are managed by people who signed in.
    #[error("personal tokens are managed by people who signed in")]
    NotSignedIn,
    /// A guest wants a token, and guests get none.
    #[error("guests get no personal tokens")]
    GuestTokenRefused,
    /// A personal token cannot be made like this.
    #[error("{0}")]
    TokenRefused(String),
    /// The person has as many personal tokens as allowed.
    #[error("the person has {0} personal tokens already")]
    TooManyTokens(u32),
    /// The person has no personal token of this id.
    #[error("the person has no personal token `{0}`")]
    TokenUnknown(String),
    /// The token is restricted to other plugins.
    #[error("the token is restricted to {}", plugins.join(", "))]
    PluginRefused {
        /// The ids of the plugins for which the token is good.
        plugins: Vec<String>,
    },
    /// A person asked for what only programs may have.
    #[error("a user asked for what is for programs only")]
    NotAProgram,
    /// A program asked for what only people have.
    #[error("a service asked for the information of a user")]
    NotAUser,
    /// The user signed in before this database was made.
    #[error("nothing is stored about `{0}`")]
    UserInfoMissing(String),
    /// No such way to sign in is configured.
    #[error("no sign-in provider `{0}` is configured")]
    ProviderUnknown(String),
    /// The provider has no such step.
    #[error("the provider `{0}` signs in without redirects; ask for `/api/auth/{0}/refresh`")]
    ProviderWithoutRedirects(String),
    /// Guests are configured, and this server is open to more than its own machine.
    #[error("guest sign-in is refused on a server that others can reach")]
    GuestRefused,
    /// The token would be too large for a header.
    #[error("the token would have {0} characters; the user owns too much to list it in the token")]
    TokenTooLarge(usize),
    /// A setting cannot be used.
    #[error("{0}")]
    Settings(String),
    /// A key or token could not be made, or a stored key not be read.
    #[error("{action} failed")]
    Key {
        /// What was tried.
        action: &'static str,
        /// What the library says.
        #[source]
        source: anyhow::Error,
    },
    /// The database failed.
    #[error("the database failed")]
    Db(#[from] DbErr),
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Missing => Self::authentication(MISSING_CREDENTIALS),
            AuthError::Illegal => Self::authentication("Illegal token"),
            AuthError::IllegalLimited => Self::authentication("Illegal limited user token"),
            AuthError::UserTokenRefused { reason } => {
                Self::authentication("Failed user token verification").caused_by("TokenError", reason)
            }
            AuthError::PersonalTokenRefused { reason } => {
                Self::authentication("Illegal token").caused_by("TokenError", reason)
            }
            AuthError::ReadOnly => {
                Self::not_allowed("this personal token only reads; make one that is not read-only to change something")
            }
            AuthError::NotSignedIn => Self::not_allowed(
                "personal tokens are managed by people who signed in, not by programs or personal tokens",
            ),
            AuthError::GuestTokenRefused => Self::not_allowed(
                "guests cannot make personal tokens: everyone is the same guest, and a token would stay good after guest \
                 sign-in is gone; set `auth.personalTokens.allowGuest: true` to allow it all the same",
            ),
            AuthError::TokenRefused(message) => Self::input(message),
            AuthError::TooManyTokens(max) => {
                Self::conflict(format!("you have {max} personal tokens, and no more are allowed; revoke one first"))
            }
            AuthError::TokenUnknown(id) => Self::not_found(format!("you have no personal token `{id}`")),
            AuthError::PluginRefused { plugins } => {
                let plugins = plugins.iter().map(|plugin| format!("'{plugin}'")).collect::<Vec<_>>().join(", ");
                Self::not_allowed(format!("This token's access is restricted to plugin(s) {plugins}"))
            }
            AuthError::NotAProgram => {
                Self::not_allowed("This is for programs: send a token of `backend.auth.externalAccess`")
            }
            AuthError::NotAUser => {
                Self::input("Userinfo endpoint must be called with a token that represents a user principal")
            }
            AuthError::UserInfoMissing(user) => Self::not_found(format!("User info not found for {user}")),
            AuthError::ProviderUnknown(provider) => Self::not_found(format!("Unknown auth provider '{provider}'")),
            AuthError::ProviderWithoutRedirects(_) => Self::not_implemented(error.to_string()),
            AuthError::GuestRefused => Self::not_allowed(
                "guest sign-in is only for servers that listen on this machine alone; set \
                 `auth.providers.guest.dangerouslyAllowOutsideDevelopment: true` to let everyone in who can reach this one",
            ),
            AuthError::TokenTooLarge(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Error", error.to_string()),
            AuthError::Settings(_) | AuthError::Key { .. } | AuthError::Db(_) => Self::internal(error),
        }
    }
}
