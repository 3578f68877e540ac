//! Copying, with a word that it was done.

use leptos::task::spawn_local;

use super::badge::Tone;
use crate::browser;
use crate::state::toasts::Toasts;

/// Puts a text on the clipboard and says so in a toast. Call it within the page.
pub fn copy_and_say(text: String, done: &'static str) {
    copy(text.clone(), done.to_owned(), Some(text), Toasts::of_page());
}

/// The same from where the page cannot be asked for its toasts.
pub fn copy_with(text: String, done: &'static str, toasts: Toasts) {
    copy(text.clone(), done.to_owned(), Some(text), toasts);
}

/// The same for a text that is too long to be shown.
pub fn copy_quietly(text: String, done: String, toasts: Toasts) {
    copy(text, done, None, toasts);
}

fn copy(text: String, done: String, shown: Option<String>, toasts: Toasts) {
    spawn_local(async move {
        match browser::copy(&text).await {
            Ok(()) => toasts.show(Tone::Info, &done, shown),
            Err(error) => {
                leptos::logging::warn!("Copying failed: {error:?}");
                // The text itself, so that it can be selected.
                toasts.show(Tone::Bad, "The browser does not allow copying here", shown);
            }
        }
    });
}
