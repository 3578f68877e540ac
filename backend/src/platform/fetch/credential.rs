//! What proves to another server who asks.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

/// A header with a token or password. It never prints its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    name: HeaderName,
    value: HeaderValue,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}: <secret>)", self.name)
    }
}

impl Credential {
    /// `Authorization: Bearer <token>`.
    ///
    /// # Errors
    /// A sentence for people when the token has characters that no header can carry. It does not repeat the token.
    pub fn bearer(token: &str) -> Result<Self, String> {
        Self::authorization("Bearer", token)
    }

    /// `Authorization: <scheme> <token>`.
    ///
    /// # Errors
    /// As [`Credential::bearer`].
    pub fn authorization(scheme: &str, token: &str) -> Result<Self, String> {
        Self::header(AUTHORIZATION, &format!("{scheme} {}", checked(token)?))
    }

    /// `Authorization: Basic` with a name, which may be empty, and a password.
    ///
    /// # Errors
    /// When the name has a colon, which would end it too early.
    pub fn basic(name: &str, password: &str) -> Result<Self, String> {
        if name.contains(':') {
            return Err("the user name must not have a colon".to_owned());
        }
        Self::header(AUTHORIZATION, &format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
    }

    /// A header of its own, such as `PRIVATE-TOKEN`.
    ///
    /// # Errors
    /// As [`Credential::bearer`].
    pub fn header(name: HeaderName, value: &str) -> Result<Self, String> {
        let mut value = HeaderValue::from_str(checked(value)?).map_err(|_| UNSENDABLE.to_owned())?;
        // Keeps it out of debug output and out of the compression tables of HTTP/2.
        value.set_sensitive(true);
        Ok(Self { name, value })
    }

    pub(super) fn parts(&self) -> (HeaderName, HeaderValue) {
        (self.name.clone(), self.value.clone())
    }
}

const UNSENDABLE: &str =
    "the token is empty or has characters that cannot be sent; check for line breaks and other white space";

fn checked(token: &str) -> Result<&str, String> {
    let is_sendable = !token.is_empty() && token.trim() == token && token.chars().all(|char| matches!(char, ' '..='~'));
    is_sendable.then_some(token).ok_or_else(|| UNSENDABLE.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(credential: Result<Credential, String>, expected: &str) {
        let (name, value) = credential.unwrap().parts();
        assert_eq!(format!("{name}: {}", value.to_str().unwrap()), expected);
    }

    #[test]
    fn each_kind_has_its_form() {
        check(Credential::bearer("t0ken"), "authorization: Bearer t0ken");
        check(Credential::authorization("token", "t0ken"), "authorization: token t0ken");
        check(Credential::basic("", "pat"), "authorization: Basic OnBhdA==");
        check(Credential::basic("anna", "pä:ss"), "authorization: Basic YW5uYTpww6Q6c3M=");
        check(Credential::header(HeaderName::from_static("private-token"), "t0ken"), "private-token: t0ken");
    }

    #[test]
    fn token_leak_nothing_prints_the_value() {
        let credential = Credential::bearer("t0ken").unwrap();
        assert_eq!(format!("{credential:?}"), "Credential(authorization: <secret>)");
        assert!(!format!("{:?}", credential.parts()).contains("t0ken"));
        for token in ["", "t0ken\n", "t0ken\r\nX-Other: 1", " t0ken", "t0kenä"] {
            let message = Credential::bearer(token).unwrap_err();
            assert!(!message.contains("t0ken"), "{message}");
        }
    }
}
