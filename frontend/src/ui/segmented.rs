//! A choice between a few words that are all in view.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::{Icon, IconName};
use crate::browser;

/// One of several choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The words.
    pub label: String,
    /// What it means, where the words are short.
    pub hint: Option<&'static str>,
    /// The picture before them.
    pub icon: Option<IconName>,
}

impl Segment {
    /// A choice of a few words.
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned(), hint: None, icon: None }
    }

    /// A choice with a picture.
    pub fn with_icon(label: &str, icon: IconName) -> Self {
        Self { icon: Some(icon), ..Self::new(label) }
    }
}

/// A row of choices, one of them chosen. It is one stop of the Tab key, and arrows choose, as do Home and End.
#[component]
pub fn Segmented(
    /// What is chosen.
    label: &'static str,
    /// The choices.
    segments: Signal<Vec<Segment>>,
    /// The number of the chosen one.
    chosen: Signal<usize>,
    /// Chooses another.
    on_choose: Callback<usize>,
) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let n_segments = segments.with_untracked(Vec::len);
        let at = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowLeft" | "ArrowUp" => at.checked_sub(1).unwrap_or(n_segments.saturating_sub(1)),
            "ArrowRight" | "ArrowDown" => (at + 1) % n_segments.max(1),
            "Home" => 0,
            "End" => n_segments.saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        on_choose.run(next);
        let button = root.get_untracked().and_then(|root| root.children().item(u32::try_from(next).ok()?));
        if let Some(button) = button.and_then(|button| button.dyn_into().ok()) {
            browser::focus(&button);
        }
    };
    let button = move |(index, segment): (usize, Segment)| {
        view! {
            <button
                type="button"
                role="radio"
                title=segment.hint
                aria-checked=move || (chosen.get() == index).to_string()
                tabindex=move || if chosen.get() == index { "0" } else { "-1" }
                on:click=move |_| on_choose.run(index)
            >
                {segment.icon.map(|name| view! { <Icon name/> })}
                {segment.label}
            </button>
        }
    };
    view! {
        <div node_ref=root class="segmented" role="radiogroup" aria-label=label on:keydown=on_keydown>
            {move || segments.get().into_iter().enumerate().map(button).collect_view()}
        </div>
    }
}
