//! What the page of results showed when a result was opened, for those who come back to it.

use std::sync::Arc;

use leptos::leptos_dom::helpers::window;
use leptos::prelude::*;

use super::search_view::SearchView;
use super::source::Answered;

/// What was shown, and where the reader was in it.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// The answer.
    pub answered: Arc<Answered>,
    /// The address of the link that was followed.
    pub href: String,
    /// How far the page was scrolled, in pixels.
    pub offset_px: f64,
}

/// Remembers one view: the one that was left last.
#[derive(Clone, Copy)]
pub struct SearchMemory {
    last: StoredValue<Option<Remembered>>,
}

impl SearchMemory {
    /// Provides it to the whole page.
    pub fn provide() {
        provide_context(Self { last: StoredValue::new(None) });
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Remembers what is shown while a link is followed.
    pub fn keep(self, answered: Arc<Answered>, href: String) {
        let offset_px = window().scroll_y().unwrap_or_default();
        self.last.set_value(Some(Remembered { answered, href, offset_px }));
    }

    /// What was shown of a view, if it is the one that was left last.
    pub fn recall(self, view: &SearchView) -> Option<Remembered> {
        self.last.with_value(|last| last.clone().filter(|last| last.answered.view == *view))
    }
}
