//! Who may find what, and how much at once.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat};
use futures_util::future::BoxFuture;
use moka::sync::Cache;
use shared::api::search::{
    SearchAnswer, SearchLimitation, SearchLimitationReason, SearchResult, SearchState, SearchStatus, SearchSuggestions,
};
use tracing::error;

use super::cursor;
use super::engine::SearchEngine;
use super::error::SearchError;
use super::params::{SearchParams, SuggestParams};
use super::plain;
use super::question::{Depth, Found, Hit, Near, Question, Sight};
use super::state::IndexState;
use super::suggest::suggestions;
use crate::auth::Caller;
use crate::catalog::{CatalogService, Readable};
use crate::platform::clock::Clock;

/// Tells the starred entities of a caller; nothing where that cannot be told.
pub type Starred = Arc<dyn Fn(Caller) -> BoxFuture<'static, Vec<String>> + Send + Sync>;

/// How long suggestions may go on with stars that were read before. Questions read them anew.
const STARS_LAST: Duration = Duration::from_secs(5);
/// Of so many people stars are remembered.
const MAX_REMEMBERED: u64 = 10_000;

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
    engine: Arc<dyn SearchEngine>,
    state: IndexState,
    types: Arc<[&'static str]>,
    starred: Starred,
    remembered: Cache<String, Arc<Vec<String>>>,
    limits: SearchLimits,
    clock: Clock,
}

impl SearchService {
    /// Over an index that a [`super::follow::Follower`] with the same state keeps equal to the catalog.
    pub fn new(
        catalog: CatalogService,
        engine: Arc<dyn SearchEngine>,
        state: IndexState,
        types: Arc<[&'static str]>,
        starred: Starred,
        limits: SearchLimits,
        clock: Clock,
    ) -> Self {
        let remembered = Cache::builder().max_capacity(MAX_REMEMBERED).time_to_live(STARS_LAST).build();
        Self { catalog, engine, state, types, starred, remembered, limits, clock }
    }

    /// How much a question may be.
    pub fn limits(&self) -> SearchLimits {
        self.limits
    }

    /// The types that can be asked for.
    pub fn types(&self) -> &[&'static str] {
        &self.types
    }

    /// How search is doing. How much there is, only those are told who may see all of it.
    pub async fn search_status(&self, caller: &Caller) -> SearchStatus {
        let n_documents = match self.sight(caller) {
            Some(Sight::Everything) => self.engine.n_documents().await,
            Some(Sight::Only(_) | Sight::Nothing) | None => None,
        };
        SearchStatus {
            engine: self.engine.name().to_owned(),
            state: self.state.get(),
            n_documents,
            types: self.types.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    /// Finds what a caller may see.
    ///
    /// Where the engine does not answer, the catalog does, and the answer says so.
    pub async fn search_query(&self, caller: &Caller, params: SearchParams) -> SearchAnswer {
        // As the contract has it: not even a count.
        let Some(sight) = self.sight(caller) else { return SearchAnswer::default() };
        let starred = (self.starred)(caller.clone()).await;
        let near = Near { owners: caller.ownership_refs().to_vec(), starred };
        let SearchParams { term, types, filters, changed_since_ms, facets, page_limit, page } = params;
        let Some(page) = page else {
            return SearchAnswer { number_of_results: Some(0), ..SearchAnswer::default() };
        };
        let offset = page.saturating_mul(page_limit);
        let question = Question {
            term,
            types,
            filters,
            changed_since_ms,
            facets,
            offset,
            limit: page_limit,
            depth: Depth::Everything,
            sight,
            near,
            now_ms: self.clock.now().timestamp_millis(),
        };
        let (found, limitation) = self.find(caller, question).await;
        let ranked = found.hits.into_iter().zip(offset.saturating_add(1)..).map(|(hit, rank)| result(hit, rank));
        SearchAnswer {
            results: ranked.collect(),
            number_of_results: Some(found.n_total),
            // Pages without rows would never come to an end.
            next_page_cursor: (page_limit > 0 && offset.saturating_add(page_limit) < found.n_total)
                .then(|| cursor::write(page.saturating_add(1))),
            previous_page_cursor: page.checked_sub(1).map(cursor::write),
            facets: found.facets,
            did_you_mean: found.did_you_mean,
            limitation,
        }
    }

    /// Suggests what somebody who is typing may be looking for.
    pub async fn search_suggest(&self, caller: &Caller, params: SuggestParams) -> SearchSuggestions {
        let Some(sight) = self.sight(caller) else { return SearchSuggestions::default() };
        let near = Near {
            owners: caller.ownership_refs().to_vec(),
            starred: self.remembered_stars(caller).await.as_ref().clone(),
        };
        let SuggestParams { term, types, filters, limit } = params;
        let question = Question {
            term: term.clone(),
            types,
            filters,
            limit,
            depth: Depth::Names,
            sight,
            near: near.clone(),
            now_ms: self.clock.now().timestamp_millis(),
            ..Question::default()
        };
        let (found, limitation) = self.find(caller, question).await;
        SearchSuggestions {
            suggestions: suggestions(found.hits, &term, &near),
            did_you_mean: found.did_you_mean,
            limitation,
        }
    }

    /// What a caller may see; `None` for nothing at all. Of a token, its restrictions for `search` decide.
    fn sight(&self, caller: &Caller) -> Option<Sight> {
        match self.catalog.readable(caller) {
            Readable::Everything => Some(Sight::Everything),
            Readable::Only(refs) => Some(Sight::only(refs.iter().map(String::as_str))),
            Readable::Nothing => None,
        }
    }

    async fn remembered_stars(&self, caller: &Caller) -> Arc<Vec<String>> {
        let Caller::User(user) = caller else { return Arc::default() };
        let user = user.entity_ref.to_string();
        if let Some(stars) = self.remembered.get(&user) {
            return stars;
        }
        let stars = Arc::new((self.starred)(caller.clone()).await);
        self.remembered.insert(user, Arc::clone(&stars));
        stars
    }

    async fn find(&self, caller: &Caller, question: Question) -> (Found, Option<SearchLimitation>) {
        let state = self.state.get();
        if state != SearchState::Away {
            match self.engine.find(question.clone()).await {
                Ok(found) => return (found, (state == SearchState::Updating).then(incomplete)),
                Err(cause) => {
                    // One question that was too much says nothing about those of others.
                    if !matches!(cause, SearchError::Unanswered(_)) {
                        self.state.report_trouble();
                    }
                    let cause: &dyn std::error::Error = &cause;
                    error!(cause, "the search index does not answer; the catalog is asked instead");
                }
            }
        }
        (plain::find(&self.catalog, caller, &question), Some(away(&question)))
    }
}

fn result(hit: Hit, rank: usize) -> SearchResult {
    let changed_at = hit.document.changed_at_ms.and_then(DateTime::from_timestamp_millis);
    SearchResult {
        document_type: hit.document.document_type,
        document: hit.document.fields,
        rank,
        highlight: hit.highlight,
        changed_at: changed_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
    }
}

fn incomplete() -> SearchLimitation {
    SearchLimitation {
        reason: SearchLimitationReason::IndexIncomplete,
        message: "The search index is being brought up to date, so some results may be missing for a moment."
            .to_owned(),
    }
}

fn away(question: &Question) -> SearchLimitation {
    let mut message =
        "Search does not answer just now. These are entities whose name, title, description or tags hold the term."
            .to_owned();
    if question.changed_since_ms.is_some() {
        message.push_str(" When they changed is not looked at.");
    }
    SearchLimitation { reason: SearchLimitationReason::EngineAway, message }
}
