//! What registering a source would change, told document by document.
//!
//! A dry run refuses whatever is wrong, as its callers expect. People want to see all of it: what is good, what is not and
//! where, and what the catalog has already.

use std::collections::HashMap;

use serde_json::{Map, Value};
use shared::api::explain::{ExplainedError, Step};
use shared::api::locations::LocationSpec;
use shared::api::sources::{
    DescriptorProposal, DiffKind, DiffLine, EntityChange, LocationPreview, PreviewedEntity, PreviewedSource,
    SourceRegistration,
};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::analyze::{MAX_FILES, is_descriptor, last_segment, proposed_entity};
use super::dry_run::{LIMITS, MAX_ENTITIES, MAX_TIME};
use super::service::{LocationService, check_registrable};
use crate::auth::Caller;
use crate::catalog::error::CatalogError;
use crate::catalog::explain::Sight;
use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::ingest::process::{Processed, ProcessedDocument};
use crate::catalog::ingest::reader::{Job, Said};
use crate::catalog::ingest::survey::{Survey, Surveyed};
use crate::catalog::location::{
    EDIT_URL, LocationRef, MANAGED_BY, MANAGED_BY_ORIGIN, PROVIDER, SOURCE_LOCATION, VIEW_URL,
};
use crate::catalog::store::{Claim, CurrentClaim};
use crate::permissions::{CATALOG_ENTITY_VALIDATE, CATALOG_LOCATION_ANALYZE, CATALOG_LOCATION_CREATE};
use crate::platform::diff::{LineChange, diff_lines};
use crate::platform::scm::Repository;
use crate::platform::yaml::to_yaml;

/// How many errors are told of one thing.
const MAX_ERRORS: usize = 100;
/// Lines around a change that both documents have.
const MAX_CONTEXT: usize = 2;
/// Lines of one comparison.
const MAX_DIFF: usize = 400;
/// Comparisons of one source; of what changes beyond, only that it does is told.
const MAX_COMPARED: usize = 500;
/// The host of an address that a pasted text does not have. The domain is reserved and leads nowhere.
const PASTED_HOST: &str = "pasted.invalid";
/// The longest name for a pasted text, in characters.
const MAX_NAME: usize = 200;

/// Annotations that say where a document was read, and nothing of what it says.
const PLACES: [&str; 5] = [MANAGED_BY, MANAGED_BY_ORIGIN, VIEW_URL, EDIT_URL, SOURCE_LOCATION];

/// A document that was read, before it is held against the catalog.
struct Found {
    location: Option<LocationRef>,
    claim: Claim,
}

/// What was read of one source.
#[derive(Default)]
struct Reading {
    found: Vec<Found>,
    errors: Vec<ProcessingError>,
    n_locations: usize,
    n_targets: usize,
}

impl LocationService {
    /// Reads an address and all that it leads to, or the descriptors of the repository that it names, and holds what they
    /// say against the catalog. Stores nothing.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`], [`CatalogError::LocationType`], [`CatalogError::LocationTarget`],
    /// [`CatalogError::DryRun`] when a repository cannot be searched, [`CatalogError::Store`]. What is wrong with a source
    /// is no error but a part of the answer.
    pub async fn location_preview(
        &self,
        caller: &Caller,
        location: &LocationRef,
    ) -> Result<LocationPreview, CatalogError> {
        self.require(caller, CATALOG_LOCATION_CREATE)?;
        check_registrable(location)?;
        let preview = timeout(MAX_TIME, self.preview(caller, location)).await;
        preview.unwrap_or_else(|_| {
            let message = format!("reading took longer than {} seconds; register parts of it", MAX_TIME.as_secs());
            Err(CatalogError::DryRun(message))
        })
    }

    /// Checks a text by the rules for descriptors that are registered, and holds it against the catalog. Reads nothing, not even
    /// what its placeholders want: what a changed entity would say is a part of the answer.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`], [`CatalogError::Store`].
    pub async fn text_preview(
        &self,
        caller: &Caller,
        text: String,
        file_name: Option<&str>,
    ) -> Result<PreviewedSource, CatalogError> {
        self.require(caller, CATALOG_ENTITY_VALIDATE)?;
        let name: String = file_name.unwrap_or(&self.settings.entity_filename).chars().take(MAX_NAME).collect();
        let location = LocationRef::url(&format!("https://{PASTED_HOST}/catalog-info.yaml"));
        let job = Job::first(location.clone(), location.clone());
        let reading = timeout(MAX_TIME, async {
            // Never closed; without a permit the reads are no less right.
            let _turn = self.turns.acquire().await;
            match self.settings.reader.read_text_alone(&job, text.into_bytes()).await {
                Said::Documents { processed, .. } => of_documents(processed),
                Said::Failed(failure) => Reading { errors: vec![failure.error], ..Reading::default() },
                // Only of a location that is known, of a glob, or of a file.
                Said::Same | Said::Wanting | Said::Matches { .. } => Reading::default(),
            }
        });
        let mut reading = reading.await.unwrap_or_else(|_| {
            let message = format!("the text could not be checked within {} seconds; try again", MAX_TIME.as_secs());
            Reading { errors: vec![ProcessingError::new("ReadError", message)], ..Reading::default() }
        });
        let errors = reading.found.iter_mut().flat_map(|found| &mut found.claim.errors).chain(&mut reading.errors);
        errors.for_each(|error| name_pasted(error, &location, &name));
        self.compare(caller, None, reading).await
    }

