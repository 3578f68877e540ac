//! The text of a personal token.

use std::fmt;

use anyhow::anyhow;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};

use super::super::error::AuthError;
use super::super::external::token_hash;

/// What every token starts with, so that scanners of repositories find tokens that were committed by mistake.
pub const PREFIX: &str = "cbp_";
/// Letters and digits of an id: 71 bits, enough never to meet twice.
const ID_CHARS: usize = 12;
/// Letters and digits of a secret: 256 bits.
const SECRET_CHARS: usize = 43;
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A text of the shape of a personal token, which need not be one.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
}

impl Secret {
    /// Makes a new one.
    ///
    /// # Errors
    /// [`AuthError::Key`] when the machine has no random numbers.
    pub fn generate() -> Result<Self, AuthError> {
        Ok(Self { text: format!("{PREFIX}{}_{}", random_text(ID_CHARS)?, random_text(SECRET_CHARS)?) })
    }

    /// Whether a bearer token means to be a personal one.
    pub fn is_meant(token: &str) -> bool {
        token.starts_with(PREFIX)
    }

    /// Reads a bearer token; `None` for every text of another shape.
    pub fn parse(token: &str) -> Option<Self> {
        let (id, secret) = token.strip_prefix(PREFIX)?.split_once('_')?;
        let is_of =
            |part: &str, n_chars: usize| part.len() == n_chars && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_of(id, ID_CHARS) && is_of(secret, SECRET_CHARS)).then(|| Self { text: token.to_owned() })
    }

    /// Names the token.
    pub fn id(&self) -> &str {
        &self.text[PREFIX.len()..PREFIX.len() + ID_CHARS]
    }

    /// The whole text, for its owner and nobody else.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What is stored of it: the SHA-256 of the whole text, in hexadecimal digits.
    pub fn hash(&self) -> String {
        token_hash(&self.text).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether this is the token of a stored hash. Takes the same time for every wrong one.
    pub fn is_of_hash(&self, stored: &str) -> bool {
        verify_slices_are_equal(self.hash().as_bytes(), stored.as_bytes()).is_ok()
    }
}

impl fmt::Debug for Secret {
    /// Leaves the secret out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("id", &self.id()).finish_non_exhaustive()
    }
}

/// Letters and digits, each as likely as any other.
fn random_text(n_chars: usize) -> Result<String, AuthError> {
    let failed = |_| AuthError::Key { action: "making a token", source: anyhow!("no random numbers") };
    // Bytes above the largest multiple of 62 are thrown away: they would favour the first letters.
    const FAIR: u8 = 248;
    let random = SystemRandom::new();
    let mut text = String::with_capacity(n_chars);
    let mut bytes = [0; 64];
    while text.len() < n_chars {
        random.fill(&mut bytes).map_err(failed)?;
        let fair = bytes.iter().filter(|byte| **byte < FAIR);
        text.extend(fair.take(n_chars - text.len()).map(|byte| char::from(ALPHABET[usize::from(byte % 62)])));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_token_is_read_back_and_is_like_no_other() {
        let (one, other) = (Secret::generate().unwrap(), Secret::generate().unwrap());
        assert_eq!(Secret::parse(one.expose()).unwrap(), one);
        assert_eq!(one.expose().len(), 60);
        assert_ne!((one.id(), one.hash()), (other.id(), other.hash()));
        assert!(one.is_of_hash(&one.hash()) && !one.is_of_hash(&other.hash()) && !one.is_of_hash(""));
        assert!(!one.hash().contains(one.expose()) && !format!("{one:?}").contains(&one.expose()[17..]));
    }

    #[test]
    fn texts_of_another_shape_are_none() {
        let token = Secret::generate().unwrap().expose().to_owned();
        let cut = &token[..59];
        let (longer, spaced, other) =
            (format!("{token}0"), token.replacen('_', " ", 2), token.replacen("cbp_", "cbq_", 1));
        let foreign = token.chars().take(59).chain(['é']).collect::<String>();
        for text in ["", "cbp_", "cbp__", "cbp_a_b", cut, &longer, &spaced, &other, &foreign, &token.to_uppercase()] {
            assert_eq!(Secret::parse(text), None, "{text}");
        }
    }
}
