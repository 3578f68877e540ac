//! The whole catalog as it is at one moment, piece by piece.

use std::collections::HashMap;

use sea_orm::{
    AccessMode, ColumnTrait, DatabaseTransaction, DbBackend, EntityTrait, IsolationLevel, QueryFilter, QuerySelect,
    TransactionOptions, TransactionTrait,
};

use super::{CatalogStore, StoreError, StoredDocument};
use crate::catalog::rows::final_entities;

/// How many documents are in memory at a time.
const PIECE: usize = 200;

/// The catalog of one moment. Others may write meanwhile; this does not see it.
#[derive(Debug)]
pub struct Snapshot {
    transaction: DatabaseTransaction,
    refs: Vec<String>,
    at: usize,
}

impl CatalogStore {
    /// The catalog as it is now, in the order of the references, whichever database keeps it. `kinds` are in lower case;
    /// all where there are none.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn snapshot(&self, kinds: &[String]) -> Result<Snapshot, StoreError> {
        let connection = self.connection();
        let options = match connection.get_database_backend() {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
            // Every transaction of SQLite sees one moment.
            _ => TransactionOptions::default(),
        };
        let transaction = connection.begin_with_options(options).await?;
        let all: Vec<String> = final_entities::Entity::find()
            .select_only()
            .column(final_entities::Column::EntityRef)
            .into_tuple()
            .all(&transaction)
            .await?;
        let is_wanted = |entity_ref: &String| {
            kinds.is_empty() || entity_ref.split(':').next().is_some_and(|kind| kinds.iter().any(|own| own == kind))
        };
        let mut refs: Vec<String> = all.into_iter().filter(is_wanted).collect();
        refs.sort_unstable();
        Ok(Snapshot { transaction, refs, at: 0 })
    }
}

impl Snapshot {
    /// The next documents; none at the end.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn next(&mut self) -> Result<Vec<StoredDocument>, StoreError> {
        let piece = &self.refs[self.at..self.refs.len().min(self.at + PIECE)];
        if piece.is_empty() {
            return Ok(vec![]);
        }
        let rows = final_entities::Entity::find()
            .filter(final_entities::Column::EntityRef.is_in(piece))
            .all(&self.transaction)
            .await?;
        let mut found: HashMap<String, StoredDocument> =
            rows.into_iter().map(|row| (row.entity_ref.clone(), StoredDocument::from(row))).collect();
        let documents = piece.iter().filter_map(|entity_ref| found.remove(entity_ref)).collect();
        self.at += piece.len();
        Ok(documents)
    }
}
