//! What the catalog has of entities that somebody wants to bring in or to take away.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use shared::api::sources::DanglingRelation;

use super::{CatalogStore, StoreError, from_json};
use crate::catalog::ingest::graph::LocationId;
use crate::catalog::location::{LocationRef, MANAGED_BY, PROVIDER};
use crate::catalog::rows::{refresh_entities, refresh_references, refresh_state, relations};
use crate::platform::db::dialect::rows_per_statement;

/// The description of an entity that readers see.
#[derive(Clone, Debug)]
pub struct CurrentClaim {
    /// Where it was read. That of a provider for what one says itself.
    pub location: LocationRef,
    /// Its source does not describe it any more.
    pub is_orphan: bool,
    /// The document as it was read, without relations.
    pub document: Value,
}

/// What hangs on one Location entity of a provider.
#[derive(Clone, Debug, Default)]
pub struct Dependents {
    /// The entities that nobody else describes, in order.
    pub gone: BTreeSet<String>,
    /// The entities that another source describes, too, with that source.
    pub taken_over: BTreeMap<String, LocationRef>,
}

impl CatalogStore {
    /// The descriptions that readers see of these entities, as far as there are some.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn current_claims(&self, entity_refs: &[String]) -> Result<HashMap<String, CurrentClaim>, StoreError> {
        type Row = (String, LocationId, bool, Option<String>);
        let mut found: HashMap<String, (LocationId, bool, String)> = HashMap::new();
        for chunk in entity_refs.chunks(rows_per_statement(1)) {
            let rows: Vec<Row> = refresh_entities::Entity::find()
                .select_only()
                .column(refresh_entities::Column::EntityRef)
                .column(refresh_entities::Column::LocationId)
                .column(refresh_entities::Column::IsOrphan)
                .column(refresh_entities::Column::Document)
                .filter(refresh_entities::Column::EntityRef.is_in(chunk))
                .filter(refresh_entities::Column::DocumentHash.is_not_null())
                .order_by_asc(refresh_entities::Column::IsOrphan)
                .order_by_asc(refresh_entities::Column::Id)
                .into_tuple()
                .all(self.connection())
                .await?;
            for (entity_ref, location, is_orphan, document) in rows {
                if let Some(document) = document {
                    found.entry(entity_ref).or_insert((location, is_orphan, document));
                }
            }
        }
        let places = self.places_of(found.values().map(|(location, ..)| *location)).await?;
        let mut claims = HashMap::with_capacity(found.len());
        for (entity_ref, (location, is_orphan, document)) in found {
            let document: Value = from_json("refresh_entities.document", &document)?;
            // The row of a location that is not read any more is gone; its documents still name it.
            let named = || {
                let annotations = document.pointer("/metadata/annotations")?;
                LocationRef::parse(annotations.get(MANAGED_BY)?.as_str()?).ok()
            };
            let Some(location) = places.get(&location).cloned().or_else(named) else { continue };
            claims.insert(entity_ref, CurrentClaim { location, is_orphan, document });
        }
        Ok(claims)
    }

    /// What would go if a provider let go of one of its Location entities.
    ///
    /// Looks at which location leads to which, all of them: for one person at a time.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn dependents_of(&self, provider: LocationId, entity_ref: &str) -> Result<Dependents, StoreError> {
        let providers: Vec<LocationId> = refresh_state::Entity::find()
            .select_only()
            .column(refresh_state::Column::Id)
            .filter(refresh_state::Column::LocationType.eq(PROVIDER))
            .into_tuple()
            .all(self.connection())
            .await?;
        let edges: Vec<(LocationId, String, LocationId)> = refresh_references::Entity::find()
            .select_only()
            .column(refresh_references::Column::ParentId)
            .column(refresh_references::Column::ParentRef)
            .column(refresh_references::Column::LocationId)
            .into_tuple()
            .all(self.connection())
            .await?;
        let doomed = only_through(&providers, &edges, provider, entity_ref);
        let mut described: BTreeSet<String> = BTreeSet::from([entity_ref.to_owned()]);
        let ids: Vec<LocationId> = doomed.iter().copied().collect();
        for chunk in ids.chunks(rows_per_statement(1)) {
            let refs: Vec<String> = refresh_entities::Entity::find()
                .select_only()
                .column(refresh_entities::Column::EntityRef)
                .filter(refresh_entities::Column::LocationId.is_in(chunk.iter().copied()))
                .filter(refresh_entities::Column::DocumentHash.is_not_null())
                .into_tuple()
                .all(self.connection())
                .await?;
            described.extend(refs);
        }
        let refs: Vec<String> = described.iter().cloned().collect();
        let mut others: BTreeMap<String, LocationId> = BTreeMap::new();
        for (described, location) in self.describing_locations_of(&refs).await? {
            let is_own = doomed.contains(&location) || (location == provider && described == entity_ref);
            if !is_own {
                others.entry(described).or_insert(location);
            }
        }
        let places = self.places_of(others.values().copied()).await?;
        let taken_over: BTreeMap<String, LocationRef> = others
            .into_iter()
            .filter_map(|(described, location)| Some((described, places.get(&location)?.clone())))
            .collect();
        let gone = described.into_iter().filter(|described| !taken_over.contains_key(described)).collect();
        Ok(Dependents { gone, taken_over })
    }

    /// What the descriptors of others declare about entities that go, in order.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn dangling_without(&self, gone: &BTreeSet<String>) -> Result<Vec<DanglingRelation>, StoreError> {
        let refs: Vec<&String> = gone.iter().collect();
        let mut emitters: BTreeSet<String> = BTreeSet::new();
        for chunk in refs.chunks(rows_per_statement(1)) {
            // Each descriptor declares both directions, and only this one is found by an index.
            let found: Vec<String> = relations::Entity::find()
                .select_only()
                .column(relations::Column::EmitterRef)
                .distinct()
                .filter(relations::Column::SourceRef.is_in(chunk.iter().copied()))
                .into_tuple()
                .all(self.connection())
                .await?;
            emitters.extend(found.into_iter().filter(|emitter| !gone.contains(emitter)));
        }
        let emitters: Vec<String> = emitters.into_iter().collect();
        let mut dangling = Vec::new();
        for chunk in emitters.chunks(rows_per_statement(1)) {
            let rows: Vec<(String, String, String)> = relations::Entity::find()
                .select_only()
                .column(relations::Column::EmitterRef)
                .column(relations::Column::RelationType)
                .column(relations::Column::TargetRef)
                .filter(relations::Column::EmitterRef.is_in(chunk))
                .into_tuple()
                .all(self.connection())
                .await?;
            let declared = rows.into_iter().filter(|(_, _, target)| gone.contains(target));
            dangling.extend(declared.map(|(entity_ref, relation_type, target_ref)| DanglingRelation {
                entity_ref,
                relation_type,
                target_ref,
            }));
        }
        dangling.sort_unstable();
        dangling.dedup();
        Ok(dangling)
    }

    async fn places_of(
        &self,
        locations: impl IntoIterator<Item = LocationId>,
    ) -> Result<HashMap<LocationId, LocationRef>, StoreError> {
        let ids: Vec<LocationId> = locations.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut places = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(rows_per_statement(1)) {
            let rows: Vec<(LocationId, String, String)> = refresh_state::Entity::find()
                .select_only()
                .column(refresh_state::Column::Id)
                .column(refresh_state::Column::LocationType)
                .column(refresh_state::Column::LocationTarget)
                .filter(refresh_state::Column::Id.is_in(chunk.iter().copied()))
                .into_tuple()
                .all(self.connection())
                .await?;
            places.extend(
                rows.into_iter().map(|(id, location_type, target)| (id, LocationRef { location_type, target })),
            );
        }
        Ok(places)
    }
}

