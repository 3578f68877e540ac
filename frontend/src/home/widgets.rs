//! Widgets that show what this person chose and looked at.

use leptos::prelude::*;
use shared::entity::EntityRef;

use crate::catalog::kinds;
use crate::state::recent::Recents;
use crate::state::references::use_reference;
use crate::state::stars::Stars;
use crate::ui::entity_link::EntityLink;
use crate::ui::star_button::StarButton;
use crate::ui::words;

/// Lines of a widget.
const MAX_LINES: usize = 8;

/// The starred entities.
#[component]
pub fn StarredWidget() -> impl IntoView {
    let refs = Stars::of_page().refs();
    let shown = Memo::new(move |_| refs.with(|refs| refs.iter().rev().take(MAX_LINES).cloned().collect::<Vec<_>>()));
    view! { <EntityList refs=shown empty="Star what you come back to: the star is beside every name. It shows up here and in the sidebar."/> }
}

/// The entities that were looked at last.
#[component]
pub fn RecentWidget() -> impl IntoView {
    let entries = Recents::of_page().entries();
    let shown = Memo::new(move |_| {
        entries.with(|entries| entries.iter().take(MAX_LINES).map(|entry| entry.entity_ref.clone()).collect::<Vec<_>>())
    });
    view! { <EntityList refs=shown empty="What you open shows up here, the newest first."/> }
}

#[component]
fn EntityList(
    /// What to list.
    refs: Memo<Vec<EntityRef>>,
    /// What to say where there is nothing.
    empty: &'static str,
) -> impl IntoView {
    view! {
        <div class="card-body flush">
            <ul class="list">
                <For each=move || refs.get() key=Clone::clone let:entity_ref>
                    <EntityLine entity_ref/>
                </For>
            </ul>
            {move || refs.with(Vec::is_empty).then(|| view! { <p class="home__empty muted text-13">{empty}</p> })}
        </div>
    }
}

#[component]
fn EntityLine(
    /// Which entity.
    entity_ref: EntityRef,
) -> impl IntoView {
    let known = use_reference(&entity_ref);
    let kind = kinds::one(&entity_ref.kind);
    let remark = move || {
        let entity_type = known.with(|known| known.entity()?.spec_text("type").map(words::label));
        entity_type.map_or_else(|| kind.clone(), |entity_type| format!("{kind} · {entity_type}"))
    };
    view! {
        <li class="list-row">
            <EntityLink entity_ref=entity_ref.clone()/>
            <span class="meta not-phone">{remark}</span>
            <StarButton entity_ref/>
        </li>
    }
}
