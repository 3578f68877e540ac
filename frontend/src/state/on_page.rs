//! What the current page is about, for keys and actions that concern it.

use crate::ui::effect::effect;
use leptos::prelude::*;
use shared::entity::EntityRef;

/// The entity of the current page.
#[derive(Clone, Copy)]
pub struct OnPage {
    entity_ref: RwSignal<Option<EntityRef>>,
}

impl OnPage {
    /// Provides it to the whole page.
    pub fn provide() {
        provide_context(Self { entity_ref: RwSignal::new(None) });
    }

    /// The entity of the current page; `None` on pages that are not about one.
    pub fn entity_ref() -> Option<EntityRef> {
        expect_context::<Self>().entity_ref.get_untracked()
    }
}

/// Says which entity a page is about, for as long as it is shown.
pub fn use_page_entity(entity_ref: Memo<Option<EntityRef>>) {
    let OnPage { entity_ref: current } = expect_context();
    effect(move || current.set(entity_ref.get()));
    on_cleanup(move || {
        current.try_set(None);
    });
}
