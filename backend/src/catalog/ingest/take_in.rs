//! Merges what was read of locations into the graph and into the next batch.

use std::collections::HashSet;

use shared::api::explain::Step;
use tracing::warn;

use super::Ingest;
use super::error::ProcessingError;
use super::graph::{Graph, LocationId, Parent, Target};
use super::process::{NOT_ALLOWED, Processed, ProcessedDocument};
use super::reader::{Failure, Outcome, Said};
use super::settle::Work;
use crate::catalog::location::{LocationRef, URL, is_address};
use crate::catalog::store::{Claim, Reading};
use crate::platform::scm::Validators;

/// How many locations a way from a provider may pass. Only servers that answer each address with another one lead on
/// for ever.
const MAX_DEPTH: usize = 100;

/// What is known of a location as a whole.
#[derive(Debug, Default)]
struct Known {
    hash: Option<String>,
    validators: Option<Validators>,
    depends_on: Vec<String>,
    errors: Vec<ProcessingError>,
    n_failures: u32,
    retry_at_ms: Option<i64>,
}

impl Ingest {
    /// Merges what was read of one location, and returns the locations to read next.
    pub(super) fn take_in(&mut self, outcome: Outcome, work: &mut Work) -> Vec<LocationId> {
        let id = outcome.id;
        let to_read = self.merge(outcome, work);
        if let Some(node) = self.graph.node(id) {
            self.status.note(node);
        }
        to_read
    }

    fn merge(&mut self, outcome: Outcome, work: &mut Work) -> Vec<LocationId> {
        let now_ms = self.settings.clock.now().timestamp_millis();
        let id = outcome.id;
        let Some(node) = self.graph.node_mut(id) else { return vec![] };
        node.attempted_at_ms = Some(now_ms);
        let is_optional = node.is_optional;
        match outcome.said {
            Said::Same => {
                node.succeeded_at_ms = Some(now_ms);
                // The content is the same, but the server may name it otherwise now.
                if outcome.validators.is_some() && node.validators != outcome.validators {
                    node.validators = outcome.validators;
                    work.note([id]);
                }
                vec![]
            }
            // It is read where there is time for it.
            Said::Wanting => vec![],
            Said::Failed(failure) if is_optional && failure.error.name == "NotFoundError" => {
                self.settle_node(id, Known::default(), work);
                self.take_in_documents(id, vec![], true, work)
            }
            Said::Failed(Failure { mut error, retry_at_ms }) => {
                error.file.get_or_insert_with(|| node.location.target.clone());
                error.step = Some(Step::Read);
                let is_url = node.location.location_type == URL;
                let n_failures = if is_url { node.n_failures.saturating_add(1) } else { 0 };
                let depends_on = node.depends_on.clone();
                let known = Known { depends_on, errors: vec![error], n_failures, retry_at_ms, ..Known::default() };
                self.settle_node(id, known, work);
                vec![]
            }
            Said::Matches { locations, hash } => {
                node.succeeded_at_ms = Some(now_ms);
                let target = |location| Target { location, is_optional: false };
                let targets: Vec<Target> = locations.into_iter().map(target).collect();
                self.settle_node(id, Known { hash: Some(hash), ..Known::default() }, work);
                let connected = self.graph.connect(&Parent { location: id, entity_ref: String::new() }, &targets);
                work.note(connected.changed);
                connected.to_read
            }
            Said::Documents { processed, hash } => {
                node.succeeded_at_ms = Some(now_ms);
                let Processed { documents, mut errors, pulled } = processed;
                // A kind that is not allowed stops the whole location; anything else only its own document.
                let is_refused = errors.iter().any(|error| error.name == NOT_ALLOWED);
                let is_complete = errors.is_empty();
                // A broken document may have no entity yet that could tell of it, so the location does.
                let broken = documents.iter().filter(|document| document.claim.content.is_none());
                errors.extend(broken.flat_map(|document| document.claim.errors.iter().cloned()));
                errors.sort_by_key(|error| (error.line, error.column));
                let (hash, validators) = (Some(hash), outcome.validators);
                let known = Known { hash, validators, depends_on: pulled.depends_on, errors, ..Known::default() };
                self.settle_node(id, known, work);
                // What is refused with its location is remembered as described, so that it can be explained.
                let documents = if is_refused { documents.into_iter().map(refused).collect() } else { documents };
                self.take_in_documents(id, documents, is_complete, work)
            }
        }
    }

