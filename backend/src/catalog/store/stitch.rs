//! Builds the documents that readers see from claims, relations and errors.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::Value;
use shared::api::changes::ChangeKind;
use shared::entity::{EntityStatus, Relation, assemble};

use super::apply::{ApplySettings, winners};
use super::{StoreError, from_json};
use crate::catalog::facts::Facts;
use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::location::{ORPHAN, sha1_hex};
use crate::catalog::rows::{
    entity_changes, final_entities, refresh_entities, refresh_references, refresh_state, relations, unstitched_entities,
};
use crate::platform::db::dialect::rows_per_statement;
use crate::platform::ids::Ids;

/// Why readers may see entities differently.
#[derive(Debug)]
pub(super) enum Causes<'a> {
    /// What was read is at hand.
    Known {
        /// Whose documents appeared, changed or went.
        contents: &'a BTreeSet<String>,
        /// With whose newest versions something went wrong or right. All others have other relations.
        errors: &'a BTreeSet<String>,
    },
    /// The documents were put off, and nobody remembers why they have to be built.
    Lost,
}

/// What decides how changes are written down.
struct Writing<'a> {
    causes: &'a Causes<'a>,
    ids: &'a Ids,
    now_ms: i64,
}

/// Writes the final documents of `affected` where they differ from what is stored, and numbers the changes.
///
/// Returns how many changed.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    affected: impl IntoIterator<Item = &String>,
    causes: &Causes<'_>,
    settings: &ApplySettings,
) -> Result<usize, StoreError> {
    let writing = Writing { causes, ids: &settings.ids, now_ms: settings.clock.now().timestamp_millis() };
    let affected: Vec<&str> = affected.into_iter().map(String::as_str).collect();
    let mut n_changed = 0;
    // Documents are large, so only this many are in memory at a time.
    for chunk in affected.chunks(2_000) {
        n_changed += write_chunk(db, chunk, &writing).await?;
    }
    Ok(n_changed)
}

/// How many of the documents that were put off are built in one transaction.
const STITCHED_AT_A_TIME: u64 = if cfg!(test) { 5 } else { 20_000 };

/// Writes down whose documents have to be built.
pub(super) async fn put_off(db: &impl ConnectionTrait, affected: &BTreeSet<String>) -> Result<(), StoreError> {
    let affected: Vec<&String> = affected.iter().collect();
    for chunk in affected.chunks(rows_per_statement(1)) {
        let rows =
            chunk.iter().map(|entity_ref| unstitched_entities::ActiveModel { entity_ref: Set((*entity_ref).clone()) });
        let known = OnConflict::column(unstitched_entities::Column::EntityRef).do_nothing().to_owned();
        unstitched_entities::Entity::insert_many(rows).on_conflict(known).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Some entities whose documents have to be built, the first ones by the order of the database.
pub(super) async fn put_off_some(db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let some = unstitched_entities::Entity::find()
        .select_only()
        .column(unstitched_entities::Column::EntityRef)
        .order_by_asc(unstitched_entities::Column::EntityRef)
        .limit(STITCHED_AT_A_TIME)
        .into_tuple();
    Ok(some.all(db).await?)
}

/// Forgets entities whose documents were built: all up to the last one, by the order of the database.
pub(super) async fn forget_up_to(db: &impl ConnectionTrait, last: &str) -> Result<(), StoreError> {
    let built = unstitched_entities::Column::EntityRef.lte(last);
    unstitched_entities::Entity::delete_many().filter(built).exec(db).await?;
    Ok(())
}

async fn write_chunk(db: &impl ConnectionTrait, affected: &[&str], writing: &Writing<'_>) -> Result<usize, StoreError> {
    let mut before = stored_finals(db, affected).await?;
    let mut edges = edges_from(db, affected).await?;
    let mut target_errors = target_errors(db, affected).await?;
    let mut rows = Vec::new();
    let mut changed = Vec::new();
    for claim in winning_claims(db, affected).await? {
        let was = before.remove(&claim.entity_ref);
        let uid = was.as_ref().map_or_else(|| writing.ids.uuid().to_string(), |was| was.uid.clone());
        let mut errors: Vec<ProcessingError> = from_json("refresh_entities.errors", &claim.errors)?;
        errors.extend(target_errors.remove(&claim.entity_ref).unwrap_or_default());
        let parts = Parts {
            relations: edges.remove(&claim.entity_ref).unwrap_or_default(),
            errors,
            uid,
            is_orphan: claim.is_orphan,
        };
        let document = from_json("refresh_entities.document", claim.document.as_deref().unwrap_or("null"))?;
        let is_broken = !parts.errors.is_empty();
        let row = final_row(claim.entity_ref, document, parts);
        if was.as_ref().is_none_or(|was| was.hash != row.hash) {
            let change = match was {
                None => ChangeKind::Added,
                Some(_) => writing.causes.kind(&row.entity_ref, is_broken),
            };
            changed.push(writing.change(&row.entity_ref, change));
            rows.push(row);
        }
    }
    let gone: Vec<String> = before.into_keys().collect();
    for row in removed(db, &gone).await? {
        let mut change = writing.change(&row.entity_ref, ChangeKind::Removed);
        (change.removed_title, change.removed_source) = (Set(row.title), Set(row.source));
        changed.push(change);
    }
    for chunk in gone.chunks(rows_per_statement(1)) {
        final_entities::Entity::delete_many().filter(final_entities::Column::EntityRef.is_in(chunk)).exec(db).await?;
    }
    upsert(db, rows).await?;
    for chunk in changed.chunks(rows_per_statement(5)) {
        entity_changes::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(db).await?;
    }
    Ok(changed.len())
}

impl Causes<'_> {
    /// What happened to an entity that was there before and is seen differently now.
    fn kind(&self, entity_ref: &str, is_broken: bool) -> ChangeKind {
        let Self::Known { contents, errors } = self else { return ChangeKind::Changed };
        match (contents.contains(entity_ref), errors.contains(entity_ref)) {
            (true, _) => ChangeKind::Changed,
            (false, true) if is_broken => ChangeKind::Broken,
            (false, true) => ChangeKind::Mended,
            (false, false) => ChangeKind::Related,
        }
    }
}

impl Writing<'_> {
    fn change(&self, entity_ref: &str, change: ChangeKind) -> entity_changes::ActiveModel {
        entity_changes::ActiveModel {
            entity_ref: Set(entity_ref.to_owned()),
            changed_at_ms: Set(Some(self.now_ms)),
            change: Set(Some(change.as_str().to_owned())),
            // Every row of a statement names the same columns.
            removed_title: Set(None),
            removed_source: Set(None),
            ..Default::default()
        }
    }
}

