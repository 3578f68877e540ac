//! The edges of one entity.

use serde::Deserialize;
use serde_json::Value;
use shared::entity::Relation;

use super::change::Document;

#[derive(Default, Deserialize)]
struct OnlyRelations {
    #[serde(default)]
    relations: Value,
}

/// Reads the relations out of a document, by the rule of the rows: what is not a relation is passed over.
///
/// Takes a few microseconds for a document of usual size, which is why the index does not hold the edges a second time.
pub(super) fn read(document: &Document) -> Vec<Relation> {
    // Only an object has relations; that the document is JSON was seen when the index took it over.
    let found: OnlyRelations = serde_json::from_slice(document).unwrap_or_default();
    let text = |relation: &Value, field| relation.get(field).and_then(Value::as_str).map(str::to_owned);
    let edge = |relation: &Value| {
        Some(Relation { relation_type: text(relation, "type")?, target_ref: text(relation, "targetRef")? })
    };
    found.relations.as_array().into_iter().flatten().filter_map(edge).collect()
}
