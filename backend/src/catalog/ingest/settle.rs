//! Reads locations and all that they lead to, until nothing is left, and writes the outcome.
//!
//! Files are read in place. Addresses are only set under way: what they say arrives later, is taken in, and settled the
//! same way. So a saved file never waits for another server.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use shared::entity::{CheckedEntity, check};
use tokio::task::JoinHandle;

use super::Ingest;
use super::annotate::annotate;
use super::flights::Arrival;
use super::graph::{Graph, LocationId};
use super::process::Source;
use super::reader::{Job, Outcome, Reader, Said};
use crate::catalog::location::{FILE, LocationRef, PROVIDER, sha256_hex};
use crate::catalog::metrics;
use crate::catalog::store::{Batch, Claim, ClaimContent, Reading, Removed, Retracted, StoreError};
use crate::platform::scm::UrlReader;

/// How many documents are gathered before they are written, which bounds the memory of a large import. Tests work with
/// few documents and still meet imports of several batches.
const DOCUMENTS_PER_BATCH: usize = if cfg!(test) { 4 } else { 20_000 };
/// How many files are read before what they say is taken in, so that a large catalog is not in memory all at once.
const FILES_AT_A_TIME: usize = 32;
/// How many documents from addresses are gathered before they are written, so that a saved file does not wait long.
const DOCUMENTS_PER_ARRIVAL: usize = 1_000;

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
    pub(super) answering: BTreeSet<String>,
    pub(super) readings: Vec<Reading>,
    retracted: Vec<Retracted>,
    removed: Vec<Removed>,
    /// Locations that pull in files which were not watched while they were read.
    pub(super) unwatched: Vec<LocationId>,
    pub(super) n_documents: usize,
}

