//! The starred entities in the side navigation.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::entity::EntityRef;
use wasm_bindgen::JsCast;

use crate::browser;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::overlays::Overlays;
use crate::state::references::use_reference;
use crate::state::stars::Stars;
use crate::ui::each::Each;
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
    let mover = Mover { shown, stars: Stars::of_page(), announcer: Announcer::of_page(), dragged: RwSignal::new(None) };
    let on_keydown = move |event: web_sys::KeyboardEvent| mover.on_keydown(&event);
    move || {
        has_any.get().then(|| {
            view! {
                <nav class="starred" aria-label="Starred">
                    <div class="nav-label" aria-hidden="true">"Starred"</div>
                    <ul class="nav-list" on:keydown=on_keydown>
                        <Each each=move || shown.get() key=Clone::clone let:entity_ref>
                            <StarredLink entity_ref mover/>
                        </Each>
                    </ul>
                </nav>
            }
        })
    }
}

/// Moves stars: by dragging, and with Alt and the arrows while one has the focus.
#[derive(Clone, Copy)]
struct Mover {
    shown: Memo<Vec<EntityRef>>,
    stars: Stars,
    announcer: Announcer,
    dragged: RwSignal<Option<EntityRef>>,
}

impl Mover {
    fn on_keydown(self, event: &web_sys::KeyboardEvent) {
        let step = match (event.alt_key(), event.key().as_str()) {
            (true, "ArrowUp") => Step::Up,
            (true, "ArrowDown") => Step::Down,
            _ => return,
        };
        let link = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let text = link.as_ref().and_then(|link| link.get_attribute("data-ref"));
        let Some(Ok(entity_ref)) = text.map(|text| text.parse::<EntityRef>()) else { return };
        event.prevent_default();
        event.stop_propagation();
        let refs = self.stars.refs().get_untracked();
        let Some(place) = place_after(&refs, &entity_ref, step) else { return };
        self.stars.move_before(&entity_ref, refs.get(place));
        let at = self.shown.with_untracked(|shown| shown.iter().position(|known| *known == entity_ref));
        if let Some(at) = at {
            self.announcer.say(format!("{} is number {} of the starred ones", short_name(&entity_ref), at + 1));
        }
        // The line was taken out and put in again, which loses the focus.
        request_animation_frame(move || {
            if let Some(link) = browser::find(&format!(".starred [data-ref=\"{entity_ref}\"]")) {
                browser::focus(&link);
            }
        });
    }

    /// The dragged one was dropped on another one: it takes its place.
    fn drop_on(self, target: &EntityRef) {
        let Some(dragged) = self.dragged.try_update(Option::take).flatten() else { return };
        let refs = self.stars.refs().get_untracked();
        let place = |wanted: &EntityRef| refs.iter().position(|known| known == wanted);
        let (Some(from), Some(to)) = (place(&dragged), place(target)) else { return };
        if from == to {
            return;
        }
        let before = if from > to { Some(target) } else { refs.get(to + 1) };
        self.stars.move_before(&dragged, before);
    }
}

/// Which way a star moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Up,
    Down,
}

/// The number of the one before which a star stands after a step, past the last one at the end; `None` where it cannot move.
fn place_after(refs: &[EntityRef], entity_ref: &EntityRef, step: Step) -> Option<usize> {
    let at = refs.iter().position(|known| known == entity_ref)?;
    match step {
        Step::Up => at.checked_sub(1),
        Step::Down => (at + 1 < refs.len()).then_some(at + 2),
    }
}

#[component]
fn StarredLink(
    /// Which entity.
    entity_ref: EntityRef,
    /// Moves it.
    mover: Mover,
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
    let is_waiting = {
        let entity_ref = entity_ref.clone();
        move || mover.stars.is_waiting(&entity_ref).then_some("")
    };
    let is_target = RwSignal::new(false);
    let (dragged, target) = (entity_ref.clone(), entity_ref.clone());
    let text = move || {
        known.with(|known| known.entity().map_or_else(|| name.clone(), |entity| entity.display_name().to_owned()))
    };
    view! {
        <li
            data-drop=move || is_target.get().then_some("")
            on:dragover=move |event: web_sys::DragEvent| {
                if mover.dragged.with_untracked(Option::is_some) {
                    event.prevent_default();
                    is_target.set(true);
                }
            }
            on:dragleave=move |_| is_target.set(false)
            on:drop=move |event: web_sys::DragEvent| {
                event.prevent_default();
                is_target.set(false);
                mover.drop_on(&target);
            }
        >
            <a
                class="nav-item"
                href=href
                data-ref=entity_ref.to_string()
                data-waiting=is_waiting
                aria-current=is_current
                aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
                draggable="true"
                on:dragstart=move |_| mover.dragged.set(Some(dragged.clone()))
                on:dragend=move |_| mover.dragged.set(None)
                on:click=move |_| is_drawer_open.set(false)
            >
                {move || view! { <Icon name=icon.get() kind=kind.clone()/> }}
                <span>{text}</span>
            </a>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_moves_one_place_and_stops_at_the_ends() {
        let refs: Vec<EntityRef> = ["a", "b", "c"].map(|name| EntityRef::new("api", "default", name)).to_vec();
        let place = |at: usize, step| place_after(&refs, &refs[at], step);
        assert_eq!([0, 1, 2].map(|at| place(at, Step::Up)), [None, Some(0), Some(1)]);
        assert_eq!([0, 1, 2].map(|at| place(at, Step::Down)), [Some(2), Some(3), None]);
    }
}
