//! What an entity needs and what needs it.

use leptos::prelude::*;
use shared::entity::Entity;

use super::neighbours::{DEPENDENCIES, Neighbours, groups_of};
use crate::extensions::EntityContext;

/// How many entities it needs, is part of, holds, or is needed by.
pub fn count(entity: &Entity) -> usize {
    groups_of(entity, DEPENDENCIES).iter().map(|group| group.targets.len()).sum()
}

/// Everything that a change of the entity may touch, by relation.
#[component]
pub fn DependenciesTab(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    view! {
        <h2 class="visually-hidden">"Dependencies"</h2>
        <Neighbours
            context
            types=DEPENDENCIES
            empty_title="No dependencies"
            empty_text="Nothing in the catalog depends on it, and it depends on nothing. List what it needs under dependsOn in the descriptor."
        />
    }
}
