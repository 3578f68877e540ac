//! What turns entities into documents that can be found.

mod catalog;

use shared::entity::{Entity, EntityRef};

use super::document::SearchDocument;

pub use catalog::CatalogCollator;

/// Makes documents of one type. Whoever adds something to search adds a collator.
pub trait Collator: Send + Sync {
    /// The type of its documents, as `types[]` and `type` name it.
    fn document_type(&self) -> &'static str;

    /// The documents of an entity; none for entities that it is not about.
    fn documents(&self, entity_ref: &EntityRef, entity: &Entity) -> Vec<SearchDocument>;
}
