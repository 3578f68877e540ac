//! Reads locations and all that they lead to, until nothing is left, and writes the outcome.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::entity::check;
use tracing::warn;

use super::Ingest;
use super::error::ProcessingError;
use super::graph::{Graph, LocationId, Node, Parent, Target};
use super::process::{Processed, ProcessedDocument};
use super::reader::{Job, Outcome, Reader, Said};
use crate::catalog::location::{LocationRef, PROVIDER, sha256_hex};
use crate::catalog::metrics;
use crate::catalog::store::{Batch, Claim, ClaimContent, Reading, Removed, Retracted, StoreError};

/// How many documents are gathered before they are written, which bounds the memory of a large import.
const DOCUMENTS_PER_BATCH: usize = 20_000;
/// Scheduled reads are spread over this share of the interval, so that they do not come all at once.
const JITTER: f64 = 0.5;

/// Whether a location whose bytes are the same as before is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Only what changed.
    IfChanged,
    /// Everything, because someone asked for it.
    Always,
}

/// What has been found out and is not written yet.
#[derive(Debug, Default)]
pub struct Work {
    changed: BTreeSet<LocationId>,
    answering: BTreeSet<String>,
    readings: Vec<Reading>,
    retracted: Vec<Retracted>,
    removed: Vec<Removed>,
    /// Locations that pull in files which were not watched while they were read.
    unwatched: Vec<LocationId>,
    n_documents: usize,
}

impl Work {
    /// Remembers locations that must be written.
    pub fn note(&mut self, ids: impl IntoIterator<Item = LocationId>) {
        self.changed.extend(ids);
    }

    /// What a provider says, all of it.
    pub fn say(&mut self, location: LocationId, claims: Vec<Claim>) {
        self.n_documents += claims.len();
        self.readings.push(Reading { location, claims, is_complete: true });
    }

    /// A part of what a provider says; the rest stays as it is.
    pub fn say_again(&mut self, location: LocationId, claims: Vec<Claim>) {
        self.n_documents += claims.len();
        self.readings.push(Reading { location, claims, is_complete: false });
    }

    /// What a provider does not say any more.
    pub fn retract(&mut self, location: LocationId, entity_ref: String) {
        self.retracted.push(Retracted { location, entity_ref });
    }

    /// Remembers a Location entity whose targets went wrong or right.
    pub fn answer(&mut self, entity_ref: String) {
        self.answering.insert(entity_ref);
    }

    fn is_empty(&self) -> bool {
        self.changed.is_empty()
            && self.answering.is_empty()
            && self.readings.is_empty()
            && self.retracted.is_empty()
            && self.removed.is_empty()
    }

    fn into_batch(self, graph: &Graph) -> Batch {
        let locations = self.changed.iter().filter_map(|id| graph.node(*id)).cloned().collect();
        let answering = self.answering.into_iter().collect();
        Batch { locations, removed: self.removed, readings: self.readings, retracted: self.retracted, answering }
    }
}

impl Ingest {
    /// Reads `ids` and all that they lead to, and writes what changed. Returns how many entities readers see differently.
    ///
    /// # Errors
    /// When the outcome cannot be written; the graph is then as it was stored.
    pub(super) async fn settle(
        &mut self,
        mut work: Work,
        mut ids: Vec<LocationId>,
        effort: Effort,
    ) -> Result<usize, StoreError> {
        let mut n_changed = 0;
        let mut seen = HashSet::new();
        loop {
            while !ids.is_empty() {
                // Watched before it is read: a change while it is read is noticed.
                self.watch.follow(&self.graph);
                let jobs = self.jobs(&ids, &mut seen, effort);
                ids.clear();
                let reader = Reader { rules: Arc::clone(&self.settings.rules) };
                for outcome in reader.read_all(jobs).await {
                    ids.extend(self.take_in(outcome, &mut work));
                    if work.n_documents >= DOCUMENTS_PER_BATCH {
                        let unwatched = std::mem::take(&mut work.unwatched);
                        n_changed += self.write(std::mem::take(&mut work)).await?;
                        work.unwatched = unwatched;
                    }
                }
            }
            self.finish_moves(&mut work);
            self.drop_unreachable(&mut work);
            ids = self.graph.repair_origins();
            // A location whose origin changed says something else now, so it is read a second time.
            work.note(ids.iter().copied());
            ids.append(&mut work.unwatched);
            for id in &ids {
                seen.remove(id);
            }
            if ids.is_empty() {
                break;
            }
        }
        n_changed += self.write(work).await?;
        self.watch.follow(&self.graph);
        metrics::locations_known(&self.graph);
        Ok(n_changed)
    }

