//! Why an address cannot be read, for people and for callers.

use thiserror::Error;

use super::integration::Integration;
use crate::platform::fetch::{FetchError, FetcherError};

/// Why an address could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct UrlReadError {
    /// What the caller can act on.
    pub kind: UrlReadErrorKind,
    /// What, which address (never a token), what to do.
    pub message: String,
}

/// The kinds of [`UrlReadError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlReadErrorKind {
    /// There is nothing at the address, or nothing that the token may see.
    NotFound,
    /// The configuration does not let it be read.
    NotAllowed,
    /// It is larger than the limit.
    TooLarge,
    /// The host allows no more requests for now.
    RateLimited {
        /// When to ask again, in milliseconds since 1970.
        retry_at_ms: i64,
    },
    /// Anything else.
    Failed,
}

/// Why a reader cannot be made.
#[derive(Debug, Error)]
pub enum UrlReaderError {
    /// Requests cannot be sent at all.
    #[error(transparent)]
    Fetcher(#[from] FetcherError),
    /// A built-in host is described wrongly.
    #[error("{0}")]
    Host(String),
}

impl UrlReadError {
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { kind: UrlReadErrorKind::Failed, message: message.into() }
    }

    pub(super) fn not_allowed(message: impl Into<String>) -> Self {
        Self { kind: UrlReadErrorKind::NotAllowed, message: message.into() }
    }

    /// What a failed request for an address means. `host` is where it was read through an API.
    pub(super) fn from_fetch(url: &str, host: Option<&Integration>, error: &FetchError) -> Self {
        let kind = match error {
            FetchError::NotAllowed(_) => UrlReadErrorKind::NotAllowed,
            FetchError::NotFound(_) => UrlReadErrorKind::NotFound,
            FetchError::TooLarge(_) => UrlReadErrorKind::TooLarge,
            FetchError::RateLimited { retry_at_ms } => UrlReadErrorKind::RateLimited { retry_at_ms: *retry_at_ms },
            FetchError::Denied(_)
            | FetchError::TimedOut(_)
            | FetchError::Status(_)
            | FetchError::Disconnected(_)
            | FetchError::Failed(_) => UrlReadErrorKind::Failed,
        };
        let advice = match (error, host) {
            (FetchError::NotFound(_), Some(host)) => format!(
                "; there is no such file, branch or repository on {}, or the token of `integrations.{}` may not see it (a slash in the name of a branch is written `%2F`)",
                host.title(),
                host.key()
            ),
            (FetchError::Denied(_), Some(host)) => {
                format!("; {} refuses the token, or there is none: check `integrations.{}`", host.title(), host.key())
            }
            (FetchError::Denied(_), None) => {
                "; it asks for credentials, which are sent to hosts of `integrations` only".to_owned()
            }
            _ => String::new(),
        };
        Self { kind, message: format!("cannot read `{url}`: {error}{advice}") }
    }
}
