//! The title of the browser's tab.

use leptos::leptos_dom::helpers::document;

use super::session::SessionState;
use crate::ui::effect::effect;

/// Names the page in the browser's tab, for as long as it is shown.
pub fn use_title(page: impl Fn() -> String + 'static) {
    let session = SessionState::of_page();
    effect(move || document().set_title(&format!("{} · {}", page(), session.portal_title())));
}
