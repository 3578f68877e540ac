//! Writes a batch: locations, claims, relations, final documents and change numbers, in one transaction.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use shared::entity::EmittedRelation;

use super::stitch::Causes;
use super::{Batch, CatalogStore, ClaimContent, OrphanStrategy, StoreError, claims, locations, stitch};
use crate::catalog::rows::{refresh_entities, relations};
use crate::platform::clock::Clock;
use crate::platform::db::dialect::{begin_catalog_write, commit_and_shrink_cache, enlarge_cache, rows_per_statement};
use crate::platform::ids::Ids;

/// What decides how a batch is written.
#[derive(Clone, Debug, Default)]
pub struct ApplySettings {
    /// What happens to entities that their location does not name any more.
    pub orphans: OrphanStrategy,
    /// Makes the uids of new entities.
    pub ids: Ids,
    /// Tells when entities change.
    pub clock: Clock,
}

/// Edges of one entity as stored: number, other ends and type.
type StoredEdges = HashMap<EdgeKey, i64>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct EdgeKey {
    emitter_ref: String,
    source_ref: String,
    relation_type: String,
    target_ref: String,
}

impl CatalogStore {
    /// Writes what ingestion found out. Safe to repeat: the same batch changes nothing the second time.
    ///
    /// Returns how many entities readers now see differently.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable. Nothing of the batch is written then.
    pub async fn apply(&self, batch: &Batch, settings: &ApplySettings) -> Result<usize, StoreError> {
        let transaction = begin_catalog_write(self.connection()).await?;
        let Written { affected, contents, errors } =
            write_all_but_documents(&transaction, batch, settings.orphans).await?;
        let causes = Causes::Known { contents: &contents, errors: &errors };
        let n_changed = stitch::write(&transaction, &affected, &causes, settings).await?;
        transaction.commit().await?;
        Ok(n_changed)
    }

    /// The same without the documents that readers see. Which ones have to be built is written down, so that
    /// [`CatalogStore::stitch_some`] builds them, also after the process was killed.
    ///
    /// For imports of many batches: each entity is built once, and not again for every batch that points to it.
    ///
    /// # Errors
    /// As [`CatalogStore::apply`].
    pub async fn apply_unstitched(&self, batch: &Batch, orphans: OrphanStrategy) -> Result<(), StoreError> {
        let transaction = begin_catalog_write(self.connection()).await?;
        enlarge_cache(&transaction).await?;
        let written = write_all_but_documents(&transaction, batch, orphans).await?;
        stitch::put_off(&transaction, &written.affected).await?;
        commit_and_shrink_cache(transaction).await?;
        Ok(())
    }

    /// Builds some of the documents that [`CatalogStore::apply_unstitched`] put off, and returns how many readers now see
    /// differently; `None` when there are none left.
    ///
    /// # Errors
    /// As [`CatalogStore::apply`].
    pub async fn stitch_some(&self, settings: &ApplySettings) -> Result<Option<usize>, StoreError> {
        let transaction = begin_catalog_write(self.connection()).await?;
        let some = stitch::put_off_some(&transaction).await?;
        let Some(last) = some.last() else { return Ok(None) };
        enlarge_cache(&transaction).await?;
        let n_changed = stitch::write(&transaction, &some, &Causes::Lost, settings).await?;
        stitch::forget_up_to(&transaction, last).await?;
        commit_and_shrink_cache(transaction).await?;
        Ok(Some(n_changed))
    }
}

/// What was written, all but the documents that readers see.
struct Written {
    /// The entities whose documents may differ now.
    affected: BTreeSet<String>,
    /// Those of which a description appeared, changed or went.
    contents: BTreeSet<String>,
    /// Those with whose newest version something went wrong or right.
    errors: BTreeSet<String>,
}

/// Writes locations, claims and relations.
async fn write_all_but_documents(
    db: &impl ConnectionTrait,
    batch: &Batch,
    orphans: OrphanStrategy,
) -> Result<Written, StoreError> {
    locations::write(db, batch).await?;
    let touched = claims::write(db, batch, orphans).await?;
    let mut affected = write_relations(db, batch, &touched.contents).await?;
    let mut errors = touched.errors;
    errors.extend(batch.answering.iter().cloned());
    affected.extend(touched.contents.iter().cloned());
    affected.extend(errors.iter().cloned());
    Ok(Written { affected, contents: touched.contents, errors })
}

