//! Why another server could not be read.

use thiserror::Error;

/// Why a request has no result. No message holds a credential or the query of an address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// No rule allows the address, or it is in a network that the rule does not reach.
    #[error("{0}")]
    NotAllowed(String),
    /// The server answered 404 or 410.
    #[error("the server answered {0}")]
    NotFound(u16),
    /// The server answered 401 or 403, or sent to a page for signing in.
    #[error("the server answered {0}")]
    Denied(u16),
    /// The answer is longer than the limit, in bytes.
    #[error("it is larger than {0} bytes")]
    TooLarge(u64),
    /// The server has had enough requests for now, or asks for a pause.
    #[error("the server allows no more requests before {}", time(*retry_at_ms))]
    RateLimited {
        /// When to ask again, in milliseconds since 1970.
        retry_at_ms: i64,
    },
    /// The server took longer than the limit.
    #[error("there was no complete answer within {0} seconds")]
    TimedOut(u64),
    /// The server answered with another status.
    #[error("the server answered {0}")]
    Status(u16),
    /// There was no connection, or it broke off.
    #[error("{0}")]
    Disconnected(String),
    /// There was no answer that can be used.
    #[error("{0}")]
    Failed(String),
}

impl FetchError {
    /// Whether the same request may succeed a moment later.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Disconnected(_) | Self::Status(502..=504))
    }
}

/// The client cannot be set up at all.
#[derive(Debug, Error)]
#[error("cannot prepare requests to other servers: {0}")]
pub struct FetcherError(pub(super) String);

fn time(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms)
        .map_or_else(|| "later".to_owned(), |at| at.format("%H:%M:%S UTC").to_string())
}
