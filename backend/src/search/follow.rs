//! Keeps the index equal to the catalog.
//!
//! Each entity in the index has the version of the document that it was made of. At the start, and whenever changes may have
//! been missed, the versions are compared with the catalog's and only what differs is written. So it does not matter why the
//! index is behind: it was away, is new, belongs to another database, or was half written when the process was killed.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::api::catalog::CatalogChange;
use shared::entity::{Entity, EntityRef};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::spawn_blocking;
use tracing::{error, info, warn};

use super::collators::Collator;
use super::embedded::{EmbeddedIndex, EntityDocuments, entity_number, version_number};
use super::error::SearchError;
use crate::catalog::CatalogService;
use crate::platform::stop::{Stopping, stopped};

/// How long changes are gathered before they are written together.
const GATHER: Duration = Duration::from_millis(150);
/// How long to wait after a failure before everything is compared again.
const RETRY: Duration = Duration::from_secs(10);
/// How many entities are written together.
const BATCH: usize = 4_000;

/// What keeps an index equal to the catalog.
#[derive(Clone)]
pub struct Follower {
    catalog: CatalogService,
    index: Arc<EmbeddedIndex>,
    collators: Arc<[Box<dyn Collator>]>,
}

impl Follower {
    /// Nothing is read before [`Follower::run`].
    pub fn new(catalog: CatalogService, index: Arc<EmbeddedIndex>, collators: Arc<[Box<dyn Collator>]>) -> Self {
        Self { catalog, index, collators }
    }

    /// Follows the catalog until `stop` turns true.
    pub async fn run(self, mut stop: Stopping) {
        // Listening begins before the comparison, so that no change falls between the two.
        let mut changes = self.catalog.changes();
        let mut is_behind = true;
        loop {
            let written = if std::mem::take(&mut is_behind) {
                self.blocking(|follower| follower.compare()).await
            } else {
                let gathered = tokio::select! {
                    () = stopped(&mut stop) => return,
                    gathered = gather(&mut changes) => gathered,
                };
                match gathered {
                    Gathered::Refs(refs) => self.blocking(move |follower| follower.update(&refs)).await,
                    Gathered::Anything => self.blocking(|follower| follower.compare()).await,
                    Gathered::End => return,
                }
            };
            if let Err(cause) = written {
                let cause: &dyn std::error::Error = &cause;
                error!(cause, "the search index cannot be written; what changed is found later");
                is_behind = true;
                tokio::select! {
                    () = stopped(&mut stop) => return,
                    () = tokio::time::sleep(RETRY) => {}
                }
            }
        }
    }

    async fn blocking(
        &self,
        work: impl FnOnce(&Self) -> Result<(), SearchError> + Send + 'static,
    ) -> Result<(), SearchError> {
        let follower = self.clone();
        spawn_blocking(move || work(&follower)).await.expect("collating a document does not panic")
    }

    /// Writes what differs between the index and the catalog.
    fn compare(&self) -> Result<(), SearchError> {
        let started = Instant::now();
        let mut versions = self.index.versions()?;
        let mut changed = Vec::new();
        let mut n_changed = 0;
        for (entity_ref, document) in self.catalog.documents() {
            let version = version_number(&document);
            if versions.remove(&entity_number(&entity_ref)) == Some(version) {
                continue;
            }
            changed.push(self.collate(&entity_ref, &document, version));
            n_changed += 1;
            if changed.len() == BATCH {
                self.index.apply(&changed, &[])?;
                changed.clear();
            }
        }
        // What is left over is in the index only.
        let gone: Vec<u64> = versions.into_keys().collect();
        if n_changed > 0 || !gone.is_empty() {
            self.index.apply(&changed, &gone)?;
            let duration_ms = started.elapsed().as_millis();
            info!(n_changed, n_gone = gone.len(), duration_ms, "the search index is brought up to date");
        }
        Ok(())
    }

    fn update(&self, refs: &[String]) -> Result<(), SearchError> {
        let documents = self.catalog.documents_of(refs);
        let changed = refs.iter().zip(documents).map(|(entity_ref, document)| match document {
            Some(document) => self.collate(entity_ref, &document, version_number(&document)),
            None => EntityDocuments { entity_ref: entity_ref.clone(), version: 0, documents: vec![] },
        });
        self.index.apply(&changed.collect::<Vec<_>>(), &[])
    }

    fn collate(&self, entity_ref: &str, document: &[u8], version: u64) -> EntityDocuments {
        let mut documents = Vec::new();
        match (entity_ref.parse::<EntityRef>(), serde_json::from_slice::<Entity>(document)) {
            (Ok(parsed), Ok(entity)) => {
                documents.extend(self.collators.iter().flat_map(|collator| collator.documents(&parsed, &entity)));
            }
            (Err(_), _) | (_, Err(_)) => warn!(entity_ref, "a stored entity is unreadable and cannot be found"),
        }
        EntityDocuments { entity_ref: entity_ref.to_owned(), version, documents }
    }
}

/// What happened to the catalog.
enum Gathered {
    /// These entities changed.
    Refs(Vec<String>),
    /// Any of them may have changed.
    Anything,
    /// The catalog is no more.
    End,
}

/// Waits for a change, and a little longer for those that come with it.
async fn gather(changes: &mut Receiver<Arc<CatalogChange>>) -> Gathered {
    let mut refs = HashSet::new();
    let mut is_reset = false;
    let mut until = None;
    loop {
        let change = match until {
            None => changes.recv().await,
            Some(until) => match tokio::time::timeout_at(until, changes.recv()).await {
                Ok(change) => change,
                Err(_) => break,
            },
        };
        match change {
            Ok(change) if change.is_reset => is_reset = true,
            Ok(change) => refs.extend(change.entity_refs.iter().cloned()),
            Err(RecvError::Lagged(_)) => is_reset = true,
            Err(RecvError::Closed) => return Gathered::End,
        }
        until.get_or_insert_with(|| tokio::time::Instant::now() + GATHER);
    }
    if is_reset { Gathered::Anything } else { Gathered::Refs(refs.into_iter().collect()) }
}
