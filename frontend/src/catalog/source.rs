//! Brings the rows, counts and kinds that a view needs, and brings them again when the catalog changes.

use std::collections::BTreeMap;
use std::ops::Range;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::entity::Entity;
use std::sync::Arc;

use super::facets::{self, FacetChoices, FacetRequest};
use super::kinds::{self, KindCount};
use super::rows::{CHUNK_ROWS, ChunkRequest, RowCache};
use super::view::{CatalogView, Facet};
use crate::api::{ApiClient, ClientError};
use crate::ui::load::Load;

/// The data of the catalog page. Components read it; only the page asks for more.
#[derive(Clone, Copy)]
pub struct CatalogSource {
    client: ApiClient,
    rows: RwSignal<RowCache>,
    /// Why the rows did not come.
    pub error: RwSignal<Option<ClientError>>,
    /// The choices of each facet, as far as they have come.
    pub facets: RwSignal<BTreeMap<Facet, FacetChoices>>,
    /// All kinds and how many entities each has.
    kinds: Load<Vec<KindCount>>,
    facet_generation: StoredValue<u64>,
}

impl CatalogSource {
    /// A source without data.
    pub fn new(client: ApiClient) -> Self {
        Self {
            client,
            rows: RwSignal::new(RowCache::default()),
            error: RwSignal::new(None),
            facets: RwSignal::new(BTreeMap::new()),
            kinds: Load::new(),
            facet_generation: StoredValue::new(0),
        }
    }

    /// How many rows the view has; `None` until known.
    pub fn n_rows(self) -> Option<usize> {
        self.rows.with(RowCache::n_rows)
    }

    /// A row, if it is there.
    pub fn row(self, index: usize) -> Option<Arc<Entity>> {
        self.rows.with(|rows| rows.row(index))
    }

    /// A row, without asking to be told when it changes.
    pub fn row_untracked(self, index: usize) -> Option<Arc<Entity>> {
        self.rows.with_untracked(|rows| rows.row(index))
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
    pub fn ensure(self, view: &CatalogView, range: &Range<usize>) {
        // Untracked and silent unless something is asked for: this runs on every scroll.
        let requests = self.rows.write_untracked().request(range);
        if requests.is_empty() {
            return;
        }
        self.rows.update(|_| {});
        for request in requests {
            let query = chunk_query(view, request);
            spawn_local(async move {
                let outcome = self.client.entities_query(&query).await;
                self.take_rows(request, outcome);
            });
        }
    }

    fn take_rows(self, request: ChunkRequest, outcome: Result<shared::api::catalog::EntitiesPage, ClientError>) {
        // The page may have gone meanwhile.
        if self.rows.is_disposed() {
            return;
        }
        match outcome {
            Ok(page) => {
                self.error.set(None);
                self.rows.update(|rows| rows.insert(request, page.items, page.total_items));
            }
            Err(error) => {
                self.error.set(Some(error));
                self.rows.update(|rows| rows.abandon(request));
            }
        }
    }

    /// Counts the values of the facets.
    pub fn load_facets(self, requests: Vec<FacetRequest>) {
        self.facet_generation.update_value(|generation| *generation += 1);
        let generation = self.facet_generation.get_value();
        for FacetRequest { facets, query } in requests {
            spawn_local(async move {
                let outcome = self.client.entity_facets(&query).await;
                if self.facet_generation.try_get_value() != Some(generation) {
                    return;
                }
                match outcome {
                    Ok(counted) => self.facets.update(|known| {
                        known.extend(facets.into_iter().map(|facet| (facet, facets::choices(facet, &counted))));
                    }),
                    // The rows tell the reader when the server is away; the old counts stay.
                    Err(error) => leptos::logging::warn!("Facets were not counted: {error} ({})", error.details()),
                }
            });
        }
    }

    /// The kinds, as far as they are known.
    pub fn known_kinds(self) -> Vec<KindCount> {
        self.kinds.value.with(|counted| match counted {
            Some(Ok(counted)) => counted.clone(),
            Some(Err(_)) | None => Vec::new(),
        })
    }

    /// Counts the kinds.
    pub fn load_kinds(self) {
        let client = self.client;
        self.kinds.run(async move {
            let counted = client.entity_facets(&[("facet".to_owned(), "kind".to_owned())]).await?;
            Ok(kinds::in_order(counted.facets.get("kind").map_or(&[], Vec::as_slice)))
        });
    }
}

fn chunk_query(view: &CatalogView, request: ChunkRequest) -> Vec<(String, String)> {
    let mut query = view.list_query();
    query.push(("limit".to_owned(), CHUNK_ROWS.to_string()));
    if request.offset() > 0 {
        query.push(("offset".to_owned(), request.offset().to_string()));
    }
    query
}
