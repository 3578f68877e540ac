//! When locations were read last.
//!
//! Most reads change nothing, and then nothing of what was read is written. That they took place is written here, many at
//! a time and seldom, so that other processes can tell it.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, TransactionTrait};

use super::{CatalogStore, StoreError};
use crate::catalog::ingest::graph::{LocationId, Node};
use crate::catalog::ingest::status::Attempt;
use crate::catalog::rows::refresh_attempts::{self, Column};
use crate::platform::db::dialect::rows_per_statement;

impl CatalogStore {
    /// Writes when locations were read.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn attempts_write(&self, attempts: &[(LocationId, Attempt)]) -> Result<(), StoreError> {
        let transaction = self.connection().begin().await?;
        for chunk in attempts.chunks(rows_per_statement(3)) {
            let rows = chunk.iter().map(|(id, attempt)| refresh_attempts::ActiveModel {
                location_id: Set(*id),
                attempted_at_ms: Set(attempt.attempted_at_ms),
                succeeded_at_ms: Set(attempt.succeeded_at_ms),
            });
            let on_conflict = OnConflict::column(Column::LocationId)
                .update_columns([Column::AttemptedAtMs, Column::SucceededAtMs])
                .to_owned();
            refresh_attempts::Entity::insert_many(rows)
                .on_conflict(on_conflict)
                .exec_without_returning(&transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Brings the times of stored locations up to what was written since.
    pub(super) async fn attempts_merge<'a>(&self, nodes: impl Iterator<Item = &'a mut Node>) -> Result<(), StoreError> {
        let mut nodes: Vec<&mut Node> = nodes.collect();
        for chunk in nodes.chunks_mut(rows_per_statement(1)) {
            let ids: Vec<LocationId> = chunk.iter().map(|node| node.id).collect();
            let rows = refresh_attempts::Entity::find().filter(Column::LocationId.is_in(ids));
            let found: std::collections::HashMap<LocationId, Attempt> = rows
                .all(self.connection())
                .await?
                .into_iter()
                .map(|row| {
                    let attempt =
                        Attempt { attempted_at_ms: row.attempted_at_ms, succeeded_at_ms: row.succeeded_at_ms };
                    (row.location_id, attempt)
                })
                .collect();
            for node in chunk {
                if let Some(attempt) = found.get(&node.id) {
                    attempt.merge_into(node);
                }
            }
        }
        Ok(())
    }
}
