//! What tabs, cards and menu items of an entity are given.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::entity::{Entity, EntityRef};

/// The entity that a page shows. It follows the catalog: whoever draws it reads the signals.
#[derive(Clone, Copy)]
pub struct EntityContext {
    /// The entity. While another one is on its way it is still the one before.
    pub entity: Signal<Arc<Entity>>,
    /// The whole document as the catalog serves it, with its fields in their order.
    pub document: Signal<Arc<Value>>,
    /// Reads the entity again.
    pub reload: Callback<()>,
}

impl EntityContext {
    /// The reference of the entity.
    pub fn entity_ref(self) -> EntityRef {
        self.entity.with(|entity| entity.entity_ref())
    }

    /// What the entity says, without what others say of it: relations other than its owner and status are left out.
    ///
    /// A view of facts that reads this is not drawn again whenever something starts to depend on the entity.
    pub fn facts(self) -> Memo<Arc<Entity>> {
        Memo::new(move |_| {
            let mut entity = self.entity.with(|entity| Entity::clone(entity));
            entity.relations.retain(|relation| relation.relation_type == "ownedBy");
            entity.status = None;
            Arc::new(entity)
        })
    }
}
