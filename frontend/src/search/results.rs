//! What was found: sorts of documents, filters in use, the list and the pages.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::counts::n_of_type;
use super::memory::SearchMemory;
use super::no_results::NoResults;
use super::pages::Pages;
use super::refine::Refine;
use super::result_item::ResultItem;
use super::result_keys::{Direction, LIST_ID, keep_focus, step};
use super::result_line::ResultLine;
use super::search_view::{Changed, Chosen, DocumentType, SearchView};
use super::source::SearchSource;
use crate::api::ClientError;
use crate::browser;
use crate::state::preferences::Preferences;
use crate::ui::dialog::Dialog;
use crate::ui::each::Each;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// The line that says how many results there are.
const SUMMARY_ID: &str = "search-summary";

/// Everything below the field.
#[component]
pub fn Results(
    /// What is shown.
    view: Memo<SearchView>,
    /// What was found.
    source: SearchSource,
    /// Shows another view.
    on_change: Callback<SearchView>,
) -> impl IntoView {
    let are_filters_open = RwSignal::new(false);
    let single_keys = Preferences::of_page().has_single_keys();
    view! {
        <Sorts view source/>
        <div class="search-layout">
            <section aria-label="Search results">
                <Bar view source on_change are_filters_open/>
                <Remarks source/>
                <Found view source/>
                <Pages source/>
            </section>
            <aside aria-label="Refine">
                <Refine view source on_change place="rail"/>
                {move || {
                    single_keys
                        .get()
                        .then(|| {
                            view! {
                                <p class="well small-text muted">
                                    "Press "<kbd>"J"</kbd>" and "<kbd>"K"</kbd>" to move, and "<kbd>"↵"</kbd>" to open."
                                </p>
                            }
                        })
                }}
            </aside>
        </div>
        <Dialog is_open=are_filters_open title="Filters" drawer=true>
            <Refine view source on_change place="drawer"/>
        </Dialog>
    }
}

/// The sorts of documents, each with its number.
#[component]
fn Sorts(
    /// What is shown.
    view: Memo<SearchView>,
    /// Where the numbers come from.
    source: SearchSource,
) -> impl IntoView {
    let tab = move |document_type: Option<DocumentType>| {
        let is_current = move || view.with(|view| view.shows(document_type));
        let count = Memo::new(move |_| source.with_answer(|_, answer| n_of_type(answer, document_type)).flatten());
        // Nobody has to know of documentation where there is none.
        let is_hidden =
            move || document_type == Some(DocumentType::Docs) && !is_current() && count.get().unwrap_or_default() == 0;
        view! {
            <a
                class="tab"
                href=move || view.with(|view| view.with_type(document_type).address())
                hidden=is_hidden
                aria-current=move || is_current().then_some("page")
            >
                {document_type.map_or("All", DocumentType::label)}
                <span class="badge count">{move || count.get().map(numbers::count)}</span>
            </a>
        }
    };
    let all = [None].into_iter().chain(DocumentType::ALL.map(Some));
    view! { <nav class="tabs search__sorts" aria-label="Result type">{all.map(tab).collect_view()}</nav> }
}

/// How many results there are, and the filters in use.
#[component]
fn Bar(
    /// What is shown.
    view: Memo<SearchView>,
    /// What was found.
    source: SearchSource,
    /// Shows another view.
    on_change: Callback<SearchView>,
    /// Whether the filters are open where there is no room for them.
    are_filters_open: RwSignal<bool>,
) -> impl IntoView {
    let summary = Memo::new(move |_| {
        let n_results = source.with_answer(|_, answer| answer.number_of_results.unwrap_or(answer.results.len()));
        n_results.map(|n_results| numbers::counted(n_results, "result", "results"))
    });
    // The button goes with its filter, so the focus needs another place.
    let remove = move |changed: SearchView| {
        if let Some(summary) = browser::find(&format!("#{SUMMARY_ID}")) {
            browser::focus(&summary);
        }
        on_change.run(changed);
    };
    let chip = move |Chip { label, words, without }: Chip| {
        view! {
            <span class="chip">
                <span class="field-name">{label}</span>
                <span class="truncate">{words.clone()}</span>
                <button
                    type="button"
                    aria-label=format!("Remove {} filter {words}", label.to_lowercase())
                    on:click=move |_| remove(without.clone())
                >
                    <Icon name=IconName::X/>
                </button>
            </span>
        }
    };
    let chips = Memo::new(move |_| view.with(chips));
    let n_filters = Memo::new(move |_| chips.with(Vec::len));
    view! {
        <div class="row search__bar">
            <p class="small-text subtle num" id=SUMMARY_ID tabindex="-1">{summary}</p>
            {move || {
                let chips = chips.get();
                (!chips.is_empty())
                    .then(|| {
                        view! {
                            <div class="row search__chips" role="group" aria-label="Filters in use">
                                {chips.into_iter().map(chip).collect_view()}
                                <button
                                    class="button small quiet"
                                    type="button"
                                    on:click=move |_| remove(view.with_untracked(SearchView::without_filters))
                                >
                                    "Clear filters"
                                </button>
                            </div>
                        }
                    })
            }}
            <button class="button small search__filters" type="button" on:click=move |_| are_filters_open.set(true)>
                <Icon name=IconName::Filter/>
                "Filters"
                {move || (n_filters.get() > 0).then(|| view! { <span class="badge count">{n_filters.get()}</span> })}
            </button>
        </div>
    }
}

/// A filter in use, and the view without it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chip {
    label: &'static str,
    words: String,
    without: SearchView,
}