/// What came of settling.
#[derive(Debug, Default)]
pub struct Settled {
    /// How many entities readers see differently.
    pub n_changed: usize,
    /// The locations among those asked for, and those newly found, that are under way.
    pub in_flight: BTreeSet<LocationId>,
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
    /// Reads `ids` and all that they lead to, and writes what changed. Addresses are set under way.
    ///
    /// # Errors
    /// When the outcome cannot be written; the graph is then as it was stored.
    pub(super) async fn settle(
        &mut self,
        mut work: Work,
        mut ids: Vec<LocationId>,
        effort: Effort,
    ) -> Result<Settled, StoreError> {
        let mut settled = Settled::default();
        let mut seen = HashSet::new();
        let reader = self.reader();
        let mut are_files_read = false;
        loop {
            while !ids.is_empty() {
                ids.retain(|id| seen.insert(*id));
                let jobs: Vec<Job> = ids.drain(..).filter_map(|id| self.job(id, effort)).collect();
                if jobs.iter().any(|job| job.location.location_type == FILE) {
                    are_files_read = true;
                    // Watched before it is read: a change while it is read is noticed.
                    self.watch.follow(&self.graph);
                }
                let (remote, files): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(Job::is_remote);
                for job in remote {
                    settled.in_flight.insert(job.id);
                    self.flights.start(&reader, job, effort);
                }
                let mut files = files.into_iter();
                let mut ahead = read_ahead(&reader, &mut files);
                while let Some(reading) = ahead {
                    let outcomes = reading.await.expect("nobody ends the reading, and it catches panics");
                    // The next ones are read while these are taken in and written.
                    ahead = read_ahead(&reader, &mut files);
                    for outcome in outcomes {
                        if matches!(outcome.said, Said::Wanting) {
                            settled.in_flight.insert(outcome.id);
                            self.start(outcome.id, effort);
                            continue;
                        }
                        ids.extend(self.take_in(outcome, &mut work));
                        if work.n_documents >= DOCUMENTS_PER_BATCH {
                            let unwatched = std::mem::take(&mut work.unwatched);
                            self.write_part(std::mem::take(&mut work)).await?;
                            work.unwatched = unwatched;
                        }
                    }
                }
            }
            self.finish_moves(&mut work);
            // Scheduled reads come every second and hardly ever find another graph.
            if self.checked != Some(self.graph.version()) {
                self.drop_unreachable(&mut work);
                ids = self.graph.repair_origins();
                self.checked = Some(self.graph.version());
            }
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
        let is_any_removed = !work.removed.is_empty();
        settled.n_changed += self.write(work).await?;
        // What arrives from addresses concerns no file, and comes often.
        if are_files_read || is_any_removed {
            self.watch.follow(&self.graph);
        }
        metrics::locations_known(&self.graph);
        settled.in_flight.retain(|id| self.flights.contains(*id));
        Ok(settled)
    }

    /// Takes in a read that has ended, with all others that have ended by now, and what they lead to.
    pub(super) async fn land(&mut self, first: Arrival) {
        let mut work = Work::default();
        let (mut landed, mut found, mut again) = (vec![], vec![], vec![]);
        let mut next = Some(first);
        while let Some(Arrival { job, outcome, is_asked_again }) = next {
            if let Some(node) = self.graph.node(job.id) {
                // What was asked for is not what is wanted any more: another origin, or nothing to be the same as.
                let is_outdated = node.origin.as_ref().is_some_and(|origin| *origin != job.origin)
                    || (matches!(outcome.said, Said::Same) && node.content_hash != job.known_hash);
                if !is_outdated {
                    found.extend(self.take_in(outcome, &mut work));
                }
                if is_outdated || is_asked_again {
                    again.push(job.id);
                }
            }
            landed.push(job.id);
            next = if work.n_documents < DOCUMENTS_PER_ARRIVAL { self.flights.try_next() } else { None };
        }
        for id in &again {
            self.start(*id, Effort::Always);
        }
        match self.settle(work, found, Effort::IfChanged).await {
            Ok(mut settled) => {
                settled.in_flight.extend(again.into_iter().filter(|id| self.flights.contains(*id)));
                self.waiting.go_on(&landed, &settled.in_flight, &self.graph);
            }
            Err(cause) => {
                self.report::<Settled>(Err(cause));
                self.waiting.fail(&landed);
            }
        }
    }

    pub(super) fn reader(&self) -> Reader {
        Reader { rules: Arc::clone(&self.settings.rules), urls: self.settings.urls.clone() }
    }

    /// Sets one location under way.
    fn start(&mut self, id: LocationId, effort: Effort) {
        if let Some(job) = self.job(id, effort) {
            self.flights.start(&self.reader(), job, effort);
        }
    }

    pub(super) fn job(&self, id: LocationId, effort: Effort) -> Option<Job> {
        let node = self.graph.node(id).filter(|node| node.location.location_type != PROVIDER)?;
        Some(Job {
            id,
            location: node.location.clone(),
            origin: node.origin.clone().unwrap_or_else(|| node.location.clone()),
            known_hash: if effort == Effort::Always { None } else { node.content_hash.clone() },
            validators: node.validators.clone(),
            depends_on: node.depends_on.clone(),
        })
    }

    /// Writes the last part of what was found out, and makes all of it visible.
    async fn write(&mut self, work: Work) -> Result<usize, StoreError> {
        if self.may_have_unstitched {
            self.write_part(work).await?;
            return self.stitch().await;
        }
        if work.is_empty() {
            return Ok(0);
        }
        let batch = work.into_batch(&self.graph);
        let started = Instant::now();
        let outcome = self.store.apply(&batch, &self.settings.apply).await;
        let n_changed = self.written(outcome, started).await?;
        self.feed.catch_up().await?;
        Ok(n_changed)
    }

    /// Writes a part of what is being found out. Readers see it when [`Ingest::write`] has written the last one: what the
    /// rest says would change most of the same documents once more.
    pub(super) async fn write_part(&mut self, work: Work) -> Result<(), StoreError> {
        if work.is_empty() {
            return Ok(());
        }
        self.may_have_unstitched = true;
        let batch = work.into_batch(&self.graph);
        let started = Instant::now();
        let outcome = self.store.apply_unstitched(&batch, self.settings.apply.orphans).await;
        self.written(outcome, started).await
    }

    async fn written<T>(&mut self, outcome: Result<T, StoreError>, started: Instant) -> Result<T, StoreError> {
        metrics::write_done(outcome.is_ok(), started.elapsed());
        if outcome.is_err() {
            self.graph = self.store.graph_load().await?;
            self.may_have_unstitched = true;
        }
        outcome
    }

    /// Builds the documents that were put off.
    async fn stitch(&mut self) -> Result<usize, StoreError> {
        let mut n_changed = 0;
        while let Some(n_here) = self.store.stitch_some(&self.settings.apply).await? {
            n_changed += n_here;
            self.feed.catch_up().await?;
        }
        self.may_have_unstitched = false;
        Ok(n_changed)
    }

    fn drop_unreachable(&mut self, work: &mut Work) {
        let removed = self.graph.remove_unreachable();
        for node in removed {
            // Where the registered location itself went, everything goes; where a target was dropped, orphans may stay.
            let leaves_orphans = node.origin.as_ref().is_some_and(|origin| self.graph.find(origin).is_some());
            self.flights.cancel(node.id);
            self.waiting.forget(node.id);
            work.changed.remove(&node.id);
            work.readings.retain(|reading| reading.location != node.id);
            work.removed.push(Removed { location: node.id, leaves_orphans });
        }
    }
}

/// Begins to read some files; `None` where there are no more.
fn read_ahead(reader: &Reader, files: &mut impl Iterator<Item = Job>) -> Option<JoinHandle<Vec<Outcome>>> {
    let jobs: Vec<Job> = files.take(FILES_AT_A_TIME).collect();
    let reader = reader.clone();
    (!jobs.is_empty()).then(|| tokio::spawn(async move { reader.read_files(jobs).await }))
}

/// The claim that a provider makes for one of its locations, under the usual name of the Location entity.
pub fn generated_claim(root: &LocationRef, urls: &UrlReader) -> Claim {
    named_claim(&root.generated_name(), root, urls)
}

/// The document of the Location entity that stands for a registered location.
pub fn generated_document(name: &str, root: &LocationRef, urls: &UrlReader) -> Value {
    generated(name, root, urls).document
}

fn generated(name: &str, root: &LocationRef, urls: &UrlReader) -> CheckedEntity {
    let mut entity = root.generated_entity(name);
    annotate(&mut entity, Source { location: root, origin: root }, urls);
    check(entity).expect("the entity is made by the rules that check it")
}

/// The claim that a provider makes for one of its locations, under a name that the Location entity was given before.
pub fn named_claim(name: &str, root: &LocationRef, urls: &UrlReader) -> Claim {
    let checked = generated(name, root, urls);
    let document = checked.document.to_string();
    let hash = sha256_hex(document.as_bytes());
    let content = ClaimContent { document, hash, relations: checked.relations };
    Claim { entity_ref: checked.entity_ref.to_string(), line: 1, content: Some(content), errors: vec![] }
}
