//! Arrow keys for trees that are nested lists of links and foldable headings.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser;

/// Moves the focus within a tree: Up and Down to the neighbours that can be seen, Right opens, Left closes or goes to the heading
/// above, Home and End to the ends. Everything works without it, too: the items are links and headings with a tab stop each.
pub fn on_tree_key(event: &web_sys::KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
        return;
    }
    let (Some(tree), Some(item)) = (element(event.current_target()), element(event.target())) else { return };
    let is_item = matches!(item.tag_name().as_str(), "A" | "SUMMARY");
    if !is_item {
        return;
    }
    let details = item.parent_element().filter(|_| item.tag_name() == "SUMMARY");
    let is_open = details.as_ref().map(|details| details.has_attribute("open"));
    let target = match (event.key().as_str(), is_open) {
        ("ArrowDown", _) => neighbour(&tree, &item, 1),
        ("ArrowUp", _) => neighbour(&tree, &item, -1),
        ("Home", _) => visible(&tree).into_iter().next(),
        ("End", _) => visible(&tree).into_iter().next_back(),
        ("ArrowRight", Some(false)) | ("ArrowLeft", Some(true)) => {
            item.click();
            Some(item.clone())
        }
        ("ArrowRight", Some(true)) => neighbour(&tree, &item, 1),
        ("ArrowLeft", _) => heading_above(&item),
        _ => return,
    };
    if let Some(target) = target {
        event.prevent_default();
        if let Err(error) = target.focus() {
            leptos::logging::warn!("The focus did not move: {error:?}");
        }
    }
}

fn element(target: Option<web_sys::EventTarget>) -> Option<HtmlElement> {
    target.and_then(|target| target.dyn_into().ok())
}

/// The items that can be seen, in order.
fn visible(tree: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = tree.query_selector_all("summary, a") else { return Vec::new() };
    let items = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into::<HtmlElement>().ok());
    items.filter(|item| item.offset_height() > 0).collect()
}

fn neighbour(tree: &HtmlElement, item: &HtmlElement, by: isize) -> Option<HtmlElement> {
    let items = visible(tree);
    let at = items.iter().position(|other| other.is_same_node(Some(item)))?;
    items.get(at.checked_add_signed(by)?).cloned()
}

fn heading_above(item: &HtmlElement) -> Option<HtmlElement> {
    let own = item.closest("details").ok().flatten()?;
    let above =
        if item.tag_name() == "SUMMARY" { own.parent_element()?.closest("details").ok().flatten()? } else { own };
    above.first_element_child()?.dyn_into().ok()
}

/// Brings the current item of a tree into view, without moving the page.
pub fn show_current(tree: &str) {
    let Some(tree) = browser::find(tree) else { return };
    let Ok(Some(current)) = tree.query_selector("[aria-current]") else { return };
    let (outer, inner) = (tree.get_bounding_client_rect(), current.get_bounding_client_rect());
    if inner.top() < outer.top() || inner.bottom() > outer.bottom() {
        let by = inner.top() - outer.top() - outer.height() / 2.0;
        #[expect(clippy::cast_possible_truncation, reason = "no tree is taller than 2^31 pixels")]
        tree.set_scroll_top(tree.scroll_top() + by as i32);
    }
}
