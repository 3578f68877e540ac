//! What somebody perhaps meant.

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::schema::Fields;
use crate::search::words::{TermWord, n_typos};

/// The term with every word that stands nowhere replaced by the nearest word of a name; `None` where nothing is to be
/// replaced, or nothing is near.
pub fn did_you_mean<'a>(
    searcher: &Searcher,
    fields: &Fields,
    term: impl Iterator<Item = &'a TermWord>,
) -> tantivy::Result<Option<String>> {
    let is_known = |word: &String| {
        let fields = [fields.name, fields.whole_name, fields.keywords, fields.text];
        is_known(searcher, &fields, word)
    };
    let mut is_changed = false;
    let mut meant = Vec::new();
    for typed in term {
        if is_known(&typed.text)? {
            meant.push(typed.text.clone());
            continue;
        }
        for word in typed.words() {
            if is_known(word)? {
                meant.push(word.clone());
                continue;
            }
            let Some(near) = nearest(searcher, fields.name, word)? else { return Ok(None) };
            is_changed = true;
            meant.push(near);
        }
    }
    Ok(is_changed.then(|| meant.join(" ")))
}

/// Whether a word of any name begins so, or for each word between the humps one does.
pub fn is_of_a_name(searcher: &Searcher, fields: &Fields, word: &TermWord) -> tantivy::Result<bool> {
    if begins_a_word(searcher, fields.name, &word.text)? {
        return Ok(true);
    }
    for part in &word.humps {
        if !begins_a_word(searcher, fields.name, part)? {
            return Ok(false);
        }
    }
    Ok(!word.humps.is_empty())
}

/// Whether one of the fields of any document has a word that begins so.
fn is_known(searcher: &Searcher, fields: &[Field], word: &str) -> tantivy::Result<bool> {
    for &field in fields {
        if begins_a_word(searcher, field, word)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a field of any document has a word that begins so.
fn begins_a_word(searcher: &Searcher, field: Field, word: &str) -> tantivy::Result<bool> {
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().range().ge(word.as_bytes()).into_stream()?;
        if words.advance() && words.key().starts_with(word.as_bytes()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The word of the field with the fewest typos; of several, the one that most documents have.
fn nearest(searcher: &Searcher, field: Field, word: &str) -> tantivy::Result<Option<String>> {
    let mut best: Option<(usize, std::cmp::Reverse<u32>, String)> = None;
    let query = FuzzyTermQuery::new(Term::from_field_text(field, word), n_typos(word), true);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().search(query.automaton()?).into_stream()?;
        while words.advance() {
            let Ok(near) = std::str::from_utf8(words.key()) else { continue };
            let rank = (strsim::osa_distance(word, near), std::cmp::Reverse(words.value().doc_freq), near.to_owned());
            if best.as_ref().is_none_or(|best| rank < *best) {
                best = Some(rank);
            }
        }
    }
    Ok(best.map(|(_, _, near)| near))
}
