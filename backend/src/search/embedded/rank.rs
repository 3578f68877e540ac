//! Answers questions: what is found, in which order, and how often.

use std::sync::Arc;

use tantivy::collector::{Collector, Count, FilterCollector, TopDocs};
use tantivy::query::Query;
use tantivy::schema::Value as _;
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentReader, TantivyDocument};

use super::facets::{self, Counts, FacetCollector};
use super::index::EmbeddedIndex;
use super::lately::Key as QuestionKey;
use super::query::{self, Sought, Spelling};
use super::spelling;
use crate::search::error::SearchError;
use crate::search::highlight::Highlighter;
use crate::search::question::{Depth, Found, Hit, Question, Sight};
use crate::search::words::{spellings, term_words};

/// How much what changed just now counts more than what has not changed for long.
const RECENT_COUNTS_MORE: f32 = 0.04;
/// After how many days half of that is gone.
const RECENT_HALF_LIFE_DAYS: f32 = 30.0;
const DAY_MS: f32 = 86_400_000.0;

/// What orders documents: the larger first.
type Key = (Score, u64);
/// What was found, before the documents are read.
type Ranked = (Vec<(Key, DocAddress)>, usize, Option<Counts>);

impl EmbeddedIndex {
    pub(super) fn answer(&self, question: &Question) -> Result<Found, SearchError> {
        let (searcher, lately) = self.now();
        let words = term_words(&question.term);
        let mut term = Vec::with_capacity(words.len());
        for word in words {
            let is_known = match &question.sight {
                Sight::Everything => spelling::is_of_a_name(&searcher, &self.fields, &word)?,
                // What is found must not depend on words of hidden names.
                Sight::Only(_) | Sight::Nothing => false,
            };
            term.push(Sought { word, is_known });
        }
        let typed = || term.iter().map(|sought| &sought.word);
        if question.depth == Depth::Names {
            let generation = searcher.generation().generation_id();
            let key = QuestionKey::of(question);
            if let Some(found) = key.as_ref().and_then(|key| lately.find(generation, key)) {
                return Ok(found);
            }
            let (ranked, n_total, _) = self.rank_names(&searcher, question, &term)?;
            let did_you_mean = match &question.sight {
                Sight::Everything if n_total == 0 => spelling::did_you_mean(&searcher, &self.fields, typed())?,
                Sight::Everything | Sight::Only(_) | Sight::Nothing => None,
            };
            let hits = hits(self, &searcher, ranked, None)?;
            let found = Found { hits, n_total, did_you_mean, ..Found::default() };
            if let Some(key) = key {
                lately.keep(generation, key, &found);
            }
            return Ok(found);
        }
        let (own, others): (Vec<&String>, Vec<&String>) =
            question.facets.iter().partition(|field| question.is_filtered(field));
        let others: Vec<String> = others.into_iter().cloned().collect();
        let (ranked, n_total, counts) = self.rank(&searcher, question, &term, Spelling::Near, &others)?;
        let mut facets = counts.map(|counts| facets::told(&others, counts)).unwrap_or_default();
        for field in own {
            let wider = question.without_filter(field);
            let (_, _, counts) = self.rank(&searcher, &wider, &term, Spelling::Near, std::slice::from_ref(field))?;
            facets.extend(facets::told(std::slice::from_ref(field), counts.unwrap_or_default()));
        }
        let highlighter =
            (!term.is_empty()).then(|| Highlighter::new(spellings(typed()), &self.pre_tag, &self.post_tag));
        let did_you_mean = match &question.sight {
            // Words of hidden names must not be told.
            Sight::Everything => spelling::did_you_mean(&searcher, &self.fields, typed())?,
            Sight::Only(_) | Sight::Nothing => None,
        };
        Ok(Found { hits: hits(self, &searcher, ranked, highlighter.as_ref())?, n_total, facets, did_you_mean })
    }

    /// Ranks for somebody who is typing. Looking for typos takes several times as long as looking for what was typed, so it is
    /// done only as far as nothing is found without: whoever finds something goes on typing.
    fn rank_names(&self, searcher: &Searcher, question: &Question, term: &[Sought]) -> Result<Ranked, SearchError> {
        let n_known = term.iter().filter(|sought| sought.is_known).count();
        let is_partly_known = n_known > 0 && n_known < term.len();
        let spellings: &[Spelling] = match is_partly_known {
            true => &[Spelling::Exact, Spelling::NearUnknown, Spelling::Near],
            false => &[Spelling::Exact, Spelling::Near],
        };
        let mut ranked = Ranked::default();
        for &spelling in spellings {
            ranked = self.rank(searcher, question, term, spelling, &[])?;
            if ranked.1 > 0 || term.is_empty() {
                break;
            }
        }
        Ok(ranked)
    }

