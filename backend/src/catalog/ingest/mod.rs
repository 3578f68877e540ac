//! Ingestion: reads locations, checks what they hold and hands it to the store.
//!
//! One task owns the graph of locations and is the only one that writes the catalog. It settles: it reads what is
//! asked for, then what that leads to, until nothing is left, and writes everything in few transactions. When a
//! transaction fails, the graph is loaded from the database again, so the next try starts from what is true.
//!
//! The roots of the graph belong to providers: those of the configuration to `config`, those in the table `locations` to
//! `api`, see `registered`.
//!
//! Addresses are read beside that task, see `flights`. It takes in what arrives whenever it is free.

mod annotate;
pub mod error;
mod flights;
pub mod graph;
pub mod placeholders;
pub mod process;
pub mod read;
pub mod reader;
mod registered;
mod requests;
pub mod rules;
pub mod schedule;
mod settle;
pub mod status;
pub mod survey;
mod take_in;
mod waiting;
pub mod watch;

#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tracing::{error, info, warn};

pub use self::registered::API_PROVIDER;
pub use self::requests::RequestError;
pub use self::settle::{Settled, generated_document};
pub use self::take_in::circle_error;

use self::flights::Flights;
use self::graph::{Graph, LocationId, Parent, Target};
use self::registered::Registered;
use self::rules::Rules;
use self::status::IngestStatus;
use self::waiting::{Done, Waiting};
use self::watch::FileWatch;
use super::feed::Feed;
use super::location::{LocationRef, PROVIDER};
use super::metrics;
use super::store::{ApplySettings, CatalogStore, StoreError};
use crate::platform::clock::Clock;
use crate::platform::scm::UrlReader;
use crate::platform::stop::{Stopping, stopped};

/// The provider of the locations that the configuration names.
pub const CONFIG_PROVIDER: &str = "config";
/// How often the schedule is looked at.
const TICK: Duration = Duration::from_secs(1);
/// How long a catalog that is read for the first time waits for addresses before it counts as read.
const FIRST_PATIENCE: Duration = Duration::from_secs(5);
/// How often it is written when locations were read. A few kilobytes for thousands of locations.
const WRITE_ATTEMPTS: Duration = Duration::from_secs(60);

/// How ingestion behaves.
#[derive(Clone, Debug)]
pub struct IngestSettings {
    /// The locations of the configuration, in its order.
    pub roots: Vec<LocationRef>,
    /// Which kinds may come from where.
    pub rules: Arc<Rules>,
    /// How batches are written.
    pub apply: ApplySettings,
    /// The shortest time between two scheduled reads of a location; `None` reads only on change.
    pub interval: Option<Duration>,
    /// Reads addresses.
    pub urls: UrlReader,
    /// Tells the time.
    pub clock: Clock,
}

/// What ingestion can be asked to do.
#[derive(Debug)]
enum Command {
    /// Files that were created, changed or removed.
    Files(Vec<PathBuf>),
    /// Read one location again now, changed or not. Answers when readers see the outcome, or after ten seconds.
    Refresh(LocationRef, Done),
    /// Read what an entity comes from again now. Answers whether there is such an entity, when readers see the outcome,
    /// or after ten seconds.
    RefreshEntity(String, Done),
    /// Take out the entity with this uid, and read what it came from again. Answers whether there was such an entity,
    /// when readers do not see it any more.
    Delete(String, Done),
    /// The registered location with this id was added, changed or removed. Answers when readers see the Location entity
    /// that stands for it, or do not see anything of it any more.
    Registered(String, Done),
}

/// Asks the ingestion task for work.
#[derive(Clone, Debug)]
pub struct IngestHandle {
    commands: mpsc::Sender<Command>,
    status: IngestStatus,
}

/// The ingestion task.
#[derive(Debug)]
pub struct Ingest {
    store: CatalogStore,
    feed: Arc<Feed>,
    settings: IngestSettings,
    graph: Graph,
    /// The version of the graph that had nothing unreachable and no wrong origin.
    checked: Option<u64>,
    /// Whether documents may have to be built, of this process or of one that was killed.
    may_have_unstitched: bool,
    registered: Registered,
    flights: Flights,
    waiting: Waiting,
    /// When everything began to be read, until the log says that it is.
    reading_since: Option<Instant>,
    watch: FileWatch,
    status: IngestStatus,
    commands: mpsc::Receiver<Command>,
}

