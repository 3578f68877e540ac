//! What somebody perhaps meant.

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::schema::Fields;
use crate::search::words::n_typos;

/// The term with every word that stands nowhere replaced by the nearest word of a name; `None` where nothing is to be
/// replaced, or nothing is near.
pub fn did_you_mean(searcher: &Searcher, fields: &Fields, words: &[String]) -> tantivy::Result<Option<String>> {
    let mut is_changed = false;
    let mut meant = Vec::with_capacity(words.len());
    for word in words {
        if is_known(searcher, &[fields.name, fields.whole_name, fields.keywords, fields.text], word)? {
            meant.push(word.clone());
            continue;
        }
        match nearest(searcher, fields.name, word)? {
            Some(near) => {
                is_changed = true;
                meant.push(near);
            }
            None => return Ok(None),
        }
    }
    Ok(is_changed.then(|| meant.join(" ")))
}

/// For each word, whether a word of any name begins so.
pub fn are_known(searcher: &Searcher, fields: &Fields, words: &[String]) -> tantivy::Result<Vec<bool>> {
    words.iter().map(|word| begins_a_word(searcher, fields.name, word)).collect()
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
