//! The page of results, at `/search`.

use std::time::Duration;

use leptos::leptos_dom::helpers::{debounce, window, window_event_listener};
use leptos::{ev, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::memory::SearchMemory;
use super::pages::Place;
use super::result_keys::{Direction, begin_list, focus_link_to, step};
use super::results::Results;
use super::search_field::{SearchField, Step};
use super::search_view::SearchView;
use super::source::{Answered, SearchSource};
use super::start::Start;
use crate::api::ApiClient;
use crate::browser;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::history::Arrival;
use crate::state::preferences::Preferences;
use crate::state::refreshing::use_refreshing;
use crate::state::title::use_title;
use crate::ui::effect::effect;
use crate::ui::numbers;

/// Changes that come together are asked for together, once the index has them.
const CHANGE_PAUSE: Duration = Duration::from_millis(1_500);
/// An answer that is less than usual is asked for again after this time.
const LIMITED_PAUSE: Duration = Duration::from_secs(5);

/// One field, and what is found everywhere.
#[component]
pub fn SearchPage() -> impl IntoView {
    let view = use_view();
    let source = SearchSource::new(ApiClient::of_page());
    let navigate = use_navigate();
    let go = Callback::new(move |(changed, step): (SearchView, Step)| {
        let options = NavigateOptions { replace: step == Step::InPlace, scroll: false, ..NavigateOptions::default() };
        navigate(&changed.address(), options);
    });
    let on_change = Callback::new(move |changed: SearchView| go.run((changed, Step::InPlace)));
    come_back(view, source);
    keep_fresh(view, source);
    announce(source);
    begin_new_pages(source);
    walk_by_letters();
    use_refreshing(move || source.is_refreshing());
    use_title(move || view.with(title));
    use_breadcrumb(|| vec![Crumb::here("Search")]);
    let is_question = Memo::new(move |_| view.with(SearchView::is_question));
    view! {
        <div class="page search">
            <h1 class="visually-hidden" tabindex="-1">"Search"</h1>
            <SearchField view go/>
            {move || {
                if is_question.get() { view! { <Results view source on_change/> }.into_any() } else { view! { <Start/> }.into_any() }
            }}
        </div>
    }
}

/// The view that the address asks for. It keeps its value while the reader is on the way to another page.
fn use_view() -> Memo<SearchView> {
    let location = use_location();
    Memo::new(move |old: Option<&SearchView>| {
        let is_here = location.pathname.with(|path| path.trim_end_matches('/') == paths::patterns::SEARCH);
        match old {
            Some(old) if !is_here => old.clone(),
            _ => location.search.with(|search| SearchView::parse(search)),
        }
    })
}

fn title(view: &SearchView) -> String {
    if view.text.is_empty() { "Search".to_owned() } else { format!("{} · Search", view.text) }
}

/// Shows who comes back what there was before, as it was left.
fn come_back(view: Memo<SearchView>, source: SearchSource) {
    if !Arrival::of_page().is_traversal() {
        return;
    }
    let Some(left) = view.with_untracked(|view| SearchMemory::of_page().recall(view)) else { return };
    source.restore(left.answered);
    effect(move || {
        let (href, offset_px) = (left.href.clone(), left.offset_px);
        request_animation_frame(move || {
            window().scroll_to_with_x_and_y(0.0, offset_px);
            focus_link_to(&href);
        });
    });
}

/// Asks when the address changes, and again when the catalog does, or when the server could not answer as usual.
fn keep_fresh(view: Memo<SearchView>, source: SearchSource) {
    effect(move || view.with(|view| source.ask(view)));
    let ask_again = move |()| {
        // The page may have gone during the pause.
        if let Some(view) = view.try_get_untracked() {
            source.ask(&view);
        }
    };
    let mut ask_later = debounce(LIMITED_PAUSE, ask_again);
    effect(move || {
        if source.with_answer(|_, answer| answer.limitation.is_some()).unwrap_or_default() {
            ask_later(());
        }
    });
    let mut ask_soon = debounce(CHANGE_PAUSE, ask_again);
    let ask_soon = std::cell::RefCell::new(move || ask_soon(()));
    use_catalog_changes(move |_| (ask_soon.borrow_mut())());
}

/// Says how much was found, once it was.
fn announce(source: SearchSource) {
    let announcer = Announcer::of_page();
    effect(move || {
        // An error says itself.
        if let Some(sentence) = source.answered().and_then(|answered| sentence(&answered)) {
            announcer.say(sentence);
        }
    });
}

fn sentence(Answered { view, outcome }: &Answered) -> Option<String> {
    let answer = outcome.as_ref().ok()?;
    let n_results = answer.number_of_results.unwrap_or(answer.results.len());
    let count = match n_results {
        0 => "No results".to_owned(),
        n_results => numbers::counted(n_results, "result", "results"),
    };
    let term = if view.text.is_empty() { String::new() } else { format!(" for {}", view.text) };
    let page = match Place::of(view, answer).number {
        Some((number, n_pages)) if number > 1 => format!(", page {number} of {n_pages}"),
        _ => String::new(),
    };
    Some(format!("{count}{term}{page}"))
}

/// Shows another page of the same results from its begin.
fn begin_new_pages(source: SearchSource) {
    let shown = StoredValue::new(None::<SearchView>);
    effect(move || {
        let Some(answered) = source.answered() else { return };
        let view = &answered.view;
        let old = shown.try_update_value(|shown| shown.replace(view.clone())).flatten();
        if old.is_some_and(|old| old != *view && old.first_page() == view.first_page()) {
            request_animation_frame(begin_list);
        }
    });
}

/// Lets `j` and `k` move among the results, wherever the focus is.
fn walk_by_letters() {
    let single_keys = Preferences::of_page().has_single_keys();
    let handle = window_event_listener(ev::keydown, move |event| {
        let is_taken = event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key();
        if is_taken || browser::is_typing(&event) || !single_keys.get_untracked() {
            return;
        }
        let direction = match event.key().as_str() {
            "j" | "J" => Direction::Next,
            "k" | "K" => Direction::Previous,
            _ => return,
        };
        event.prevent_default();
        step(direction);
    });
    on_cleanup(move || handle.remove());
}

#[cfg(test)]
mod tests {
    use shared::api::search::{SearchAnswer, SearchResult};

    use super::*;
    use crate::api::ClientError;

    #[test]
    fn the_tab_of_the_browser_has_the_term() {
        assert_eq!(title(&SearchView::parse("")), "Search");
        assert_eq!(title(&SearchView::parse("query=booking&changed=week")), "booking · Search");
    }

    #[test]
    fn what_was_found_is_one_sentence() {
        let said = |query: &str, n_results, rank| {
            let answer = SearchAnswer {
                results: vec![SearchResult { rank, ..SearchResult::default() }],
                number_of_results: Some(n_results),
                ..SearchAnswer::default()
            };
            sentence(&Answered { view: SearchView::parse(query), outcome: Ok(answer) }).unwrap()
        };
        assert_eq!(said("query=booking", 84, 1), "84 results for booking");
        assert_eq!(said("query=booking&pageCursor=MQ==", 84, 76), "84 results for booking, page 4 of 4");
        assert_eq!(said("changed=week", 1, 1), "1 result");
        assert_eq!(said("query=x", 0, 1), "No results for x");
        let failed = Answered { view: SearchView::default(), outcome: Err(ClientError::SignedOut) };
        assert_eq!(sentence(&failed), None);
    }
}
