//! The bar at the bottom of phones.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::drawer::Drawer;
use crate::extensions::{ExtensionRegistry, Registry};
use crate::state::overlays::Overlays;
use crate::ui::icon::{Icon, IconName};

/// The bar at the bottom of phones.
#[component]
pub fn BottomBar(
    /// Opens or closes the side navigation.
    toggle_sidebar: Callback<()>,
    /// How the side navigation is there.
    drawer: Drawer,
) -> impl IntoView {
    let pathname = use_location().pathname;
    let registry = ExtensionRegistry::of_page();
    let is_palette_open = Overlays::of_page().is_palette_open;
    view! {
        <nav class="bottombar" aria-label="Quick" inert=move || drawer.covers_page.get()>
            {move || {
                registry
                    .with(Registry::bottom_bar_items)
                    .into_iter()
                    .map(|item| {
                        let (href, icon, label) = (item.href.clone(), item.icon, item.label.clone());
                        let is_current = move || pathname.with(|path| item.is_at(path)).then_some("page");
                        view! {
                            <a href=href aria-current=is_current>
                                <Icon name=icon/>
                                <span>{label}</span>
                            </a>
                        }
                    })
                    .collect_view()
            }}
            <button type="button" on:click=move |_| is_palette_open.set(true)>
                <Icon name=IconName::Search/>
                <span>"Search"</span>
            </button>
            <button
                type="button"
                aria-controls="sidebar"
                aria-expanded=move || drawer.is_expanded.get().to_string()
                on:click=move |_| toggle_sidebar.run(())
            >
                <Icon name=IconName::Menu/>
                <span>"More"</span>
            </button>
        </nav>
    }
}
