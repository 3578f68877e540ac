//! What the page of domains adds.

use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

use super::explore_page::ExplorePage;
use crate::extensions::{Draw, Extensions, Loaded, NavGroup, NavItem, Page};
use crate::paths;
use crate::ui::icon::IconName;

/// The page and its navigation.
pub fn extensions() -> Extensions {
    let nav = NavItem {
        group: NavGroup::Main,
        order: 270,
        icon: IconName::Cluster,
        label: "Explore".to_owned(),
        href: paths::patterns::EXPLORE.to_owned(),
        key: Some('e'),
        is_in_bottom_bar: false,
    };
    let page = Page::new(paths::patterns::EXPLORE, "Explore", Draw::lazy(explore_page)).with_nav(nav);
    Extensions { pages: vec![page], ..Extensions::default() }
}

#[wasm_split(explore, wasm_split_path = leptos::wasm_split, fallible)]
fn explore_page() -> Loaded {
    Ok(|()| view! { <ExplorePage/> }.into_any())
}
