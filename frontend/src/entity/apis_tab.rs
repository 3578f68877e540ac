//! The APIs that a component or a system provides and consumes.

use leptos::prelude::*;
use shared::entity::Entity;

use super::neighbours::{Neighbours, RELATED_TO_APIS, groups_of};
use crate::extensions::EntityContext;

/// How many APIs an entity provides and consumes.
pub fn count(entity: &Entity) -> usize {
    groups_of(entity, RELATED_TO_APIS).iter().map(|group| group.targets.len()).sum()
}

/// The APIs, provided ones first.
#[component]
pub fn ApisTab(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    view! {
        <h2 class="visually-hidden">"APIs"</h2>
        <Neighbours
            context
            types=RELATED_TO_APIS
            empty_title="No APIs yet"
            empty_text="List the names of APIs under providesApis and consumesApis in the descriptor; they show up here."
        />
    }
}
