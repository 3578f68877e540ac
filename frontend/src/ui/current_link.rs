//! Rows of links that scroll sideways on phones.

use leptos::prelude::*;

use crate::browser;
use crate::ui::effect::effect;

/// Brings the current link of a row into view, now and whenever `follow` reads something that has changed, without moving the
/// page.
pub fn show_current_link(row: &'static str, follow: impl Fn() + 'static) {
    effect(move || {
        follow();
        // The page is drawn by then, and the link is marked.
        request_animation_frame(move || bring_into_view(row));
    });
}

fn bring_into_view(row: &str) {
    let Some(row) = browser::find(row) else { return };
    let Ok(Some(current)) = row.query_selector("[aria-current]") else { return };
    let (outer, inner) = (row.get_bounding_client_rect(), current.get_bounding_client_rect());
    if inner.left() < outer.left() || inner.right() > outer.right() {
        let by = inner.left() + inner.width() / 2.0 - outer.left() - outer.width() / 2.0;
        #[expect(clippy::cast_possible_truncation, reason = "no row is wider than 2^31 pixels")]
        row.set_scroll_left(row.scroll_left() + by as i32);
    }
}
