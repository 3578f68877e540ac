//! What lies over the page: drawer, list of keys. Any part of the page may open them.

use leptos::prelude::*;

/// What is open over the page.
#[derive(Clone, Copy)]
pub struct Overlays {
    /// The side navigation on phones.
    pub is_drawer_open: RwSignal<bool>,
    /// The list of keys.
    pub are_shortcuts_open: RwSignal<bool>,
}

impl Overlays {
    /// Provides it to the whole page, with nothing open.
    pub fn provide() {
        provide_context(Self { is_drawer_open: RwSignal::new(false), are_shortcuts_open: RwSignal::new(false) });
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }
}
