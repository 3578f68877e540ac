//! The index against a plain evaluator over the documents, and its behaviour at the edges.

mod edges;
mod plain;
mod properties;

use serde_json::{Value, json};
use shared::entity::EntityRef;

use super::{Document, EntityIndex, EntityOrder, EntityQuery, IndexChange, Missing, StoredEntity, Window};

/// A stored entity made of a document with kind, `metadata.name` and `metadata.uid`.
fn stored(document: &Value) -> StoredEntity {
    let text = |pointer| document.pointer(pointer).and_then(Value::as_str);
    let namespace = text("/metadata/namespace").unwrap_or("default");
    StoredEntity {
        entity_ref: EntityRef::new(text("/kind").unwrap(), namespace, text("/metadata/name").unwrap()),
        uid: text("/metadata/uid").unwrap().into(),
        document: bytes(document),
    }
}

fn put(document: &Value) -> IndexChange {
    IndexChange::Put(stored(document))
}

fn bytes(document: &Value) -> Document {
    Document::from(document.to_string())
}

/// A component whose uid is its name.
fn component(name: &str, spec: &Value) -> Value {
    json!({"kind": "Component", "metadata": {"name": name, "uid": name}, "spec": spec})
}

fn index_of(documents: &[Value]) -> EntityIndex {
    let index = EntityIndex::new();
    index.replace_all(documents.iter().map(stored).collect(), 1).unwrap();
    index
}

/// Every entity, by uid.
fn list_all() -> EntityQuery {
    EntityQuery { filter: None, order: EntityOrder::Uid, text: None, window: Window::All }
}

fn by_field(field: &str, is_descending: bool, missing: Missing) -> EntityOrder {
    let order = if is_descending { shared::filter::SortOrder::Desc } else { shared::filter::SortOrder::Asc };
    EntityOrder::Field { field: shared::filter::OrderField { field: field.to_owned(), order }, missing }
}
