//! Requests to other servers: the only way out of the process.
//!
//! Every request is to an address that a rule allows ([`AllowRule`]), connects to an IP address that is within the reach
//! of that rule ([`Reach`]), and ends within limits of time, size and redirects ([`FetchLimits`]). Each redirect is a new
//! request in all of this. A [`Credential`] goes to the origin it was given for and to no other. Proxies of the
//! environment are not used: they would resolve names themselves, past the guard.
//! Why it is so: docs/adr/0006-outbound-requests.md.

mod address;
mod allow;
mod budget;
mod credential;
mod error;
mod fetcher;
mod guard;
mod names;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use address::{host_and_port, literal_ip, parse_address, shown};
pub use allow::{AllowRule, reach_of};
pub use credential::Credential;
pub use error::{FetchError, FetcherError};
pub use fetcher::{FetchSettings, Fetched, Fetcher, Form, Request, Validators};
pub use guard::Reach;
pub use names::Names;

/// What requests may cost us, and the servers that are asked.
#[derive(Clone, Debug)]
pub struct FetchLimits {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the last byte, redirects and the retry included, but not the wait for a turn.
    pub total: Duration,
    /// Redirects that are followed.
    pub n_redirects: usize,
    /// Before the one retry after a failure that may pass.
    pub retry_delay: Duration,
    /// Requests to one host at once.
    pub n_at_once: usize,
    /// Requests to one host a second, on average: below what the public hosts refuse (GitHub: 900 a minute).
    pub n_per_second: u32,
    /// Requests to one host that need not wait, after a time without any.
    pub n_burst: u32,
    /// Longest wait for a turn at a host.
    pub max_wait: Duration,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
            n_redirects: 5,
            retry_delay: Duration::from_millis(500),
            n_at_once: 8,
            n_per_second: 10,
            n_burst: 100,
            max_wait: Duration::from_secs(60),
        }
    }
}
