//! What a [`super::UrlReader`] is made from.

use crate::platform::clock::Clock;
use crate::platform::fetch::{AllowRule, FetchLimits, Names};

/// Which addresses are read, and how.
#[derive(Clone, Debug, Default)]
pub struct UrlReaderSettings {
    /// Addresses that are read as they are: `backend.reading.allow`.
    pub allow: Vec<AllowRule>,
    /// What one request may cost.
    pub limits: FetchLimits,
    /// Who resolves names.
    pub names: Names,
    /// The time.
    pub clock: Clock,
}

impl UrlReaderSettings {
    /// Reads from these hosts (`127.0.0.1:8080`), for tests.
    ///
    /// # Errors
    /// A sentence for people when a host is none.
    pub fn allowing(hosts: &[&str]) -> Result<Self, String> {
        let allow = hosts.iter().map(|host| AllowRule::parse(host, &[])).collect::<Result<_, _>>()?;
        Ok(Self { allow, ..Self::default() })
    }
}
