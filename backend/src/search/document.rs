//! What is searched: documents, each with the entity it belongs to.

use serde_json::{Map, Value};

/// Something that can be found. Collators make them.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchDocument {
    /// What sort of document it is, such as `software-catalog`.
    pub document_type: &'static str,
    /// The entity it belongs to, in canonical form. Who may not read the entity does not find the document.
    pub entity_ref: String,
    /// What it is called, which is looked at first: a name and a title, or only one of them.
    pub names: Vec<String>,
    /// Words that say what it is about beside its names: tags, owners, addresses.
    pub keywords: Vec<String>,
    /// The references that own it, in canonical form: owners find what is theirs a little earlier.
    pub owners: Vec<String>,
    /// How much its matches count: 1 as a rule, less for what is on its way out.
    pub weight: f32,
    /// What the client gets. `title`, `text` and `location` are always there; filters compare the texts in it.
    pub fields: Map<String, Value>,
}

impl SearchDocument {
    /// A text field, empty where it is missing.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// Every field and value that a filter may name. Title, text and location are for reading only.
    pub fn filterable(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter().filter(|(field, _)| !["title", "text", "location"].contains(&field.as_str()));
        fields.flat_map(|(field, value)| {
            let values = match value {
                Value::String(text) => vec![text.as_str()],
                Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
                _ => vec![],
            };
            values.into_iter().map(|value| (field.as_str(), value))
        })
    }
}