    fn jobs(&self, ids: &[LocationId], seen: &mut HashSet<LocationId>, effort: Effort) -> Vec<Job> {
        let nodes = ids.iter().filter(|id| seen.insert(**id)).filter_map(|id| self.graph.node(*id));
        nodes
            .filter(|node| node.location.location_type != PROVIDER)
            .map(|node| Job {
                id: node.id,
                location: node.location.clone(),
                origin: node.origin.clone().unwrap_or_else(|| node.location.clone()),
                known_hash: if effort == Effort::Always { None } else { node.content_hash.clone() },
                depends_on: node.depends_on.clone(),
            })
            .collect()
    }

    async fn write(&mut self, work: Work) -> Result<usize, StoreError> {
        if work.is_empty() {
            return Ok(0);
        }
        let batch = work.into_batch(&self.graph);
        let started = Instant::now();
        let outcome = self.store.apply(&batch, &self.settings.apply).await;
        metrics::write_done(outcome.is_ok(), started.elapsed());
        match outcome {
            Ok(n_changed) => {
                self.feed.catch_up().await?;
                Ok(n_changed)
            }
            Err(error) => {
                self.graph = self.store.graph_load().await?;
                Err(error)
            }
        }
    }

    /// Merges what was read of one location, and returns the locations to read next.
    fn take_in(&mut self, outcome: Outcome, work: &mut Work) -> Vec<LocationId> {
        let now_ms = self.settings.clock.now().timestamp_millis();
        let id = outcome.id;
        let Some(node) = self.graph.node_mut(id) else { return vec![] };
        node.attempted_at_ms = Some(now_ms);
        let is_optional = node.is_optional;
        match outcome.said {
            Said::Same => {
                node.succeeded_at_ms = Some(now_ms);
                vec![]
            }
            Said::Failed(error) if is_optional && error.name == "NotFoundError" => {
                self.settle_node(id, None, vec![], vec![], work);
                self.take_in_documents(id, vec![], true, work)
            }
            Said::Failed(error) => {
                let depends_on = node.depends_on.clone();
                self.settle_node(id, None, depends_on, vec![error], work);
                vec![]
            }
            Said::Files { files, hash } => {
                node.succeeded_at_ms = Some(now_ms);
                let targets: Vec<Target> =
                    files.iter().map(|file| Target { location: LocationRef::file(file), is_optional: false }).collect();
                self.settle_node(id, Some(hash), vec![], vec![], work);
                let connected = self.graph.connect(&Parent { location: id, entity_ref: String::new() }, &targets);
                work.note(connected.changed);
                connected.to_read
            }
            Said::Documents { processed, hash } => {
                node.succeeded_at_ms = Some(now_ms);
                let Processed { documents, mut errors, depends_on } = processed;
                // A kind that is not allowed stops the whole location; anything else only its own document.
                let is_refused = errors.iter().any(|error| error.name == "NotAllowedError");
                let is_complete = errors.is_empty();
                // A broken document may have no entity yet that could tell of it, so the location does.
                let broken = documents.iter().filter(|document| document.claim.content.is_none());
                errors.extend(broken.flat_map(|document| document.claim.errors.iter().cloned()));
                errors.sort_by_key(|error| (error.line, error.column));
                self.settle_node(id, Some(hash), depends_on, errors, work);
                if is_refused { vec![] } else { self.take_in_documents(id, documents, is_complete, work) }
            }
        }
    }

