//! Where the reader is: the operation or schema that the address names behind its `#`.

use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use crate::browser;
use crate::ui::effect::effect;

/// The place of the address, and ways to go to another one.
#[derive(Clone, Copy)]
pub struct Place {
    /// The id behind the `#`, without it.
    pub id: Memo<String>,
    /// The address without its `#`.
    base: Memo<String>,
    go: Callback<Option<String>>,
    /// The id that the reader has set by opening something: the page stays where it is.
    own: StoredValue<String>,
    /// Grows when the reader asks for the place where it is already.
    again: RwSignal<u32>,
}

impl Place {
    /// The address of an operation or a schema.
    pub fn href(self, id: &str) -> String {
        format!("{}#{id}", self.base.get())
    }

    /// Puts what was opened into the address, and takes out what was closed.
    pub fn toggled(self, id: &str, is_open: bool) {
        let current = self.id.get_untracked();
        if is_open && current != id {
            self.own.set_value(id.to_owned());
            self.go.run(Some(id.to_owned()));
        } else if !is_open && current == id {
            self.go.run(None);
        }
    }

    /// Goes to the place once more, where the address names it already.
    pub fn follow_link(self, id: &str) {
        self.own.set_value(String::new());
        if self.id.get_untracked() == id {
            self.again.update(|n_times| *n_times += 1);
        }
    }
}

/// Follows the address. `is_ready` turns true once what it may name is in the document.
pub fn use_place(is_ready: Signal<bool>) -> Place {
    let location = use_location();
    let (pathname, search, hash) = (location.pathname, location.search, location.hash);
    let own_path = pathname.get_untracked();
    let id = Memo::new(move |old: Option<&String>| {
        let is_here = pathname.with(|path| *path == own_path);
        let found = hash.with(|hash| hash.trim_start_matches('#').to_owned());
        match old {
            Some(old) if !is_here => old.clone(),
            _ => found,
        }
    });
    let base = Memo::new(move |_| crate::paths::with_query(&pathname.get(), search.get().trim_start_matches('?')));
    let navigate = use_navigate();
    let go = Callback::new(move |id: Option<String>| {
        let base = base.get_untracked();
        let address = id.map_or_else(|| base.clone(), |id| format!("{base}#{id}"));
        navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    let place = Place { id, base, go, own: StoredValue::new(String::new()), again: RwSignal::new(0) };
    effect(move || {
        place.again.track();
        let id = place.id.get();
        let is_own = place.own.try_update_value(|own| !own.is_empty() && *own == id);
        if id.is_empty() || !is_ready.get() || is_own == Some(true) {
            return;
        }
        request_animation_frame(move || reveal(&id));
    });
    place
}

/// Opens what an id names, brings it into view and moves the focus there.
fn reveal(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    if element.tag_name() == "DETAILS" && !element.has_attribute("open") {
        // A click is what a reader does; the body is drawn by the same way.
        drop(element.set_attribute("open", ""));
    }
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Start);
    element.scroll_into_view_with_scroll_into_view_options(&options);
    if let Ok(Some(summary)) = element.query_selector("summary")
        && let Some(summary) = wasm_bindgen::JsCast::dyn_ref::<web_sys::HtmlElement>(&summary)
    {
        browser::focus(summary);
    }
    crate::ui::tree_keys::show_current(".api-nav");
}
