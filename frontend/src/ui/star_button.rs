//! The star of an entity.

use leptos::prelude::*;
use shared::entity::EntityRef;

use super::icon::{Icon, IconName};
use crate::state::stars::Stars;

/// Gives an entity a star, or takes it away.
#[component]
pub fn StarButton(
    /// Which entity.
    entity_ref: EntityRef,
    /// The place in the order of the Tab key; tables leave it out and bring their own keys.
    #[prop(default = 0)]
    tab_index: i32,
) -> impl IntoView {
    let stars = Stars::of_page();
    let label = format!("Star {}", entity_ref.name);
    let is_starred = {
        let entity_ref = entity_ref.clone();
        Memo::new(move |_| stars.is_starred(&entity_ref))
    };
    let is_waiting = {
        let entity_ref = entity_ref.clone();
        Memo::new(move |_| stars.is_waiting(&entity_ref))
    };
    let title = {
        let label = label.clone();
        move || if is_waiting.get() { format!("{label} (waits for the server)") } else { label.clone() }
    };
    view! {
        <button
            class="icon-button small star"
            type="button"
            aria-label=label
            title=title
            data-waiting=move || is_waiting.get().then_some("")
            aria-pressed=move || is_starred.get().to_string()
            tabindex=tab_index.to_string()
            on:click=move |event| {
                event.stop_propagation();
                stars.toggle(&entity_ref);
            }
        >
            <Icon name=IconName::Star/>
        </button>
    }
}
