//! What a [`super::UrlReader`] is made from.

use super::integration::Integration;
use crate::platform::clock::Clock;
use crate::platform::fetch::{AllowRule, FetchLimits, Names};

/// Which addresses are read, and how.
#[derive(Clone, Debug, Default)]
pub struct UrlReaderSettings {
    /// Hosts of source code, beside the public ones, which are known. The first for a host counts.
    pub integrations: Vec<Integration>,
    /// Addresses that are read as they are: `backend.reading.allow`.
    pub allow: Vec<AllowRule>,
    /// What requests may cost.
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
