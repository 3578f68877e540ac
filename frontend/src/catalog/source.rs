//! Brings the rows and the numbers that a view needs, and brings them again when the catalog changes.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::catalog::{EntitiesPage, EntitiesQuery};
use shared::entity::{Entity, EntityRef};

use super::counts::{CountPlan, Counts};
use super::kinds::KindCount;
use super::rows::{CHUNK_ROWS, ChunkRequest, RowCache};
use crate::api::{ApiClient, ClientError};

/// Fields that a reference is made of.
const REF_FIELDS: [&str; 4] = ["apiVersion", "kind", "metadata.namespace", "metadata.name"];

/// The data of the catalog page. Components read it; only the page asks for more.
#[derive(Clone, Copy)]
pub struct CatalogSource {
    client: ApiClient,
    rows: RwSignal<RowCache>,
    /// Why the rows did not come.
    pub error: RwSignal<Option<ClientError>>,
    /// The numbers of the page, as far as they have come.
    pub counts: RwSignal<Counts>,
    counts_generation: StoredValue<u64>,
    /// What is in sight, to be asked for as soon as a request ends.
    wanted: StoredValue<Option<(EntitiesQuery, Range<usize>)>>,
}

impl CatalogSource {
    /// A source without data.
    pub fn new(client: ApiClient, counts: Counts) -> Self {
        Self {
            client,
            rows: RwSignal::new(RowCache::default()),
            error: RwSignal::new(None),
            counts: RwSignal::new(counts),
            counts_generation: StoredValue::new(0),
            wanted: StoredValue::new(None),
        }
    }

    /// How many rows the view has; `None` until known.
    pub fn n_rows(self) -> Option<usize> {
        self.rows.with(RowCache::n_rows)
    }

    /// The same, without asking to be told when it changes.
    pub fn n_rows_untracked(self) -> Option<usize> {
        self.rows.with_untracked(RowCache::n_rows)
    }

    /// Reads from the rows that are there, and is told when they change.
    pub fn with_rows<T>(self, read: impl FnOnce(&RowCache) -> T) -> T {
        self.rows.with(read)
    }

    /// A row, without asking to be told when it changes.
    pub fn row_untracked(self, index: usize) -> Option<Arc<Entity>> {
        self.rows.with_untracked(|rows| rows.row(index))
    }

    /// The references of those of a range of rows that have been read, with their places.
    pub fn snapshot_refs(self, range: &Range<usize>) -> Vec<(usize, EntityRef)> {
        let rows = self.rows.with_untracked(|rows| rows.rows_of(range));
        rows.into_iter().map(|(row, entity)| (row, entity.entity_ref())).collect()
    }

    /// Whether rows are on their way.
    pub fn is_loading(self) -> bool {
        self.rows.with(RowCache::is_loading)
    }

    /// The rows as they are, to be remembered.
    pub fn snapshot(self) -> RowCache {
        self.rows.with_untracked(Clone::clone)
    }

    /// Shows rows that were read earlier, or none, until newer ones come.
    pub fn restore(self, rows: RowCache) {
        self.error.set(None);
        self.rows.update(|current| current.restore(rows));
    }

    /// Keeps the rows of the view before until the first of the new view come.
    pub fn start_view(self) {
        self.error.set(None);
        self.rows.update(RowCache::start_view);
    }

    /// Reads everything again that is asked for from now on.
    pub fn outdate(self) {
        self.rows.update(RowCache::outdate);
    }

    /// Asks for the rows of a range that are not there.
    pub fn ensure(self, query: &EntitiesQuery, range: &Range<usize>) {
        self.wanted.set_value(Some((query.clone(), range.clone())));
        self.ask();
    }

    fn ask(self) {
        let Some(Some((query, range))) = self.wanted.try_get_value() else { return };
        // Untracked and silent unless something is asked for: this runs on every scroll.
        let requests = self.rows.write_untracked().request(&range);
        if requests.is_empty() {
            return;
        }
        self.rows.update(|_| {});
        for request in requests {
            let offset = (request.offset() > 0).then(|| request.offset());
            let body = EntitiesQuery { limit: Some(CHUNK_ROWS), offset, ..query.clone() };
            spawn_local(async move {
                let outcome = self.client.entities_by_predicate(&body).await;
                self.take_rows(request, outcome);
            });
        }
    }

    fn take_rows(self, request: ChunkRequest, outcome: Result<EntitiesPage, ClientError>) {
        // The page may have gone meanwhile, or show another view.
        if self.rows.is_disposed() || !self.rows.with_untracked(|rows| rows.is_current(request)) {
            return;
        }
        match outcome {
            Ok(page) => {
                self.error.set(None);
                self.rows.update(|rows| rows.insert(request, page.items, page.total_items));
                self.ask();
            }
            Err(error) => {
                self.error.set(Some(error));
                self.rows.update(|rows| rows.abandon(request));
            }
        }
    }

    /// The references of a range of rows, also of those that have not been read.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn refs(self, query: EntitiesQuery, range: Range<usize>) -> Result<Vec<EntityRef>, ClientError> {
        let body = EntitiesQuery {
            fields: Some(REF_FIELDS.map(str::to_owned).to_vec()),
            offset: Some(range.start),
            limit: Some(range.len()),
            ..query
        };
        let page = self.client.entities_by_predicate(&body).await?;
        Ok(page.items.iter().map(Entity::entity_ref).collect())
    }

    /// Asks for the numbers of the page.
    pub fn load_counts(self, plan: CountPlan) {
        self.counts_generation.update_value(|generation| *generation += 1);
        let generation = self.counts_generation.get_value();
        spawn_local(async move {
            let outcome = self.client.entity_counts(&plan.questions).await;
            if self.counts_generation.try_get_value() != Some(generation) {
                return;
            }
            match outcome {
                Ok(answers) => {
                    let counts = self.counts.with_untracked(|old| plan.read(&answers, old));
                    if self.counts.with_untracked(|old| *old != counts) {
                        self.counts.set(counts);
                    }
                }
                // The rows tell the reader when the server is away; the old numbers stay.
                Err(error) => leptos::logging::warn!("Nothing was counted: {error} ({})", error.details()),
            }
        });
    }

    /// The kinds, as far as they are known.
    pub fn known_kinds(self) -> Vec<KindCount> {
        self.counts.with(|counts| counts.kinds.clone())
    }
}
