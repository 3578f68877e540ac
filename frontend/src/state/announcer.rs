//! Sentences for people who hear the page: results that arrive late, counts that changed.

use leptos::prelude::*;

/// Speaks through the polite live region of the shell.
#[derive(Clone, Copy)]
pub struct Announcer {
    text: RwSignal<String>,
}

impl Announcer {
    /// Provides the announcer to the whole page.
    pub fn provide() -> Self {
        let announcer = Self { text: RwSignal::new(String::new()) };
        provide_context(announcer);
        announcer
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Says a sentence; the newest one replaces what was not said yet.
    pub fn say(self, sentence: String) {
        if self.text.with_untracked(|text| *text != sentence) {
            self.text.set(sentence);
        }
    }

    /// What the live region holds.
    pub fn text(self) -> ReadSignal<String> {
        self.text.read_only()
    }
}
