//! Facts about single entities that explain them: whether they are there, who owns them, who refers to them.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::api::explain::Referrer;

use super::{CatalogStore, StoreError};
use crate::catalog::rows::{entity_changes, final_entities, relations};
use crate::platform::db::dialect::rows_per_statement;

impl CatalogStore {
    /// The uids of these entities; no entry for one that readers do not see.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn uids_of(&self, entity_refs: &[String]) -> Result<HashMap<String, String>, StoreError> {
        let mut uids = HashMap::new();
        for chunk in entity_refs.chunks(rows_per_statement(1)) {
            let rows: Vec<(String, String)> = final_entities::Entity::find()
                .select_only()
                .column(final_entities::Column::EntityRef)
                .column(final_entities::Column::Uid)
                .filter(final_entities::Column::EntityRef.is_in(chunk))
                .into_tuple()
                .all(self.connection())
                .await?;
            uids.extend(rows);
        }
        Ok(uids)
    }

    /// The edges from an entity as type and target, sorted; also those that others declare.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn edges_of(&self, entity_ref: &str) -> Result<Vec<(String, String)>, StoreError> {
        let mut edges: Vec<(String, String)> = relations::Entity::find()
            .select_only()
            .column(relations::Column::RelationType)
            .column(relations::Column::TargetRef)
            .filter(relations::Column::SourceRef.eq(entity_ref))
            .into_tuple()
            .all(self.connection())
            .await?;
        edges.sort_unstable();
        edges.dedup();
        Ok(edges)
    }

    /// The entities whose descriptors refer to an entity, sorted, with the edge from each.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn referrers_of(&self, entity_ref: &str) -> Result<Vec<Referrer>, StoreError> {
        // Each descriptor declares both directions, and only this one is found by an index.
        let back: Vec<String> = relations::Entity::find()
            .select_only()
            .column(relations::Column::EmitterRef)
            .distinct()
            .filter(relations::Column::SourceRef.eq(entity_ref))
            .filter(relations::Column::EmitterRef.ne(entity_ref))
            .into_tuple()
            .all(self.connection())
            .await?;
        let mut referrers = Vec::with_capacity(back.len());
        for chunk in back.chunks(rows_per_statement(1)) {
            let rows: Vec<(String, String)> = relations::Entity::find()
                .select_only()
                .column(relations::Column::EmitterRef)
                .column(relations::Column::RelationType)
                .filter(relations::Column::EmitterRef.is_in(chunk))
                .filter(relations::Column::TargetRef.eq(entity_ref))
                .into_tuple()
                .all(self.connection())
                .await?;
            let referrer = |(entity_ref, relation_type)| Referrer { entity_ref, relation_type };
            referrers.extend(rows.into_iter().map(referrer));
        }
        referrers.sort_unstable();
        referrers.dedup();
        Ok(referrers)
    }

    /// The first owner of each of these entities.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn owners_of(&self, entity_refs: &[String]) -> Result<HashMap<String, String>, StoreError> {
        let mut owners: HashMap<String, String> = HashMap::new();
        for chunk in entity_refs.chunks(rows_per_statement(1)) {
            let rows: Vec<(String, String)> = relations::Entity::find()
                .select_only()
                .column(relations::Column::SourceRef)
                .column(relations::Column::TargetRef)
                .filter(relations::Column::SourceRef.is_in(chunk))
                .filter(relations::Column::RelationType.eq("ownedBy"))
                .into_tuple()
                .all(self.connection())
                .await?;
            for (entity_ref, owner) in rows {
                let first = owners.entry(entity_ref).or_insert_with(|| owner.clone());
                if owner < *first {
                    *first = owner;
                }
            }
        }
        Ok(owners)
    }

    /// The number of the newest change of an entity, among those that are kept.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn last_change_of(&self, entity_ref: &str) -> Result<Option<i64>, StoreError> {
        let newest = entity_changes::Entity::find()
            .select_only()
            .column(entity_changes::Column::Seq)
            .filter(entity_changes::Column::EntityRef.eq(entity_ref))
            .order_by_desc(entity_changes::Column::Seq)
            .into_tuple()
            .one(self.connection())
            .await?;
        Ok(newest)
    }
}
