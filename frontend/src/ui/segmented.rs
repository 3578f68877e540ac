//! A choice between a few words that are all in view.

use leptos::prelude::*;

use crate::browser;

/// One of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<T> {
    /// What it stands for.
    pub value: T,
    /// The word.
    pub label: &'static str,
}

/// A choice between a few words. Arrows move and choose; it is one stop of the Tab key.
#[component]
pub fn Segmented<T: Copy + PartialEq + Send + Sync + 'static>(
    /// The name of the choice; also tells its buttons from those of others on the page.
    label: &'static str,
    /// The words.
    segments: Vec<Segment<T>>,
    /// What is chosen.
    #[prop(into)]
    chosen: Signal<T>,
    /// Chooses something else.
    on_choose: Callback<T>,
) -> impl IntoView {
    let values: Vec<T> = segments.iter().map(|segment| segment.value).collect();
    let place_of = |index: usize| format!("{label}-{index}");
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let at = values.iter().position(|value| *value == chosen.get_untracked()).unwrap_or_default();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (at + 1) % values.len(),
            "ArrowLeft" | "ArrowUp" => (at + values.len() - 1) % values.len(),
            "Home" => 0,
            "End" => values.len() - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        on_choose.run(values[next]);
        if let Some(button) = browser::find(&format!("[data-segment=\"{label}-{next}\"]")) {
            browser::focus(&button);
        }
    };
    let button = move |(index, Segment { value, label }): (usize, Segment<T>)| {
        let is_chosen = Memo::new(move |_| chosen.get() == value);
        view! {
            <button
                type="button"
                role="radio"
                data-segment=place_of(index)
                aria-checked=move || is_chosen.get().to_string()
                tabindex=move || if is_chosen.get() { "0" } else { "-1" }
                on:click=move |_| on_choose.run(value)
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="segmented" role="radiogroup" aria-label=label on:keydown=on_keydown>
            {segments.into_iter().enumerate().map(button).collect_view()}
        </div>
    }
}
