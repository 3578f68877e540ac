//! What the shell itself adds: the keys that work everywhere, and actions of the palette.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::forget_everything;
use crate::browser;
use crate::extensions::{Extensions, PaletteAction, Run, Shortcut, ShortcutPlace};
use crate::state::overlays::Overlays;
use crate::state::preferences::{Preferences, Theme};
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::icon::IconName;

/// The keys that work everywhere, and actions of the palette.
pub fn extensions() -> Extensions {
    use ShortcutPlace::Everywhere;
    let shortcuts = vec![
        Shortcut::listed(Everywhere, &["Ctrl K", "⌘ K"], "Search or run a command"),
        Shortcut::key(Everywhere, "/", "Filter this page, or search", Run::new(focus_filter)),
        Shortcut::key(Everywhere, "[", "Narrow or widen the sidebar", Run::new(toggle_sidebar)),
        Shortcut::key(Everywhere, "?", "Show this list", Run::new(show_shortcuts)),
    ];
    Extensions { shortcuts, palette_actions: palette_actions(), ..Extensions::default() }
}

fn palette_actions() -> Vec<PaletteAction> {
    let action = |id: &str, label: &str, icon, keywords: &[&str], keys: Option<&str>, run| PaletteAction {
        id: id.to_owned(),
        label: label.to_owned(),
        icon,
        keywords: keywords.iter().map(|&word| word.to_owned()).collect(),
        keys: keys.map(str::to_owned),
        run,
    };
    let theme = |theme: Theme| Run::new(move || Preferences::of_page().set_theme(theme));
    let colours = &["theme", "colour", "color", "mode"];
    vec![
        action("theme-light", "Use the light theme", IconName::Sun, colours, None, theme(Theme::Light)),
        action("theme-dark", "Use the dark theme", IconName::Moon, colours, None, theme(Theme::Dark)),
        action("theme-system", "Use the theme of the system", IconName::Monitor, colours, None, theme(Theme::System)),
        action(
            "sidebar",
            "Narrow or widen the sidebar",
            IconName::Panel,
            &["navigation"],
            Some("["),
            Run::new(toggle_sidebar),
        ),
        action(
            "shortcuts",
            "Show the keyboard shortcuts",
            IconName::Keyboard,
            &["keys", "help"],
            Some("?"),
            Run::new(show_shortcuts),
        ),
        action(
            "forget",
            "Forget what is kept on this device for times offline",
            IconName::Offline,
            &["clear", "cache", "offline", "private"],
            None,
            Run::new(forget_kept),
        ),
    ]
}

/// For devices that several people use.
fn forget_kept() {
    let toasts = Toasts::of_page();
    spawn_local(async move {
        forget_everything().await;
        toasts.show(Tone::Info, "Nothing is kept on this device any more", None);
    });
}

/// Narrows or widens the sidebar; opens or closes it where it has no room of its own.
pub fn toggle_sidebar() {
    if browser::media_matches(browser::NARROW) {
        Overlays::of_page().is_drawer_open.update(|is_open| *is_open = !*is_open);
    } else {
        Preferences::of_page().toggle_rail();
    }
}

fn show_shortcuts() {
    Overlays::of_page().are_shortcuts_open.set(true);
}

/// The filter of the page where it has one, else the search over everything.
fn focus_filter() {
    match browser::find("[data-page-filter]") {
        Some(filter) => browser::focus(&filter),
        None => Overlays::of_page().is_palette_open.set(true),
    }
}
