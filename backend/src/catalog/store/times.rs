//! When entities changed, for those who order by it.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{CatalogStore, StoreError};
use crate::catalog::rows::entity_changes;

impl CatalogStore {
    /// When each entity changed last, in milliseconds since 1970. Entities whose changes are from before that was kept are
    /// left out.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn last_changes(&self) -> Result<HashMap<String, i64>, StoreError> {
        let rows: Vec<(String, Option<i64>)> = entity_changes::Entity::find()
            .select_only()
            .column(entity_changes::Column::EntityRef)
            .column_as(entity_changes::Column::ChangedAtMs.max(), "changed_at_ms")
            .filter(entity_changes::Column::ChangedAtMs.is_not_null())
            .group_by(entity_changes::Column::EntityRef)
            .into_tuple()
            .all(self.connection())
            .await?;
        Ok(rows.into_iter().filter_map(|(entity_ref, at)| Some((entity_ref, at?))).collect())
    }
}
