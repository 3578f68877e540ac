//! What the portal keeps for each person: starred entities, the theme, and whatever else a client remembers.
//!
//! A setting is any JSON under a bucket and a key. It belongs to the person who asks; nobody reads those of another.

mod error;
mod routes;
mod rows;
mod service;
mod store;

pub use error::UserSettingsError;
pub use routes::configure;
pub use service::UserSettingsService;

#[cfg(test)]
mod tests;
