//! What the page says by itself: the messages in the corner, and sentences for people who hear it.

use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;

use super::badge::Tone;
use super::icon::{Icon, IconName};
use crate::state::announcer::Announcer;
use crate::state::toasts::{Toast, ToastAction, Toasts};
use crate::ui::each::Each;

/// How long a message stays that is not an error.
const STAY: Duration = Duration::from_secs(6);

/// Shows the messages, which wait while the pointer or the focus is on them, and holds the live region.
///
/// The shell has them, and each modal window has its own while it is open: what is outside the topmost window is out of reach.
#[component]
pub fn Messages() -> impl IntoView {
    let (announcer, toasts) = (Announcer::of_page(), Toasts::of_page());
    let is_topmost = announcer.speaker();
    let sentence = move || if is_topmost.get() { announcer.text().get() } else { String::new() };
    let entries = move || if is_topmost.get() { toasts.entries().get() } else { Vec::new() };
    view! {
        <div class="visually-hidden" role="status" aria-live="polite">{sentence}</div>
        <div class="toasts">
            <Each each=entries key=|toast| toast.id let:toast>
                <ToastItem toast/>
            </Each>
        </div>
    }
}

#[component]
fn ToastItem(
    /// The message.
    toast: Toast,
) -> impl IntoView {
    let toasts = Toasts::of_page();
    let Toast { id, tone, title, text, action } = toast;
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let start = move || {
        stop();
        if tone != Tone::Bad {
            timer.set_value(set_timeout_with_handle(move || toasts.dismiss(id), STAY).ok());
        }
    };
    start();
    on_cleanup(stop);
    let (icon, role) = match tone {
        Tone::Info => (IconName::Info, "status"),
        Tone::Warn => (IconName::Warning, "status"),
        Tone::Bad => (IconName::Error, "alert"),
    };
    view! {
        <div
            class="toast"
            data-tone=tone.value()
            role=role
            on:mouseenter=move |_| stop()
            on:mouseleave=move |_| start()
            on:focusin=move |_| stop()
            on:focusout=move |_| start()
        >
            <Icon name=icon/>
            <div>
                <b>{title}</b>
                {text.map(|text| view! { <p class="wrap-any">{text}</p> })}
            </div>
            {action
                .map(|ToastAction { label, run }| {
                    let act = move |_| {
                        toasts.dismiss(id);
                        run();
                    };
                    view! { <button class="button small" type="button" on:click=act>{label}</button> }
                })}
            <button class="icon-button small" type="button" aria-label="Dismiss" on:click=move |_| toasts.dismiss(id)>
                <Icon name=IconName::X/>
            </button>
        </div>
    }
}
