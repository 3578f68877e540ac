//! Small labels with a tone.

use leptos::prelude::*;

/// What a colour says; the text says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Look at it.
    Warn,
    /// Broken.
    Bad,
    /// Worth knowing.
    Info,
}

impl Tone {
    /// The value of `data-tone`.
    pub fn value(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
        }
    }
}

/// A word in a pill. Without a tone it is grey.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    text: String,
    /// What its colour says.
    #[prop(optional_no_strip)]
    tone: Option<Tone>,
) -> impl IntoView {
    view! { <span class="badge" data-tone=tone.map(Tone::value)>{text}</span> }
}
