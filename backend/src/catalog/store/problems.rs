//! What is wrong with locations and documents.

use std::collections::{HashMap, HashSet};

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};

use super::{CatalogStore, StoreError, from_json};
use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::ingest::graph::LocationId;
use crate::catalog::rows::{refresh_entities, refresh_state};

/// A location or a document with something wrong. Errors are loaded for those that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProblem {
    /// The location.
    pub location: LocationId,
    /// The entity of the document; none for the location as a whole.
    pub entity_ref: Option<String>,
    /// What is wrong.
    pub errors: Vec<ProcessingError>,
}

impl CatalogStore {
    /// Everything that is wrong: locations as a whole, and documents. What a location repeats of its documents, because
    /// they have no entity to tell it, is told with the documents only.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn problems_load(&self) -> Result<Vec<StoredProblem>, StoreError> {
        let documents: Vec<(LocationId, String, String)> = failing_documents()
            .select_only()
            .column(refresh_entities::Column::LocationId)
            .column(refresh_entities::Column::EntityRef)
            .column(refresh_entities::Column::Errors)
            .into_tuple()
            .all(self.connection())
            .await?;
        let mut problems = Vec::with_capacity(documents.len());
        let mut told: HashMap<LocationId, Vec<ProcessingError>> = HashMap::new();
        for (location, entity_ref, errors) in documents {
            let errors: Vec<ProcessingError> = from_json("refresh_entities.errors", &errors)?;
            told.entry(location).or_default().extend(errors.iter().cloned());
            problems.push(StoredProblem { location, entity_ref: Some(entity_ref), errors });
        }
        let locations: Vec<(LocationId, String)> = refresh_state::Entity::find()
            .select_only()
            .column(refresh_state::Column::Id)
            .column(refresh_state::Column::Errors)
            .filter(refresh_state::Column::Errors.ne("[]"))
            .into_tuple()
            .all(self.connection())
            .await?;
        for (location, errors) in locations {
            let mut errors: Vec<ProcessingError> = from_json("refresh_state.errors", &errors)?;
            leave_out(&mut errors, told.get(&location).map_or(&[], Vec::as_slice));
            if !errors.is_empty() {
                problems.push(StoredProblem { location, entity_ref: None, errors });
            }
        }
        Ok(problems)
    }

    /// What is wrong with the documents of one location, by entity.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn document_errors_of(
        &self,
        location: LocationId,
    ) -> Result<Vec<(String, Vec<ProcessingError>)>, StoreError> {
        let rows: Vec<(String, String)> = failing_documents()
            .select_only()
            .column(refresh_entities::Column::EntityRef)
            .column(refresh_entities::Column::Errors)
            .filter(refresh_entities::Column::LocationId.eq(location))
            .into_tuple()
            .all(self.connection())
            .await?;
        let read =
            |(entity_ref, errors): (String, String)| Ok((entity_ref, from_json("refresh_entities.errors", &errors)?));
        rows.into_iter().map(read).collect()
    }
}

/// What is wrong with a location as a whole, out of `errors`, which also repeat those of its `documents`.
pub fn errors_of_whole(
    mut errors: Vec<ProcessingError>,
    documents: &[(String, Vec<ProcessingError>)],
) -> Vec<ProcessingError> {
    let told: Vec<ProcessingError> = documents.iter().flat_map(|(_, errors)| errors).cloned().collect();
    leave_out(&mut errors, &told);
    errors
}

/// As the partial index has it, which a bound value would not match.
fn failing_documents() -> Select<refresh_entities::Entity> {
    refresh_entities::Entity::find().filter(Expr::cust("errors <> '[]'"))
}

/// Takes out of `errors` what is in `told`.
fn leave_out(errors: &mut Vec<ProcessingError>, told: &[ProcessingError]) {
    let key = |error: &ProcessingError| (error.line, error.column, error.message.clone());
    let told: HashSet<_> = told.iter().map(key).collect();
    errors.retain(|error| !told.contains(&key(error)));
}
