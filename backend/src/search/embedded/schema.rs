//! The fields of the embedded index.

use aws_lc_rs::digest::{SHA256, digest};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};

use super::tokenizer::WORDS;
use crate::search::document::SearchDocument;
use crate::search::words;

/// Goes up whenever the fields or their contents change; an index of another layout is made anew.
pub const LAYOUT: &str = "1";

/// Separates field and value of a facet. It is in no name of a field, and in no text that people write.
const FACET_JOINT: char = '\u{1f}';

/// The fields.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// The entity, as a number. See [`entity_number`].
    pub entity: Field,
    /// What tells one state of the entity from another.
    pub version: Field,
    /// The type of the document.
    pub document_type: Field,
    /// The words of its names.
    pub name: Field,
    /// Its names as wholes: with a space between the words, and without.
    pub whole_name: Field,
    /// The words of its keywords.
    pub keywords: Field,
    /// The words of its text.
    pub text: Field,
    /// The references that own it.
    pub owner: Field,
    /// Fields and values that filters may name.
    pub facet: Field,
    /// How much a match counts.
    pub weight: Field,
    /// How many words its shortest name has.
    pub n_words: Field,
    /// The fields for the client, as JSON.
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
            document_type: schema.add_text_field("type", STRING | STORED),
            name: schema.add_text_field("name", words(IndexRecordOption::WithFreqsAndPositions)),
            whole_name: schema.add_text_field("wholeName", STRING),
            keywords: schema.add_text_field("keywords", words(IndexRecordOption::WithFreqs)),
            text: schema.add_text_field("text", words(IndexRecordOption::WithFreqs)),
            owner: schema.add_text_field("owner", STRING),
            facet: schema.add_text_field("facet", STRING | FAST),
            weight: schema.add_f64_field("weight", FAST),
            n_words: schema.add_u64_field("nWords", FAST),
            stored: schema.add_bytes_field("stored", STORED),
        };
        (fields, schema.build())
    }

    /// A document as the index holds it. `version` is that of its entity.
    pub fn document(&self, document: &SearchDocument, version: u64) -> TantivyDocument {
        let mut row = TantivyDocument::new();
        row.add_u64(self.entity, entity_number(&document.entity_ref));
        row.add_u64(self.version, version);
        row.add_text(self.document_type, document.document_type);
        for name in &document.names {
            row.add_text(self.name, name);
            row.add_text(self.whole_name, words::normal(name));
            row.add_text(self.whole_name, words::joined(name));
        }
        for keyword in &document.keywords {
            row.add_text(self.keywords, keyword);
        }
        row.add_text(self.text, document.text("text"));
        for owner in &document.owners {
            row.add_text(self.owner, owner);
        }
        for (field, value) in document.filterable() {
            row.add_text(self.facet, facet(field, value));
        }
        row.add_f64(self.weight, f64::from(document.weight));
        let n_words = document.names.iter().map(|name| words::words(name).len()).min().unwrap_or_default();
        row.add_u64(self.n_words, n_words as u64);
        let stored = serde_json::to_vec(&document.fields).expect("a map of JSON has a JSON form");
        row.add_bytes(self.stored, &stored);
        row
    }

    /// Finds the documents of an entity.
    pub fn of_entity(&self, entity_ref: &str) -> Term {
        Term::from_field_u64(self.entity, entity_number(entity_ref))
    }
}

/// The number by which the index knows an entity: numbers are compared faster than references.
///
/// Cut from a cryptographic hash, so that nobody can give an entity a name that passes for another one's.
pub fn entity_number(entity_ref: &str) -> u64 {
    hash(entity_ref.as_bytes())
}

/// A number that tells one text from another, such as two states of a document.
pub fn version_number(document: &[u8]) -> u64 {
    hash(document)
}

/// A field and a value as one text.
pub fn facet(field: &str, value: &str) -> String {
    format!("{field}{FACET_JOINT}{value}")
}

/// The field and the value of such a text.
pub fn facet_parts(text: &str) -> Option<(&str, &str)> {
    text.split_once(FACET_JOINT)
}

/// The first 64 bits of SHA-256.
fn hash(bytes: &[u8]) -> u64 {
    let digest = digest(&SHA256, bytes);
    let first = digest.as_ref().first_chunk().expect("a digest has 32 bytes");
    u64::from_be_bytes(*first)
}
