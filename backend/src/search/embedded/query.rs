//! How a question becomes a query of the engine, and which match counts how much.
//!
//! A document is found when it has every word of the term: as it was typed, as the beginning of a word, or with a typo.
//! Where a word stands decides its rank: a whole name comes before a whole title, this before a word of a name, this before
//! its beginning, this before a typo, and all of them before keywords and text. The numbers below are far enough apart that a
//! match of a lower sort hardly outweighs one of a higher sort; within a sort, short names and rare words come first.

use std::ops::Bound;

use shared::api::search::TYPES_FACET;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, FuzzyTermQuery, Occur, PhraseQuery,
    Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::schema::{Fields, facet};
use crate::search::question::{Depth, Near, Question};
use crate::search::words::{TermWord, n_typos};

/// How many starred entities make a difference.
const MAX_STARRED: usize = 200;

/// What a match counts.
mod score {
    pub const NAME: f32 = 2_000.0;
    pub const TITLE: f32 = 1_200.0;
    pub const NAME_BEGINS: f32 = 250.0;
    pub const NAMES_IN_ORDER: f32 = 120.0;
    pub const NAME_WORD: f32 = 100.0;
    pub const NAME_WORD_BEGINS: f32 = 60.0;
    pub const NAME_WORD_TYPO: f32 = 30.0;
    pub const NAME_WORD_BEGINS_TYPO: f32 = 15.0;
    pub const KEYWORD: f32 = 12.0;
    pub const KEYWORD_BEGINS: f32 = 8.0;
    pub const TEXT_BEGINS: f32 = 2.0;
    pub const TYPO: f32 = 1.0;
    pub const OWN: f32 = 3.0;
    pub const STARRED: f32 = 3.0;
    /// How much the lower sorts of matches of a word add to its best one.
    pub const REST: f32 = 0.05;
}

/// Which spellings of the words of a term are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As they were typed, or as the beginning of a word.
    Exact,
    /// With typos in the words that no name has.
    NearUnknown,
    /// With typos, too.
    Near,
}

/// A word of a term that is looked for.
#[derive(Clone, Debug)]
pub struct Sought {
    /// As it was typed.
    pub word: TermWord,
    /// Whether a word of a name begins so; `false` where the caller must not learn of all names.
    pub is_known: bool,
}

/// One spelling of a word of a term.
#[derive(Clone, Copy, Debug)]
struct Word<'a> {
    text: &'a str,
    /// Somebody who is still typing may not have come to its end.
    is_last: bool,
    /// Typos in it are forgiven.
    is_near: bool,
}

/// The query for a question, without what the caller may see. `term` has the words of its term.
pub fn query(fields: &Fields, question: &Question, term: &[Sought], spelling: Spelling) -> Box<dyn Query> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    if !question.types.is_empty() {
        clauses.push((Occur::Must, has_facet(fields, TYPES_FACET, &question.types)));
    }
    for (field, values) in &question.filters {
        clauses.push((Occur::Must, has_facet(fields, field, values)));
    }
    if let Some(since) = question.changed_since_ms {
        let since = Term::from_field_u64(fields.changed_at, u64::try_from(since).unwrap_or_default());
        clauses.push((Occur::Must, silent(RangeQuery::new(Bound::Included(since), Bound::Unbounded))));
    }
    if term.is_empty() {
        // A term without a word, such as `***`, finds nothing; no term at all finds everything.
        let is_everything = question.term.trim().is_empty();
        clauses.push((Occur::Must, if is_everything { Box::new(AllQuery) } else { Box::new(EmptyQuery) }));
    } else {
        clauses.push((Occur::Must, words_or_whole(fields, question.depth, term, spelling)));
        let words: Vec<&String> = term.iter().flat_map(|sought| sought.word.words()).collect();
        clauses.extend(whole_names(fields, &words).into_iter().map(|query| (Occur::Should, query)));
    }
    clauses.extend(near(fields, &question.near).into_iter().map(|query| (Occur::Should, query)));
    Box::new(BooleanQuery::new(clauses))
}

/// Every word of the term, wherever it stands; or a name that begins like the term as one word, for those who leave other
/// gaps than the name does: `ClientApi123` for `client-api-123`.
fn words_or_whole(fields: &Fields, depth: Depth, term: &[Sought], spelling: Spelling) -> Box<dyn Query> {
    let n_words = term.len();
    let found = term.iter().enumerate().map(|(at, Sought { word, is_known })| {
        let is_last = at + 1 == n_words;
        let is_forgiven = match spelling {
            Spelling::Exact => false,
            Spelling::NearUnknown => !is_known,
            Spelling::Near => true,
        };
        let spelled = |text, is_last| {
            let word = Word { text, is_last, is_near: is_forgiven && n_typos(text) > 0 };
            match depth {
                Depth::Everything => anywhere(fields, word),
                Depth::Names => in_names_and_keywords(fields, word),
            }
        };
        let text = &word.text;
        let mut sorts = spelled(text, is_last);
        if let Some(last) = word.humps.len().checked_sub(1) {
            // `PlaybackOrder` for `playback-order`.
            let parts = word.humps.iter().enumerate();
            let parts = parts.map(|(at, part)| (Occur::Must, best_of(spelled(part, is_last && at == last))));
            sorts.push(Box::new(BooleanQuery::new(parts.collect())));
        }
        if n_words > 1 && spelling != Spelling::Exact {
            // `playbackorder svc` for `playback-order-svc`.
            sorts.push(scored(begins(fields.whole_name, text), score::NAME_WORD_BEGINS));
            sorts.push(scored(begins(fields.whole_title, text), score::NAME_WORD_BEGINS));
        }
        (Occur::Must, best_of(sorts))
    });
    let whole: String = term.iter().map(|sought| sought.word.text.as_str()).collect();
    let or = |query: Box<dyn Query>| (Occur::Should, query);
    Box::new(BooleanQuery::new(vec![
        or(Box::new(BooleanQuery::new(found.collect()))),
        or(scored(begins(fields.whole_name, &whole), score::NAME_BEGINS)),
        or(scored(begins(fields.whole_title, &whole), score::NAME_BEGINS)),
    ]))
}

