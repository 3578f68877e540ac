//! Static tokens of programs (`backend.auth.externalAccess`, type `static`).

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};

use super::caller::ServiceCaller;
use super::error::AuthError;
use super::settings::StaticTokenSettings;

/// Shortest token that is accepted in the configuration, in characters.
const MIN_TOKEN_CHARS: usize = 8;

/// The SHA-256 of a token. Tokens are compared by it, so the time of a comparison tells nothing of the token itself.
pub(super) type TokenHash = [u8; 32];

/// The SHA-256 of a token.
pub(super) fn token_hash(token: &str) -> TokenHash {
    let mut hash = TokenHash::default();
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

/// The configured tokens, by their hash; the tokens themselves are not kept.
#[derive(Debug, Default)]
pub(super) struct StaticTokens {
    callers: HashMap<TokenHash, Arc<ServiceCaller>>,
}

impl StaticTokens {
    /// # Errors
    /// [`AuthError::Settings`] names the entry that cannot be used.
    pub fn new(settings: &[StaticTokenSettings]) -> Result<Self, AuthError> {
        let mut callers = HashMap::new();
        for (index, entry) in settings.iter().enumerate() {
            let refuse =
                |reason: &str| AuthError::Settings(format!("`backend.auth.externalAccess[{index}].options.{reason}"));
            if entry.token.chars().any(char::is_whitespace) {
                return Err(refuse("token` contains white space; use letters, digits and signs only"));
            }
            if entry.token.chars().count() < MIN_TOKEN_CHARS {
                return Err(refuse("token` is shorter than 8 characters; use a long random text"));
            }
            if entry.subject.is_empty() || entry.subject.chars().any(char::is_whitespace) {
                return Err(refuse("subject` is empty or contains white space; name the program, such as `ci`"));
            }
            let caller = ServiceCaller {
                subject: entry.subject.as_str().into(),
                restrictions: entry.restrictions.clone().map(Into::into),
            };
            if callers.insert(token_hash(&entry.token), Arc::new(caller)).is_some() {
                return Err(refuse("token` is used twice; give each program a token of its own"));
            }
        }
        Ok(Self { callers })
    }

    pub fn find(&self, hash: &TokenHash) -> Option<Arc<ServiceCaller>> {
        self.callers.get(hash).cloned()
    }
}
