//! The bodies of the API, a file per slice.

pub mod app;
pub mod auth;
pub mod catalog;
pub mod changes;
pub mod counts;
pub mod definition;
pub mod error;
pub mod explain;
pub mod export;
pub mod graph;
pub mod locations;
pub mod overview;
pub mod personal_tokens;
pub mod search;
pub mod sources;
pub mod user_settings;
