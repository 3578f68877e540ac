//! The field for the term.

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;

use super::result_keys::{Direction, step};
use super::search_view::{MAX_TERM_CHARS, SearchView};
use crate::browser;
use crate::state::history::Arrival;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};

/// How long the reader must pause before the text counts.
const TYPING_PAUSE: Duration = Duration::from_millis(150);
/// The sentence that says that no more can be typed.
const HINT_ID: &str = "search-hint";

/// How another view takes its place in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// In place of the current one.
    InPlace,
    /// As a new one, so that Back leads to the current one.
    New,
}

/// Whether the reader goes on typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Typing {
    Paused,
    Done,
}

/// The field. The address follows it after a pause, and it follows the address.
#[component]
pub fn SearchField(
    /// What is shown.
    view: Memo<SearchView>,
    /// Shows another view.
    go: Callback<(SearchView, Step)>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let text = Memo::new(move |_| view.with(|view| view.text.clone()));
    effect(move || {
        let text = text.get();
        // What is being typed keeps its spaces.
        if let Some(field) = field.get()
            && field.value().trim() != text
        {
            field.set_value(&text);
        }
    });
    let is_empty = view.with_untracked(|view| !view.is_question());
    let takes_focus = is_empty && !Arrival::of_page().is_traversal();
    effect(move || {
        if let Some(field) = field.get()
            && takes_focus
        {
            browser::focus(&field);
        }
    });

    // A search that somebody has finished, or came with, is a step of the history; what is being typed is none.
    let is_done = StoredValue::new(!is_empty);
    let take = Callback::new(move |typing: Typing| {
        // The page may have gone during the pause.
        let Some(old) = view.try_get_untracked() else { return };
        let Some(typed) = field.try_get_untracked().flatten().map(|field| field.value()) else { return };
        let changed = old.with_text(&typed);
        let is_new = changed.text != old.text;
        if is_new {
            go.run((changed, if is_done.get_value() { Step::New } else { Step::InPlace }));
        }
        if is_new || typing == Typing::Done {
            is_done.set_value(typing == Typing::Done);
        }
    });
    let take_soon = debounce(TYPING_PAUSE, move |()| take.run(Typing::Paused));
    let is_full = RwSignal::new(false);
    let on_input = {
        let mut take_soon = take_soon;
        move |event| {
            is_full.set(event_target_value(&event).encode_utf16().count() >= MAX_TERM_CHARS);
            take_soon(());
        }
    };
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        take.run(Typing::Done);
        // The keyboard on the screen would cover what was found.
        if browser::media_matches("(pointer: coarse)")
            && let Some(field) = field.get_untracked()
            && let Err(error) = field.blur()
        {
            leptos::logging::warn!("The field kept the focus: {error:?}");
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" if step(Direction::Next) => {}
            "Escape" => {
                let Some(field) = field.get_untracked().filter(|field| !field.value().is_empty()) else { return };
                field.set_value("");
                is_full.set(false);
                take.run(Typing::Paused);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <form class="input-icon search__form" role="search" on:submit=on_submit>
            <Icon name=IconName::Search/>
            <input
                node_ref=field
                class="input"
                type="search"
                data-page-filter
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                maxlength=MAX_TERM_CHARS.to_string()
                placeholder="Names, descriptions, tags, people, API operations"
                aria-label="Search"
                aria-keyshortcuts="/"
                aria-describedby=move || is_full.get().then_some(HINT_ID)
                on:input=on_input
                on:keydown=on_keydown
            />
            <kbd class="not-phone" aria-hidden="true">"/"</kbd>
        </form>
        {move || {
            is_full
                .get()
                .then(|| {
                    view! {
                        <p class="hint" id=HINT_ID role="status">
                            {format!("A search has at most {MAX_TERM_CHARS} characters.")}
                        </p>
                    }
                })
        }}
    }
}
