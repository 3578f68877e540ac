//! Keeps the index equal to the catalog.
//!
//! Each entity in the index has the version of the document that it was made of. At the start, and whenever changes may have
//! been missed, the versions are compared with the catalog's and only what differs is written. So it does not matter why the
//! index is behind: it was away, is new, belongs to another database, or was half written when the process was killed. An
//! index that cannot be used is made anew in the same way, while questions go on being answered.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::api::catalog::CatalogChange;
use shared::api::search::SearchState;
use shared::entity::{Entity, EntityRef};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::spawn_blocking;
use tracing::{error, info, warn};

use super::collators::Collator;
use super::document::{EntityDocuments, SearchDocument, entity_number, version_number};
use super::engine::{Contents, SearchEngine};
use super::error::SearchError;
use super::state::IndexState;
use crate::catalog::CatalogService;
use crate::catalog::index::Document;
use crate::platform::clock::Clock;
use crate::platform::stop::{Stopping, stopped};

/// How long changes are gathered before they are written together.
const GATHER: Duration = Duration::from_millis(150);
/// How long to wait after a failure before everything is compared again. Doubles with each failure.
const FIRST_RETRY: Duration = Duration::from_secs(1);
/// The longest such wait.
const LAST_RETRY: Duration = Duration::from_secs(30);
/// How many entities are written together.
const BATCH: usize = 2_000;
/// How many entities one thread turns into documents at a time.
const PIECE: usize = 250;

/// An entity whose documents are to be written.
struct Task {
    entity_ref: Box<str>,
    document: Document,
    version: u64,
    changed_at_ms: Option<i64>,
}

/// What keeps an index equal to the catalog.
#[derive(Clone)]
pub struct Follower {
    catalog: CatalogService,
    engine: Arc<dyn SearchEngine>,
    collators: Arc<[Box<dyn Collator>]>,
    state: IndexState,
    clock: Clock,
}

impl Follower {
    /// Nothing is read before [`Follower::run`].
    pub fn new(
        catalog: CatalogService,
        engine: Arc<dyn SearchEngine>,
        collators: Arc<[Box<dyn Collator>]>,
        state: IndexState,
        clock: Clock,
    ) -> Self {
        Self { catalog, engine, collators, state, clock }
    }

    /// Follows the catalog until `stop` turns true.
    pub async fn run(self, mut stop: Stopping) {
        // Listening begins before the comparison, so that no change falls between the two.
        let mut changes = self.catalog.changes();
        let mut next = Gathered::Anything;
        let mut wait = FIRST_RETRY;
        loop {
            let work = async {
                match &next {
                    Gathered::Refs(refs) => self.update(refs).await,
                    Gathered::Anything => self.compare().await,
                }
            };
            // What is written in part is written in whole by the next start.
            let written = tokio::select! {
                () = stopped(&mut stop) => return,
                written = work => written,
            };
            match written {
                Ok(()) => {
                    self.state.set(SearchState::Current);
                    wait = FIRST_RETRY;
                    next = tokio::select! {
                        () = stopped(&mut stop) => return,
                        () = self.state.trouble() => Gathered::Anything,
                        gathered = gather(&mut changes) => match gathered {
                            Some(gathered) => gathered,
                            None => return,
                        },
                    };
                }
                // Perhaps the index has only to be made anew, as the comparison does; the old one answers meanwhile.
                Err(cause) if matches!(next, Gathered::Refs(_)) => {
                    tell(&cause, Duration::ZERO);
                    next = Gathered::Anything;
                }
                Err(cause) => {
                    tell(&cause, wait);
                    self.state.set(SearchState::Away);
                    tokio::select! {
                        () = stopped(&mut stop) => return,
                        () = tokio::time::sleep(wait) => {}
                    }
                    wait = (wait * 2).min(LAST_RETRY);
                    next = Gathered::Anything;
                }
            }
        }
    }

    /// Writes what differs between the index and the catalog.
    ///
    /// # Errors
    /// When the engine cannot be read or written.
    pub async fn compare(&self) -> Result<(), SearchError> {
        let started = Instant::now();
        let contents = self.engine.contents().await?;
        let is_new = contents == Contents::Unusable;
        let mut versions = match contents {
            Contents::Versions(versions) => versions,
            Contents::Unusable => {
                self.engine.rebuild_begin().await?;
                HashMap::new()
            }
        };
        let catalog = self.catalog.clone();
        let (mut tasks, gone) = spawn_blocking(move || {
            let mut tasks = Vec::new();
            for (entity_ref, document) in catalog.documents() {
                let version = version_number(&document);
                if versions.remove(&entity_number(&entity_ref)) != Some(version) {
                    tasks.push(Task { entity_ref, document, version, changed_at_ms: None });
                }
            }
            // What is left over is in the index only.
            (tasks, versions.into_keys().collect::<Vec<u64>>())
        })
        .await
        .map_err(SearchError::Stopped)?;
        let (n_changed, n_gone) = (tasks.len(), gone.len());
        if n_changed > 0 || n_gone > 0 || is_new {
            self.state.set(SearchState::Updating);
            let times = self.catalog.entities_changed_at().await?;
            for task in &mut tasks {
                task.changed_at_ms = times.get(&*task.entity_ref).copied();
            }
            self.engine.apply(vec![], gone).await?;
            let mut tasks = tasks.into_iter().peekable();
            while tasks.peek().is_some() {
                let documents = self.collate(tasks.by_ref().take(BATCH).collect()).await?;
                self.engine.apply(documents, vec![]).await?;
            }
        }
        if is_new {
            self.engine.rebuild_end().await?;
        }
        if n_changed >= BATCH {
            self.engine.settle().await?;
        }
        if n_changed > 0 || n_gone > 0 {
            let duration_ms = started.elapsed().as_millis();
            info!(n_changed, n_gone, duration_ms, is_new, "the search index is brought up to date");
        }
        Ok(())
    }

