//! What the settings add: the page, its navigation, and actions of the palette.

use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::sections::Section;
use super::settings_page::SettingsPage;
use crate::browser;
use crate::extensions::{Draw, Extensions, Loaded, NavGroup, NavItem, Page, PaletteAction, Run};
use crate::paths::{self, patterns};
use crate::state::preferences::{Preferences, Theme};
use crate::ui::icon::IconName;

/// The page and what leads there.
pub fn extensions() -> Extensions {
    let nav = NavItem {
        group: NavGroup::Foot,
        order: 900,
        icon: IconName::Settings,
        label: "Settings".to_owned(),
        href: paths::settings(""),
        key: Some('s'),
        is_in_bottom_bar: false,
    };
    let page = Page::new(patterns::SETTINGS, "Settings", Draw::lazy(settings_page)).with_nav(nav);
    let sections = Section::ALL.map(|section| {
        let label = format!("Settings: {}", section.label());
        action(section.slug(), &label, section.icon(), section.keywords(), go_to(section.href()))
    });
    let others = [
        action("theme", "Switch theme", IconName::Moon, &["dark", "light", "colour", "color"], Run::new(switch_theme)),
        action("token", "Create token", IconName::Plus, &["api", "personal", "access", "key"], go_to(create_token())),
    ];
    Extensions {
        pages: vec![page],
        palette_actions: sections.into_iter().chain(others).collect(),
        ..Extensions::default()
    }
}

#[wasm_split(settings, wasm_split_path = leptos::wasm_split, fallible)]
fn settings_page() -> Loaded {
    Ok(|()| view! { <SettingsPage/> }.into_any())
}

/// The address at which a new token is asked for.
pub fn create_token() -> String {
    format!("{}?new", Section::Tokens.href())
}

fn action(id: &str, label: &str, icon: IconName, keywords: &[&str], run: Run) -> PaletteAction {
    PaletteAction {
        id: format!("settings-{id}"),
        label: label.to_owned(),
        icon,
        keywords: keywords.iter().map(|&word| word.to_owned()).collect(),
        keys: None,
        run,
    }
}

fn go_to(href: String) -> Run {
    Run::new(move || use_navigate()(&href, NavigateOptions::default()))
}

/// From light to dark, or back; what the system says now counts where nothing was chosen.
fn switch_theme() {
    let preferences = Preferences::of_page();
    let is_dark = match preferences.theme().get_untracked() {
        Theme::Dark => true,
        Theme::Light => false,
        Theme::System => browser::media_matches("(prefers-color-scheme: dark)"),
    };
    preferences.set_theme(if is_dark { Theme::Light } else { Theme::Dark });
}