    async fn preview(&self, caller: &Caller, location: &LocationRef) -> Result<LocationPreview, CatalogError> {
        let urls = &self.settings.reader.urls;
        let repository = urls.repository(&location.target);
        let is_searched = !is_descriptor(&location.target) && !location.is_glob();
        let found = match &repository {
            Some(repository) if is_searched => {
                self.require(caller, CATALOG_LOCATION_ANALYZE)?;
                let files = repository.files_named(&self.settings.entity_filename);
                // Never closed; without a permit the search is no less right.
                let _turn = self.turns.acquire().await;
                urls.search(&files, MAX_FILES).await.map_err(|error| CatalogError::DryRun(error.message))?
            }
            Some(_) | None => vec![location.target.clone()],
        };
        let mut sources = Vec::with_capacity(found.len());
        for target in found {
            let location = self.known_as(LocationRef::url(&target)).await?;
            let reading = self.read_through(&location).await;
            sources.push(self.compare(caller, Some(location), reading).await?);
        }
        let is_anything_there = sources.iter().any(|source| !source.entities.is_empty());
        let proposal =
            (is_searched && !is_anything_there).then(|| self.proposal(repository.as_ref(), &location.target));
        Ok(LocationPreview { sources, proposal })
    }

    async fn read_through(&self, location: &LocationRef) -> Reading {
        let _turn = self.turns.acquire().await;
        let mut survey = Survey::new(self.settings.reader.clone(), LIMITS);
        survey.start(location.clone());
        let mut reading = Reading::default();
        let mut described: HashMap<String, LocationRef> = HashMap::new();
        while let Some(Surveyed { location, documents, mut errors, is_read }) = survey.next().await {
            reading.n_locations += 1;
            if !is_read {
                errors.iter_mut().for_each(|error| error.step = error.step.or(Some(Step::Read)));
            }
            let mut own = Reading { errors, ..Reading::default() };
            own.found.extend(documents.into_iter().map(|document| at(Some(&location), document)));
            refuse_whole(&mut own);
            for mut found in own.found {
                if reading.found.len() >= MAX_ENTITIES {
                    let message = format!("there are more than {MAX_ENTITIES} entities; register parts of it");
                    reading.errors.push(ProcessingError::new("InputError", message));
                    return reading;
                }
                let entity_ref = found.claim.entity_ref.clone();
                if let Some(other) = described.insert(entity_ref.clone(), location.clone()) {
                    let message = format!(
                        "`{entity_ref}` is also described in `{other}`, which is read first; take out one of them"
                    );
                    found.claim.errors.push(ProcessingError::new("ConflictError", message));
                    found.claim.content = None;
                }
                reading.found.push(found);
            }
            reading.errors.extend(own.errors);
        }
        reading
    }

    /// Holds what was read against what the caller sees of the catalog.
    async fn compare(
        &self,
        caller: &Caller,
        location: Option<LocationRef>,
        reading: Reading,
    ) -> Result<PreviewedSource, CatalogError> {
        let refs: Vec<String> = reading.found.iter().map(|found| found.claim.entity_ref.clone()).collect();
        let visibility = self.catalog.visibility(caller);
        // What is hidden is like what is not there.
        let seen = Sight::new(self.catalog.index(), &visibility).seen(refs);
        let seen: Vec<String> = seen.into_iter().collect();
        let current = self.catalog.store.current_claims(&seen).await?;
        let registration = match &location {
            Some(location) => self.registration(location).await?,
            None => None,
        };
        let found = reading.found;
        // Comparing long documents takes a while, which other requests need not wait for.
        let entities = spawn_blocking(move || {
            let mut n_left = MAX_COMPARED;
            let told = found.into_iter().map(|found| {
                let current = current.get(&found.claim.entity_ref);
                previewed(found, current, &mut n_left)
            });
            told.collect()
        });
        let stopped = |_| CatalogError::DryRun("comparing stopped unexpectedly; the log tells more".to_owned());
        Ok(PreviewedSource {
            location: location.map(|LocationRef { location_type, target }| LocationSpec { location_type, target }),
            registration,
            entities: entities.await.map_err(stopped)?,
            n_errors: reading.errors.len(),
            errors: explained(reading.errors),
            n_locations: reading.n_locations,
            n_targets: reading.n_targets,
        })
    }