/// What is told of an entity that goes.
struct RemovedEntity {
    entity_ref: String,
    title: Option<String>,
    source: Option<String>,
}

async fn removed(db: &impl ConnectionTrait, gone: &[String]) -> Result<Vec<RemovedEntity>, StoreError> {
    let mut removed = Vec::with_capacity(gone.len());
    for chunk in gone.chunks(rows_per_statement(1)) {
        let rows: Vec<(String, String)> = final_entities::Entity::find()
            .select_only()
            .column(final_entities::Column::EntityRef)
            .column(final_entities::Column::Document)
            .filter(final_entities::Column::EntityRef.is_in(chunk))
            .into_tuple()
            .all(db)
            .await?;
        for (entity_ref, document) in rows {
            let Facts { title, source, .. } = Facts::read(document.as_bytes());
            removed.push(RemovedEntity { entity_ref, title, source });
        }
    }
    Ok(removed)
}

/// What a final document consists of beside the descriptor.
struct Parts {
    relations: Vec<Relation>,
    errors: Vec<ProcessingError>,
    uid: String,
    is_orphan: bool,
}

/// One final document. The same input gives the same bytes.
fn final_row(entity_ref: String, mut document: Value, parts: Parts) -> final_entities::Model {
    if parts.is_orphan
        && let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut)
        && let Some(annotations) =
            metadata.entry("annotations").or_insert_with(|| Value::Object(serde_json::Map::new())).as_object_mut()
    {
        annotations.insert(ORPHAN.to_owned(), Value::String("true".to_owned()));
    }
    let status = EntityStatus { items: parts.errors.iter().map(ProcessingError::to_status_item).collect() };
    let etag_of = |text: &str| sha1_hex(text.as_bytes());
    let built = assemble(document, &parts.uid, parts.relations, Some(&status), etag_of);
    let document = built.document.to_string();
    let hash = sha1_hex(document.as_bytes());
    final_entities::Model { entity_ref, uid: parts.uid, document, hash }
}

async fn upsert(db: &impl ConnectionTrait, rows: Vec<final_entities::Model>) -> Result<(), StoreError> {
    for chunk in rows.chunks(rows_per_statement(4)) {
        let rows = chunk.iter().map(|row| final_entities::ActiveModel {
            entity_ref: Set(row.entity_ref.clone()),
            uid: Set(row.uid.clone()),
            document: Set(row.document.clone()),
            hash: Set(row.hash.clone()),
        });
        let on_conflict = OnConflict::column(final_entities::Column::EntityRef)
            .update_columns([final_entities::Column::Document, final_entities::Column::Hash])
            .to_owned();
        final_entities::Entity::insert_many(rows).on_conflict(on_conflict).exec_without_returning(db).await?;
    }
    Ok(())
}

