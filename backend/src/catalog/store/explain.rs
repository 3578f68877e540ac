//! What is stored about where entities come from.
//!
//! Asked for by one person at a time, so a few indexed look-ups for each step are cheaper than keeping it in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::Value;

use super::{CatalogStore, StoreError, from_json, locations, parent};
use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::ingest::graph::{LocationId, Node, Parent};
use crate::catalog::location::{LocationRef, MANAGED_BY};
use crate::catalog::rows::{refresh_entities, refresh_references, refresh_state};
use crate::platform::db::dialect::rows_per_statement;

/// How many descriptions of one entity are looked at.
const MAX_CLAIMS: u64 = 100;

/// What a location says about an entity, without the document.
#[derive(Clone, Debug)]
pub struct StoredClaim {
    /// The smallest is the oldest.
    pub id: i64,
    /// The location; its row may be gone.
    pub location: LocationId,
    /// The entity.
    pub entity_ref: String,
    /// Where the document starts, counted from 1.
    pub line: u32,
    /// There is a good version.
    pub has_document: bool,
    /// The location does not name the entity any more.
    pub is_orphan: bool,
    /// What is wrong with the newest version.
    pub errors: Vec<ProcessingError>,
}

type ClaimRow = (i64, LocationId, String, i32, Option<String>, bool, String);

