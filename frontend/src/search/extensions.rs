//! What the page of results adds.

use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::search_page::SearchPage;
use crate::extensions::{Draw, Extensions, Loaded, Page, PaletteAction, Run, Shortcut, ShortcutPlace};
use crate::paths;
use crate::ui::icon::IconName;

/// The page, how the palette leads there, and its keys. The navigation has no line for it: the palette is on every page.
pub fn extensions() -> Extensions {
    let key = |keys: &[&str], label: &str| Shortcut::listed(ShortcutPlace::Search, keys, label);
    let everything = PaletteAction {
        id: "search".to_owned(),
        label: "Search everything".to_owned(),
        icon: IconName::Search,
        keywords: ["find", "results", "filters", "operations"].map(str::to_owned).to_vec(),
        keys: None,
        run: Run::new(|| use_navigate()(&paths::search(""), NavigateOptions::default())),
    };
    Extensions {
        pages: vec![Page::new(paths::patterns::SEARCH, "Search", Draw::lazy(search_page))],
        palette_actions: vec![everything],
        shortcuts: vec![
            key(&["J", "K"], "Next and previous result"),
            key(&["↓", "↑"], "The same; down from the field and back to it, too"),
            key(&["↵"], "Open the result"),
            key(&["Esc"], "Clear the field"),
        ],
        ..Extensions::default()
    }
}

#[wasm_split(search, wasm_split_path = leptos::wasm_split, fallible)]
fn search_page() -> Loaded {
    Ok(|()| view! { <SearchPage/> }.into_any())
}
