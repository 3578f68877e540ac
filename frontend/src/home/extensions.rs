//! What home adds: the page, and the widgets that need nothing but the page.

use leptos::prelude::*;

use super::home_page::HomePage;
use super::widgets::{RecentWidget, StarredWidget};
use crate::extensions::{Draw, Extensions, HomeWidget, NavGroup, NavItem, Page};
use crate::paths;
use crate::ui::icon::IconName;

/// The page and its first widgets.
pub fn extensions() -> Extensions {
    let nav = NavItem {
        group: NavGroup::Main,
        order: 100,
        icon: IconName::Home,
        label: "Home".to_owned(),
        href: paths::home(),
        key: Some('h'),
        is_in_bottom_bar: true,
    };
    let widget = |id: &str, title: &str, icon, order, view| HomeWidget {
        id: id.to_owned(),
        title: title.to_owned(),
        icon,
        order,
        span: 1,
        view,
    };
    Extensions {
        pages: vec![Page::new("/", "Home", Draw::new(|()| view! { <HomePage/> })).with_nav(nav)],
        home_widgets: vec![
            widget("starred", "Starred", IconName::Star, 300, Draw::new(|()| view! { <StarredWidget/> })),
            widget("recent", "Recently viewed", IconName::Clock, 400, Draw::new(|()| view! { <RecentWidget/> })),
        ],
        ..Extensions::default()
    }
}
