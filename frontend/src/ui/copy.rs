//! Copying, with a word that it was done.

use leptos::task::spawn_local;

use super::badge::Tone;
use crate::browser;
use crate::state::toasts::Toasts;

/// Puts a text on the clipboard and says so in a toast. Call it within the page.
pub fn copy_and_say(text: String, done: &'static str) {
    let toasts = Toasts::of_page();
    spawn_local(async move {
        match browser::copy(&text).await {
            Ok(()) => toasts.show(Tone::Info, done, Some(text)),
            Err(error) => {
                leptos::logging::warn!("Copying failed: {error:?}");
                // The text itself, so that it can be selected.
                toasts.show(Tone::Bad, "The browser does not allow copying here", Some(text));
            }
        }
    });
}
