//! What locations say about entities.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use shared::entity::relations::emit_relations;
use shared::entity::{EmittedRelation, EntityRef};

use super::{Batch, Claim, OrphanStrategy, Reading, Retracted, StoreError, from_json, to_json};
use crate::catalog::ingest::graph::LocationId;
use crate::catalog::rows::refresh_entities::{self, Column};
use crate::platform::db::dialect::rows_per_statement;

/// The entities whose claims changed.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// A document appeared, changed or went.
    pub contents: BTreeSet<String>,
    /// Only what is wrong with the newest version changed.
    pub errors: BTreeSet<String>,
}

/// What is stored of a claim, without its document.
struct Stored {
    id: i64,
    hash: Option<String>,
    errors: String,
    line: i32,
    is_orphan: bool,
}

pub(super) async fn write(
    db: &impl ConnectionTrait,
    batch: &Batch,
    orphans: OrphanStrategy,
) -> Result<Touched, StoreError> {
    let mut touched = Touched::default();
    remove_locations(db, batch, orphans, &mut touched).await?;
    retract(db, &batch.retracted, &mut touched).await?;
    let mut stored = stored_claims(db, &batch.readings).await?;
    let mut good = Vec::new();
    let mut bad = Vec::new();
    let mut gone = Vec::new();
    for reading in &batch.readings {
        let mut before = stored.remove(&reading.location).unwrap_or_default();
        for claim in &reading.claims {
            let was = before.remove(&claim.entity_ref);
            let errors = to_json(&claim.errors);
            let new_hash = claim.content.as_ref().map(|content| content.hash.as_str());
            let is_same_content = match (&was, new_hash) {
                (Some(was), Some(hash)) => was.hash.as_deref() == Some(hash) && !was.is_orphan,
                (Some(was), None) => !was.is_orphan,
                (None, _) => false,
            };
            let is_same_rest = was.as_ref().is_some_and(|was| was.errors == errors && was.line == line_of(claim));
            if is_same_content && is_same_rest {
                continue;
            }
            if is_same_content {
                touched.errors.insert(claim.entity_ref.clone());
            } else {
                touched.contents.insert(claim.entity_ref.clone());
            }
            let rows = if claim.content.is_some() { &mut good } else { &mut bad };
            rows.push(row(reading.location, claim, errors));
        }
        if reading.is_complete {
            for (entity_ref, was) in before.into_iter().filter(|(_, was)| !was.is_orphan) {
                touched.contents.insert(entity_ref);
                gone.push(was.id);
            }
        }
    }
    upsert(db, good, &[Column::Document, Column::DocumentHash, Column::Line, Column::Errors, Column::IsOrphan]).await?;
    // The last good document stays.
    upsert(db, bad, &[Column::Line, Column::Errors, Column::IsOrphan]).await?;
    retire(db, &gone, orphans).await?;
    Ok(touched)
}

/// The edges of a stored document, worked out again.
pub(super) async fn edges_of_stored(db: &impl ConnectionTrait, id: i64) -> Result<Vec<EmittedRelation>, StoreError> {
    let Some(row) = refresh_entities::Entity::find_by_id(id).one(db).await? else { return Ok(vec![]) };
    let Some(document) = row.document else { return Ok(vec![]) };
    let value = from_json("refresh_entities.document", &document)?;
    let entity_ref: EntityRef = match row.entity_ref.parse() {
        Ok(entity_ref) => entity_ref,
        Err(_) => return Ok(vec![]),
    };
    // It was good when it was stored; a newer version that thinks otherwise says so when the location is read again.
    Ok(emit_relations(&value, &entity_ref).unwrap_or_default())
}

async fn remove_locations(
    db: &impl ConnectionTrait,
    batch: &Batch,
    orphans: OrphanStrategy,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    for leaves_orphans in [false, true] {
        let ids: Vec<LocationId> = batch
            .removed
            .iter()
            .filter(|removed| removed.leaves_orphans == leaves_orphans)
            .map(|removed| removed.location)
            .collect();
        let orphans = if leaves_orphans { orphans } else { OrphanStrategy::Delete };
        for chunk in ids.chunks(rows_per_statement(1)) {
            let rows: Vec<(i64, String)> = refresh_entities::Entity::find()
                .select_only()
                .column(Column::Id)
                .column(Column::EntityRef)
                .filter(Column::LocationId.is_in(chunk.iter().copied()))
                .into_tuple()
                .all(db)
                .await?;
            let claims: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
            touched.contents.extend(rows.into_iter().map(|(_, entity_ref)| entity_ref));
            retire(db, &claims, orphans).await?;
        }
    }
    Ok(())
}

