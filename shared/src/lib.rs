//! What the portal's server and its web page agree on: entities, filters and the bodies of the API.
//!
//! This crate performs no I/O, reads no clock, draws no random numbers, and builds for the browser.

pub mod api;
pub mod entity;
pub mod filter;
