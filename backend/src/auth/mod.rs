//! Who asks: sign-in, tokens, and the [`Caller`] of every request.
//!
//! [`Authenticate`] looks at the credentials of a request before any extractor runs; a handler takes a [`Caller`].
//! People sign in at a provider (today: guest) and get a signed token; programs present a static token, or a personal one that a
//! person made for them.

mod caller;
mod error;
mod external;
mod keys;
mod metrics;
mod middleware;
mod mounts;
mod personal;
mod routes;
mod rows;
mod service;
mod settings;
mod store;
mod tokens;

pub use caller::{AccessRestriction, Caller, PersonalTokenUse, ServiceCaller, UserCaller};
pub use error::AuthError;
pub use metrics::tell as tell_metrics;
pub use middleware::Authenticate;
pub use mounts::Mounts;
pub use routes::{PLUGIN_KEY_SET, add_security_scheme, configure, plugin_key_set};
pub use service::{AuthService, GroupLookup};
pub use settings::{AuthSettings, GuestSettings, PersonalTokenSettings, StaticTokenSettings};
pub use tokens::limited_user_token;

#[cfg(test)]
mod tests;
