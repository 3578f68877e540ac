//! Entities that were read a short while ago, so that coming back, and following a link that the pointer rested on, shows them
//! at once. They are read again all the same while they are shown.

use leptos::prelude::*;
use shared::entity::EntityRef;

use super::changes::use_catalog_changes;
use crate::api::EntityDocument;
use crate::browser;

/// Entities that are remembered; the oldest goes first.
const MAX_ENTITIES: usize = 40;
/// An entity that was asked for within this time need not be asked for again because the pointer rests on its link.
const FRESH_MS: f64 = 15_000.0;

/// The entities that were read last.
#[derive(Clone, Copy)]
pub struct EntityMemory {
    book: StoredValue<Book>,
}

impl EntityMemory {
    /// Provides it to the whole page. Call after the changes of the catalog.
    pub fn provide() {
        let memory = Self { book: StoredValue::new(Book::default()) };
        provide_context(memory);
        use_catalog_changes(move |change| {
            memory.book.update_value(|book| {
                book.forget(|key| change.is_reset || change.entity_refs.iter().any(|changed| changed == key));
            });
        });
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Remembers an entity as it was read now.
    pub fn keep(self, document: EntityDocument) {
        let key = document.entity.entity_ref().to_string();
        self.book.try_update_value(|book| book.keep(key, Some(document), browser::now_ms()));
    }

    /// Notes that an entity is being asked for.
    pub fn note_asked(self, entity_ref: &EntityRef) {
        let key = entity_ref.to_string();
        self.book.try_update_value(|book| {
            let known = book.find(&key).and_then(|entry| entry.document.clone());
            book.keep(key, known, browser::now_ms());
        });
    }

    /// Whether an entity was asked for a moment ago.
    pub fn is_fresh(self, entity_ref: &EntityRef) -> bool {
        let (key, now_ms) = (entity_ref.to_string(), browser::now_ms());
        self.book.with_value(|book| book.find(&key).is_some_and(|entry| now_ms - entry.asked_at_ms < FRESH_MS))
    }

    /// An entity as it was read last.
    pub fn recall(self, entity_ref: &EntityRef) -> Option<EntityDocument> {
        let key = entity_ref.to_string();
        self.book.with_value(|book| book.find(&key).and_then(|entry| entry.document.clone()))
    }
}

struct Entry {
    key: String,
    document: Option<EntityDocument>,
    asked_at_ms: f64,
}

#[derive(Default)]
struct Book {
    entries: Vec<Entry>,
}

impl Book {
    fn find(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    fn keep(&mut self, key: String, document: Option<EntityDocument>, asked_at_ms: f64) {
        self.entries.retain(|entry| entry.key != key);
        self.entries.push(Entry { key, document, asked_at_ms });
        let n_surplus = self.entries.len().saturating_sub(MAX_ENTITIES);
        self.entries.drain(..n_surplus);
    }

    fn forget(&mut self, is_outdated: impl Fn(&str) -> bool) {
        self.entries.retain(|entry| !is_outdated(&entry.key));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    fn document(name: &str) -> EntityDocument {
        let document = json!({"apiVersion": "v", "kind": "API", "metadata": {"name": name}});
        let entity = serde_json::from_value(document.clone()).unwrap();
        EntityDocument { entity: Arc::new(entity), document: Arc::new(document) }
    }

    #[test]
    fn the_newest_entities_are_remembered_until_they_change() {
        let mut book = Book::default();
        for number in 0..MAX_ENTITIES + 5 {
            book.keep(number.to_string(), Some(document("a")), 0.0);
            book.keep("often".to_owned(), Some(document("b")), 1.0);
        }
        assert_eq!(book.entries.len(), MAX_ENTITIES);
        assert!(book.find("often").is_some() && book.find("0").is_none());
        book.forget(|key| key == "often");
        assert!(book.find("often").is_none() && book.find("44").is_some());
    }
}
