//! How a question becomes a query of the engine, and which match counts how much.
//!
//! A document is found when it has every word of the term: as it was typed, as the beginning of a word, or with a typo.
//! Where a word stands decides its rank: a whole name comes before a word of a name, this before its beginning, this before a
//! typo, and all of them before keywords and text. The numbers below are far enough apart that a match of a lower sort
//! hardly outweighs one of a higher sort; within a sort, short names and rare words come first.

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, PhraseQuery,
    Query, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::schema::{Fields, facet};
use crate::search::question::{Near, Question};
use crate::search::words;

/// How many words of a term count.
const MAX_WORDS: usize = 12;
/// How many starred entities make a difference.
const MAX_STARRED: usize = 200;
/// From how many letters on one or two typos are forgiven.
const ONE_TYPO_FROM: usize = 4;
const TWO_TYPOS_FROM: usize = 8;

/// What a match counts.
mod score {
    pub const NAME: f32 = 2_000.0;
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

/// The words of a term that count.
pub fn term_words(term: &str) -> Vec<String> {
    words::words(term).into_iter().map(|word| word.text).take(MAX_WORDS).collect()
}

/// How many typos are forgiven in a word.
pub fn n_typos(word: &str) -> u8 {
    match word.chars().count() {
        0..ONE_TYPO_FROM => 0,
        ONE_TYPO_FROM..TWO_TYPOS_FROM => 1,
        _ => 2,
    }
}

/// The query for a question, without what the caller may see.
pub fn query(fields: &Fields, question: &Question) -> Box<dyn Query> {
    let words = term_words(&question.term);
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    if !question.types.is_empty() {
        let terms = question.types.iter().map(|name| Term::from_field_text(fields.document_type, name));
        clauses.push((Occur::Must, silent(TermSetQuery::new(terms))));
    }
    for (field, values) in &question.filters {
        let terms = values.iter().map(|value| Term::from_field_text(fields.facet, &facet(field, value)));
        clauses.push((Occur::Must, silent(TermSetQuery::new(terms))));
    }
    if words.is_empty() {
        // A term without a word, such as `***`, finds nothing; no term at all finds everything.
        let is_everything = question.term.trim().is_empty();
        clauses
            .push((Occur::Must, if is_everything { Box::new(AllQuery) } else { Box::new(BooleanQuery::new(vec![])) }));
    } else {
        let n_words = words.len();
        for (at, word) in words.iter().enumerate() {
            clauses.push((Occur::Must, word_query(fields, word, at + 1 == n_words)));
        }
        clauses.extend(whole_names(fields, &question.term, &words).into_iter().map(|query| (Occur::Should, query)));
    }
    clauses.extend(near(fields, &question.near).into_iter().map(|query| (Occur::Should, query)));
    Box::new(BooleanQuery::new(clauses))
}

/// A word, wherever it stands.
fn word_query(fields: &Fields, word: &str, is_last: bool) -> Box<dyn Query> {
    let n_typos = n_typos(word);
    let exact = |field: Field| TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs);
    let begins = |field: Field| FuzzyTermQuery::new_prefix(Term::from_field_text(field, word), 0, true);
    let typo = |field: Field| FuzzyTermQuery::new(Term::from_field_text(field, word), n_typos, true);
    let mut sorts = vec![
        scored(exact(fields.name), score::NAME_WORD),
        scored(begins(fields.name), score::NAME_WORD_BEGINS),
        scored(exact(fields.keywords), score::KEYWORD),
        scored(begins(fields.keywords), score::KEYWORD_BEGINS),
        // Rare words count more than frequent ones.
        Box::new(BoostQuery::new(Box::new(exact(fields.text)), 1.0)),
        scored(begins(fields.text), score::TEXT_BEGINS),
    ];
    if n_typos > 0 {
        sorts.push(scored(typo(fields.name), score::NAME_WORD_TYPO));
        sorts.push(scored(typo(fields.keywords), score::TYPO));
        sorts.push(scored(typo(fields.text), score::TYPO));
        if is_last {
            // Somebody who is still typing has not come to the end of the word.
            let begins = FuzzyTermQuery::new_prefix(Term::from_field_text(fields.name, word), 1, true);
            sorts.push(scored(begins, score::NAME_WORD_BEGINS_TYPO));
        }
    }
    // `playbackorder` for `playback-order`.
    sorts.push(scored(begins(fields.whole_name), score::NAME_WORD_BEGINS));
    Box::new(DisjunctionMaxQuery::with_tie_breaker(sorts, score::REST))
}

/// Names that are the term, or begin with it, or have its words in its order.
fn whole_names(fields: &Fields, term: &str, term_words: &[String]) -> Vec<Box<dyn Query>> {
    let mut queries = Vec::new();
    for whole in [words::normal(term), words::joined(term)] {
        let name = Term::from_field_text(fields.whole_name, &whole);
        queries.push(scored(TermQuery::new(name.clone(), IndexRecordOption::Basic), score::NAME));
        queries.push(scored(FuzzyTermQuery::new_prefix(name, 0, true), score::NAME_BEGINS));
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
