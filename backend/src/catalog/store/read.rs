//! What the read model asks for.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{CatalogStore, StoreError};
use crate::catalog::rows::{entity_changes, final_entities};
use crate::platform::db::dialect::rows_per_statement;

/// How many change numbers are kept. A reader that is further behind reads everything again.
const KEPT_CHANGES: i64 = 200_000;
/// How many changes one answer holds at most.
const CHANGES_PER_READ: u64 = 20_000;
/// How many entities one answer holds at most.
const DOCUMENTS_PER_READ: u64 = 2_000;

/// One entity as readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// The entity.
    pub entity_ref: String,
    /// Made by the catalog, stable until the entity is deleted.
    pub uid: String,
    /// JSON text.
    pub document: String,
}

/// What changed since a number.
#[derive(Debug)]
pub enum Changes {
    /// The newest number, and every entity that changed on the way there, each once. No document: it is gone.
    Since(i64, Vec<(String, Option<StoredDocument>)>),
    /// The number is too old, or from another database; everything must be read again.
    Unknown,
}

impl CatalogStore {
    /// Some entities by their references, those that follow `after`; none at the end.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn documents_after(&self, after: Option<&str>) -> Result<Vec<StoredDocument>, StoreError> {
        let mut query =
            final_entities::Entity::find().order_by_asc(final_entities::Column::EntityRef).limit(DOCUMENTS_PER_READ);
        if let Some(after) = after {
            query = query.filter(final_entities::Column::EntityRef.gt(after));
        }
        let rows = query.all(self.connection()).await?;
        Ok(rows.into_iter().map(StoredDocument::from).collect())
    }

    /// What changed after the change numbered `seq`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn changes_since(&self, seq: i64) -> Result<Changes, StoreError> {
        let rows: Vec<(i64, String)> = entity_changes::Entity::find()
            .select_only()
            .column(entity_changes::Column::Seq)
            .column(entity_changes::Column::EntityRef)
            .filter(entity_changes::Column::Seq.gt(seq))
            .order_by_asc(entity_changes::Column::Seq)
            .limit(CHANGES_PER_READ)
            .into_tuple()
            .all(self.connection())
            .await?;
        let Some(((first, _), (last, _))) = rows.first().zip(rows.last()) else {
            let is_ahead = seq > self.last_seq().await?;
            return Ok(if is_ahead { Changes::Unknown } else { Changes::Since(seq, vec![]) });
        };
        // Numbers may have gaps, but the oldest ones are pruned, so a gap at the start cannot be told from a loss.
        if *first > seq + 1 && self.first_seq().await? == *first {
            return Ok(Changes::Unknown);
        }
        let last = *last;
        let mut refs: Vec<String> = rows.into_iter().map(|(_, entity_ref)| entity_ref).collect();
        refs.sort_unstable();
        refs.dedup();
        let mut changed = Vec::with_capacity(refs.len());
        for chunk in refs.chunks(rows_per_statement(1)) {
            let rows = final_entities::Entity::find()
                .filter(final_entities::Column::EntityRef.is_in(chunk))
                .all(self.connection())
                .await?;
            let mut found: std::collections::HashMap<_, _> =
                rows.into_iter().map(|row| (row.entity_ref.clone(), StoredDocument::from(row))).collect();
            changed.extend(chunk.iter().map(|entity_ref| (entity_ref.clone(), found.remove(entity_ref))));
        }
        Ok(Changes::Since(last, changed))
    }

    /// Forgets change numbers that no reader can be behind by.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn changes_prune(&self) -> Result<(), StoreError> {
        let oldest_kept = self.last_seq().await? - KEPT_CHANGES;
        entity_changes::Entity::delete_many()
            .filter(entity_changes::Column::Seq.lte(oldest_kept))
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// The number of the newest change; 0 when there is none.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn last_seq(&self) -> Result<i64, StoreError> {
        let newest =
            entity_changes::Entity::find().order_by_desc(entity_changes::Column::Seq).one(self.connection()).await?;
        Ok(newest.map_or(0, |row| row.seq))
    }

    async fn first_seq(&self) -> Result<i64, StoreError> {
        let oldest =
            entity_changes::Entity::find().order_by_asc(entity_changes::Column::Seq).one(self.connection()).await?;
        Ok(oldest.map_or(0, |row| row.seq))
    }
}

impl From<final_entities::Model> for StoredDocument {
    fn from(row: final_entities::Model) -> Self {
        Self { entity_ref: row.entity_ref, uid: row.uid, document: row.document }
    }
}