/// The locations that no provider leads to without the Location entity `entity_ref` of `provider`.
fn only_through(
    providers: &[LocationId],
    edges: &[(LocationId, String, LocationId)],
    provider: LocationId,
    entity_ref: &str,
) -> HashSet<LocationId> {
    let is_cut = |parent: LocationId, through: &str| parent == provider && through == entity_ref;
    let mut below: HashMap<LocationId, Vec<LocationId>> = HashMap::new();
    let mut first = Vec::new();
    for (parent, through, child) in edges {
        if is_cut(*parent, through) {
            first.push(*child);
        } else {
            below.entry(*parent).or_default().push(*child);
        }
    }
    let reach = |start: Vec<LocationId>, known: &HashSet<LocationId>| {
        let mut seen = HashSet::new();
        let mut queue = start;
        while let Some(id) = queue.pop() {
            if !known.contains(&id) && seen.insert(id) {
                queue.extend(below.get(&id).into_iter().flatten());
            }
        }
        seen
    };
    let alive = reach(providers.to_vec(), &HashSet::new());
    reach(first, &alive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_way_leads_to_stays() {
        let edge = |parent, through: &str, child| (parent, through.to_owned(), child);
        // 1 is the provider; 10 leads to 11 and 12, which is also found from 20; 11 leads back to 10.
        let edges = [
            edge(1, "location:default/a", 10),
            edge(1, "location:default/b", 20),
            edge(10, "location:default/x", 11),
            edge(10, "location:default/x", 12),
            edge(20, "", 12),
            edge(11, "location:default/y", 10),
        ];
        assert_eq!(only_through(&[1], &edges, 1, "location:default/a"), HashSet::from([10, 11]));
        assert_eq!(only_through(&[1], &edges, 1, "location:default/b"), HashSet::from([20]));
        assert_eq!(only_through(&[1], &edges, 1, "location:default/none"), HashSet::new());
    }
}
