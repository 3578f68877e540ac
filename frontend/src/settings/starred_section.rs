//! Everything that I starred: find it, put it in order, take stars away.

use leptos::prelude::*;
use shared::entity::EntityRef;
use wasm_bindgen::JsCast;

use super::starred_order::{drop_place, stands_before};
use crate::browser;
use crate::catalog::kinds;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::references::{Known, use_reference};
use crate::state::stars::Stars;
use crate::state::toasts::Toasts;
use crate::ui::badge::{Badge, Tone};
use crate::ui::each::Each;
use crate::ui::entity_link::{EntityLink, short_name};
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers::counted;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};
use crate::ui::words;

/// What is dragged, and where it would be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Drag {
    from: usize,
    to: usize,
}

/// The starred entities.
#[component]
pub fn StarredSection() -> impl IntoView {
    let stars = Stars::of_page();
    let toasts = Toasts::of_page();
    let (refs, is_known, error) = (stars.refs(), stars.is_known(), stars.error());
    let retry = Callback::new(move |()| stars.retry());
    let text = RwSignal::new(String::new());
    // Each run asks for other references, so no two are the same.
    let entries = Memo::new_with_compare(
        move |_| {
            let entry = |entity_ref: &EntityRef| (entity_ref.clone(), use_reference(entity_ref));
            refs.with(|refs| refs.iter().map(entry).collect::<Vec<_>>())
        },
        |_, _| true,
    );
    let those = move |is_one: &dyn Fn(&EntityRef, &Known) -> bool| {
        entries.with(|entries| {
            let ones = entries.iter().filter(|(entity_ref, known)| known.with(|known| is_one(entity_ref, known)));
            ones.map(|(entity_ref, _)| entity_ref.clone()).collect::<Vec<_>>()
        })
    };
    let shown = Memo::new(move |_| {
        let wanted = text.with(|text| text.trim().to_lowercase());
        those(&|entity_ref, known| wanted.is_empty() || is_match(entity_ref, known, &wanted))
    });
    let missing = Memo::new(move |_| those(&|_, known| *known == Known::Missing));
    let take_away = move |gone: Vec<EntityRef>, title: String| {
        let undo = stars.unstar(&gone);
        toasts.show_with_action(Tone::Info, &title, None, "Undo", undo);
    };
    let remove_missing = move |_| {
        let gone = missing.get_untracked();
        let title = format!("{} removed", counted(gone.len(), "star", "stars"));
        take_away(gone, title);
    };
    let drag = RwSignal::new(None::<Drag>);
    let is_filtered = Memo::new(move |_| text.with(|text| !text.trim().is_empty()));
    let n_all = Memo::new(move |_| refs.with(Vec::len));
    let body = move || {
        if n_all.get() > 0 {
            view! {
                <div class="starred__tools">
                    <div class="input-icon grow">
                        <Icon name=IconName::Search/>
                        <input
                            class="input"
                            type="search"
                            data-page-filter
                            autocomplete="off"
                            spellcheck="false"
                            placeholder="Find in your stars"
                            aria-label="Find in your stars"
                            prop:value=text
                            on:input=move |event| text.set(event_target_value(&event))
                        />
                    </div>
                    <span class="small-text subtle num" role="status">
                        {move || match is_filtered.get() {
                            true => format!("{} of {}", shown.with(Vec::len), n_all.get()),
                            false => counted(n_all.get(), "star", "stars"),
                        }}
                    </span>
                </div>
                {move || {
                    let n_missing = missing.with(Vec::len);
                    (n_missing > 0).then(|| view! {
                        <div class="banner" data-tone="warn">
                            <Icon name=IconName::Warning/>
                            <div>
                                <b>{counted(n_missing, "starred entity is", "starred entities are")} " no longer in the catalog"</b>
                                <p>"They may come back when what describes them is read again."</p>
                            </div>
                            <div class="actions">
                                <button class="button small" type="button" on:click=remove_missing>"Remove them"</button>
                            </div>
                        </div>
                    })
                }}
                <ol class="list starred__list" aria-label="Starred entities" data-dragging=move || drag.get().is_some().then_some("")>
                    <Each each=move || shown.get() key=Clone::clone let:entity_ref>
                        <StarredRow
                            entity_ref
                            refs
                            drag
                            is_filtered
                            take_away=Callback::new(move |(gone, title)| take_away(vec![gone], title))
                        />
                    </Each>
                </ol>
                {move || {
                    shown.with(Vec::is_empty).then(|| view! {
                        <p class="muted text-13 starred__none">"No star matches. Clear the field to see all of them."</p>
                    })
                }}
            }
            .into_any()
        } else if is_known.get() {
            view! {
                <Empty
                    icon=IconName::Star
                    title="Nothing is starred yet"
                    is_inner=true
                    text="Star what you come back to: the star is beside every name, and S does the same on a row or page. The first eight are in the sidebar."
                >
                    <a class="button" href=paths::catalog()>"Browse the catalog"</a>
                </Empty>
            }
            .into_any()
        } else if let Some(error) = error.get() {
            view! { <ErrorPanel title="Your stars did not load" error on_retry=retry/> }.into_any()
        } else {
            view! { <SkeletonRows rows=5 label="Loading your stars"/> }.into_any()
        }
    };
    view! {
        <section aria-labelledby="starred">
            <h2 id="starred">"Starred"</h2>
            <p class="muted settings__lead">
                "The first eight are in the sidebar, in this order. Drag a row by its handle, or use the arrow keys on it."
            </p>
            {body}
        </section>
    }
}

