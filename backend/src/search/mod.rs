//! One search over everything.
//!
//! [`collators`] turn entities into documents, [`follow`] keeps the documents in the index equal to the catalog, and
//! [`service`] asks the index. What a caller may see is part of the question ([`question::Sight`]), so that counts and
//! facets tell of nothing else.

pub mod collators;
mod cursor;
mod document;
mod embedded;
mod error;
mod follow;
mod highlight;
mod params;
mod question;
mod routes;
mod service;
mod words;

pub use document::SearchDocument;
pub use embedded::EmbeddedIndex;
pub use error::SearchError;
pub use follow::Follower;
pub use routes::configure;
pub use service::{SearchLimits, SearchService, Starred};
