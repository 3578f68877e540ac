//! Why something is in the catalog, as it is, or is not there.
//!
//! Everything told here was stored by ingestion; nothing is read from sources to answer. [`Explainer`] works over the
//! database alone, so that the command line explains a catalog that another process serves.

mod chain;
mod describe;
mod entity;
mod fields;
mod location;
mod problems;
mod routes;
mod sight;

pub use fields::field_lines;
pub use problems::{ProblemKey, ProblemsQuery};
pub use routes::configure;
pub use sight::Sight;

use std::fmt;

use super::ingest::graph::{LocationId, Node};
use super::ingest::status::IngestStatus;
use super::location::LocationRef;
use super::store::{CatalogStore, StoreError};

/// Explains the catalog.
#[derive(Clone, Debug)]
pub struct Explainer {
    store: CatalogStore,
    status: IngestStatus,
}

/// Which location is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocationKey {
    /// By its number.
    Id(LocationId),
    /// By what it is.
    Location(LocationRef),
}

impl fmt::Display for LocationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "number {id}"),
            Self::Location(location) => write!(f, "`{location}`"),
        }
    }
}

impl Explainer {
    /// Over the tables of the catalog. `status` is that of the own ingestion, or of none.
    pub fn new(store: CatalogStore, status: IngestStatus) -> Self {
        Self { store, status }
    }

    /// A location as it is known now, also where the database lags behind.
    fn current(&self, node: &Node) -> Node {
        let mut node = node.clone();
        if let Some(attempt) = self.status.attempt(node.id) {
            attempt.merge_into(&mut node);
        }
        node
    }

    async fn id_of(&self, key: &LocationKey) -> Result<Option<LocationId>, StoreError> {
        match key {
            LocationKey::Id(id) => Ok(Some(*id)),
            LocationKey::Location(location) => self.store.source_find(location).await,
        }
    }
}
