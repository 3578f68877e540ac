//! What is searched: documents, each with the entity it belongs to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The longest text of a document, in bytes: many pages. What is behind it is not found.
const MAX_TEXT_BYTES: usize = 16 * 1024;
/// How long all keywords of a document may be together, in bytes.
const MAX_KEYWORD_BYTES: usize = 32 * 1024;

/// Something that can be found. Collators make them.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchDocument {
    /// What sort of document it is, such as `software-catalog`.
    pub document_type: &'static str,
    /// The entity it belongs to, in canonical form. Who may not read the entity does not find the document.
    pub entity_ref: String,
    /// What it is called, which is looked at first.
    pub name: String,
    /// The name that stands for nothing else when it is typed as a whole: that of an entity, or of a place within one with
    /// what it is a part of.
    pub whole_name: String,
    /// What else it is called, such as its title.
    pub titles: Vec<String>,
    /// Words that say what it is about beside its names: tags, owners, addresses.
    pub keywords: Vec<Keyword>,
    /// The references that own it, in canonical form: owners find what is theirs a little earlier.
    pub owners: Vec<String>,
    /// How much its matches count: 1 as a rule, less for what is on its way out.
    pub weight: f32,
    /// What the client gets. `title`, `text` and `location` are always there; filters compare the texts in it.
    pub fields: Map<String, Value>,
}

/// A text about a document, and what sort of text it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The field of the document that holds it, or another name for highlights, such as `links`.
    pub label: &'static str,
    /// The text.
    pub text: String,
}

impl SearchDocument {
    /// The same document without what is too much of it: descriptors and definitions come from strangers, and may repeat one
    /// long text everywhere.
    #[must_use]
    pub fn in_bounds(mut self) -> Self {
        let cut = |text: &mut String| text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
        cut(&mut self.name);
        cut(&mut self.whole_name);
        self.titles.iter_mut().for_each(cut);
        let texts = self
            .fields
            .values_mut()
            .filter_map(|value| if let Value::String(text) = value { Some(text) } else { None });
        texts.for_each(cut);
        let mut n_bytes = 0;
        self.keywords.retain(|keyword| {
            n_bytes += keyword.text.len();
            n_bytes <= MAX_KEYWORD_BYTES
        });
        self
    }

    /// A text field, empty where it is missing.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// All its names, the first one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.titles).map(String::as_str)
    }

    /// Every field and value that a filter may name. Names, texts and the location are for reading only.
    pub fn filterable(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_read = |field: &str| ["title", "text", "location", "displayName"].contains(&field);
        let fields = self.fields.iter().filter(move |(field, _)| !is_read(field));
        fields.flat_map(|(field, value)| {
            let values = match value {
                Value::String(text) if text.is_empty() => vec![],
                Value::String(text) => vec![text.as_str()],
                Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
                _ => vec![],
            };
            values.into_iter().map(|value| (field.as_str(), value))
        })
    }

    /// What an engine gives back when the document is found. `changed_at_ms` is when its entity changed last.
    pub fn stored(&self, changed_at_ms: Option<i64>) -> StoredDocument {
        let mut more: BTreeMap<String, String> = BTreeMap::new();
        for Keyword { label, text } in self.keywords.iter().filter(|keyword| !self.fields.contains_key(keyword.label)) {
            let texts = more.entry((*label).to_owned()).or_default();
            if !texts.is_empty() {
                texts.push_str(MORE_JOINT);
            }
            texts.push_str(text);
        }
        StoredDocument {
            document_type: self.document_type.to_owned(),
            entity_ref: self.entity_ref.clone(),
            fields: self.fields.clone(),
            more,
            changed_at_ms,
        }
    }
}

/// Stands between the texts of one label.
const MORE_JOINT: &str = " · ";

/// A document as engines keep it for the answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredDocument {
    /// What sort of document it is.
    pub document_type: String,
    /// The entity it belongs to.
    pub entity_ref: String,
    /// What the client gets.
    pub fields: Map<String, Value>,
    /// Texts that are searched, but not part of the document, by label. They are only shown where a word of them was found.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
    /// When its entity changed last, in milliseconds since 1970; `None` where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at_ms: Option<i64>,
}