    /// Stores what is now known of a location as a whole.
    fn settle_node(
        &mut self,
        id: LocationId,
        hash: Option<String>,
        depends_on: Vec<String>,
        errors: Vec<ProcessingError>,
        work: &mut Work,
    ) {
        let Some(node) = self.graph.node_mut(id) else { return };
        let are_errors_new = node.errors != errors;
        if are_errors_new || node.content_hash != hash || node.depends_on != depends_on {
            node.content_hash = hash;
            if node.depends_on != depends_on {
                node.depends_on = depends_on;
                work.unwatched.push(id);
            }
            node.errors = errors;
            work.note([id]);
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
        let mut claims = Vec::with_capacity(documents.len());
        let mut named: HashSet<String> = HashSet::new();
        for ProcessedDocument { mut claim, targets } in documents {
            if claim.entity_ref.starts_with("location:") {
                named.insert(claim.entity_ref.clone());
            }
            // The last good version of a broken Location entity stays, and so does what it leads to.
            if named.contains(&claim.entity_ref) && claim.content.is_some() {
                let parent = Parent { location: id, entity_ref: claim.entity_ref.clone() };
                let connected = self.graph.connect(&parent, &targets);
                work.note(connected.changed);
                claim.errors.extend(connected.cycles.iter().map(|way| circle_error(way)));
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

    fn drop_unreachable(&mut self, work: &mut Work) {
        let removed = self.graph.remove_unreachable();
        for node in removed {
            // Where the registered location itself went, everything goes; where a target was dropped, orphans may stay.
            let leaves_orphans = node.origin.as_ref().is_some_and(|origin| self.graph.find(origin).is_some());
            work.changed.remove(&node.id);
            work.readings.retain(|reading| reading.location != node.id);
            work.removed.push(Removed { location: node.id, leaves_orphans });
        }
    }
}

/// The claim that a provider makes for one of its locations, under the usual name of the Location entity.
pub fn generated_claim(root: &LocationRef) -> Claim {
    named_claim(&root.generated_name(), root)
}

/// The claim that a provider makes for one of its locations, under a name that the Location entity was given before.
pub fn named_claim(name: &str, root: &LocationRef) -> Claim {
    let checked = check(root.generated_entity(name)).expect("the entity is made by the rules that check it");
    let document = checked.document.to_string();
    let hash = sha256_hex(document.as_bytes());
    let content = ClaimContent { document, hash, relations: checked.relations };
    Claim { entity_ref: checked.entity_ref.to_string(), line: 1, content: Some(content), errors: vec![] }
}

/// The locations whose next scheduled read has come.
pub fn due(graph: &Graph, now_ms: i64, interval: Duration) -> Vec<LocationId> {
    let interval_ms = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
    let is_due = |node: &&Node| {
        let Some(attempted) = node.attempted_at_ms else { return true };
        // The number of a location is as good as a random one here, and needs no state.
        let share = (node.id.wrapping_mul(2_654_435_761).rem_euclid(1_000)) as f64 / 1_000.0;
        let wait_ms = interval_ms.saturating_add((interval_ms as f64 * JITTER * share) as i64);
        now_ms >= attempted.saturating_add(wait_ms)
    };
    let readable = graph.nodes().filter(|node| node.location.location_type != PROVIDER);
    readable.filter(is_due).map(|node| node.id).collect()
}

fn errors_of(graph: &Graph, id: LocationId) -> &[ProcessingError] {
    graph.node(id).map_or(&[], |node| &node.errors)
}

/// Whoever watches the log sees every mistake once, when it is made.
fn log_errors(errors: &[ProcessingError]) {
    for error in errors {
        let place = error.place().unwrap_or_default();
        warn!(place, name = error.name, "{}", error.message);
    }
}

/// Locations that lead to each other, from one of them round to itself.
pub fn circle_error(way: &[LocationRef]) -> ProcessingError {
    let way: Vec<&str> = way.iter().map(|location| location.target.as_str()).collect();
    let message = format!("the targets lead in a circle: {}; remove one of them", way.join(" → "));
    ProcessingError::new("InputError", message)
}
