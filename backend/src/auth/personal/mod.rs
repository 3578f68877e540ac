//! Personal tokens: what a person hands to a program so that it may act in their name.
//!
//! A token is `cbp_ID_SECRET`. The id finds the row, and the SHA-256 of the whole text must be the stored one. The secret has 256
//! random bits, so a plain hash is enough: there is nothing to guess. What was found is remembered for a second, which is how
//! long a token that was revoked in another process may still be taken.

mod routes;
mod secret;
mod service;
mod store;
#[cfg(test)]
mod tests;

pub(super) use routes::configure;
pub(super) use secret::Secret;
pub(super) use service::{Holder, PersonalTokenService};