    /// Stores what is now known of a location as a whole.
    fn settle_node(&mut self, id: LocationId, known: Known, work: &mut Work) {
        let Some(node) = self.graph.node_mut(id) else { return };
        let are_errors_new = node.errors != known.errors;
        let files = |of: &[String]| of.iter().filter(|name| !is_address(name)).cloned().collect::<Vec<_>>();
        let is_unwatched = files(&node.depends_on) != files(&known.depends_on);
        let Known { hash, validators, depends_on, errors, n_failures, retry_at_ms } = known;
        let before = (&node.content_hash, &node.validators, &node.depends_on, node.n_failures, node.retry_at_ms);
        if are_errors_new || before != (&hash, &validators, &depends_on, n_failures, retry_at_ms) {
            node.content_hash = hash;
            node.validators = validators;
            node.depends_on = depends_on;
            node.errors = errors;
            node.n_failures = n_failures;
            node.retry_at_ms = retry_at_ms;
            work.note([id]);
        }
        if is_unwatched {
            work.unwatched.push(id);
            self.graph.touch();
        }
        if are_errors_new {
            log_errors(errors_of(&self.graph, id));
            work.answering.extend(self.graph.answering_entities(id));
        }
    }

    fn take_in_documents(
        &mut self,
        id: LocationId,
        documents: Vec<ProcessedDocument>,
        is_complete: bool,
        work: &mut Work,
    ) -> Vec<LocationId> {
        let mut to_read = Vec::new();
        let is_too_deep = self.graph.depth(id) >= MAX_DEPTH;
        let file = self.graph.node(id).map(|node| node.location.target.clone());
        let mut claims = Vec::with_capacity(documents.len());
        let mut named: HashSet<String> = HashSet::new();
        for ProcessedDocument { mut claim, mut targets } in documents {
            let mut problems = vec![];
            if is_too_deep && !targets.is_empty() {
                targets.clear();
                problems.push(depth_error());
            }
            if claim.entity_ref.starts_with("location:") {
                named.insert(claim.entity_ref.clone());
            }
            // The last good version of a broken Location entity stays, and so does what it leads to.
            if named.contains(&claim.entity_ref) && claim.content.is_some() {
                let parent = Parent { location: id, entity_ref: claim.entity_ref.clone() };
                let connected = self.graph.connect(&parent, &targets);
                work.note(connected.changed);
                problems.extend(connected.cycles.iter().map(|way| circle_error(way)));
                let line = Some(claim.line);
                let place = |error| ProcessingError { file: file.clone(), line, ..error };
                claim.errors.extend(problems.into_iter().map(place));
                to_read.extend(connected.to_read);
            }
            // What is wrong with a broken document was told with its location.
            if claim.content.is_some() {
                log_errors(&claim.errors);
            }
            claims.push(claim);
        }
        if is_complete {
            for gone in self.graph.naming_entities(id) {
                if !gone.is_empty() && !named.contains(&gone) {
                    work.note(self.graph.connect(&Parent { location: id, entity_ref: gone }, &[]).changed);
                }
            }
        }
        work.n_documents += claims.len();
        work.readings.push(Reading { location: id, claims, is_complete });
        to_read
    }
}

/// A document that does not count. What is wrong with its location is told with the location.
fn refused(document: ProcessedDocument) -> ProcessedDocument {
    let claim = Claim { content: None, ..document.claim };
    ProcessedDocument { claim, targets: vec![] }
}

fn errors_of(graph: &Graph, id: LocationId) -> &[ProcessingError] {
    graph.node(id).map_or(&[], |node| &node.errors)
}

/// Whoever watches the log sees every mistake once, when it is made.
fn log_errors(errors: &[ProcessingError]) {
    for error in errors {
        warn!(place = error.place(), name = error.name, "{}", error.message);
    }
}

/// Locations that lead to each other, from one of them round to itself.
pub fn circle_error(way: &[LocationRef]) -> ProcessingError {
    let way: Vec<&str> = way.iter().map(|location| location.target.as_str()).collect();
    let message = format!("the targets lead in a circle: {}; remove one of them", way.join(" → "));
    ProcessingError::new("InputError", message)
}

fn depth_error() -> ProcessingError {
    let message =
        format!("more than {MAX_DEPTH} locations lead here one after the other; the targets are not followed");
    ProcessingError::new("InputError", message)
}
