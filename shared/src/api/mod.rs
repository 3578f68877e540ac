//! The bodies of the API, a file per slice.

pub mod app;
pub mod auth;
pub mod catalog;
pub mod error;
pub mod explain;
pub mod graph;
pub mod locations;
pub mod search;
pub mod user_settings;
