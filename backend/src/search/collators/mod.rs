//! What turns entities into documents that can be found.

mod catalog;
mod definitions;

use shared::entity::{Entity, EntityRef};

use super::document::SearchDocument;

pub use catalog::CatalogCollator;
pub use definitions::DefinitionCollator;

/// What the contract has documents say whose entity has no type.
pub const NO_TYPE: &str = "other";

/// Makes documents of one type. Whoever adds something to search adds a collator.
pub trait Collator: Send + Sync {
    /// The type of its documents, as `types[]` and `type` name it.
    fn document_type(&self) -> &'static str;

    /// The documents of an entity; none for entities that it is not about. The same entity always gives the same documents:
    /// they are only made again when it changes.
    fn documents(&self, entity_ref: &EntityRef, entity: &Entity) -> Vec<SearchDocument>;
}

/// All collators of this version.
pub fn all() -> Vec<Box<dyn Collator>> {
    vec![Box::new(CatalogCollator), Box::new(DefinitionCollator)]
}

/// The address of an entity in the page.
fn entity_path(entity_ref: &EntityRef) -> String {
    format!("/catalog/{}/{}/{}", entity_ref.namespace, entity_ref.kind, entity_ref.name)
}

/// Who owns an entity, as canonical references.
fn owners(entity: &Entity) -> Vec<String> {
    let relations = entity.relations.iter().filter(|relation| relation.relation_type == "ownedBy");
    relations.map(|relation| relation.target_ref.clone()).collect()
}

/// The name in a reference as people write it: `team-a` of `group:default/team-a`.
fn short_name(reference: &str) -> &str {
    reference.rsplit(['/', ':']).next().unwrap_or_default()
}