    async fn registration(&self, location: &LocationRef) -> Result<Option<SourceRegistration>, CatalogError> {
        if let Some(row) = self.catalog.store.location_find_at(location).await? {
            return Ok(Some(SourceRegistration { is_configured: false, entity_ref: row.entity_ref }));
        }
        Ok(self.settings.configured.contains(location).then(|| SourceRegistration {
            is_configured: true,
            entity_ref: format!("location:default/{}", location.generated_name()),
        }))
    }

    fn proposal(&self, repository: Option<&Repository>, target: &str) -> DescriptorProposal {
        let file_name = self.settings.entity_filename.clone();
        let Some(repository) = repository else {
            let entity = proposed_entity(last_segment(target), None);
            return DescriptorProposal { entity, file_name, ..DescriptorProposal::default() };
        };
        let new_file = repository.new_file(&file_name);
        DescriptorProposal {
            entity: proposed_entity(&repository.name, repository.annotation.clone()),
            target: Some(repository.file_at(&file_name)),
            new_file_url: new_file.as_ref().map(|new_file| new_file.url.clone()),
            content_parameter: new_file.and_then(|new_file| new_file.content_parameter).map(str::to_owned),
            file_name,
        }
    }
}

fn of_documents(processed: Processed) -> Reading {
    let Processed { documents, errors, .. } = processed;
    let n_targets = documents.iter().map(|document| document.targets.len()).sum();
    let found = documents.into_iter().map(|document| at(None, document)).collect();
    let mut reading = Reading { found, errors, n_locations: 0, n_targets };
    refuse_whole(&mut reading);
    reading
}

fn at(location: Option<&LocationRef>, document: ProcessedDocument) -> Found {
    Found { location: location.cloned(), claim: document.claim }
}

/// A kind that the rules do not allow keeps all documents of its file out. Each is told so.
fn refuse_whole(reading: &mut Reading) {
    let is_refusal = |error: &ProcessingError| error.step == Some(Step::Rules);
    let refusals: Vec<ProcessingError> = reading.errors.iter().filter(|error| is_refusal(error)).cloned().collect();
    let Some(first) = refusals.first() else { return };
    reading.errors.retain(|error| !is_refusal(error));
    for found in &mut reading.found {
        let start = format!("Entity {} at ", found.claim.entity_ref);
        let own = refusals.iter().find(|refusal| refusal.message.starts_with(&start));
        let error = own.cloned().unwrap_or_else(|| ProcessingError {
            step: Some(Step::Rules),
            ..ProcessingError::new(
                &first.name,
                "its whole file is kept out, because another document in it is of a kind that the rules do not allow",
            )
        });
        found.claim.errors.push(error);
        found.claim.content = None;
    }
}

/// `n_left` is how many comparisons may still be made.
fn previewed(found: Found, current: Option<&CurrentClaim>, n_left: &mut usize) -> PreviewedEntity {
    let Found { location, claim } = found;
    let new: Option<Value> =
        claim.content.map(|content| serde_json::from_str(&content.document).expect("a document was written as JSON"));
    let is_elsewhere = |current: &CurrentClaim| {
        !current.is_orphan
            && (current.location.location_type == PROVIDER || location.as_ref() != Some(&current.location))
    };
    let (change, diff) = match (new, current) {
        (None, _) => (EntityChange::Invalid, vec![]),
        (Some(_), None) => (EntityChange::New, vec![]),
        (Some(_), Some(current)) if location.is_some() && is_elsewhere(current) => (EntityChange::Conflicting, vec![]),
        (Some(new), Some(current)) => {
            let (old, new) = (without_places(&current.document), without_places(&new));
            if old == new {
                (EntityChange::Unchanged, vec![])
            } else if let Some(n_rest) = n_left.checked_sub(1) {
                *n_left = n_rest;
                (EntityChange::Changed, compared(&old, &new))
            } else {
                (EntityChange::Changed, vec![DiffLine { kind: DiffKind::Gap, text: String::new() }])
            }
        }
    };
    PreviewedEntity {
        entity_ref: claim.entity_ref,
        change,
        location: location.map(|location| location.to_string()),
        line: claim.line,
        current: current
            .filter(|current| current.location.location_type != PROVIDER)
            .map(|current| current.location.to_string()),
        diff,
        errors: explained(claim.errors),
    }
}

fn explained(errors: Vec<ProcessingError>) -> Vec<ExplainedError> {
    errors.into_iter().take(MAX_ERRORS).map(ProcessingError::explained).collect()
}

