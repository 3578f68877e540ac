//! The messages in the corner.

use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;

use super::badge::Tone;
use super::icon::{Icon, IconName};
use crate::state::toasts::{Toast, ToastAction, Toasts};
use crate::ui::each::Each;

/// How long a message stays that is not an error.
const STAY: Duration = Duration::from_secs(6);

/// Shows the messages; they wait while the pointer or the focus is on them.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = Toasts::of_page();
    view! {
        <div class="toasts">
            <Each each=move || toasts.entries().get() key=|toast| toast.id let:toast>
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