struct StoredFinal {
    uid: String,
    hash: String,
}

async fn stored_finals(
    db: &impl ConnectionTrait,
    entity_refs: &[&str],
) -> Result<HashMap<String, StoredFinal>, StoreError> {
    let rows: Vec<(String, String, String)> = final_entities::Entity::find()
        .select_only()
        .column(final_entities::Column::EntityRef)
        .column(final_entities::Column::Uid)
        .column(final_entities::Column::Hash)
        .filter(final_entities::Column::EntityRef.is_in(entity_refs.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(entity_ref, uid, hash)| (entity_ref, StoredFinal { uid, hash })).collect())
}

async fn winning_claims(
    db: &impl ConnectionTrait,
    entity_refs: &[&str],
) -> Result<Vec<refresh_entities::Model>, StoreError> {
    let refs: BTreeSet<String> = entity_refs.iter().map(|entity_ref| (*entity_ref).to_owned()).collect();
    let ids: Vec<i64> = winners(db, &refs).await?.into_iter().map(|winner| winner.id).collect();
    let filter = refresh_entities::Column::Id.is_in(ids);
    Ok(refresh_entities::Entity::find().filter(filter).all(db).await?)
}

/// The edges of each entity, sorted by type and target, each once.
async fn edges_from(
    db: &impl ConnectionTrait,
    entity_refs: &[&str],
) -> Result<HashMap<String, Vec<Relation>>, StoreError> {
    let rows: Vec<(String, String, String)> = relations::Entity::find()
        .select_only()
        .column(relations::Column::SourceRef)
        .column(relations::Column::RelationType)
        .column(relations::Column::TargetRef)
        .filter(relations::Column::SourceRef.is_in(entity_refs.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mut edges: HashMap<String, Vec<Relation>> = HashMap::new();
    for (source_ref, relation_type, target_ref) in rows {
        edges.entry(source_ref).or_default().push(Relation { relation_type, target_ref });
    }
    for edges in edges.values_mut() {
        edges.sort_unstable();
        edges.dedup();
    }
    Ok(edges)
}

/// What is wrong with the targets of Location entities, directly or behind a glob.
async fn target_errors(
    db: &impl ConnectionTrait,
    entity_refs: &[&str],
) -> Result<HashMap<String, Vec<ProcessingError>>, StoreError> {
    let locations: Vec<&str> =
        entity_refs.iter().copied().filter(|entity_ref| entity_ref.starts_with("location:")).collect();
    let mut found = HashMap::new();
    if locations.is_empty() {
        return Ok(found);
    }
    let named: Vec<(String, i64)> = refresh_references::Entity::find()
        .select_only()
        .column(refresh_references::Column::ParentRef)
        .column(refresh_references::Column::LocationId)
        .filter(refresh_references::Column::ParentRef.is_in(locations))
        .into_tuple()
        .all(db)
        .await?;
    let globs: Vec<i64> = named.iter().map(|(_, id)| *id).collect();
    let behind_globs: Vec<(i64, i64)> = refresh_references::Entity::find()
        .select_only()
        .column(refresh_references::Column::ParentId)
        .column(refresh_references::Column::LocationId)
        .filter(refresh_references::Column::ParentRef.eq(""))
        .filter(refresh_references::Column::ParentId.is_in(globs))
        .into_tuple()
        .all(db)
        .await?;
    let failing: HashMap<i64, String> = refresh_state::Entity::find()
        .select_only()
        .column(refresh_state::Column::Id)
        .column(refresh_state::Column::Errors)
        .filter(refresh_state::Column::Errors.ne("[]"))
        .order_by_asc(refresh_state::Column::Id)
        .into_tuple::<(i64, String)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    for (entity_ref, id) in named {
        let behind = behind_globs.iter().filter(|(glob, _)| *glob == id).map(|(_, file)| *file);
        for location in std::iter::once(id).chain(behind) {
            if let Some(errors) = failing.get(&location) {
                let errors: Vec<ProcessingError> = from_json("refresh_state.errors", errors)?;
                found.entry(entity_ref.clone()).or_insert_with(Vec::new).extend(errors);
            }
        }
    }
    for errors in found.values_mut() {
        errors.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    }
    Ok(found)
}
