//! Text that must not be seen.

use std::fmt;

use serde::{Serialize, Serializer};

/// What is printed in place of a secret.
pub const REDACTED: &str = "<secret>";

/// A token, password or key. It prints, debugs and serialises as `<secret>`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretString(String);

impl SecretString {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself: for the place that sends or compares it, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for SecretString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

/// Whether a key usually names a secret. Used where nothing better is known about the key.
pub(super) fn is_secret_name(key: &str) -> bool {
    const WORDS: [&str; 10] = [
        "token",
        "secret",
        "password",
        "passphrase",
        "credential",
        "apikey",
        "privatekey",
        "accesskey",
        "cert",
        "auth",
    ];
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    key == "key" || key == "pwd" || key == "connection" || WORDS.iter().any(|word| key.contains(word))
}
