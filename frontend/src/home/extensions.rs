//! What home adds: the page, its cards, and a way to arrange them from anywhere.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::attention::{AttentionCount, AttentionWidget};
use super::changes::ChangesWidget;
use super::home_data::HomeData;
use super::home_page::HomePage;
use super::links::{LinksWidget, has_links};
use super::owned::{OwnedScopeSwitch, OwnedWidget};
use super::widgets::{GlanceWidget, RecentWidget, StarredWidget};
use crate::extensions::{Draw, Extensions, HomeWidget, NavGroup, NavItem, Page, PaletteAction, Run, When};
use crate::paths;
use crate::ui::icon::IconName;

/// The page, its cards, and a way to arrange them from anywhere.
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
    Extensions {
        pages: vec![Page::new("/", "Home", Draw::new(|()| view! { <HomePage/> })).with_nav(nav)],
        home_widgets: widgets(),
        palette_actions: vec![PaletteAction {
            id: "home-customise".to_owned(),
            label: "Customise home".to_owned(),
            icon: IconName::Columns,
            keywords: ["arrange", "cards", "widgets", "layout"].map(str::to_owned).to_vec(),
            keys: None,
            run: Run::new(customise),
        }],
        ..Extensions::default()
    }
}

/// Goes to home and starts to arrange the cards.
fn customise() {
    let data = HomeData::of_page();
    use_navigate()(&paths::home(), NavigateOptions::default());
    // The page that goes ends the arranging, and the page that comes is there with the next frame.
    request_animation_frame(move || request_animation_frame(move || data.is_arranging.set(true)));
}

fn widgets() -> Vec<HomeWidget> {
    let widget = |id: &str, title: &str, icon, order, span, view| HomeWidget {
        id: id.to_owned(),
        title: title.to_owned(),
        icon,
        order,
        span,
        may_be_narrow: true,
        min_height_px: 60,
        applies: When::always(),
        head: None,
        view,
    };
    let is_of_all = || HomeData::of_page().is_of_all();
    vec![
        HomeWidget {
            head: Some(Draw::new(|()| view! { <AttentionCount/> })),
            min_height_px: 96,
            ..widget(
                "attention",
                "Needs attention",
                IconName::Warning,
                100,
                2,
                Draw::new(|()| view! { <AttentionWidget/> }),
            )
        },
        HomeWidget {
            head: Some(Draw::new(|()| view! { <OwnedScopeSwitch/> })),
            applies: When::holds(move || !is_of_all()),
            min_height_px: 240,
            ..widget("owned", "Owned", IconName::KindGroup, 200, 2, Draw::new(|()| view! { <OwnedWidget/> }))
        },
        HomeWidget {
            applies: When::holds(is_of_all),
            min_height_px: 120,
            ..widget(
                "glance",
                "The catalog at a glance",
                IconName::Catalog,
                200,
                2,
                Draw::new(|()| view! { <GlanceWidget/> }),
            )
        },
        widget("starred", "Starred", IconName::Star, 300, 2, Draw::new(|()| view! { <StarredWidget/> })),
        widget("changes", "Recent changes", IconName::Refresh, 400, 1, Draw::new(|()| view! { <ChangesWidget/> })),
        widget("recent", "Recently viewed", IconName::Clock, 500, 1, Draw::new(|()| view! { <RecentWidget/> })),
        HomeWidget {
            applies: When::holds(has_links),
            ..widget("links", "Quick links", IconName::External, 600, 1, Draw::new(|()| view! { <LinksWidget/> }))
        },
    ]
}
