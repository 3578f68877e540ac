//! What can go wrong between the page and the server.

use shared::api::error::ErrorBody;
use thiserror::Error;

/// Why an answer did not come, or was no good.
///
/// The text is a sentence for people; [`ClientError::details`] is for whoever helps them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientError {
    /// No connection, or it broke. Try again later.
    #[error("The server did not answer. Check that it runs and that you are connected.")]
    Unreachable(String),
    /// The server took too long.
    #[error("The server did not answer in {0} s.")]
    TimedOut(u32),
    /// The server answered with an error.
    #[error("{message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The stable name, such as `NotFoundError`.
        name: String,
        /// The server's sentence.
        message: String,
    },
    /// The answer is not what this page understands; the page may be older than the server.
    #[error("The answer of the server could not be read. Reload the page to get its newest version.")]
    Unreadable(String),
    /// The person signed out on this device, and has not signed in again.
    #[error("You are signed out. Sign in to go on.")]
    SignedOut,
    /// The server offers no way to sign in that this page knows.
    #[error("This portal offers no guest sign-in. Allow it with `auth.providers.guest` in the configuration.")]
    NoSignIn(String),
}

impl ClientError {
    /// Reads the body of an answer that reports an error.
    pub fn from_answer(status: u16, body: &str) -> Self {
        match serde_json::from_str::<ErrorBody>(body) {
            Ok(body) => Self::Refused { status, name: body.error.name, message: sentence(&body.error.message) },
            Err(_) if status >= 500 => Self::Refused {
                status,
                name: "Error".to_owned(),
                message: "The server failed. Try again; if it stays, look into the server's log.".to_owned(),
            },
            Err(_) => Self::Refused {
                status,
                name: "Error".to_owned(),
                message: format!("The server refused the request with status {status}."),
            },
        }
    }

    /// Whether only signing in helps: trying again as it is would fail again.
    pub fn needs_sign_in(&self) -> bool {
        matches!(self, Self::SignedOut | Self::NoSignIn(_) | Self::Refused { status: 401 | 403, .. })
    }

    /// Whether what was asked for is absent, or hidden from this person.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Whether no answer came at all, so that it may be as it was as soon as the server is back.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::TimedOut(_))
    }

    /// Whether this person may not see or do it.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Refused { status: 403, .. })
    }

    /// What helps to find the cause: codes and the words of the machine.
    pub fn details(&self) -> String {
        match self {
            Self::Refused { status, name, .. } => format!("{status} {name}"),
            Self::Unreachable(cause) | Self::Unreadable(cause) | Self::NoSignIn(cause) => cause.clone(),
            Self::SignedOut => "no session".to_owned(),
            Self::TimedOut(limit_secs) => format!("no answer within {limit_secs} s"),
        }
    }
}

/// Makes a sentence of a server's message, which starts in lower case and has no full stop.
fn sentence(message: &str) -> String {
    let trimmed = message.trim();
    let mut letters = trimmed.chars();
    let Some(first) = letters.next() else { return "The server gave no reason.".to_owned() };
    let end = if trimmed.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_body_becomes_a_sentence() {
        let body =
            r#"{"error":{"name":"NotFoundError","message":"no entity named `x` found"},"response":{"statusCode":404}}"#;
        let error = ClientError::from_answer(404, body);
        assert_eq!(error.to_string(), "No entity named `x` found.");
        assert_eq!(error.details(), "404 NotFoundError");
        assert!(error.is_not_found());
    }

    #[test]
    fn an_answer_without_a_body_still_says_what_to_do() {
        assert_eq!(
            ClientError::from_answer(502, "<html>").to_string(),
            "The server failed. Try again; if it stays, look into the server's log."
        );
        assert_eq!(ClientError::from_answer(418, "").to_string(), "The server refused the request with status 418.");
    }
}