impl CatalogStore {
    /// Who describes an entity: the one that counts first, then the oldest, at most 100.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn claims_of_entity(&self, entity_ref: &str) -> Result<Vec<StoredClaim>, StoreError> {
        let rows = claim_columns(refresh_entities::Entity::find())
            .filter(refresh_entities::Column::EntityRef.eq(entity_ref))
            .order_by_asc(refresh_entities::Column::Id)
            .limit(MAX_CLAIMS)
            .into_tuple::<ClaimRow>()
            .all(self.connection())
            .await?;
        let mut claims = rows.into_iter().map(claim).collect::<Result<Vec<_>, _>>()?;
        claims.sort_by_key(|claim| (!claim.has_document, claim.is_orphan, claim.id));
        Ok(claims)
    }

    /// What a location describes, in the order of its text, at most `limit`; and how much that is in all.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn claims_of_location(
        &self,
        location: LocationId,
        limit: u64,
    ) -> Result<(Vec<StoredClaim>, usize), StoreError> {
        let own = refresh_entities::Entity::find().filter(refresh_entities::Column::LocationId.eq(location));
        let n_all = own.clone().count(self.connection()).await?;
        let rows = claim_columns(own)
            .order_by_asc(refresh_entities::Column::Line)
            .order_by_asc(refresh_entities::Column::EntityRef)
            .limit(limit)
            .into_tuple::<ClaimRow>()
            .all(self.connection())
            .await?;
        let claims = rows.into_iter().map(claim).collect::<Result<_, _>>()?;
        Ok((claims, usize::try_from(n_all).unwrap_or(usize::MAX)))
    }

    /// The locations that decide what readers see of these entities, by entity.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn winning_locations_of(
        &self,
        entity_refs: &[String],
    ) -> Result<HashMap<String, LocationId>, StoreError> {
        let mut found: HashMap<String, LocationId> = HashMap::new();
        for (entity_ref, location) in self.describing_locations_of(entity_refs).await? {
            found.entry(entity_ref).or_insert(location);
        }
        Ok(found)
    }

    /// All locations with a good description of these entities; of one entity, the one that decides comes first.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn describing_locations_of(
        &self,
        entity_refs: &[String],
    ) -> Result<Vec<(String, LocationId)>, StoreError> {
        let mut found = Vec::new();
        for chunk in entity_refs.chunks(rows_per_statement(1)) {
            let rows: Vec<(String, LocationId)> = refresh_entities::Entity::find()
                .select_only()
                .column(refresh_entities::Column::EntityRef)
                .column(refresh_entities::Column::LocationId)
                .filter(refresh_entities::Column::EntityRef.is_in(chunk))
                .filter(refresh_entities::Column::DocumentHash.is_not_null())
                .order_by_asc(refresh_entities::Column::IsOrphan)
                .order_by_asc(refresh_entities::Column::Id)
                .into_tuple()
                .all(self.connection())
                .await?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// The location that the stored document of a claim names, for a location whose row is gone.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn location_in_document(&self, claim: i64) -> Result<Option<LocationRef>, StoreError> {
        let document = refresh_entities::Entity::find_by_id(claim)
            .select_only()
            .column(refresh_entities::Column::Document)
            .into_tuple::<Option<String>>()
            .one(self.connection())
            .await?;
        let Some(document) = document.flatten() else { return Ok(None) };
        let document: Value = from_json("refresh_entities.document", &document)?;
        let annotation = document.pointer("/metadata/annotations").and_then(|all| all.get(MANAGED_BY));
        Ok(annotation.and_then(Value::as_str).and_then(|text| LocationRef::parse(text).ok()))
    }

    /// The number of a location that is read.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn source_find(&self, location: &LocationRef) -> Result<Option<LocationId>, StoreError> {
        let found = refresh_state::Entity::find()
            .select_only()
            .column(refresh_state::Column::Id)
            .filter(refresh_state::Column::LocationType.eq(&location.location_type))
            .filter(refresh_state::Column::LocationTarget.eq(&location.target))
            .into_tuple()
            .one(self.connection())
            .await?;
        Ok(found)
    }

    /// These locations with all that leads to them, each with its parents.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn sources_above(
        &self,
        locations: impl IntoIterator<Item = LocationId>,
    ) -> Result<HashMap<LocationId, Node>, StoreError> {
        let mut parents: BTreeMap<LocationId, BTreeSet<Parent>> = BTreeMap::new();
        let mut level: BTreeSet<LocationId> = locations.into_iter().collect();
        let mut seen: HashSet<LocationId> = level.iter().copied().collect();
        while !level.is_empty() {
            let ids: Vec<LocationId> = level.iter().copied().collect();
            let mut above = BTreeSet::new();
            for chunk in ids.chunks(rows_per_statement(1)) {
                let filter = refresh_references::Column::LocationId.is_in(chunk.iter().copied());
                for row in refresh_references::Entity::find().filter(filter).all(self.connection()).await? {
                    if seen.insert(row.parent_id) {
                        above.insert(row.parent_id);
                    }
                    parents.entry(row.location_id).or_default().insert(parent(row.parent_id, row.parent_ref));
                }
            }
            level = above;
        }
        let ids: Vec<LocationId> = seen.into_iter().collect();
        let mut nodes: HashMap<LocationId, Node> =
            self.sources_load(&ids).await?.into_iter().map(|node| (node.id, node)).collect();
        for (id, parents) in parents {
            if let Some(node) = nodes.get_mut(&id) {
                node.parents = parents;
            }
        }
        Ok(nodes)
    }

    /// What a location leads to through one Location entity, or through any; at most `limit`, and how much in all.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn targets_of(
        &self,
        location: LocationId,
        through: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<Node>, usize), StoreError> {
        let mut all = refresh_references::Entity::find().filter(refresh_references::Column::ParentId.eq(location));
        if let Some(through) = through {
            all = all.filter(refresh_references::Column::ParentRef.eq(through));
        }
        let n_all = all.clone().count(self.connection()).await?;
        let ids: Vec<LocationId> = all
            .select_only()
            .column(refresh_references::Column::LocationId)
            .order_by_asc(refresh_references::Column::LocationId)
            .limit(limit)
            .into_tuple()
            .all(self.connection())
            .await?;
        let mut nodes = self.sources_load(&ids).await?;
        nodes.sort_by(|a, b| a.location.cmp(&b.location));
        nodes.dedup_by_key(|node| node.id);
        Ok((nodes, usize::try_from(n_all).unwrap_or(usize::MAX)))
    }

    async fn sources_load(&self, ids: &[LocationId]) -> Result<Vec<Node>, StoreError> {
        let mut nodes = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(rows_per_statement(1)) {
            let filter = refresh_state::Column::Id.is_in(chunk.iter().copied());
            for row in refresh_state::Entity::find().filter(filter).all(self.connection()).await? {
                nodes.push(locations::node(row)?);
            }
        }
        self.attempts_merge(nodes.iter_mut()).await?;
        Ok(nodes)
    }
}

fn claim_columns(select: Select<refresh_entities::Entity>) -> Select<refresh_entities::Entity> {
    select
        .select_only()
        .column(refresh_entities::Column::Id)
        .column(refresh_entities::Column::LocationId)
        .column(refresh_entities::Column::EntityRef)
        .column(refresh_entities::Column::Line)
        .column(refresh_entities::Column::DocumentHash)
        .column(refresh_entities::Column::IsOrphan)
        .column(refresh_entities::Column::Errors)
}

fn claim((id, location, entity_ref, line, hash, is_orphan, errors): ClaimRow) -> Result<StoredClaim, StoreError> {
    Ok(StoredClaim {
        id,
        location,
        entity_ref,
        line: u32::try_from(line).unwrap_or(1),
        has_document: hash.is_some(),
        is_orphan,
        errors: from_json("refresh_entities.errors", &errors)?,
    })
}
