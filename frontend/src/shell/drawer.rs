//! The sidebar where it has no room of its own: over the page on phones, where it holds the focus, beside it on narrow screens.

use leptos::leptos_dom::helpers::{document, window_event_listener};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use crate::browser::{self, NARROW, PHONE};
use crate::state::overlays::Overlays;
use crate::state::preferences::Preferences;

/// How the sidebar is there.
#[derive(Clone, Copy)]
pub struct Drawer {
    /// Whether it shows its words.
    pub is_expanded: Memo<bool>,
    /// Whether it lies over the page, which is out of reach meanwhile.
    pub covers_page: Memo<bool>,
}

/// Follows the sidebar. One that covers the page takes the focus, and gives it back when it closes.
pub fn use_drawer() -> Drawer {
    let Overlays { is_drawer_open, .. } = Overlays::of_page();
    let is_rail = Preferences::of_page().is_rail();
    let (is_narrow, is_phone) = (use_media(NARROW), use_media(PHONE));
    let is_expanded = Memo::new(move |_| if is_narrow.get() { is_drawer_open.get() } else { !is_rail.get() });
    let covers_page = Memo::new(move |_| is_phone.get() && is_drawer_open.get());
    Effect::new(move |opener: Option<Option<web_sys::HtmlElement>>| {
        let (next, opener) = if covers_page.get() {
            let opener = document().active_element().and_then(|element| element.dyn_into().ok());
            (browser::find("#sidebar a"), opener)
        } else {
            (opener.flatten(), None)
        };
        if let Some(next) = next {
            // What is hidden or out of reach takes no focus: the next frame has it otherwise.
            request_animation_frame(move || browser::focus(&next));
        }
        opener
    });
    Drawer { is_expanded, covers_page }
}

/// Whether a media query holds, also after the window has changed.
fn use_media(query: &'static str) -> ReadSignal<bool> {
    let holds = RwSignal::new(browser::media_matches(query));
    let handle = window_event_listener(ev::resize, move |_| {
        let holds_now = browser::media_matches(query);
        if holds.get_untracked() != holds_now {
            holds.set(holds_now);
        }
    });
    on_cleanup(move || handle.remove());
    holds.read_only()
}
