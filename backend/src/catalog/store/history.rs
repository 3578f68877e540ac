//! What happened to entities, for people.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::api::changes::ChangeKind;

use super::{CatalogStore, StoreError};
use crate::catalog::rows::entity_changes;

/// A change as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChange {
    /// The number; larger ones happened later.
    pub seq: i64,
    /// The entity.
    pub entity_ref: String,
    /// When, in milliseconds since 1970.
    pub changed_at_ms: i64,
    /// What happened.
    pub change: ChangeKind,
    /// What an entity that went was called.
    pub removed_title: Option<String>,
    /// The location that described an entity that went.
    pub removed_source: Option<String>,
}

/// Which changes are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangesFilter {
    /// The kinds of entities, in lower case; all where empty.
    pub kinds: Vec<String>,
    /// What happened; anything where empty.
    pub changes: Vec<ChangeKind>,
}

impl CatalogStore {
    /// Changes with a number below `before`, the newest first. Those from before their time was kept are left out.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn changes_before(
        &self,
        before: Option<i64>,
        filter: &ChangesFilter,
        limit: u64,
    ) -> Result<Vec<StoredChange>, StoreError> {
        let mut query = entity_changes::Entity::find()
            .filter(entity_changes::Column::ChangedAtMs.is_not_null())
            .order_by_desc(entity_changes::Column::Seq)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(entity_changes::Column::Seq.lt(before));
        }
        if !filter.changes.is_empty() {
            query = query.filter(entity_changes::Column::Change.is_in(filter.changes.iter().map(|kind| kind.as_str())));
        }
        if !filter.kinds.is_empty() {
            let of_kind = |kind: &String| {
                // A range rather than a pattern: kinds may hold what patterns take for something else.
                Condition::all()
                    .add(entity_changes::Column::EntityRef.gte(format!("{kind}:")))
                    .add(entity_changes::Column::EntityRef.lt(format!("{kind};")))
            };
            let any = filter.kinds.iter().map(of_kind).fold(Condition::any(), Condition::add);
            query = query.filter(any);
        }
        let rows = query.all(self.connection()).await?;
        Ok(rows.into_iter().filter_map(stored).collect())
    }
}

/// A row of a later version may hold a word that nobody knows here; it is passed over.
fn stored(row: entity_changes::Model) -> Option<StoredChange> {
    Some(StoredChange {
        seq: row.seq,
        entity_ref: row.entity_ref,
        changed_at_ms: row.changed_at_ms?,
        change: ChangeKind::parse(row.change.as_deref()?)?,
        removed_title: row.removed_title,
        removed_source: row.removed_source,
    })
}
