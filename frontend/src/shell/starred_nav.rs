//! The starred entities in the side navigation.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::entity::EntityRef;

use crate::paths;
use crate::state::overlays::Overlays;
use crate::state::references::use_reference;
use crate::state::stars::Stars;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::Icon;

/// Entities that have room; home lists them all.
const MAX_STARRED: usize = 8;

/// The first starred entities, where there are any.
#[component]
pub fn StarredNav() -> impl IntoView {
    let refs = Stars::of_page().refs();
    let shown = Memo::new(move |_| refs.with(|refs| refs.iter().take(MAX_STARRED).cloned().collect::<Vec<_>>()));
    let has_any = Memo::new(move |_| shown.with(|shown| !shown.is_empty()));
    move || {
        has_any.get().then(|| {
            view! {
                <nav class="starred" aria-label="Starred">
                    <div class="nav-label" aria-hidden="true">"Starred"</div>
                    <ul class="nav-list">
                        <For each=move || shown.get() key=Clone::clone let:entity_ref>
                            <StarredLink entity_ref/>
                        </For>
                    </ul>
                </nav>
            }
        })
    }
}

#[component]
fn StarredLink(
    /// Which entity.
    entity_ref: EntityRef,
) -> impl IntoView {
    let known = use_reference(&entity_ref);
    let pathname = use_location().pathname;
    let Overlays { is_drawer_open, .. } = Overlays::of_page();
    let (href, kind) = (paths::entity(&entity_ref), entity_ref.kind.clone());
    let is_current = {
        let href = href.clone();
        move || pathname.with(|path| *path == href || path.starts_with(&format!("{href}/"))).then_some("page")
    };
    let icon = {
        let kind = kind.clone();
        Memo::new(move |_| {
            known.with(|known| entity_icon(&kind, known.entity().and_then(|entity| entity.spec_text("type"))))
        })
    };
    let name = short_name(&entity_ref);
    let text = move || {
        known.with(|known| known.entity().map_or_else(|| name.clone(), |entity| entity.display_name().to_owned()))
    };
    view! {
        <li>
            <a
                class="nav-item"
                href=href
                data-ref=entity_ref.to_string()
                aria-current=is_current
                on:click=move |_| is_drawer_open.set(false)
            >
                {move || view! { <Icon name=icon.get() kind=kind.clone()/> }}
                <span>{text}</span>
            </a>
        </li>
    }
}
