//! What the page of groups and people adds.

use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

use super::organisation_page::OrganisationPage;
use crate::extensions::{Draw, Extensions, Loaded, NavGroup, NavItem, Page};
use crate::paths;
use crate::ui::icon::IconName;

/// The page and its navigation.
pub fn extensions() -> Extensions {
    let nav = NavItem {
        group: NavGroup::Main,
        order: 350,
        icon: IconName::KindGroup,
        label: "Organisation".to_owned(),
        href: paths::patterns::ORGANISATION.to_owned(),
        key: Some('o'),
        is_in_bottom_bar: false,
    };
    let view = Draw::lazy(organisation_page);
    Extensions {
        pages: vec![Page::new(paths::patterns::ORGANISATION, "Organisation", view).with_nav(nav)],
        ..Extensions::default()
    }
}

#[wasm_split(organisation, wasm_split_path = leptos::wasm_split, fallible)]
fn organisation_page() -> Loaded {
    Ok(|()| view! { <OrganisationPage/> }.into_any())
}