fn chips(view: &SearchView) -> Vec<Chip> {
    let mut chips: Vec<Chip> = Vec::new();
    for Chosen { field, values } in &view.filters {
        for words in values.iter().map(|value| field.words(value)) {
            let is_new = !chips.iter().any(|chip| chip.label == field.label() && chip.words == words);
            if is_new {
                // An owner may be written in full and in short: people see one.
                let same: Vec<String> = values.iter().filter(|value| field.words(value) == words).cloned().collect();
                chips.push(Chip { label: field.label(), words, without: view.toggled(*field, &same) });
            }
        }
    }
    chips.extend((view.changed != Changed::AnyTime).then(|| Chip {
        label: "Changed",
        words: view.changed.label().to_owned(),
        without: view.with_changed(Changed::AnyTime),
    }));
    chips
}

/// What the answer lacks, and how the term was perhaps meant.
#[component]
fn Remarks(
    /// What was found.
    source: SearchSource,
) -> impl IntoView {
    let limitation =
        Memo::new(move |_| source.with_answer(|_, answer| Some(answer.limitation.as_ref()?.message.clone())).flatten());
    // Where nothing was found, the page says it in another place.
    let meant = Memo::new(move |_| {
        let look = source.with_answer(|view, answer| {
            let meant = answer.did_you_mean.as_ref().filter(|_| !answer.results.is_empty())?;
            Some((meant.clone(), view.with_text(meant).address()))
        });
        look.flatten()
    });
    view! {
        {move || {
            limitation
                .get()
                .map(|message| {
                    view! {
                        <div class="banner search__remark" data-tone="warn" role="status">
                            <Icon name=IconName::Warning/>
                            <div>{message}</div>
                        </div>
                    }
                })
        }}
        {move || {
            meant
                .get()
                .map(|(words, href)| {
                    view! { <p class="search__remark text-13">"Did you mean "<a href=href>{words}</a>"?"</p> }
                })
        }}
    }
}

/// The list, or why there is none.
#[component]
fn Found(
    /// What is asked.
    view: Memo<SearchView>,
    /// What was found.
    source: SearchSource,
) -> impl IntoView {
    #[derive(Clone, PartialEq)]
    enum Face {
        Waiting,
        Failed(ClientError),
        Nothing,
        Some,
    }
    let face = Memo::new(move |_| match (source.error(), source.with_answer(|_, answer| answer.results.is_empty())) {
        (Some(error), _) => Face::Failed(error),
        (None, None) => Face::Waiting,
        (None, Some(true)) => Face::Nothing,
        (None, Some(false)) => Face::Some,
    });
    let on_retry = Callback::new(move |()| view.with_untracked(|view| source.ask(view)));
    move || match face.get() {
        Face::Waiting => view! { <SkeletonRows rows=8 label="Searching"/> }.into_any(),
        Face::Failed(error) => {
            view! { <ErrorPanel title="The search failed" error=in_words(error) on_retry/> }.into_any()
        }
        Face::Nothing => view! { <NoResults source/> }.into_any(),
        Face::Some => view! { <List view source/> }.into_any(),
    }
}

/// An error in words for people: what the server says of a question that it does not take is for programs.
fn in_words(error: ClientError) -> ClientError {
    match error {
        ClientError::Refused { status: 400, name, .. } => ClientError::Refused {
            status: 400,
            name,
            message: "The portal does not take this search. Use fewer words, or remove filters.".to_owned(),
        },
        other => other,
    }
}

#[component]
fn List(
    /// What is asked.
    view: Memo<SearchView>,
    /// What was found.
    source: SearchSource,
) -> impl IntoView {
    let lines = move || {
        keep_focus();
        source
            .with_answer(|_, answer| answer.results.iter().filter_map(ResultLine::of).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    let is_outdated = Memo::new(move |_| view.with(|view| source.is_outdated(view)));
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => {
                step(Direction::Next);
            }
            "ArrowUp" => {
                if !step(Direction::Previous)
                    && let Some(field) = browser::find("[data-page-filter]")
                {
                    browser::focus(&field);
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let memory = SearchMemory::of_page();
    let on_click = move |event: web_sys::MouseEvent| {
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = element.and_then(|element| element.closest("a[href]").ok().flatten());
        if let Some(href) = link.and_then(|link| link.get_attribute("href"))
            && let Some(answered) = untrack(|| source.answered())
        {
            memory.keep(answered, href);
        }
    };
    view! {
        <ol
            class="list search__list"
            id=LIST_ID
            role="list"
            tabindex="-1"
            aria-label="Results"
            aria-busy=move || is_outdated.get().then_some("true")
            on:keydown=on_keydown
            on:click=on_click
        >
            <Each each=lines key=Clone::clone let:line>
                <ResultItem line/>
            </Each>
        </ol>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_is_a_chip_that_can_be_taken_away() {
        let query = "query=a&filters[kind]=API&filters[owner][]=group:default/x&filters[owner][]=y&filters[owner][]=x&changed=week";
        let mut view = SearchView::parse(query);
        let told: Vec<_> = chips(&view).into_iter().map(|chip| (chip.label, chip.words)).collect();
        let expected = [("Kind", "API"), ("Owner", "x"), ("Owner", "y"), ("Changed", "Past week")];
        assert_eq!(told, expected.map(|(label, words)| (label, words.to_owned())));
        for n_left in (0..expected.len()).rev() {
            view = chips(&view).swap_remove(0).without;
            assert_eq!(chips(&view).len(), n_left);
        }
        assert_eq!(view, SearchView::parse("query=a"));
    }

    #[test]
    fn a_question_that_is_not_taken_is_told_in_plain_words() {
        let refused = |status| ClientError::Refused { status, name: "InputError".into(), message: "[{…}]".into() };
        assert!(in_words(refused(400)).to_string().starts_with("The portal does not take this search."));
        assert_eq!(in_words(refused(500)), refused(500));
    }
}
