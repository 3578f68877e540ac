//! Sentences for people who hear the page: results that arrive late, counts that changed.

use leptos::prelude::*;

/// Speaks through the polite live region of the shell, or of the modal window that lies over it.
#[derive(Clone, Copy)]
pub struct Announcer {
    text: RwSignal<String>,
    /// Who can speak: the shell, and the windows over it, the topmost last.
    speakers: RwSignal<Vec<u32>>,
}

impl Announcer {
    /// Provides the announcer to the whole page.
    pub fn provide() -> Self {
        let announcer = Self { text: RwSignal::new(String::new()), speakers: RwSignal::new(Vec::new()) };
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

    /// Puts a speaker over the others until the calling component goes; answers whether it is the topmost, which alone speaks.
    pub fn speaker(self) -> Memo<bool> {
        let id = self.speakers.with_untracked(|speakers| speakers.last().map_or(0, |last| last + 1));
        // What another one has said is not said again.
        self.text.set(String::new());
        self.speakers.update(|speakers| speakers.push(id));
        on_cleanup(move || {
            self.text.try_set(String::new());
            self.speakers.try_update(|speakers| speakers.retain(|known| *known != id));
        });
        Memo::new(move |_| self.speakers.with(|speakers| speakers.last() == Some(&id)))
    }

    /// What the live region holds.
    pub fn text(self) -> ReadSignal<String> {
        self.text.read_only()
    }
}
