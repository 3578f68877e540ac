//! How the reader came to the current page: pages restore scroll and active row only on Back and Forward.

use std::cell::Cell;
use std::rc::Rc;

use leptos::{ev, prelude::*};

/// Remembers whether the newest navigation was Back or Forward.
#[derive(Clone, Copy)]
pub struct Arrival {
    was_traversal: StoredValue<Rc<Cell<bool>>, LocalStorage>,
}

impl Arrival {
    /// Provides it to the whole page. Call before the router, so that this hears `popstate` first.
    pub fn provide() {
        let was_traversal = Rc::new(Cell::new(false));
        let flag = was_traversal.clone();
        let handle = window_event_listener(ev::popstate, move |_| flag.set(true));
        on_cleanup(move || handle.remove());
        provide_context(Self { was_traversal: StoredValue::new_local(was_traversal) });
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Whether the reader came by Back or Forward. True only until the navigation has settled.
    pub fn is_traversal(self) -> bool {
        self.was_traversal.with_value(|flag| flag.get())
    }

    /// Called by the shell when a navigation is over.
    pub fn settle(self) {
        self.was_traversal.with_value(|flag| flag.set(false));
    }
}
