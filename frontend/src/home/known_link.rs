//! A link to an entity of which title and type are known already, so that nothing needs to be asked for.

use leptos::prelude::*;
use shared::entity::EntityRef;

use crate::paths;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::Icon;

/// A link to an entity of which title and type are known.
#[component]
pub fn KnownLink(
    /// Which entity.
    entity_ref: EntityRef,
    /// What people call it; its short name where nothing is said.
    title: Option<String>,
    /// Its type, for the picture.
    entity_type: Option<String>,
) -> impl IntoView {
    let icon = entity_icon(&entity_ref.kind, entity_type.as_deref());
    view! {
        <a
            class="entity-ref"
            data-kind=entity_ref.kind.clone()
            data-ref=entity_ref.to_string()
            href=paths::entity(&entity_ref)
        >
            <Icon name=icon/>
            <span>{title.unwrap_or_else(|| short_name(&entity_ref))}</span>
        </a>
    }
}
