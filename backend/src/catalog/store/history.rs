//! What happened to entities, for people.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::api::changes::ChangeKind;
use shared::entity::syntax::is_kind;

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
        // Always by words: a later version may know others, and a row that is passed over must not count as the last one.
        let words: &[ChangeKind] = if filter.changes.is_empty() { &ChangeKind::ALL } else { &filter.changes };
        query = query.filter(entity_changes::Column::Change.is_in(words.iter().map(|kind| kind.as_str())));
        if !filter.kinds.is_empty() {
            // A pattern rather than a range: what lies between two texts depends on the collation of the database. What is
            // spelled like a kind holds nothing that a pattern takes for something else, and nothing is of another kind.
            let kinds: Vec<&String> = filter.kinds.iter().filter(|kind| is_kind(kind)).collect();
            if kinds.is_empty() {
                return Ok(Vec::new());
            }
            let of_kind = |kind: &String| entity_changes::Column::EntityRef.starts_with(format!("{kind}:"));
            query = query.filter(kinds.into_iter().map(of_kind).fold(Condition::any(), Condition::add));
        }
        let rows = query.all(self.connection()).await?;
        Ok(rows.into_iter().filter_map(stored).collect())
    }
}

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