async fn retract(db: &impl ConnectionTrait, retracted: &[Retracted], touched: &mut Touched) -> Result<(), StoreError> {
    let mut by_location: BTreeMap<LocationId, Vec<&str>> = BTreeMap::new();
    for Retracted { location, entity_ref } in retracted {
        by_location.entry(*location).or_default().push(entity_ref);
        touched.contents.insert(entity_ref.clone());
    }
    for (location, entity_refs) in by_location {
        for chunk in entity_refs.chunks(rows_per_statement(1) - 1) {
            refresh_entities::Entity::delete_many()
                .filter(Column::LocationId.eq(location))
                .filter(Column::EntityRef.is_in(chunk.iter().copied()))
                .exec(db)
                .await?;
        }
    }
    Ok(())
}

async fn retire(db: &impl ConnectionTrait, claims: &[i64], orphans: OrphanStrategy) -> Result<(), StoreError> {
    for chunk in claims.chunks(rows_per_statement(1)) {
        let filter = Column::Id.is_in(chunk.iter().copied());
        match orphans {
            OrphanStrategy::Delete => {
                refresh_entities::Entity::delete_many().filter(filter).exec(db).await?;
            }
            OrphanStrategy::Keep => {
                refresh_entities::Entity::update_many()
                    .col_expr(Column::IsOrphan, Expr::value(true))
                    .filter(filter)
                    .exec(db)
                    .await?;
            }
        }
    }
    Ok(())
}

async fn stored_claims(
    db: &impl ConnectionTrait,
    readings: &[Reading],
) -> Result<HashMap<LocationId, HashMap<String, Stored>>, StoreError> {
    type Row = (i64, LocationId, String, Option<String>, String, i32, bool);
    let locations: Vec<LocationId> = readings.iter().map(|reading| reading.location).collect();
    let mut stored: HashMap<LocationId, HashMap<String, Stored>> = HashMap::new();
    for chunk in locations.chunks(rows_per_statement(1)) {
        let rows: Vec<Row> = refresh_entities::Entity::find()
            .select_only()
            .column(Column::Id)
            .column(Column::LocationId)
            .column(Column::EntityRef)
            .column(Column::DocumentHash)
            .column(Column::Errors)
            .column(Column::Line)
            .column(Column::IsOrphan)
            .filter(Column::LocationId.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        for (id, location, entity_ref, hash, errors, line, is_orphan) in rows {
            stored.entry(location).or_default().insert(entity_ref, Stored { id, hash, errors, line, is_orphan });
        }
    }
    Ok(stored)
}

async fn upsert(
    db: &impl ConnectionTrait,
    rows: Vec<refresh_entities::ActiveModel>,
    columns: &[Column],
) -> Result<(), StoreError> {
    for chunk in rows.chunks(rows_per_statement(7)) {
        let on_conflict = OnConflict::columns([Column::LocationId, Column::EntityRef])
            .update_columns(columns.iter().copied())
            .to_owned();
        refresh_entities::Entity::insert_many(chunk.iter().cloned())
            .on_conflict(on_conflict)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

fn row(location: LocationId, claim: &Claim, errors: String) -> refresh_entities::ActiveModel {
    refresh_entities::ActiveModel {
        location_id: Set(location),
        entity_ref: Set(claim.entity_ref.clone()),
        document: Set(claim.content.as_ref().map(|content| content.document.clone())),
        document_hash: Set(claim.content.as_ref().map(|content| content.hash.clone())),
        line: Set(line_of(claim)),
        errors: Set(errors),
        is_orphan: Set(false),
        ..Default::default()
    }
}

fn line_of(claim: &Claim) -> i32 {
    i32::try_from(claim.line).unwrap_or(i32::MAX)
}