/// Whether an entity is one that somebody looks for, by title, name or kind.
fn is_match(entity_ref: &EntityRef, known: &Known, wanted: &str) -> bool {
    let title = known.entity().map(|entity| entity.display_name().to_lowercase()).unwrap_or_default();
    entity_ref.to_string().contains(wanted) || title.contains(wanted)
}

/// The handles of all rows, in order.
fn rows() -> Vec<web_sys::HtmlElement> {
    let Ok(found) = document().query_selector_all(".starred__list > li") else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

#[component]
fn StarredRow(
    /// Which entity.
    entity_ref: EntityRef,
    /// All starred entities, in order.
    refs: Memo<Vec<EntityRef>>,
    /// What is dragged.
    drag: RwSignal<Option<Drag>>,
    /// Whether only some rows are shown, so that places say nothing.
    #[prop(into)]
    is_filtered: Signal<bool>,
    /// Takes the star away, and says so with this title.
    take_away: Callback<(EntityRef, String)>,
) -> impl IntoView {
    let stars = Stars::of_page();
    let announcer = Announcer::of_page();
    let known = use_reference(&entity_ref);
    let place = {
        let entity_ref = entity_ref.clone();
        Memo::new(move |_| refs.with(|refs| refs.iter().position(|one| *one == entity_ref).unwrap_or_default()))
    };
    let name = {
        let short = short_name(&entity_ref);
        Memo::new(move |_| {
            known.with(|known| known.entity().map_or_else(|| short.clone(), |one| one.display_name().to_owned()))
        })
    };
    let kind = kinds::one(&entity_ref.kind);
    let remark = move || {
        let entity_type = known.with(|known| known.entity()?.spec_text("type").map(words::label));
        entity_type.map_or_else(|| kind.clone(), |entity_type| format!("{kind} · {entity_type}"))
    };
    let is_missing = Memo::new(move |_| known.with(|known| *known == Known::Missing));
    let handle_id = format!("handle-{entity_ref}");
    let move_to = {
        let (entity_ref, handle_id) = (entity_ref.clone(), handle_id.clone());
        move |to: usize| {
            let (from, n_all) = (place.get_untracked(), refs.with_untracked(Vec::len));
            if to == from || to >= n_all {
                return;
            }
            refs.with_untracked(|refs| stars.move_before(&entity_ref, stands_before(refs, from, to)));
            announcer.say(format!("{} moved to place {} of {n_all}", name.get_untracked(), to + 1));
            // The row has another place in the document, which takes the focus from what is in it.
            let handle_id = handle_id.clone();
            request_animation_frame(move || {
                if let Some(handle) = document().get_element_by_id(&handle_id).and_then(|one| one.dyn_into().ok()) {
                    browser::focus(&handle);
                }
            });
        }
    };
    let on_keydown = {
        let move_to = move_to.clone();
        move |event: web_sys::KeyboardEvent| {
            let (at, last) = (place.get_untracked(), refs.with_untracked(Vec::len).saturating_sub(1));
            let to = match event.key().as_str() {
                "ArrowUp" => at.saturating_sub(1),
                "ArrowDown" => (at + 1).min(last),
                "Home" => 0,
                "End" => last,
                "Escape" if drag.get_untracked().is_some() => {
                    drag.set(None);
                    at
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            move_to(to);
        }
    };
    let on_pointerdown = move |event: web_sys::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        let handle = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let Some(handle) = handle
            && handle.set_pointer_capture(event.pointer_id()).is_ok()
        {
            let at = place.get_untracked();
            drag.set(Some(Drag { from: at, to: at }));
        }
    };
    let on_pointermove = move |event: web_sys::PointerEvent| {
        let Some(current) = drag.get_untracked() else { return };
        let middles: Vec<f64> = rows()
            .iter()
            .map(|row| {
                let rect = row.get_bounding_client_rect();
                rect.top() + rect.height() / 2.0
            })
            .collect();
        let to = drop_place(&middles, current.from, f64::from(event.client_y()));
        if to != current.to {
            drag.set(Some(Drag { to, ..current }));
        }
    };
    let on_pointerup = {
        let move_to = move_to.clone();
        move |_| {
            let Some(Drag { to, .. }) = drag.get_untracked() else { return };
            drag.set(None);
            move_to(to);
        }
    };
    let is_dragged = Memo::new(move |_| drag.get().is_some_and(|drag| drag.from == place.get()));
    // A line where the dragged row would be dropped.
    let drop_edge = move || {
        let (Drag { from, to }, at) = (drag.get()?, place.get());
        (to != from && at == to).then_some(if to < from { "before" } else { "after" })
    };
    let unstar = {
        let entity_ref = entity_ref.clone();
        move |_| take_away.run((entity_ref.clone(), format!("{} is not starred any more", name.get_untracked())))
    };
    let is_last = Memo::new(move |_| place.get() + 1 >= refs.with(Vec::len));
    let (up, down) = (move_to.clone(), move_to);
    view! {
        <li
            class="list-row starred__row"
            data-dragged=move || is_dragged.get().then_some("")
            data-drop=drop_edge
        >
            <button
                class="icon-button small starred__handle"
                type="button"
                id=handle_id
                aria-label=move || format!("Reorder {}, place {} of {}", name.get(), place.get() + 1, refs.with(Vec::len))
                title="Drag, or use the arrow keys"
                disabled=is_filtered
                on:keydown=on_keydown
                on:pointerdown=on_pointerdown
                on:pointermove=on_pointermove
                on:pointerup=on_pointerup
                on:pointercancel=move |_| drag.set(None)
            >
                <Icon name=IconName::Grip/>
            </button>
            <EntityLink entity_ref/>
            {move || is_missing.get().then(|| view! { <Badge tone=Some(Tone::Warn) text="Not in the catalog"/> })}
            <span class="meta">
                <span class="not-phone">{remark}</span>
                <button
                    class="icon-button small starred__step"
                    type="button"
                    aria-label=move || format!("Move {} up", name.get())
                    disabled=move || is_filtered.get() || place.get() == 0
                    on:click=move |_| up(place.get_untracked().saturating_sub(1))
                >
                    <Icon name=IconName::ArrowUp/>
                </button>
                <button
                    class="icon-button small starred__step"
                    type="button"
                    aria-label=move || format!("Move {} down", name.get())
                    disabled=move || is_filtered.get() || is_last.get()
                    on:click=move |_| down(place.get_untracked() + 1)
                >
                    <Icon name=IconName::ArrowDown/>
                </button>
                <button
                    class="icon-button small star"
                    type="button"
                    aria-label=move || format!("Star {}", name.get())
                    title=move || format!("Take the star from {}", name.get())
                    aria-pressed="true"
                    on:click=unstar
                >
                    <Icon name=IconName::Star/>
                </button>
            </span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_star_is_found_by_title_name_and_kind() {
        let entity_ref = EntityRef::new("api", "default", "bookings-v4");
        let entity =
            json!({"apiVersion": "v", "kind": "API", "metadata": {"name": "bookings-v4", "title": "Booking orders"}});
        let known = Known::Found(Arc::new(serde_json::from_value(entity).unwrap()));
        for wanted in ["orders", "v4", "api:"] {
            assert!(is_match(&entity_ref, &known, wanted), "{wanted}");
        }
        assert!(!is_match(&entity_ref, &known, "quote") && is_match(&entity_ref, &Known::Missing, "bookings"));
    }
}
