//! What the catalog adds to the page.

use leptos::prelude::*;

use super::catalog_page::CatalogPage;
use super::view::Place;
use crate::extensions::{Draw, Extensions, NavGroup, NavItem, Page, Shortcut, ShortcutPlace};
use crate::paths;
use crate::ui::icon::IconName;

/// The table with its navigation and its keys.
pub fn extensions() -> Extensions {
    let nav = NavItem {
        group: NavGroup::Main,
        order: 200,
        icon: IconName::Catalog,
        label: "Catalog".to_owned(),
        href: paths::catalog(),
        key: Some('c'),
        is_in_bottom_bar: true,
    };
    let apis_nav = NavItem {
        group: NavGroup::Main,
        order: 250,
        icon: IconName::KindApi,
        label: "APIs".to_owned(),
        href: paths::patterns::APIS.to_owned(),
        key: Some('a'),
        is_in_bottom_bar: false,
    };
    let key = |keys: &[&str], label: &str| Shortcut::listed(ShortcutPlace::Tables, keys, label);
    Extensions {
        pages: vec![
            Page::new(paths::patterns::CATALOG, "Catalog", Draw::new(|()| view! { <CatalogPage/> })).with_nav(nav),
            Page::new(paths::patterns::APIS, "APIs", Draw::new(|()| view! { <CatalogPage place=Place::Apis/> }))
                .with_nav(apis_nav),
        ],
        shortcuts: vec![
            key(&["J", "K"], "Next and previous row (also the arrow keys)"),
            key(&["Page ↑", "Page ↓"], "One screen up or down"),
            key(&["Home", "End"], "First and last row"),
            key(&["↵"], "Open the row"),
            key(&["X", "Space"], "Select the row"),
            key(&["Shift ↑", "Shift ↓"], "Select on the way"),
            key(&["Ctrl A"], "Select everything that matches"),
            key(&["S"], "Star the row"),
            key(&["."], "What can be done with the row"),
            key(&["→"], "Go to the links and buttons of the row"),
        ],
        ..Extensions::default()
    }
}
