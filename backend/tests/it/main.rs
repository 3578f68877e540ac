//! HTTP behaviour of the whole server, and of its command line.

#![expect(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, and takes the helpers of this binary for something else"
)]

mod access;
mod architecture;
mod auth;
mod backup;
mod branding;
mod catalog;
mod catalog_errors;
mod catalog_sources;
mod check;
mod contract;
mod cors;
mod counts;
mod csv;
mod etags;
mod explain;
mod export;
mod ingest;
mod kill;
mod locations;
mod locations_read;
mod metrics;
mod overview;
mod personal_tokens;
mod postgres;
mod search;
mod source_preview;
mod sources;
mod startup;
mod support;
mod user_settings;
