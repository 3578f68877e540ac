//! Who may find what, and how much at once.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use shared::api::search::{SearchAnswer, SearchResult};

use super::cursor;
use super::embedded::EmbeddedIndex;
use super::error::SearchError;
use super::params::SearchParams;
use super::question::{Near, Question, Sight};
use crate::auth::Caller;
use crate::catalog::{CatalogService, Readable};

/// Tells the starred entities of a caller; nothing where that cannot be told.
pub type Starred = Arc<dyn Fn(Caller) -> BoxFuture<'static, Vec<String>> + Send + Sync>;

/// How much a question may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchLimits {
    /// How many results a page may have.
    pub max_page_limit: usize,
    /// How many characters a term may have.
    pub max_term_length: usize,
}

/// Finds things. Clones share everything.
#[derive(Clone)]
pub struct SearchService {
    catalog: CatalogService,
    index: Arc<EmbeddedIndex>,
    types: Arc<[&'static str]>,
    starred: Starred,
    limits: SearchLimits,
}

impl SearchService {
    /// Over an index that a [`super::follow::Follower`] keeps equal to the catalog.
    pub fn new(
        catalog: CatalogService,
        index: Arc<EmbeddedIndex>,
        types: Arc<[&'static str]>,
        starred: Starred,
        limits: SearchLimits,
    ) -> Self {
        Self { catalog, index, types, starred, limits }
    }

    /// How much a question may be.
    pub fn limits(&self) -> SearchLimits {
        self.limits
    }

    /// The types that can be asked for.
    pub fn types(&self) -> &[&'static str] {
        &self.types
    }

    /// Finds what a caller may see.
    ///
    /// # Errors
    /// [`SearchError::Engine`] when the index does not answer.
    pub async fn search_query(&self, caller: &Caller, params: SearchParams) -> Result<SearchAnswer, SearchError> {
        let sight = match self.catalog.readable(caller) {
            Readable::Everything => Sight::Everything,
            Readable::Only(refs) => Sight::Only(Arc::new(refs)),
            // As the contract has it: not even a count.
            Readable::Nothing => return Ok(SearchAnswer::default()),
        };
        let near = Near { owners: caller.ownership_refs().to_vec(), starred: (self.starred)(caller.clone()).await };
        let SearchParams { term, types, filters, facets, page_limit, page } = params;
        let Some(page) = page else {
            return Ok(SearchAnswer { number_of_results: Some(0), ..SearchAnswer::default() });
        };
        let offset = page.saturating_mul(page_limit);
        let question = Question { term, types, filters, facets, offset, limit: page_limit, sight, near };
        let found = self.index.find(&question)?;
        let ranked = found.hits.into_iter().zip(offset + 1..).map(|(hit, rank)| SearchResult {
            document_type: hit.document_type,
            document: hit.fields,
            rank,
            highlight: hit.highlight,
        });
        Ok(SearchAnswer {
            results: ranked.collect(),
            number_of_results: Some(found.n_total),
            next_page_cursor: (offset.saturating_add(page_limit) < found.n_total).then(|| cursor::write(page + 1)),
            previous_page_cursor: page.checked_sub(1).map(cursor::write),
            facets: found.facets,
            did_you_mean: found.did_you_mean,
        })
    }
}
