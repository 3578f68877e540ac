//! The way to the pages before and after.

use leptos::prelude::*;
use shared::api::search::SearchAnswer;

use super::search_view::SearchView;
use super::source::SearchSource;
use crate::ui::numbers;

/// How many results a page has, where the server is set up as it comes.
const PAGE_SIZE: usize = 25;

/// Where the reader is, and the addresses of the neighbours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The number of the page, from 1, and of the last one.
    pub number: Option<(usize, usize)>,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

impl Place {
    /// The place of an answer to a view.
    pub fn of(view: &SearchView, answer: &SearchAnswer) -> Self {
        let number = number(answer);
        // The first page has one address.
        let is_second = number.is_some_and(|(number, _)| number == 2);
        let at = |cursor: &String| view.at_page(if is_second { "" } else { cursor }).address();
        Self {
            number,
            previous: answer.previous_page_cursor.as_ref().map(at),
            next: answer.next_page_cursor.as_ref().map(|cursor| view.at_page(cursor).address()),
        }
    }
}

fn number(answer: &SearchAnswer) -> Option<(usize, usize)> {
    let before = answer.results.first()?.rank.saturating_sub(1);
    let n_results = answer.number_of_results?;
    // Every page is full, but for the last one.
    let size = if answer.next_page_cursor.is_some() { answer.results.len() } else { PAGE_SIZE };
    Some((before / size + 1, n_results.div_ceil(size)))
}

/// Links to the neighbours, where there are any.
#[component]
pub fn Pages(
    /// What was found.
    source: SearchSource,
) -> impl IntoView {
    let place = Memo::new(move |_| source.with_answer(Place::of).unwrap_or_default());
    let link = |href: Option<String>, words: &'static str, label: &'static str| {
        href.map(|href| view! { <a href=href aria-label=label>{words}</a> })
    };
    move || {
        let Place { number, previous, next } = place.get();
        (previous.is_some() || next.is_some()).then(|| {
            let number = number
                .map(|(number, n_pages)| format!("Page {} of {}", numbers::count(number), numbers::count(n_pages)));
            view! {
                <nav class="pagination" aria-label="Pages">
                    {link(previous, "Previous", "Previous page")}
                    {number.map(|words| view! { <span>{words}</span> })}
                    {link(next, "Next", "Next page")}
                </nav>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use shared::api::search::SearchResult;

    use super::*;

    fn answer(first: usize, n_results: usize, n_total: usize, next: Option<&str>) -> SearchAnswer {
        let result = |rank| SearchResult { rank, ..SearchResult::default() };
        SearchAnswer {
            results: (first..first + n_results).map(result).collect(),
            number_of_results: Some(n_total),
            next_page_cursor: next.map(str::to_owned),
            previous_page_cursor: (first > 1).then(|| "Mw==".to_owned()),
            ..SearchAnswer::default()
        }
    }

    #[test]
    fn the_number_of_the_page_follows_from_the_rank() {
        assert_eq!(number(&answer(1, 25, 84, Some("MQ=="))), Some((1, 4)));
        assert_eq!(number(&answer(26, 25, 84, Some("Mg=="))), Some((2, 4)));
        assert_eq!(number(&answer(76, 9, 84, None)), Some((4, 4)));
        assert_eq!(number(&answer(1, 25, 25, None)), Some((1, 1)));
        assert_eq!(number(&answer(11, 10, 35, Some("Mg=="))), Some((2, 4)));
        assert_eq!(number(&answer(1, 0, 0, None)), None);
    }

    #[test]
    fn neighbours_keep_term_and_filters() {
        let view = SearchView::parse("query=a&filters[kind]=API&pageCursor=Mg==");
        let place = Place::of(&view, &answer(51, 25, 84, Some("NA==")));
        let at = |cursor: &str| format!("/search?query=a&filters%5Bkind%5D=API&pageCursor={cursor}");
        assert_eq!(place.previous, Some(at("Mw%3D%3D")));
        assert_eq!(place.next, Some(at("NA%3D%3D")));
        let second = Place::of(&view, &answer(26, 25, 84, None));
        assert_eq!(second.previous.as_deref(), Some("/search?query=a&filters%5Bkind%5D=API"));
        assert_eq!(second.next, None);
    }
}
