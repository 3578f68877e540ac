//! Questions to the server.

use std::collections::{BTreeMap, HashMap};

use meilisearch_sdk::search::{MatchingStrategies, SearchResults, Selectors};
use serde::Deserialize;
use shared::api::search::SearchFacetValue;

use super::records::{SEARCHED, SEARCHED_WHILE_TYPING};
use super::{MeilisearchEngine, filter, unanswered};
use crate::search::document::StoredDocument;
use crate::search::embedded::sorted;
use crate::search::error::SearchError;
use crate::search::highlight::Highlighter;
use crate::search::question::{Depth, Found, Hit, Near, Question};
use crate::search::words::{TermWord, spellings, term_words};

/// So many of the best are put in order again by what the caller owns and has starred: the server cannot do that.
const REORDERED: usize = 100;
/// How much what the caller owns counts more, and what the caller has starred.
const NEAR_COUNTS_MORE: f64 = 1.03;
/// How much what is on its way out counts less, at a weight of 0.
const OUTGOING_COUNTS_LESS: f64 = 0.2;

/// A record as it comes back.
#[derive(Clone, Debug, Deserialize)]
struct FoundRecord {
    stored: String,
    #[serde(default)]
    owners: Vec<String>,
    #[serde(default)]
    weight: f64,
}

impl MeilisearchEngine {
    pub(super) async fn ask(&self, question: &Question) -> Result<Found, SearchError> {
        let words = term_words(&question.term);
        let is_without_words = words.is_empty() && !question.term.trim().is_empty();
        let (false, Some(conditions)) = (is_without_words, filter::conditions(question)) else {
            // A term without a word, such as `***`, finds nothing, and so does who may see nothing.
            let facets = question.facets.iter().map(|field| (field.clone(), vec![])).collect();
            return Ok(Found { facets, ..Found::default() });
        };
        // The server joins words of a term by itself, and divides them.
        let term = words.iter().flat_map(TermWord::words).map(String::as_str).collect::<Vec<_>>().join(" ");
        let (own, others): (Vec<String>, Vec<String>) =
            question.facets.iter().cloned().partition(|field| question.is_filtered(field));
        let n_first = question.offset.saturating_add(question.limit);
        let is_reordered = question.offset < REORDERED && question.limit > 0;
        let (page, per_page) = match question.limit {
            0 => (1, 0),
            _ if is_reordered => (1, n_first.max(REORDERED)),
            limit => ((question.offset / limit).saturating_add(1), limit),
        };
        let wider = |field: String| async {
            let wider = question.without_filter(&field);
            let fields = [field];
            let Some(conditions) = filter::conditions(&wider) else { return Ok(counts(&fields, HashMap::new())) };
            let counted = self.search(question.depth, &conditions, &term, 1, 0, &fields).await?;
            Ok(counts(&fields, counted.facet_distribution.unwrap_or_default()))
        };
        let (found, counted_alone) = futures_util::try_join!(
            self.search(question.depth, &conditions, &term, page, per_page, &others),
            futures_util::future::try_join_all(own.into_iter().map(wider)),
        )?;
        let n_total = found.total_hits.or(found.estimated_total_hits).unwrap_or(found.hits.len());
        let mut facets = counts(&others, found.facet_distribution.unwrap_or_default());
        facets.extend(counted_alone.into_iter().flatten());

        let mut records = Vec::with_capacity(found.hits.len());
        for hit in found.hits {
            let document: StoredDocument = serde_json::from_str(&hit.result.stored).map_err(SearchError::Unreadable)?;
            records.push((hit.ranking_score.unwrap_or_default(), hit.result, document));
        }
        if is_reordered {
            let n_reordered = records.len().min(REORDERED);
            let key = |(score, record, document): &(f64, FoundRecord, StoredDocument)| {
                weigh(*score, record, document, &question.near)
            };
            records[..n_reordered].sort_by(|one, other| key(other).total_cmp(&key(one)));
            records = records.into_iter().skip(question.offset).take(question.limit).collect();
        }
        let highlighter = (!words.is_empty() && question.depth == Depth::Everything)
            .then(|| Highlighter::new(spellings(&words), &self.pre_tag, &self.post_tag));
        let hits = records.into_iter().map(|(_, _, document)| Hit {
            highlight: highlighter.as_ref().map(|highlighter| highlighter.highlight(&document)),
            document,
        });
        // The server forgives typos by itself, and does not tell which word it took for which.
        Ok(Found { hits: hits.collect(), n_total, facets, did_you_mean: None })
    }

    async fn search(
        &self,
        depth: Depth,
        conditions: &[String],
        term: &str,
        page: usize,
        per_page: usize,
        facets: &[String],
    ) -> Result<SearchResults<FoundRecord>, SearchError> {
        let facets: Vec<String> = facets.iter().filter_map(|field| filter::facet(field)).collect();
        let facets: Vec<&str> = facets.iter().map(String::as_str).collect();
        let searched: &[&str] = match depth {
            Depth::Everything => &SEARCHED,
            Depth::Names => &SEARCHED_WHILE_TYPING,
        };
        let index = self.client.index(&self.index);
        let mut query = index.search();
        query
            .with_query(term)
            .with_page(page)
            .with_hits_per_page(per_page)
            .with_matching_strategy(MatchingStrategies::ALL)
            .with_attributes_to_search_on(searched)
            .with_attributes_to_retrieve(Selectors::Some(&["stored", "owners", "weight"][..]))
            .with_show_ranking_score(true);
        if !conditions.is_empty() {
            query.with_array_filter(conditions.iter().map(String::as_str).collect());
        }
        if !facets.is_empty() {
            query.with_facets(Selectors::Some(facets.as_slice()));
        }
        query.execute().await.map_err(unanswered)
    }
}

/// The counts of the server, under the names that were asked for.
fn counts(
    fields: &[String],
    mut distribution: HashMap<String, HashMap<String, usize>>,
) -> BTreeMap<String, Vec<SearchFacetValue>> {
    let mut values = |field: &String| {
        let counted = filter::facet(field).and_then(|name| distribution.remove(&name));
        (field.clone(), sorted(counted.unwrap_or_default()))
    };
    fields.iter().map(&mut values).collect()
}

fn weigh(score: f64, record: &FoundRecord, document: &StoredDocument, near: &Near) -> f64 {
    let mut score = score * (1.0 - OUTGOING_COUNTS_LESS * (1.0 - record.weight.clamp(0.0, 1.0)));
    if record.owners.iter().any(|owner| near.owners.contains(owner)) {
        score *= NEAR_COUNTS_MORE;
    }
    if near.starred.contains(&document.entity_ref) {
        score *= NEAR_COUNTS_MORE;
    }
    score
}
