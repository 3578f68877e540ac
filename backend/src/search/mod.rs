//! One search over everything.
//!
//! [`collators`] turn entities into documents, [`follow`] keeps the documents in the index equal to the catalog, and
//! [`service`] asks the index. What a caller may see is part of the question ([`question::Sight`]), so that counts and
//! facets tell of nothing else. There are two engines behind [`engine::SearchEngine`]; while neither answers, [`plain`] does.

pub mod collators;
mod cursor;
mod document;
mod embedded;
mod engine;
#[cfg(test)]
mod engine_tests;
mod error;
mod follow;
mod highlight;
mod meilisearch;
mod params;
mod plain;
mod question;
mod routes;
mod service;
mod state;
mod suggest;
mod words;

pub use document::{Keyword, SearchDocument};
pub use embedded::EmbeddedEngine;
pub use engine::SearchEngine;
pub use error::SearchError;
pub use follow::Follower;
pub use meilisearch::{MeilisearchEngine, MeilisearchSettings};
pub use routes::configure;
pub use service::{SearchLimits, SearchService, Starred};
pub use state::IndexState;
