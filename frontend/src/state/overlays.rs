//! What lies over the page: drawer, list of keys, palette. Any part of the page may open them.

use leptos::prelude::*;

/// What is open over the page.
#[derive(Clone, Copy)]
pub struct Overlays {
    /// The side navigation on phones.
    pub is_drawer_open: RwSignal<bool>,
    /// The list of keys.
    pub are_shortcuts_open: RwSignal<bool>,
    /// The command palette.
    pub is_palette_open: RwSignal<bool>,
}

impl Overlays {
    /// Provides it to the whole page, with nothing open.
    pub fn provide() {
        let closed = || RwSignal::new(false);
        provide_context(Self { is_drawer_open: closed(), are_shortcuts_open: closed(), is_palette_open: closed() });
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }
}