    /// Writes what has become of some entities.
    async fn update(&self, refs: &[String]) -> Result<(), SearchError> {
        let documents = self.catalog.documents_of(refs);
        let changed_at_ms = Some(self.clock.now().timestamp_millis());
        let (mut tasks, mut gone) = (Vec::new(), Vec::new());
        for (entity_ref, document) in refs.iter().zip(documents) {
            match document {
                Some(document) => {
                    let version = version_number(&document);
                    tasks.push(Task { entity_ref: entity_ref.as_str().into(), document, version, changed_at_ms });
                }
                None => gone.push(entity_number(entity_ref)),
            }
        }
        let documents = self.collate(tasks).await?;
        self.engine.apply(documents, gone).await
    }

    /// Turns entities into documents, on all processors.
    async fn collate(&self, tasks: Vec<Task>) -> Result<Vec<EntityDocuments>, SearchError> {
        let collators = Arc::clone(&self.collators);
        let work = move || -> Vec<EntityDocuments> {
            let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
            if n_threads == 1 || tasks.len() <= PIECE {
                return tasks.iter().map(|task| collate(&collators, task)).collect();
            }
            let next = std::sync::atomic::AtomicUsize::new(0);
            let pieces: Vec<&[Task]> = tasks.chunks(PIECE).collect();
            let work_off = || {
                let mut done = Vec::new();
                loop {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(piece) = pieces.get(number) else { return done };
                    done.extend(piece.iter().map(|task| collate(&collators, task)));
                }
            };
            std::thread::scope(|scope| {
                let threads: Vec<_> = (1..n_threads).map(|_| scope.spawn(work_off)).collect();
                let mut all: Vec<EntityDocuments> = work_off();
                for thread in threads {
                    all.extend(thread.join().expect("what panics in a collator is caught"));
                }
                all
            })
        };
        spawn_blocking(work).await.map_err(SearchError::Stopped)
    }
}

fn collate(collators: &[Box<dyn Collator>], task: &Task) -> EntityDocuments {
    let Task { entity_ref, document, version, changed_at_ms } = task;
    let mut documents = Vec::new();
    match (entity_ref.parse::<EntityRef>(), serde_json::from_slice::<Entity>(document)) {
        (Ok(parsed), Ok(entity)) => {
            for collator in collators {
                // One entity that a collator cannot stand would keep all others from being found.
                match catch_unwind(AssertUnwindSafe(|| collator.documents(&parsed, &entity))) {
                    Ok(made) => documents.extend(made.into_iter().map(SearchDocument::in_bounds)),
                    Err(_) => error!(
                        entity_ref,
                        document_type = collator.document_type(),
                        "a collator stopped unexpectedly; the entity has no such documents"
                    ),
                }
            }
        }
        (Err(_), _) | (_, Err(_)) => warn!(entity_ref, "a stored entity is unreadable and cannot be found"),
    }
    let (version, changed_at_ms) = (*version, *changed_at_ms);
    EntityDocuments { entity_ref: entity_ref.to_string(), version, changed_at_ms, documents }
}

fn tell(cause: &SearchError, wait: Duration) {
    let cause: &dyn std::error::Error = cause;
    let retry_in_secs = wait.as_secs();
    error!(cause, retry_in_secs, "the search index cannot be written; what changed is found later");
}

/// What happened to the catalog.
enum Gathered {
    /// These entities changed.
    Refs(Vec<String>),
    /// Any of them may have changed.
    Anything,
}

/// Waits for a change, and a little longer for those that come with it. `None` when the catalog is no more.
async fn gather(changes: &mut Receiver<Arc<CatalogChange>>) -> Option<Gathered> {
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
            Err(RecvError::Closed) => return None,
        }
        until.get_or_insert_with(|| tokio::time::Instant::now() + GATHER);
    }
    Some(if is_reset { Gathered::Anything } else { Gathered::Refs(refs.into_iter().collect()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::collators::CatalogCollator;

    struct Stumbling;

    impl Collator for Stumbling {
        fn document_type(&self) -> &'static str {
            "stumbling"
        }

        fn documents(&self, _: &EntityRef, entity: &Entity) -> Vec<SearchDocument> {
            panic!("{} cannot be read", entity.metadata.name)
        }
    }

    #[test]
    fn a_collator_that_panics_costs_its_own_documents_alone() {
        let document =
            Document::from_static(br#"{"apiVersion": "v1", "kind": "Component", "metadata": {"name": "a"}}"#);
        let task = Task { entity_ref: "component:default/a".into(), document, version: 7, changed_at_ms: None };
        let collators: [Box<dyn Collator>; 2] = [Box::new(Stumbling), Box::new(CatalogCollator)];
        let made = collate(&collators, &task);
        assert_eq!((made.version, made.documents.len()), (7, 1));
        assert_eq!(made.documents[0].document_type, CatalogCollator.document_type());
    }
}
