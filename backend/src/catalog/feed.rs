//! Keeps the read model equal to the database, and tells open pages what changed.
//!
//! The read model follows the numbered changes: the own ones as soon as they are committed, those of other replicas by
//! looking every half second. It can be dropped and loaded again at any time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::api::catalog::CatalogChange;
use tokio::sync::{Mutex, broadcast};
use tokio::task::spawn_blocking;
use tracing::{error, info, warn};

use super::index::{Document, EntityIndex, EntityRebuild, IndexChange, IndexError, StoredEntity};
use super::metrics;
use super::store::{CatalogStore, Changes, StoreError, StoredDocument};
use crate::platform::stop::{Stopping, stopped};

/// How often other replicas' changes are looked for.
const POLL: Duration = Duration::from_millis(500);
/// How often old change numbers are forgotten.
const PRUNE: Duration = Duration::from_secs(3_600);
/// How many messages a slow page may be behind before it is told to read everything again.
const BACKLOG: usize = 256;
/// How many references one message names at most.
const REFS_PER_MESSAGE: usize = 1_000;

/// The read model and the stream of its changes.
#[derive(Debug)]
pub struct Feed {
    store: CatalogStore,
    index: Arc<EntityIndex>,
    /// Held while the read model is brought up to date, so that changes are applied in their order.
    following: Mutex<()>,
    messages: broadcast::Sender<Arc<CatalogChange>>,
    /// Shared with every open stream, which is how they are counted.
    streams: Arc<()>,
}

/// Held by an answer that goes on for as long as a client follows the changes.
#[derive(Debug)]
pub struct OpenStream {
    _counted: Arc<()>,
}

impl Feed {
    /// Loads the read model.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn load(store: CatalogStore) -> Result<Self, StoreError> {
        let feed = Self {
            store,
            index: Arc::new(EntityIndex::new()),
            following: Mutex::new(()),
            messages: broadcast::Sender::new(BACKLOG),
            streams: Arc::new(()),
        };
        feed.reload().await?;
        Ok(feed)
    }

    /// The read model.
    pub fn index(&self) -> &Arc<EntityIndex> {
        &self.index
    }

    /// How many clients follow the changes.
    pub fn n_streams(&self) -> usize {
        Arc::strong_count(&self.streams) - 1
    }

    /// Counts one more client, until the value is dropped.
    pub fn stream_opened(&self) -> OpenStream {
        OpenStream { _counted: Arc::clone(&self.streams) }
    }

    /// What changes from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<CatalogChange>> {
        self.messages.subscribe()
    }

    /// Applies every change that is committed. When it returns, readers see them.
    ///
    /// # Errors
    /// When the database is away; the read model stays as it was.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let _following = self.following.lock().await;
        loop {
            let seq = self.index.seq();
            match self.store.changes_since(seq).await? {
                Changes::Unknown => {
                    warn!(seq, "the read model is too far behind and is loaded again");
                    self.reload().await?;
                    self.tell(vec![]);
                    return Ok(());
                }
                Changes::Since(_, changed) if changed.is_empty() => {
                    metrics::followed();
                    return Ok(());
                }
                Changes::Since(newest, changed) => {
                    let refs: Vec<String> = changed.iter().map(|(entity_ref, _)| entity_ref.clone()).collect();
                    self.apply(changed, newest);
                    self.tell(refs);
                }
            }
        }
    }

    /// Follows the changes of other replicas until `stop` turns true.
    pub async fn run(&self, mut stop: Stopping) {
        let mut polls = tokio::time::interval(POLL);
        let mut prunes = tokio::time::interval(PRUNE);
        loop {
            let outcome = tokio::select! {
                () = stopped(&mut stop) => return,
                _ = polls.tick() => self.catch_up().await,
                _ = prunes.tick() => self.store.changes_prune().await,
            };
            if let Err(cause) = outcome {
                let cause: &dyn std::error::Error = &cause;
                error!(cause, "cannot follow the changes of the catalog; readers keep the last version");
            }
        }
    }

    async fn reload(&self) -> Result<(), StoreError> {
        let started = Instant::now();
        // The number is read first: what is committed in between is seen again by the next look at the changes.
        let seq = self.store.last_seq().await?;
        let mut rebuild = EntityRebuild::new();
        let mut n_entities = 0;
        let mut documents = self.store.documents_after(None).await?;
        while let Some(last) = documents.last() {
            let after = last.entity_ref.clone();
            n_entities += documents.len();
            let adding = spawn_blocking(move || add(rebuild, documents));
            // The next ones are on their way while these are taken apart.
            let (added, next) = tokio::join!(adding, self.store.documents_after(Some(&after)));
            rebuild = added.expect("taking over a document does not panic");
            documents = next?;
        }
        self.index.replace(rebuild, seq);
        info!(n_entities, duration_ms = started.elapsed().as_millis(), "the read model is loaded");
        Ok(())
    }

    fn apply(&self, changed: Vec<(String, Option<StoredDocument>)>, seq: i64) {
        let changes = changed.into_iter().filter_map(|(entity_ref, document)| match document {
            Some(document) => stored(document).map(IndexChange::Put),
            None => entity_ref.parse().ok().map(IndexChange::Remove),
        });
        let changes: Vec<IndexChange> = changes.collect();
        if self.index.apply(changes.clone(), seq).is_err() {
            for change in changes {
                if let Err(error) = self.index.apply(vec![change], seq) {
                    log_unreadable(&error);
                }
            }
            // Also when none of them could be read, the next look starts behind them.
            if let Err(error) = self.index.apply(vec![], seq) {
                log_unreadable(&error);
            }
        }
    }

    /// Without references: everything may have changed.
    fn tell(&self, mut entity_refs: Vec<String>) {
        let is_reset = entity_refs.is_empty() || entity_refs.len() > REFS_PER_MESSAGE;
        entity_refs.truncate(REFS_PER_MESSAGE);
        let message = CatalogChange { seq: self.index.seq(), entity_refs, is_reset };
        // Nobody listens while no page is open.
        drop(self.messages.send(Arc::new(message)));
    }
}

fn add(mut rebuild: EntityRebuild, documents: Vec<StoredDocument>) -> EntityRebuild {
    let entities: Vec<StoredEntity> = documents.into_iter().filter_map(stored).collect();
    // One unreadable document must not hide all the others, so it is then left out by itself. To add one twice is
    // harmless.
    if rebuild.add(entities.clone()).is_err() {
        for entity in entities {
            if let Err(error) = rebuild.add(vec![entity]) {
                log_unreadable(&error);
            }
        }
    }
    rebuild
}

fn log_unreadable(error: &IndexError) {
    error!(%error, "a stored entity is unreadable and is left out; it comes back when its location is refreshed");
}

/// Rows are written with canonical references, so one that is not is left out like an unreadable document.
fn stored(row: StoredDocument) -> Option<StoredEntity> {
    let entity_ref = row.entity_ref.parse().ok()?;
    Some(StoredEntity { entity_ref, uid: row.uid.into(), document: Document::from(row.document) })
}