/// Brings the edges of `emitters` up to what their documents declare now, and returns whose edges changed.
pub(super) async fn write_relations(
    db: &impl ConnectionTrait,
    batch: &Batch,
    emitters: &BTreeSet<String>,
) -> Result<BTreeSet<String>, StoreError> {
    let mut gone = stored_edges(db, emitters).await?;
    let mut new = Vec::new();
    let mut affected = BTreeSet::new();
    for (emitter, edges) in declared_edges(db, batch, emitters).await? {
        let mut declared: Vec<_> = edges.iter().map(|edge| edge_key(&emitter, edge)).collect();
        declared.sort_unstable();
        declared.dedup();
        for key in declared {
            if gone.remove(&key).is_none() {
                affected.insert(key.source_ref.clone());
                new.push(key);
            }
        }
    }
    affected.extend(gone.keys().map(|key| key.source_ref.clone()));
    let gone: Vec<i64> = gone.into_values().collect();
    for chunk in gone.chunks(rows_per_statement(1)) {
        let filter = relations::Column::Id.is_in(chunk.iter().copied());
        relations::Entity::delete_many().filter(filter).exec(db).await?;
    }
    for chunk in new.chunks(rows_per_statement(4)) {
        let rows = chunk.iter().map(|key| relations::ActiveModel {
            emitter_ref: Set(key.emitter_ref.clone()),
            source_ref: Set(key.source_ref.clone()),
            relation_type: Set(key.relation_type.clone()),
            target_ref: Set(key.target_ref.clone()),
            ..Default::default()
        });
        relations::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(affected)
}

/// The edges that the documents which count declare. An entity without a good document declares none.
async fn declared_edges(
    db: &impl ConnectionTrait,
    batch: &Batch,
    emitters: &BTreeSet<String>,
) -> Result<Vec<(String, Vec<EmittedRelation>)>, StoreError> {
    // Almost always the document that counts is the one just read, whose edges are at hand.
    let mut at_hand: HashMap<(&str, &str), &ClaimContent> = HashMap::new();
    for claim in batch.readings.iter().flat_map(|reading| &reading.claims) {
        if let Some(content) = &claim.content {
            at_hand.insert((&claim.entity_ref, &content.hash), content);
        }
    }
    let mut declared = Vec::with_capacity(emitters.len());
    for winner in winners(db, emitters).await? {
        let edges = match at_hand.get(&(winner.entity_ref.as_str(), winner.hash.as_str())) {
            Some(content) => content.relations.clone(),
            None => claims::edges_of_stored(db, winner.id).await?,
        };
        declared.push((winner.entity_ref, edges));
    }
    Ok(declared)
}

/// The claim that counts for an entity.
pub(super) struct Winner {
    pub id: i64,
    pub entity_ref: String,
    pub hash: String,
}

/// For each entity the claim that counts: the oldest one with a good document, an orphan only where there is no other.
pub(super) async fn winners(
    db: &impl ConnectionTrait,
    entity_refs: &BTreeSet<String>,
) -> Result<Vec<Winner>, StoreError> {
    let refs: Vec<&String> = entity_refs.iter().collect();
    let mut winners: Vec<Winner> = Vec::with_capacity(refs.len());
    for chunk in refs.chunks(rows_per_statement(1)) {
        let rows: Vec<(i64, String, Option<String>)> = refresh_entities::Entity::find()
            .select_only()
            .column(refresh_entities::Column::Id)
            .column(refresh_entities::Column::EntityRef)
            .column(refresh_entities::Column::DocumentHash)
            .filter(refresh_entities::Column::EntityRef.is_in(chunk.iter().copied()))
            .filter(refresh_entities::Column::DocumentHash.is_not_null())
            .order_by_asc(refresh_entities::Column::EntityRef)
            .order_by_asc(refresh_entities::Column::IsOrphan)
            .order_by_asc(refresh_entities::Column::Id)
            .into_tuple()
            .all(db)
            .await?;
        for (id, entity_ref, hash) in rows {
            if winners.last().is_none_or(|winner| winner.entity_ref != entity_ref) {
                winners.push(Winner { id, entity_ref, hash: hash.unwrap_or_default() });
            }
        }
    }
    Ok(winners)
}

async fn stored_edges(db: &impl ConnectionTrait, emitters: &BTreeSet<String>) -> Result<StoredEdges, StoreError> {
    let refs: Vec<&String> = emitters.iter().collect();
    let mut edges = StoredEdges::new();
    for chunk in refs.chunks(rows_per_statement(1)) {
        let filter = relations::Column::EmitterRef.is_in(chunk.iter().copied());
        for row in relations::Entity::find().filter(filter).all(db).await? {
            let key = EdgeKey {
                emitter_ref: row.emitter_ref,
                source_ref: row.source_ref,
                relation_type: row.relation_type,
                target_ref: row.target_ref,
            };
            edges.insert(key, row.id);
        }
    }
    Ok(edges)
}

fn edge_key(emitter: &str, edge: &EmittedRelation) -> EdgeKey {
    EdgeKey {
        emitter_ref: emitter.to_owned(),
        source_ref: edge.source.to_string(),
        relation_type: edge.relation_type.to_string(),
        target_ref: edge.target.to_string(),
    }
}
