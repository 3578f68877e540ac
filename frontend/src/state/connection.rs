//! Whether the server can be reached, and how old what is shown may be.

use leptos::leptos_dom::helpers::{WindowListenerHandle, window, window_event_listener};
use leptos::{ev, prelude::*};

use crate::browser;

/// What the page knows of its way to the server.
#[derive(Clone, Copy)]
pub struct Connection {
    /// What the browser says of the network.
    is_online: RwSignal<bool>,
    /// Whether the stream of changes is open: then the server answers, whatever a single request says.
    has_stream: RwSignal<bool>,
    /// Whether the last request got no answer.
    is_unanswered: RwSignal<bool>,
    /// When the oldest data that is shown from the device's memory was read, in milliseconds since 1970.
    saved_at_ms: RwSignal<Option<f64>>,
    /// Changes of this person that wait for the server.
    n_waiting: RwSignal<usize>,
    /// Ends the wait before the next attempt.
    wake: StoredValue<Option<js_sys::Function>, LocalStorage>,
}

impl Connection {
    /// Provides it to the whole page.
    pub fn provide() -> Self {
        let connection = Self {
            is_online: RwSignal::new(window().navigator().on_line()),
            has_stream: RwSignal::new(false),
            is_unanswered: RwSignal::new(false),
            saved_at_ms: RwSignal::new(None),
            n_waiting: RwSignal::new(0),
            wake: StoredValue::new_local(None),
        };
        let handles = [
            window_event_listener(ev::online, move |_| {
                connection.is_online.set(true);
                connection.retry();
            }),
            window_event_listener(ev::offline, move |_| connection.is_online.set(false)),
        ];
        on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
        provide_context(connection);
        connection
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Whether the browser is connected to a network at all.
    pub fn is_online(self) -> bool {
        self.is_online.get()
    }

    /// Whether the server cannot be reached now, so that what the device remembers is better than nothing.
    pub fn is_away_now(self) -> bool {
        is_away(self.is_online.get_untracked(), self.has_stream.get_untracked(), self.is_unanswered.get_untracked())
    }

    /// When the oldest data that is shown from the device's memory was read.
    pub fn saved_at_ms(self) -> Option<f64> {
        self.saved_at_ms.get()
    }

    /// How many changes wait for the server.
    pub fn n_waiting(self) -> usize {
        self.n_waiting.get()
    }

    /// Records how many changes wait.
    pub fn set_waiting(self, n_waiting: usize) {
        set_if_new(self.n_waiting, n_waiting);
    }

    /// Records whether the stream of changes is open. Everything is read again when it opens after a gap.
    pub fn set_stream(self, is_open: bool) {
        set_if_new(self.has_stream, is_open);
        if is_open {
            self.answered();
            set_if_new(self.saved_at_ms, None);
        }
    }

    /// Whether the stream of changes is open.
    pub fn has_stream(self) -> bool {
        self.has_stream.get()
    }

    /// A request got an answer, good or bad.
    pub fn answered(self) {
        set_if_new(self.is_unanswered, false);
    }

    /// A request got no answer.
    pub fn unanswered(self) {
        set_if_new(self.is_unanswered, true);
    }

    /// Something is shown that was read earlier; the oldest counts.
    pub fn shows_saved(self, read_at_ms: f64) {
        let oldest = self.saved_at_ms.get_untracked().map_or(read_at_ms, |known| known.min(read_at_ms));
        set_if_new(self.saved_at_ms, Some(oldest));
    }

    /// Tries again now what waits for the next attempt.
    pub fn retry(self) {
        if let Some(wake) = self.wake.try_update_value(Option::take).flatten()
            && let Err(error) = wake.call0(&wasm_bindgen::JsValue::UNDEFINED)
        {
            leptos::logging::warn!("The next attempt did not begin: {error:?}");
        }
    }

    /// Waits before the next attempt; [`Connection::retry`] ends it early.
    pub async fn pause(self, duration_ms: i32) {
        browser::sleep_unless(duration_ms, |wake| self.wake.set_value(Some(wake))).await;
    }
}

fn is_away(is_online: bool, has_stream: bool, is_unanswered: bool) -> bool {
    !is_online || (is_unanswered && !has_stream)
}

/// Views are told only of what differs.
fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.set(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_without_an_answer_is_no_loss_while_the_stream_is_open() {
        assert!(!is_away(true, true, true));
        assert!(is_away(true, false, true), "neither stream nor answers");
        assert!(is_away(false, true, false), "the browser knows first");
        assert!(!is_away(true, false, false), "the page has just opened");
    }
}
