//! The fields of the embedded index.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};

use super::tokenizer::WORDS;
use crate::search::document::{SearchDocument, entity_number, version_number};
use crate::search::words;

/// Goes up whenever the fields or their contents change; an index of another layout is made anew.
pub const LAYOUT: &str = "5";

/// Separates field and value of a facet. It is in no name of a field, and in no text that people write.
const FACET_JOINT: char = '\u{1f}';

/// The fields.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// The entity, as a number. See [`entity_number`].
    pub entity: Field,
    /// What tells one state of the entity from another.
    pub version: Field,
    /// The words of its names.
    pub name: Field,
    /// Its name as a whole, without gaps between its words.
    pub whole_name: Field,
    /// Its other names as wholes.
    pub whole_title: Field,
    /// The words of its keywords.
    pub keywords: Field,
    /// The words of its text.
    pub text: Field,
    /// The references that own it.
    pub owner: Field,
    /// Fields and values that filters may name, and its type as the field `types`.
    pub facet: Field,
    /// By what a score is multiplied: what is on its way out counts less, and so does a long name.
    pub weight: Field,
    /// Decides between equal scores, the larger first; see [`order`].
    pub order: Field,
    /// When its entity changed last, in milliseconds since 1970; 0 where that is not known.
    pub changed_at: Field,
    /// What the engine gives back, as JSON.
    pub stored: Field,
}

impl Fields {
    /// The fields and the schema with them.
    pub fn new() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let words = |option| {
            let indexing = TextFieldIndexing::default().set_tokenizer(WORDS).set_index_option(option);
            TextOptions::default().set_indexing_options(indexing)
        };
        let fields = Self {
            entity: schema.add_u64_field("entity", INDEXED | FAST),
            version: schema.add_u64_field("version", FAST),
            name: schema.add_text_field("name", words(IndexRecordOption::WithFreqsAndPositions)),
            // Hardly two documents share a whole name, so that those which begin alike are found faster in a column than one
            // by one in the index.
            whole_name: schema.add_text_field("wholeName", STRING | FAST),
            whole_title: schema.add_text_field("wholeTitle", STRING | FAST),
            keywords: schema.add_text_field("keywords", words(IndexRecordOption::WithFreqs)),
            text: schema.add_text_field("text", words(IndexRecordOption::WithFreqs)),
            owner: schema.add_text_field("owner", STRING),
            facet: schema.add_text_field("facet", STRING | FAST),
            weight: schema.add_f64_field("weight", FAST),
            order: schema.add_u64_field("order", FAST),
            changed_at: schema.add_u64_field("changedAt", FAST),
            stored: schema.add_bytes_field("stored", STORED),
        };
        (fields, schema.build())
    }

    /// A document as the index holds it. `version` and `changed_at_ms` are those of its entity.
    pub fn document(&self, document: &SearchDocument, version: u64, changed_at_ms: Option<i64>) -> TantivyDocument {
        let mut row = TantivyDocument::new();
        row.add_u64(self.entity, entity_number(&document.entity_ref));
        row.add_u64(self.version, version);
        for name in document.names() {
            row.add_text(self.name, name);
        }
        row.add_text(self.whole_name, words::joined(&document.whole_name));
        for title in &document.titles {
            row.add_text(self.whole_title, words::joined(title));
        }
        for keyword in &document.keywords {
            row.add_text(self.keywords, &keyword.text);
        }
        row.add_text(self.text, document.text("text"));
        for owner in &document.owners {
            row.add_text(self.owner, owner);
        }
        row.add_text(self.facet, facet(shared::api::search::TYPES_FACET, document.document_type));
        for (field, value) in document.filterable() {
            row.add_text(self.facet, facet(field, value));
        }
        row.add_f64(self.weight, f64::from(weight(document)));
        row.add_u64(self.order, order(document));
        row.add_u64(self.changed_at, changed_at_ms.and_then(|at| u64::try_from(at).ok()).unwrap_or_default());
        let stored = serde_json::to_vec(&document.stored(changed_at_ms)).expect("texts and numbers have a JSON form");
        row.add_bytes(self.stored, &stored);
        row
    }

    /// Finds the documents of an entity.
    pub fn of_entity(&self, entity_ref: &str) -> Term {
        Term::from_field_u64(self.entity, entity_number(entity_ref))
    }
}

/// How much a document with one more word in its shortest name counts less, of the score of a match.
const LESS_BY_WORD: f32 = 0.02;
/// From which number of words on the length of a name makes no more difference.
const MAX_COUNTED_WORDS: usize = 10;

fn weight(document: &SearchDocument) -> f32 {
    let n_words = document.names().map(|name| words::words(name).len()).min().unwrap_or_default();
    document.weight * (1.0 - LESS_BY_WORD * n_words.min(MAX_COUNTED_WORDS) as f32)
}

/// A number that is the larger, the earlier a name stands in the alphabet: six bytes of the name, two of a hash, so that the
/// order of a list does not depend on how the index came about.
fn order(document: &SearchDocument) -> u64 {
    let name = words::normal(&document.name);
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().zip(name.bytes().take(6)) {
        *place = byte;
    }
    let hash = version_number(format!("{} {}", document.entity_ref, document.text("location")).as_bytes());
    bytes[6..].copy_from_slice(&hash.to_be_bytes()[..2]);
    !u64::from_be_bytes(bytes)
}

/// A field and a value as one text.
pub fn facet(field: &str, value: &str) -> String {
    format!("{field}{FACET_JOINT}{value}")
}
