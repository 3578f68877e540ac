//! Text of machines, with a button that copies it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::badge::Tone;
use super::highlight::{Language, highlight};
use super::icon::{Icon, IconName};
use crate::browser;
use crate::state::toasts::Toasts;

/// How long the button answers "Copied", in milliseconds.
const ANSWER_MS: i32 = 2_000;

/// A button that copies a text and says so in its place.
#[component]
pub fn CopyButton(
    /// What it copies.
    #[prop(into)]
    text: Signal<String>,
    /// What it is called, such as "Copy reference".
    label: &'static str,
) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    let toasts = Toasts::of_page();
    let copy = move |_| {
        spawn_local(async move {
            match browser::copy(&text.get_untracked()).await {
                Ok(()) => {
                    is_copied.try_set(true);
                    browser::sleep(ANSWER_MS).await;
                    // The button may be gone by now.
                    is_copied.try_set(false);
                }
                Err(error) => {
                    leptos::logging::warn!("Copying failed: {error:?}");
                    let advice = "The browser does not allow it here. Select the text and copy it yourself.".to_owned();
                    toasts.show(Tone::Bad, "Nothing was copied", Some(advice));
                }
            }
        });
    };
    view! {
        <button class="button small quiet copy-button" type="button" on:click=copy>
            {move || {
                let icon = if is_copied.get() { IconName::Check } else { IconName::Copy };
                view! { <Icon name=icon/> }
            }}
            <span aria-live="polite">{move || if is_copied.get() { "Copied" } else { label }}</span>
        </button>
    }
}

/// A block of text in a fixed-width font.
#[component]
pub fn CodeBlock(
    /// What the text is, in the head of the block.
    #[prop(into)]
    title: String,
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What it is written in, for its colours; without it, it has none.
    #[prop(optional)]
    language: Option<Language>,
    /// Leaves out the button that copies it, where there is one elsewhere.
    #[prop(optional)]
    without_copy: bool,
) -> impl IntoView {
    let code = match language {
        // The function escapes what means something to HTML.
        Some(language) => {
            view! { <code inner_html=move || text.with(|text| highlight(text, language))></code> }.into_any()
        }
        None => view! { <code>{text}</code> }.into_any(),
    };
    view! {
        <div class="code">
            <div class="code-head">
                <span class="truncate">{title.clone()}</span>
                {(!without_copy).then(|| view! { <CopyButton text label="Copy"/> })}
            </div>
            <pre tabindex="0" role="region" aria-label=title>
                {code}
            </pre>
        </div>
    }
}