impl StoredDocument {
    /// About how many bytes it takes in memory.
    pub fn n_bytes(&self) -> usize {
        let length = |value: &Value| value.as_str().map_or(64, str::len);
        let texts = self.fields.iter().map(|(field, value)| field.len() + length(value));
        texts.sum::<usize>() + self.more.iter().map(|(label, text)| label.len() + text.len()).sum::<usize>()
    }

    /// A text field, empty where it is missing.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

/// The documents of an entity as they are now; without documents, it is gone.
#[derive(Clone, Debug)]
pub struct EntityDocuments {
    /// Whose documents they are.
    pub entity_ref: String,
    /// What tells this state of the entity from others; see [`version_number`].
    pub version: u64,
    /// When the entity changed last, in milliseconds since 1970; `None` where that is not known.
    pub changed_at_ms: Option<i64>,
    /// All of them.
    pub documents: Vec<SearchDocument>,
}

/// The number by which an index knows an entity: numbers are compared faster than references.
///
/// Cut from a cryptographic hash, so that nobody can give an entity a name that passes for another one's.
pub fn entity_number(entity_ref: &str) -> u64 {
    hash(entity_ref.as_bytes())
}

/// A number that tells one text from another, such as two states of a document.
pub fn version_number(document: &[u8]) -> u64 {
    hash(document)
}

/// The first 64 bits of SHA-256.
fn hash(bytes: &[u8]) -> u64 {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let first = digest.as_ref().first_chunk().expect("a digest has 32 bytes");
    u64::from_be_bytes(*first)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_document_is_longer_than_its_bounds() {
        let keyword = |text: String| Keyword { label: "links", text };
        let long = "é".repeat(600_000);
        let document = SearchDocument {
            document_type: "api-operation",
            entity_ref: "api:default/a".to_owned(),
            name: long.clone(),
            whole_name: long.clone(),
            titles: vec![long.clone(), "short".to_owned()],
            keywords: vec![keyword("first".to_owned()), keyword("x".repeat(20_000)), keyword("y".repeat(20_000))],
            owners: vec![],
            weight: 1.0,
            fields: json!({"title": "a", "text": long, "tags": ["rust"]}).as_object().unwrap().clone(),
        }
        .in_bounds();
        assert_eq!(document.text("text").len(), MAX_TEXT_BYTES);
        assert_eq!((document.name.len(), document.titles[0].len()), (MAX_TEXT_BYTES, MAX_TEXT_BYTES));
        assert_eq!((document.titles[1].as_str(), document.text("title")), ("short", "a"));
        assert_eq!(document.keywords.len(), 2);
        assert!(document.stored(None).n_bytes() < MAX_TEXT_BYTES + MAX_KEYWORD_BYTES);
    }

    #[test]
    fn what_is_searched_but_not_told_is_kept_by_label() {
        let keyword = |label, text: &str| Keyword { label, text: text.to_owned() };
        let document = SearchDocument {
            document_type: "software-catalog",
            entity_ref: "component:default/svc".to_owned(),
            name: "svc".to_owned(),
            whole_name: "svc".to_owned(),
            titles: vec![],
            keywords: vec![keyword("tags", "rust"), keyword("links", "Runbook"), keyword("links", "https://x/y")],
            owners: vec![],
            weight: 1.0,
            fields: json!({"title": "svc", "tags": ["rust", "http"], "owner": ""}).as_object().unwrap().clone(),
        };
        let stored = document.stored(None);
        assert_eq!(stored.more, BTreeMap::from([("links".to_owned(), "Runbook · https://x/y".to_owned())]));
        assert_eq!(document.filterable().collect::<Vec<_>>(), [("tags", "rust"), ("tags", "http")]);
        let json = serde_json::to_string(&stored).unwrap();
        assert_eq!(serde_json::from_str::<StoredDocument>(&json).unwrap(), stored);
    }
}