/// The document without what only says where it was read.
fn without_places(document: &Value) -> Value {
    let mut document = document.clone();
    let metadata = document.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(metadata) = metadata {
        let annotations = metadata.get_mut("annotations").and_then(Value::as_object_mut);
        let is_empty = annotations.is_some_and(|annotations| {
            annotations.retain(|name, _| !PLACES.contains(&name.as_str()));
            annotations.is_empty()
        });
        if is_empty {
            metadata.retain(|name, _| name != "annotations");
        }
    }
    document
}

/// The changed lines with some around them.
fn compared(old: &Value, new: &Value) -> Vec<DiffLine> {
    // A field that only moved is no change, so both are written in one order.
    let (old, new) = (to_yaml(old), to_yaml(&in_order_of(new, old)));
    let lines = diff_lines(&old, &new);
    let is_near = |at: usize| {
        let from = at.saturating_sub(MAX_CONTEXT);
        let to = (at + MAX_CONTEXT + 1).min(lines.len());
        lines[from..to].iter().any(|(change, _)| *change != LineChange::Kept)
    };
    let gap = || DiffLine { kind: DiffKind::Gap, text: String::new() };
    let mut shown: Vec<DiffLine> = Vec::new();
    for (at, (change, text)) in lines.iter().enumerate() {
        if !is_near(at) {
            if shown.last().is_none_or(|last| last.kind != DiffKind::Gap) {
                shown.push(gap());
            }
            continue;
        }
        if shown.len() >= MAX_DIFF {
            shown.push(gap());
            break;
        }
        let kind = match change {
            LineChange::Kept => DiffKind::Kept,
            LineChange::Removed => DiffKind::Removed,
            LineChange::Added => DiffKind::Added,
        };
        shown.push(DiffLine { kind, text: (*text).to_owned() });
    }
    shown
}

/// The same value with the fields of its objects in the order of `model`; those that the model lacks come last.
fn in_order_of(value: &Value, model: &Value) -> Value {
    match (value, model) {
        (Value::Object(fields), Value::Object(model)) => {
            let known = model.keys().filter_map(|key| Some((key, fields.get(key)?)));
            let others = fields.iter().filter(|(key, _)| !model.contains_key(*key));
            let ordered = known.chain(others).map(|(key, field)| {
                let of_model = model.get(key).unwrap_or(&Value::Null);
                (key.clone(), in_order_of(field, of_model))
            });
            Value::Object(ordered.collect::<Map<_, _>>())
        }
        (Value::Array(items), Value::Array(model)) => {
            let of_model = |at: usize| model.get(at).unwrap_or(&Value::Null);
            items.iter().enumerate().map(|(at, item)| in_order_of(item, of_model(at))).collect()
        }
        _ => value.clone(),
    }
}

/// Calls a text by its name, and says what it cannot have.
fn name_pasted(error: &mut ProcessingError, location: &LocationRef, name: &str) {
    if error.file.as_ref() == Some(&location.target) {
        error.file = Some(name.to_owned());
    }
    if error.step == Some(Step::Rules) {
        error.message = error.message.replace(&format!(" at {location}, originated at {location},"), "");
    } else if error.message.contains(PASTED_HOST) {
        "it names something beside the file, which cannot be read before the file is at its place"
            .clone_into(&mut error.message);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(old: &Value, new: &Value) -> Vec<String> {
        let sign = |kind| match kind {
            DiffKind::Kept => ' ',
            DiffKind::Removed => '-',
            DiffKind::Added => '+',
            DiffKind::Gap => '…',
        };
        compared(old, new).into_iter().map(|line| format!("{}{}", sign(line.kind), line.text)).collect()
    }

    #[test]
    fn only_what_differs_is_shown_with_what_is_around_it() {
        let entity = |stage: &str| json!({"a": 1, "b": 2, "c": 3, "spec": {"type": "service", "lifecycle": stage, "owner": "x"}, "z": 1});
        assert_eq!(
            shown(&entity("experimental"), &entity("production")),
            [
                "…",
                " spec:",
                "   type: service",
                "-  lifecycle: experimental",
                "+  lifecycle: production",
                "   owner: x",
                " z: 1"
            ]
        );
        let moved = json!({"z": 1, "c": 3, "b": 2, "a": 1});
        assert_eq!(shown(&json!({"a": 1, "b": 2, "c": 3}), &moved), ["…", " b: 2", " c: 3", "+z: 1"]);
    }

    #[test]
    fn where_a_document_was_read_is_no_part_of_what_it_says() {
        let read = |place: &str| {
            let annotations = json!({MANAGED_BY: place, MANAGED_BY_ORIGIN: place, "own": "1"});
            json!({"metadata": {"name": "a", "annotations": annotations}})
        };
        assert_eq!(without_places(&read("url:https://a")), without_places(&read("file:/b")));
        let bare = json!({"metadata": {"name": "a", "annotations": {MANAGED_BY: "url:https://a"}}});
        assert_eq!(without_places(&bare), json!({"metadata": {"name": "a"}}));
    }
}
