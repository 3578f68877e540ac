//! The only place of the catalog that speaks SQL.
//!
//! Lock order: one writer at a time ([`crate::platform::db::dialect::begin_catalog_write`]); readers never wait for it.
//! A batch is one transaction: locations, what they say, relations, final documents and the change numbers become
//! visible together, so a process that is killed between two steps leaves nothing half done.

mod ancestry;
mod apply;
mod attempts;
mod claims;
mod compare;
mod delete;
mod edges;
mod explain;
mod export;
mod history;
mod locations;
mod problems;
mod read;
mod stitch;
mod times;

use sea_orm::{DatabaseConnection, DbErr};
use shared::entity::EmittedRelation;
use thiserror::Error;

use super::ingest::error::ProcessingError;
use super::ingest::graph::{LocationId, Node, Parent};
use crate::platform::db::Db;

pub use apply::ApplySettings;
pub use compare::{CurrentClaim, Dependents};
pub use delete::Deleted;
pub use explain::StoredClaim;
pub use export::Snapshot;
pub use history::{ChangesFilter, StoredChange};
pub use problems::{StoredProblem, errors_of_whole};
pub use read::{Changes, StoredDocument};

/// Access to the tables of the catalog.
#[derive(Clone, Debug)]
pub struct CatalogStore {
    db: Db,
}

/// Why the catalog cannot be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database refuses or is away.
    #[error("the database does not answer as expected")]
    Db(#[from] DbErr),
    /// A stored text is not what this version writes.
    #[error("the database holds something unreadable in `{0}`")]
    Unreadable(&'static str, #[source] serde_json::Error),
}

/// What ingestion found out, to be written in one transaction.
#[derive(Debug, Default)]
pub struct Batch {
    /// Locations that are new or have changed, after what was read of them.
    pub locations: Vec<Node>,
    /// Locations that nothing leads to any more.
    pub removed: Vec<Removed>,
    /// What was read of locations.
    pub readings: Vec<Reading>,
    /// What providers do not say any more.
    pub retracted: Vec<Retracted>,
    /// Location entities whose targets went wrong or right, so that their own status changes.
    pub answering: Vec<String>,
}

/// A location that nothing leads to any more.
#[derive(Clone, Copy, Debug)]
pub struct Removed {
    /// The location.
    pub location: LocationId,
    /// Its entities stay as orphans. They go when the registered location itself was removed.
    pub leaves_orphans: bool,
}

/// A claim that a provider does not make any more, while the rest of what it says stays.
#[derive(Debug)]
pub struct Retracted {
    /// The provider.
    pub location: LocationId,
    /// The entity.
    pub entity_ref: String,
}

/// What one location says now.
#[derive(Debug)]
pub struct Reading {
    /// The location.
    pub location: LocationId,
    /// One for each entity, good or not. No two have the same reference.
    pub claims: Vec<Claim>,
    /// Entities that the location does not name any more are removed. False when a part of it could not be read.
    pub is_complete: bool,
}

/// What a document says about an entity.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The entity.
    pub entity_ref: String,
    /// Where the document starts in its file, counted from 1.
    pub line: u32,
    /// The prepared document and its edges; absent when the document is not good, and the last good one stays.
    pub content: Option<ClaimContent>,
    /// What is wrong with the document.
    pub errors: Vec<ProcessingError>,
}

/// A good document.
#[derive(Clone, Debug)]
pub struct ClaimContent {
    /// JSON text, without relations.
    pub document: String,
    /// Differs between two documents that differ.
    pub hash: String,
    /// Edges in both directions.
    pub relations: Vec<EmittedRelation>,
}

/// What happens to an entity that its location does not name any more (`catalog.orphanStrategy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrphanStrategy {
    /// It goes.
    #[default]
    Delete,
    /// It stays and is marked with an annotation.
    Keep,
}

impl CatalogStore {
    /// Over an open database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Whether this process may write the catalog now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn may_write(&self) -> Result<bool, StoreError> {
        Ok(self.db.writer().may_write().await?)
    }

    pub(in crate::catalog) fn connection(&self) -> &DatabaseConnection {
        self.db.connection()
    }
}

fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("lists of plain structs have a JSON form")
}

fn from_json<T: serde::de::DeserializeOwned>(column: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable(column, error))
}

/// The parent of an edge in the graph, from its row.
fn parent(location: LocationId, entity_ref: String) -> Parent {
    Parent { location, entity_ref }
}
