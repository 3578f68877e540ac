//! What the shell itself adds: the keys that work everywhere.

use leptos::prelude::*;

use crate::browser;
use crate::extensions::{Extensions, Run, Shortcut, ShortcutPlace};
use crate::state::overlays::Overlays;
use crate::state::preferences::Preferences;

/// The keys that work everywhere.
pub fn extensions() -> Extensions {
    use ShortcutPlace::Everywhere;
    let shortcuts = vec![
        Shortcut::key(Everywhere, "/", "Filter this page", Run::new(focus_filter)),
        Shortcut::key(Everywhere, "[", "Narrow or widen the sidebar", Run::new(toggle_sidebar)),
        Shortcut::key(Everywhere, "?", "Show this list", Run::new(|| Overlays::of_page().are_shortcuts_open.set(true))),
    ];
    Extensions { shortcuts, ..Extensions::default() }
}

/// The width under which the sidebar is a drawer; the same number stands in the styles.
const PHONE: &str = "(max-width: 45rem)";

/// Narrows or widens the sidebar; opens or closes the drawer on phones.
pub fn toggle_sidebar() {
    if browser::media_matches(PHONE) {
        Overlays::of_page().is_drawer_open.update(|is_open| *is_open = !*is_open);
    } else {
        Preferences::of_page().toggle_rail();
    }
}

fn focus_filter() {
    if let Some(filter) = browser::find("[data-page-filter]") {
        browser::focus(&filter);
    }
}
