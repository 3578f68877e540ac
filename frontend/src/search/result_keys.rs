//! Walks through the results by keyboard. The focus of the browser marks the active one.

use leptos::leptos_dom::helpers::{document, request_animation_frame, window};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser;

/// The list of results in the document.
pub const LIST_ID: &str = "search-results";
/// The link of a result.
const LINK: &str = "#search-results .result__link";

/// Which way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Down.
    Next,
    /// Up.
    Previous,
}

/// Moves the focus to a neighbour of the active result, or to the first one where none is active; answers whether it did.
pub fn step(direction: Direction) -> bool {
    let links = links(LINK);
    let active = document().active_element();
    // The focus may also be on another link of the result.
    let holds_focus = |link: &HtmlElement| {
        let line = link.closest("li").ok().flatten();
        line.is_some_and(|line| line.contains(active.as_deref()))
    };
    let at = links.iter().position(holds_focus);
    let next = neighbour(at, direction, links.len());
    next.and_then(|next| links.get(next)).map(focus).is_some()
}

fn neighbour(at: Option<usize>, direction: Direction, n_links: usize) -> Option<usize> {
    let next = match (at, direction) {
        (None, _) => 0,
        (Some(at), Direction::Next) => at + 1,
        (Some(at), Direction::Previous) => at.checked_sub(1)?,
    };
    (next < n_links).then_some(next)
}

/// Moves the focus to the link of the list with an address.
pub fn focus_link_to(href: &str) {
    let links = links(&format!("#{LIST_ID} a"));
    if let Some(link) = links.iter().find(|link| link.get_attribute("href").as_deref() == Some(href)) {
        browser::focus(link);
    }
}

/// Gives the focus back to a link of the list whose result is drawn anew, or to the list where it was not found again.
pub fn keep_focus() {
    let active = document().active_element();
    let links = links(&format!("#{LIST_ID} a"));
    let focused = links.iter().find(|link| active.as_ref() == Some(link.as_ref()));
    let Some(href) = focused.and_then(|link| link.get_attribute("href")) else { return };
    request_animation_frame(move || {
        // Nobody has taken the focus elsewhere meanwhile.
        if document().active_element() != document().body().map(Into::into) {
            return;
        }
        focus_link_to(&href);
        if document().active_element() == document().body().map(Into::into)
            && let Some(list) = browser::find(&format!("#{LIST_ID}"))
        {
            browser::focus(&list);
        }
    });
}

/// Shows the list from its begin, and moves the focus to it.
pub fn begin_list() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
    if let Some(list) = browser::find(&format!("#{LIST_ID}")) {
        browser::focus(&list);
    }
}

/// Moves the focus to a link, and its whole result into sight.
fn focus(link: &HtmlElement) {
    browser::focus(link);
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    if let Some(line) = link.closest("li").ok().flatten() {
        line.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn links(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_begins_with_the_first_and_ends_with_the_last() {
        assert_eq!(neighbour(None, Direction::Next, 3), Some(0));
        assert_eq!(neighbour(None, Direction::Previous, 3), Some(0));
        assert_eq!(neighbour(Some(1), Direction::Next, 3), Some(2));
        assert_eq!(neighbour(Some(2), Direction::Next, 3), None);
        assert_eq!(neighbour(Some(1), Direction::Previous, 3), Some(0));
        assert_eq!(neighbour(Some(0), Direction::Previous, 3), None);
        assert_eq!(neighbour(None, Direction::Next, 0), None);
    }
}
