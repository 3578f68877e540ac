//! The side navigation: it lists what exists, nothing else.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::api::app::AppLogo;

use super::person_menu::PersonMenu;
use super::starred_nav::StarredNav;
use crate::extensions::{ExtensionRegistry, NavGroup, NavItem};
use crate::paths;
use crate::state::overlays::Overlays;
use crate::state::session::SessionState;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// The side navigation; a drawer on phones.
#[component]
pub fn Sidebar() -> impl IntoView {
    let session = SessionState::of_page();
    let Overlays { is_drawer_open, .. } = Overlays::of_page();
    let registry = ExtensionRegistry::of_page();
    let organization = move || session.app.with(|app| app.as_ref().map(|app| app.organization.clone()));
    let has_tools = Memo::new(move |_| registry.with(|registry| !registry.nav_items(NavGroup::Tools).is_empty()));
    view! {
        <aside class="sidebar" id="sidebar" aria-label="Sidebar">
            <a
                class="brand"
                href=paths::home()
                on:click=move |_| is_drawer_open.set(false)
            >
                <Mark/>
                <span>{move || session.portal_title()}</span>
                <small>{organization}</small>
            </a>
            <div class="sidebar-scroll">
                <nav aria-label="Main">
                    <NavList group=NavGroup::Main/>
                    {move || {
                        has_tools
                            .get()
                            .then(|| {
                                view! {
                                    <div class="nav-label">"Tools"</div>
                                    <NavList group=NavGroup::Tools/>
                                }
                            })
                    }}
                </nav>
                <StarredNav/>
            </div>
            <div class="sidebar-foot">
                <NavList group=NavGroup::Foot/>
                <PersonMenu/>
            </div>
        </aside>
        <button
            class="sidebar-cover"
            type="button"
            tabindex="-1"
            aria-label="Close the navigation"
            on:click=move |_| is_drawer_open.set(false)
        ></button>
    }
}

/// The organisation's picture, or the portal's own mark.
#[component]
pub fn Mark() -> impl IntoView {
    let session = SessionState::of_page();
    let logo = Memo::new(move |_| session.app.with(|app| app.as_ref().and_then(|app| app.logo.clone())));
    move || match logo.get() {
        // The name stands beside it.
        Some(AppLogo { light, dark: Some(dark) }) => view! {
            <img class="brand__logo only-light" src=light alt=""/>
            <img class="brand__logo only-dark" src=dark alt=""/>
        }
        .into_any(),
        Some(AppLogo { light, dark: None }) => view! { <img class="brand__logo" src=light alt=""/> }.into_any(),
        None => view! { <Icon name=IconName::Logo/> }.into_any(),
    }
}

/// The links of one group, where it has any.
#[component]
fn NavList(
    /// Which group.
    group: NavGroup,
) -> impl IntoView {
    let registry = ExtensionRegistry::of_page();
    move || {
        let items = registry.with(|registry| registry.nav_items(group));
        let label = (group == NavGroup::Tools).then_some("Tools");
        (!items.is_empty()).then(|| {
            view! {
                <ul class="nav-list" aria-label=label>
                    {items.into_iter().map(|item| view! { <NavLink item/> }).collect_view()}
                </ul>
            }
        })
    }
}

#[component]
fn NavLink(
    /// What it says and where it leads.
    item: NavItem,
) -> impl IntoView {
    let pathname = use_location().pathname;
    let Overlays { is_drawer_open, .. } = Overlays::of_page();
    let registry = ExtensionRegistry::of_page();
    let NavItem { icon, label, href, key, .. } = item.clone();
    let badge = registry.with_untracked(|registry| registry.nav_badge(&href));
    let number = move || {
        let badge = badge.clone()?;
        let count = (badge.count)();
        let noun = if count == 1 { badge.one } else { badge.many };
        (count > 0).then(|| {
            view! {
                <span class="nav-count">
                    {numbers::count(count)}
                    <span class="visually-hidden">" " {noun}</span>
                </span>
            }
        })
    };
    let is_current = move || pathname.with(|path| item.is_at(path)).then_some("page");
    // The narrow sidebar shows no words, so the pointer brings them.
    let title = label.clone();
    view! {
        <li>
            <a
                class="nav-item"
                href=href
                title=title
                aria-current=is_current
                aria-keyshortcuts=key.map(|key| format!("G {}", key.to_uppercase()))
                on:click=move |_| is_drawer_open.set(false)
            >
                <Icon name=icon/>
                <span>{label}</span>
                {number}
            </a>
        </li>
    }
}