    fn rank(
        &self,
        searcher: &Searcher,
        question: &Question,
        term: &[Sought],
        spelling: Spelling,
        facets: &[String],
    ) -> Result<Ranked, SearchError> {
        let query = query::query(&self.fields, question, term, spelling);
        let n_documents = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
        let is_behind = question.limit == 0 || question.offset >= n_documents;
        // The engine makes room for as many as it is asked for, so it is not asked for more than there are.
        let (limit, offset) = if is_behind { (1, 0) } else { (question.limit.min(n_documents), question.offset) };
        let now_ms = u64::try_from(question.now_ms).unwrap_or_default();
        let top = TopDocs::with_limit(limit)
            .and_offset(offset)
            .tweak_score(move |segment: &SegmentReader| weigh(segment, now_ms));
        let facets = (!facets.is_empty()).then(|| FacetCollector::new(facets));
        let collector = (top, Count, facets);
        let (mut ranked, n_total, counts) = match &question.sight {
            Sight::Nothing => return Ok((vec![], 0, None)),
            Sight::Everything => search(searcher, query.as_ref(), &collector)?,
            Sight::Only(numbers) => {
                let numbers = Arc::clone(numbers);
                let is_visible = move |number: u64| numbers.contains(&number);
                search(searcher, query.as_ref(), &FilterCollector::new("entity".to_owned(), is_visible, collector))?
            }
        };
        if is_behind {
            ranked.clear();
        }
        Ok((ranked, n_total, counts))
    }
}

fn search<C: Collector>(searcher: &Searcher, query: &dyn Query, collector: &C) -> Result<C::Fruit, SearchError> {
    Ok(searcher.search(query, collector)?)
}

/// Reads the documents that were found.
fn hits(
    index: &EmbeddedIndex,
    searcher: &Searcher,
    ranked: Vec<(Key, DocAddress)>,
    highlighter: Option<&Highlighter>,
) -> Result<Vec<Hit>, SearchError> {
    let read = ranked.into_iter().map(|(_, address)| {
        let row: TantivyDocument = searcher.doc(address)?;
        let stored = row.get_first(index.fields.stored).and_then(|value| value.as_bytes()).unwrap_or_default();
        let document = serde_json::from_slice(stored).map_err(SearchError::Unreadable)?;
        Ok(Hit { highlight: highlighter.map(|highlighter| highlighter.highlight(&document)), document })
    });
    read.collect()
}

/// Weighs the matches of a segment by their documents: what is on its way out sinks, a short name is matched by more of the
/// term, and what changed lately is more likely to be looked for.
fn weigh(segment: &SegmentReader, now_ms: u64) -> impl Fn(DocId, Score) -> Key + use<> {
    let columns = segment.fast_fields();
    let weights = columns.f64("weight").map(|column| column.first_or_default_col(1.0)).ok();
    let changes = columns.u64("changedAt").map(|column| column.first_or_default_col(0)).ok();
    let orders = columns.u64("order").map(|column| column.first_or_default_col(0)).ok();
    move |doc, score| {
        let weight = weights.as_ref().map_or(1.0, |weights| weights.get_val(doc) as f32);
        let changed_at = changes.as_ref().map_or(0, |changes| changes.get_val(doc));
        let order = orders.as_ref().map_or(0, |orders| orders.get_val(doc));
        (score * weight * recency(changed_at, now_ms), order)
    }
}

fn recency(changed_at_ms: u64, now_ms: u64) -> f32 {
    if changed_at_ms == 0 {
        return 1.0;
    }
    // Whole days, so that the pages of one list fit together.
    let age_days = (now_ms.saturating_sub(changed_at_ms) as f32 / DAY_MS).floor();
    1.0 + RECENT_COUNTS_MORE * (-age_days / RECENT_HALF_LIFE_DAYS).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_lately_counts_a_little_more() {
        let day = 86_400_000;
        let now = 20_000 * day;
        assert!(recency(now, now) > recency(now - 30 * day, now));
        assert!(recency(now - 30 * day, now) > recency(now - 3_000 * day, now));
        assert!((recency(0, now) - 1.0).abs() < f32::EPSILON);
        assert!(recency(now + day, now) <= 1.0 + RECENT_COUNTS_MORE);
    }
}
