//! Locations and the edges between them.

use std::collections::HashMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

use super::{Batch, CatalogStore, StoreError, from_json, parent, to_json};
use crate::catalog::ingest::graph::{Graph, Node};
use crate::catalog::location::LocationRef;
use crate::catalog::rows::{refresh_attempts, refresh_references, refresh_state};
use crate::platform::db::dialect::rows_per_statement;

impl CatalogStore {
    /// All locations and their edges.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn graph_load(&self) -> Result<Graph, StoreError> {
        let rows = refresh_state::Entity::find().all(self.connection()).await?;
        let edges = refresh_references::Entity::find().all(self.connection()).await?;
        let mut nodes = HashMap::with_capacity(rows.len());
        for row in rows {
            nodes.insert(row.id, node(row)?);
        }
        for edge in edges {
            if let Some(node) = nodes.get_mut(&edge.location_id) {
                node.parents.insert(parent(edge.parent_id, edge.parent_ref));
            }
        }
        Ok(Graph::load(nodes.into_values().collect()))
    }
}

pub(super) async fn write(db: &impl ConnectionTrait, batch: &Batch) -> Result<(), StoreError> {
    for chunk in batch.removed.chunks(rows_per_statement(1)) {
        let ids = || chunk.iter().map(|removed| removed.location);
        refresh_state::Entity::delete_many().filter(refresh_state::Column::Id.is_in(ids())).exec(db).await?;
        refresh_references::Entity::delete_many()
            .filter(refresh_references::Column::LocationId.is_in(ids()))
            .exec(db)
            .await?;
        refresh_attempts::Entity::delete_many()
            .filter(refresh_attempts::Column::LocationId.is_in(ids()))
            .exec(db)
            .await?;
    }
    for chunk in batch.locations.chunks(rows_per_statement(13)) {
        let columns = [
            refresh_state::Column::Origin,
            refresh_state::Column::IsOptional,
            refresh_state::Column::ContentHash,
            refresh_state::Column::DependsOn,
            refresh_state::Column::Errors,
            refresh_state::Column::AttemptedAtMs,
            refresh_state::Column::SucceededAtMs,
            refresh_state::Column::Validators,
            refresh_state::Column::NFailures,
            refresh_state::Column::RetryAtMs,
        ];
        refresh_state::Entity::insert_many(chunk.iter().map(row))
            .on_conflict(OnConflict::column(refresh_state::Column::Id).update_columns(columns).to_owned())
            .exec_without_returning(db)
            .await?;
        // A handful of edges a location: writing them anew is simpler than comparing, and costs the same.
        refresh_references::Entity::delete_many()
            .filter(refresh_references::Column::LocationId.is_in(chunk.iter().map(|node| node.id)))
            .exec(db)
            .await?;
    }
    let edges: Vec<_> = batch.locations.iter().flat_map(edge_rows).collect();
    for chunk in edges.chunks(rows_per_statement(3)) {
        refresh_references::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(db).await?;
    }
    Ok(())
}

fn row(node: &Node) -> refresh_state::ActiveModel {
    refresh_state::ActiveModel {
        id: Set(node.id),
        location_type: Set(node.location.location_type.clone()),
        location_target: Set(node.location.target.clone()),
        origin: Set(node.origin.as_ref().map(LocationRef::to_string)),
        is_optional: Set(node.is_optional),
        content_hash: Set(node.content_hash.clone()),
        depends_on: Set(to_json(&node.depends_on)),
        errors: Set(to_json(&node.errors)),
        attempted_at_ms: Set(node.attempted_at_ms),
        succeeded_at_ms: Set(node.succeeded_at_ms),
        validators: Set(node.validators.as_ref().map(to_json)),
        n_failures: Set(i32::try_from(node.n_failures).unwrap_or(i32::MAX)),
        retry_at_ms: Set(node.retry_at_ms),
    }
}

fn edge_rows(node: &Node) -> impl Iterator<Item = refresh_references::ActiveModel> {
    node.parents.iter().map(|parent| refresh_references::ActiveModel {
        parent_id: Set(parent.location),
        parent_ref: Set(parent.entity_ref.clone()),
        location_id: Set(node.id),
    })
}

pub(super) fn node(row: refresh_state::Model) -> Result<Node, StoreError> {
    Ok(Node {
        id: row.id,
        location: LocationRef { location_type: row.location_type, target: row.location_target },
        origin: row.origin.and_then(|origin| LocationRef::parse(&origin).ok()),
        is_optional: row.is_optional,
        content_hash: row.content_hash,
        depends_on: from_json("refresh_state.depends_on", &row.depends_on)?,
        errors: from_json("refresh_state.errors", &row.errors)?,
        parents: std::collections::BTreeSet::new(),
        attempted_at_ms: row.attempted_at_ms,
        succeeded_at_ms: row.succeeded_at_ms,
        validators: row.validators.map(|text| from_json("refresh_state.validators", &text)).transpose()?,
        n_failures: u32::try_from(row.n_failures).unwrap_or_default(),
        retry_at_ms: row.retry_at_ms,
    })
}