/// What matches in several ways counts as its best one, and a little more.
fn best_of(sorts: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    Box::new(DisjunctionMaxQuery::with_tie_breaker(sorts, score::REST))
}

/// Documents whose field has one of some values.
fn has_facet(fields: &Fields, field: &str, values: &[String]) -> Box<dyn Query> {
    silent(any_of(values.iter().map(|value| Term::from_field_text(fields.facet, &facet(field, value)))))
}

/// A word, wherever it stands: each sort of place.
fn anywhere(fields: &Fields, word: Word<'_>) -> Vec<Box<dyn Query>> {
    let Word { text, .. } = word;
    let mut sorts = in_names_and_keywords(fields, word);
    sorts.extend([
        scored(begins(fields.keywords, text), score::KEYWORD_BEGINS),
        // Rare words count more than frequent ones.
        Box::new(exact(fields.text, text)),
        scored(begins(fields.text, text), score::TEXT_BEGINS),
    ]);
    if word.is_near {
        sorts.push(scored(typo(fields.keywords, text), score::TYPO));
        sorts.push(scored(typo(fields.text, text), score::TYPO));
    }
    sorts
}

/// A word of a name, or a keyword.
fn in_names_and_keywords(fields: &Fields, Word { text, is_last, is_near }: Word<'_>) -> Vec<Box<dyn Query>> {
    let mut sorts = vec![
        scored(exact(fields.name, text), score::NAME_WORD),
        scored(begins(fields.name, text), score::NAME_WORD_BEGINS),
        scored(exact(fields.keywords, text), score::KEYWORD),
    ];
    if is_near {
        sorts.push(scored(typo(fields.name, text), score::NAME_WORD_TYPO));
        if is_last {
            let begins = FuzzyTermQuery::new_prefix(Term::from_field_text(fields.name, text), 1, true);
            sorts.push(scored(begins, score::NAME_WORD_BEGINS_TYPO));
        }
    }
    sorts
}

fn exact(field: Field, word: &str) -> TermQuery {
    TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs)
}

/// Words that begin so. A range is found faster than an automaton is made.
fn begins(field: Field, word: &str) -> RangeQuery {
    let last = format!("{word}{}", char::MAX);
    let bound = |text: &str| Bound::Included(Term::from_field_text(field, text));
    RangeQuery::new(bound(word), bound(&last))
}

fn typo(field: Field, word: &str) -> FuzzyTermQuery {
    FuzzyTermQuery::new(Term::from_field_text(field, word), n_typos(word), true)
}

/// Names that are the term, or have its words in its order.
fn whole_names(fields: &Fields, words: &[&String]) -> Vec<Box<dyn Query>> {
    let whole: String = words.iter().map(|word| word.as_str()).collect();
    let is_whole = |field| TermQuery::new(Term::from_field_text(field, &whole), IndexRecordOption::Basic);
    let mut queries =
        vec![scored(is_whole(fields.whole_name), score::NAME), scored(is_whole(fields.whole_title), score::TITLE)];
    if words.len() > 1 {
        let terms = words.iter().map(|word| Term::from_field_text(fields.name, word)).collect();
        queries.push(scored(PhraseQuery::new(terms), score::NAMES_IN_ORDER));
    }
    queries
}

/// What is the caller's own comes a little earlier.
fn near(fields: &Fields, near: &Near) -> Vec<Box<dyn Query>> {
    let owners = near.owners.iter().map(|owner| Term::from_field_text(fields.owner, owner));
    let starred = near.starred.iter().take(MAX_STARRED).map(|entity_ref| fields.of_entity(entity_ref));
    let mut queries = Vec::new();
    if !near.owners.is_empty() {
        queries.push(scored(any_of(owners), score::OWN));
    }
    if !near.starred.is_empty() {
        queries.push(scored(any_of(starred), score::STARRED));
    }
    queries
}

/// Documents with one of some terms. The engine's own query for sets makes an automaton of them, which takes longer than
/// looking up the few that there are.
fn any_of(terms: impl Iterator<Item = Term>) -> BooleanQuery {
    BooleanQuery::new_multiterms_query(terms.collect())
}

fn scored(query: impl Query, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(Box::new(query), score))
}

/// A condition that says nothing of the rank.
fn silent(query: impl Query) -> Box<dyn Query> {
    scored(query, 0.0)
}
