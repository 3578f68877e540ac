//! Requests to other servers: the only way out of the process.
//!
//! Every request is to an address that a rule allows ([`AllowRule`]), connects to an IP address that is within the reach
//! of that rule ([`Reach`]), and ends within limits of time, size and redirects ([`FetchLimits`]). Each redirect is a new
//! request in all of this. A [`Credential`] goes to the origin it was given for and to no other. Proxies of the
//! environment are not used: they would resolve names themselves, past the guard.
//! Why it is so: docs/adr/0006-outbound-requests.md.

mod address;
mod allow;
mod credential;
mod error;
mod fetcher;
mod guard;
mod names;

use std::time::Duration;

pub use address::{host_and_port, literal_ip, parse_address, shown};
pub use allow::{AllowRule, reach_of};
pub use credential::Credential;
pub use error::{FetchError, FetcherError};
pub use fetcher::{FetchSettings, Fetched, Fetcher, Request, Validators};
pub use guard::Reach;
pub use names::Names;

/// What one request may cost.
#[derive(Clone, Debug)]
pub struct FetchLimits {
    /// Until a connection stands.
    pub connect: Duration,
    /// From the first connection to the last byte, redirects and the retry included.
    pub total: Duration,
    /// Redirects that are followed.
    pub n_redirects: usize,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), total: Duration::from_secs(30), n_redirects: 5 }
    }
}
