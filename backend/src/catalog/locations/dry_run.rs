//! What registering a location would bring in, read as ingestion reads it, and not stored.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use super::service::{LocationService, check_registrable};
use crate::auth::Caller;
use crate::catalog::error::CatalogError;
use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::ingest::generated_document;
use crate::catalog::ingest::survey::{Survey, SurveyLimits, Surveyed};
use crate::catalog::location::LocationRef;
use crate::permissions::CATALOG_LOCATION_CREATE;

/// How far a dry run goes: files and addresses, and steps from the registered one.
pub(super) const LIMITS: SurveyLimits = SurveyLimits { max_locations: 500, max_depth: 16 };
/// How many entities it may find. More than a person looks at before registering.
pub(super) const MAX_ENTITIES: usize = 5_000;
/// How long it may take, waiting for its turn included.
pub(super) const MAX_TIME: Duration = Duration::from_secs(30);
/// How many errors an answer tells.
const MAX_ERRORS: usize = 20;

/// What registering a location would bring in.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// The Location entity that would stand for it.
    pub entity_ref: String,
    /// It is registered or configured already.
    pub exists: bool,
    /// That Location entity, and all that was found.
    pub entities: Vec<Value>,
}

impl LocationService {
    /// Reads a location and all that it leads to.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`], [`CatalogError::LocationType`], [`CatalogError::LocationTarget`],
    /// [`CatalogError::DryRun`] for whatever is wrong with what was read, [`CatalogError::Store`].
    pub async fn location_create_dry(&self, caller: &Caller, location: &LocationRef) -> Result<DryRun, CatalogError> {
        self.require(caller, CATALOG_LOCATION_CREATE)?;
        check_registrable(location)?;
        self.dry_run(location).await
    }

    pub(super) async fn dry_run(&self, location: &LocationRef) -> Result<DryRun, CatalogError> {
        let row = self.catalog.store.location_find_at(location).await?;
        let exists = row.is_some() || self.settings.configured.contains(location);
        let usual = || format!("location:default/{}", location.generated_name());
        let entity_ref = row.map_or_else(usual, |row| row.entity_ref);
        let name = entity_ref.rsplit('/').next().unwrap_or_default();
        let mut entities = vec![generated_document(name, location, &self.settings.reader.urls)];
        let found = timeout(MAX_TIME, self.read_all(location, &entity_ref)).await;
        let found = found.unwrap_or_else(|_| {
            let message = format!("reading took longer than {} seconds; register parts of it", MAX_TIME.as_secs());
            Err(vec![ProcessingError::new("InputError", message)])
        });
        entities.extend(found.map_err(|errors| CatalogError::DryRun(joined(&errors)))?);
        Ok(DryRun { entity_ref, exists, entities })
    }

    async fn read_all(&self, location: &LocationRef, own: &str) -> Result<Vec<Value>, Vec<ProcessingError>> {
        // Never closed; without a permit the reads are no less right.
        let _turn = self.turns.acquire().await;
        let mut survey = Survey::new(self.settings.reader.clone(), LIMITS);
        survey.start(location.clone());
        let mut described = HashMap::from([(own.to_owned(), location.to_string())]);
        let mut entities = Vec::new();
        let mut errors = Vec::new();
        while let Some(found) = survey.next().await {
            let Surveyed { location, documents, errors: own, .. } = found;
            errors.extend(own);
            for document in documents {
                let claim = document.claim;
                errors.extend(claim.errors);
                let Some(content) = claim.content else { continue };
                if let Some(other) = described.insert(claim.entity_ref.clone(), location.to_string()) {
                    let message = format!(
                        "`{}` is described in `{other}` and in `{location}`; take out one of them",
                        claim.entity_ref
                    );
                    errors.push(ProcessingError::new("ConflictError", message));
                    continue;
                }
                if entities.len() >= MAX_ENTITIES {
                    let message = format!("there are more than {MAX_ENTITIES} entities; register parts of it");
                    errors.push(ProcessingError::new("InputError", message));
                    return Err(errors);
                }
                entities.push(serde_json::from_str(&content.document).expect("a document was written as JSON"));
            }
            // Enough to tell; the rest is not worth the requests.
            if errors.len() > MAX_ERRORS {
                break;
            }
        }
        if errors.is_empty() { Ok(entities) } else { Err(errors) }
    }
}

fn joined(errors: &[ProcessingError]) -> String {
    let told = errors.iter().take(MAX_ERRORS).map(|error| match error.place() {
        Some(place) => format!("{}: {} ({place})", error.name, error.message),
        None => format!("{}: {}", error.name, error.message),
    });
    let mut told: Vec<String> = told.collect();
    if errors.len() > MAX_ERRORS {
        told.push("and more".to_owned());
    }
    told.join("; ")
}
