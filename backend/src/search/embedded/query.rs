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
    Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::schema::{Fields, facet};
use crate::search::question::{Depth, Near, Question};
use crate::search::words::{self, n_typos, term_words};

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
    pub const OWN: f32 = 9.0;
    pub const STARRED: f32 = 9.0;
    /// How much the lower sorts of matches of a word add to its best one.
    pub const REST: f32 = 0.05;
}

/// Which spellings of a word are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As it was typed, or as the beginning of a word.
    Exact,
    /// With typos, too.
    Near,
}

/// The query for a question, without what the caller may see.
pub fn query(fields: &Fields, question: &Question, spelling: Spelling) -> Box<dyn Query> {
    let words = term_words(&question.term);
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
    if words.is_empty() {
        // A term without a word, such as `***`, finds nothing; no term at all finds everything.
        let is_everything = question.term.trim().is_empty();
        clauses.push((Occur::Must, if is_everything { Box::new(AllQuery) } else { Box::new(EmptyQuery) }));
    } else {
        clauses.push((Occur::Must, words_or_whole(fields, question, &words, spelling)));
        clauses.extend(whole_names(fields, &question.term, &words).into_iter().map(|query| (Occur::Should, query)));
    }
    clauses.extend(near(fields, &question.near).into_iter().map(|query| (Occur::Should, query)));
    Box::new(BooleanQuery::new(clauses))
}

/// Every word of the term, wherever it stands; or a name that begins like the term as one word, for those who leave other
/// gaps than the name does: `ClientApi123` for `client-api-123`.
fn words_or_whole(fields: &Fields, question: &Question, words: &[String], spelling: Spelling) -> Box<dyn Query> {
    let n_words = words.len();
    let found = words.iter().enumerate().map(|(at, word)| {
        let is_last = at + 1 == n_words;
        let found = match question.depth {
            Depth::Everything => word_anywhere(fields, word, is_last, spelling),
            Depth::Names => word_of_name(fields, word, is_last, spelling),
        };
        (Occur::Must, found)
    });
    let every_word: Box<dyn Query> = Box::new(BooleanQuery::new(found.collect()));
    if n_words == 1 {
        return every_word;
    }
    let whole: String = words.concat().chars().take(words::MAX_CHARS).collect();
    let or = |query: Box<dyn Query>| (Occur::Should, query);
    Box::new(BooleanQuery::new(vec![
        or(every_word),
        or(scored(begins(fields.whole_name, &whole), score::NAME_WORD_BEGINS)),
        or(scored(begins(fields.whole_title, &whole), score::NAME_WORD_BEGINS)),
    ]))
}

/// Documents whose field has one of some values.
fn has_facet(fields: &Fields, field: &str, values: &[String]) -> Box<dyn Query> {
    silent(TermSetQuery::new(values.iter().map(|value| Term::from_field_text(fields.facet, &facet(field, value)))))
}

/// A word, wherever it stands.
fn word_anywhere(fields: &Fields, word: &str, is_last: bool, spelling: Spelling) -> Box<dyn Query> {
    let mut sorts = in_names(fields, word, is_last, spelling);
    sorts.extend([
        scored(exact(fields.keywords, word), score::KEYWORD),
        scored(begins(fields.keywords, word), score::KEYWORD_BEGINS),
        // Rare words count more than frequent ones.
        Box::new(exact(fields.text, word)),
        scored(begins(fields.text, word), score::TEXT_BEGINS),
    ]);
    if spelling == Spelling::Near && n_typos(word) > 0 {
        sorts.push(scored(typo(fields.keywords, word), score::TYPO));
        sorts.push(scored(typo(fields.text, word), score::TYPO));
    }
    Box::new(DisjunctionMaxQuery::with_tie_breaker(sorts, score::REST))
}

/// A word of a name, or a keyword.
fn word_of_name(fields: &Fields, word: &str, is_last: bool, spelling: Spelling) -> Box<dyn Query> {
    let mut sorts = in_names(fields, word, is_last, spelling);
    sorts.push(scored(exact(fields.keywords, word), score::KEYWORD));
    Box::new(DisjunctionMaxQuery::with_tie_breaker(sorts, score::REST))
}

fn in_names(fields: &Fields, word: &str, is_last: bool, spelling: Spelling) -> Vec<Box<dyn Query>> {
    let mut sorts = vec![
        scored(exact(fields.name, word), score::NAME_WORD),
        scored(begins(fields.name, word), score::NAME_WORD_BEGINS),
        // `playbackorder` for `playback-order`.
        scored(begins(fields.whole_name, word), score::NAME_WORD_BEGINS),
        scored(begins(fields.whole_title, word), score::NAME_WORD_BEGINS),
    ];
    if spelling == Spelling::Near && n_typos(word) > 0 {
        sorts.push(scored(typo(fields.name, word), score::NAME_WORD_TYPO));
        if is_last {
            // Somebody who is still typing has not come to the end of the word.
            let begins = FuzzyTermQuery::new_prefix(Term::from_field_text(fields.name, word), 1, true);
            sorts.push(scored(begins, score::NAME_WORD_BEGINS_TYPO));
        }
    }
    sorts
}

fn exact(field: Field, word: &str) -> TermQuery {
    TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs)
}

/// Words that begin so. A range of the dictionary is found faster than an automaton is made.
fn begins(field: Field, word: &str) -> RangeQuery {
    let last = format!("{word}{}", char::MAX);
    let bound = |text: &str| Bound::Included(Term::from_field_text(field, text));
    RangeQuery::new(bound(word), bound(&last))
}

fn typo(field: Field, word: &str) -> FuzzyTermQuery {
    FuzzyTermQuery::new(Term::from_field_text(field, word), n_typos(word), true)
}

/// Names that are the term, or begin with it, or have its words in its order.
fn whole_names(fields: &Fields, term: &str, term_words: &[String]) -> Vec<Box<dyn Query>> {
    let mut queries = Vec::new();
    for whole in words::whole_forms(term) {
        let whole: String = whole.chars().take(words::MAX_CHARS).collect();
        for (field, score) in [(fields.whole_name, score::NAME), (fields.whole_title, score::TITLE)] {
            let name = Term::from_field_text(field, &whole);
            queries.push(scored(TermQuery::new(name, IndexRecordOption::Basic), score));
            queries.push(scored(begins(field, &whole), score::NAME_BEGINS));
        }
    }
    if term_words.len() > 1 {
        let terms = term_words.iter().map(|word| Term::from_field_text(fields.name, word)).collect();
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
        queries.push(scored(TermSetQuery::new(owners), score::OWN));
    }
    if !near.starred.is_empty() {
        queries.push(scored(TermSetQuery::new(starred), score::STARRED));
    }
    queries
}

fn scored(query: impl Query, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(Box::new(query), score))
}

/// A condition that says nothing of the rank.
fn silent(query: impl Query) -> Box<dyn Query> {
    scored(query, 0.0)
}