impl IngestHandle {
    /// What ingestion is at.
    pub fn status(&self) -> &IngestStatus {
        &self.status
    }
}

impl Ingest {
    /// Loads the graph. Nothing is read before [`Ingest::run`].
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn new(
        store: CatalogStore,
        feed: Arc<Feed>,
        settings: IngestSettings,
    ) -> Result<(Self, IngestHandle), StoreError> {
        let graph = store.graph_load().await?;
        let (sender, commands) = mpsc::channel(64);
        let for_watch = sender.clone();
        let status = IngestStatus::new(settings.interval);
        let watch = FileWatch::start(status.watched().clone(), move |files| {
            let sender = for_watch.clone();
            async move {
                // The receiver only goes away when the process stops.
                sender.send(Command::Files(files)).await.is_ok()
            }
        });
        let (registered, flights, waiting) = (Registered::default(), Flights::default(), Waiting::default());
        let handle = IngestHandle { commands: sender, status: status.clone() };
        let ingest = Self {
            store,
            feed,
            settings,
            graph,
            checked: None,
            may_have_unstitched: true,
            registered,
            flights,
            waiting,
            reading_since: None,
            watch,
            status,
            commands,
        };
        Ok((ingest, handle))
    }

    /// Reads everything once, says so, then follows changes until the process stops.
    ///
    /// Files are read before it says so; addresses get five seconds, and go on being read after that.
    pub async fn run(mut self, mut stop: Stopping, when_read: impl FnOnce()) {
        let mut is_writer = self.become_writer(false).await;
        let mut when_read = Some(when_read);
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut writes = tokio::time::interval(WRITE_ATTEMPTS);
        writes.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            if let Some(since) = self.reading_since
                && (self.flights.is_empty() || since.elapsed() >= FIRST_PATIENCE)
            {
                self.reading_since = None;
                self.tell_read(since);
            }
            if self.reading_since.is_none()
                && let Some(when_read) = when_read.take()
            {
                when_read();
            }
            tokio::select! {
                () = stopped(&mut stop) => {
                    if is_writer {
                        self.write_attempts().await;
                    }
                    return;
                }
                _ = writes.tick() => if is_writer {
                    self.write_attempts().await;
                },
                Some(command) = self.commands.recv() => if is_writer {
                    self.obey(command).await;
                },
                Some(arrival) = self.flights.next(), if !self.flights.is_empty() => self.land(arrival).await,
                _ = ticks.tick() => {
                    is_writer = self.become_writer(is_writer).await;
                    self.waiting.answer_all_that_can_be(Instant::now());
                    if is_writer {
                        self.follow_registered().await;
                        self.read_due().await;
                    }
                }
            }
        }
    }

    fn tell_read(&self, since: Instant) {
        let duration_ms = since.elapsed().as_millis();
        let n_failing = self.graph.nodes().filter(|node| !node.errors.is_empty()).count();
        let n_locations = self.graph.nodes().filter(|node| node.location.location_type != PROVIDER).count();
        let n_entities = self.feed.index().len();
        match self.flights.len() {
            0 => info!(n_locations, n_failing, n_entities, duration_ms, "catalog is read"),
            n_awaited => {
                info!(
                    n_locations,
                    n_failing, n_entities, n_awaited, duration_ms, "catalog is read but for some addresses"
                );
            }
        }
    }

    /// Whether this process writes the catalog. Another one that writes leaves this one with answering questions.
    ///
    /// A process that becomes the writer starts from what is stored and reads everything once.
    async fn become_writer(&mut self, was_writer: bool) -> bool {
        let is_writer = match self.store.may_write().await {
            Ok(may_write) => may_write,
            Err(cause) => {
                self.report::<()>(Err(cause));
                false
            }
        };
        self.status.set_reading(is_writer);
        if is_writer && !was_writer {
            match self.store.graph_load().await {
                Ok(graph) => {
                    self.graph = graph;
                    self.may_have_unstitched = true;
                }
                Err(cause) => {
                    self.report::<()>(Err(cause));
                    return false;
                }
            }
            self.read_roots().await;
        }
        if is_writer != was_writer {
            metrics::is_writer(is_writer);
        }
        if was_writer && !is_writer {
            warn!("another process writes the catalog now; this one answers questions");
            self.flights.cancel_all();
            self.waiting.drop_all();
            self.reading_since = None;
        }
        is_writer
    }

    /// Hands in the locations of the configuration and the registered ones, and reads all that the catalog knows.
    pub async fn read_roots(&mut self) {
        let started = Instant::now();
        let roots = self.settings.roots.clone();
        let outcome = match self.submit(CONFIG_PROVIDER, &roots).await {
            Ok(_) => self.submit_registered().await.map(|_| ()),
            Err(error) => Err(error),
        };
        self.reading_since = self.report(outcome).then_some(started);
    }

    /// Makes `roots` exactly the locations of a provider, and reads them and what they lead to.
    ///
    /// # Errors
    /// When the outcome cannot be written; the graph is then as it was stored.
    async fn submit(&mut self, provider: &str, roots: &[LocationRef]) -> Result<Settled, StoreError> {
        let provider = self.graph.provider(provider);
        let before = self.graph.naming_entities(provider);
        let mut work = settle::Work::default();
        let mut claims = Vec::new();
        let mut to_read: Vec<LocationId> = Vec::new();
        for root in roots {
            let claim = settle::generated_claim(root, &self.settings.urls);
            let parent = Parent { location: provider, entity_ref: claim.entity_ref.clone() };
            let target = Target { location: root.clone(), is_optional: false };
            work.note(self.graph.connect(&parent, &[target]).changed);
            to_read.extend(self.graph.find(root));
            claims.push(claim);
        }
        for gone in before.into_iter().filter(|entity_ref| !claims.iter().any(|claim| claim.entity_ref == *entity_ref))
        {
            work.retract(provider, gone.clone());
            work.note(self.graph.connect(&Parent { location: provider, entity_ref: gone }, &[]).changed);
        }
        claims.sort_by(|a, b| a.entity_ref.cmp(&b.entity_ref));
        claims.dedup_by(|a, b| a.entity_ref == b.entity_ref);
        work.note([provider]);
        work.say(provider, claims);
        // What is not reachable any more is taken out; the rest is read anyway, in case it changed while nobody looked.
        to_read.extend(self.graph.nodes().map(|node| node.id));
        self.settle(work, to_read, settle::Effort::IfChanged).await
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Files(files) => {
                self.watch.look_again();
                let ids = watch::affected(&self.graph, &files);
                if !ids.is_empty() {
                    let outcome = self.settle(settle::Work::default(), ids, settle::Effort::IfChanged).await;
                    self.report(outcome);
                }
            }
            Command::Refresh(location, done) => self.refresh(&location, done).await,
            Command::RefreshEntity(entity_ref, done) => self.refresh_entity(&entity_ref, done).await,
            Command::Delete(uid, done) => self.delete(&uid, done).await,
            Command::Registered(id, done) => self.take_in_registered(&id, done).await,
        }
    }

    async fn read_due(&mut self) {
        let Some(interval) = self.settings.interval else { return };
        let now_ms = self.settings.clock.now().timestamp_millis();
        let due = schedule::due(&self.graph, &self.flights, now_ms, interval);
        if !due.is_empty() {
            let outcome = self.settle(settle::Work::default(), due, settle::Effort::IfChanged).await;
            self.report(outcome);
        }
    }

    /// Writes when locations were read, for processes that do not read themselves.
    async fn write_attempts(&self) {
        let attempts = self.status.unwritten();
        let (left, gone): (Vec<_>, Vec<_>) = attempts.into_iter().partition(|(id, _)| self.graph.node(*id).is_some());
        self.status.forget(&gone);
        if left.is_empty() {
            return;
        }
        match self.store.attempts_write(&left).await {
            Ok(()) => self.status.forget(&left),
            Err(cause) => {
                let cause: &dyn std::error::Error = &cause;
                warn!(cause, "cannot write when locations were read; other processes tell older times");
            }
        }
    }

    /// Logs a failure. True when there was none.
    fn report<T>(&self, outcome: Result<T, StoreError>) -> bool {
        match outcome {
            Ok(_) => true,
            Err(cause) => {
                let cause: &dyn std::error::Error = &cause;
                error!(cause, "cannot write the catalog; readers keep the last version, the next change tries again");
                false
            }
        }
    }
}
