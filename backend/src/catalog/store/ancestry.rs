//! Which Location entities lead to an entity.
//!
//! Every other read is answered from memory. This one is asked for by one person who looks at one entity, and nothing
//! in a document tells which glob found its file, so it costs a few indexed look-ups for each step up instead of a
//! second copy of the graph in every replica.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{CatalogStore, StoreError};
use crate::catalog::ingest::graph::LocationId;
use crate::catalog::rows::{refresh_entities, refresh_references};
use crate::platform::db::dialect::rows_per_statement;

impl CatalogStore {
    /// For each of these entities the Location entities that lead to the descriptor that counts, sorted.
    ///
    /// An entity that nobody leads to has no entry: a registered location, an orphan, or one that does not exist.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn parents_load(&self, entity_refs: &[String]) -> Result<HashMap<String, Vec<String>>, StoreError> {
        let mut parents: HashMap<String, Vec<String>> = HashMap::new();
        let mut level = self.winning_locations(entity_refs).await?;
        // Files of a glob answer to the entity that names the glob, one step further up. There are no circles.
        while !level.is_empty() {
            let ways = self.ways_to(&level).await?;
            let mut above = Vec::new();
            for (entity_ref, location) in level {
                for (parent, parent_ref) in ways.get(&location).into_iter().flatten() {
                    if parent_ref.is_empty() {
                        above.push((entity_ref.clone(), *parent));
                    } else {
                        parents.entry(entity_ref.clone()).or_default().push(parent_ref.clone());
                    }
                }
            }
            level = above;
        }
        for refs in parents.values_mut() {
            refs.sort_unstable();
            refs.dedup();
        }
        Ok(parents)
    }

    /// The locations that name an entity now, good or not, the one that counts first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn locations_of(&self, entity_ref: &str) -> Result<Vec<LocationId>, StoreError> {
        let locations = refresh_entities::Entity::find()
            .select_only()
            .column(refresh_entities::Column::LocationId)
            .filter(refresh_entities::Column::EntityRef.eq(entity_ref))
            .filter(refresh_entities::Column::IsOrphan.eq(false))
            .order_by_asc(refresh_entities::Column::Id)
            .into_tuple()
            .all(self.connection())
            .await?;
        Ok(locations)
    }

    /// Each entity with the location whose document counts. Orphans have none.
    async fn winning_locations(&self, entity_refs: &[String]) -> Result<Vec<(String, LocationId)>, StoreError> {
        let mut found: Vec<(String, LocationId)> = Vec::with_capacity(entity_refs.len());
        for chunk in entity_refs.chunks(rows_per_statement(1)) {
            let rows: Vec<(String, LocationId)> = refresh_entities::Entity::find()
                .select_only()
                .column(refresh_entities::Column::EntityRef)
                .column(refresh_entities::Column::LocationId)
                .filter(refresh_entities::Column::EntityRef.is_in(chunk))
                .filter(refresh_entities::Column::DocumentHash.is_not_null())
                .filter(refresh_entities::Column::IsOrphan.eq(false))
                .order_by_asc(refresh_entities::Column::EntityRef)
                .order_by_asc(refresh_entities::Column::Id)
                .into_tuple()
                .all(self.connection())
                .await?;
            for row in rows {
                if found.last().is_none_or(|(entity_ref, _)| *entity_ref != row.0) {
                    found.push(row);
                }
            }
        }
        Ok(found)
    }

    /// Who leads to these locations: the location with the naming document, and the Location entity in it.
    async fn ways_to(
        &self,
        level: &[(String, LocationId)],
    ) -> Result<HashMap<LocationId, Vec<(LocationId, String)>>, StoreError> {
        let mut locations: Vec<LocationId> = level.iter().map(|(_, location)| *location).collect();
        locations.sort_unstable();
        locations.dedup();
        let mut ways: HashMap<LocationId, Vec<(LocationId, String)>> = HashMap::new();
        for chunk in locations.chunks(rows_per_statement(1)) {
            let filter = refresh_references::Column::LocationId.is_in(chunk.iter().copied());
            for row in refresh_references::Entity::find().filter(filter).all(self.connection()).await? {
                ways.entry(row.location_id).or_default().push((row.parent_id, row.parent_ref));
            }
        }
        Ok(ways)
    }
}
