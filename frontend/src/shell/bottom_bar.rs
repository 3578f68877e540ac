//! The bar at the bottom of phones.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::paths;
use crate::ui::icon::{Icon, IconName};

/// The bar at the bottom of phones.
#[component]
pub fn BottomBar(
    /// Opens or closes the side navigation.
    toggle_sidebar: Callback<()>,
) -> impl IntoView {
    let pathname = use_location().pathname;
    let in_catalog = move || pathname.with(|path| path.starts_with(paths::patterns::CATALOG)).then_some("page");
    view! {
        <nav class="bottombar" aria-label="Quick">
            <a href=paths::catalog() aria-current=in_catalog>
                <Icon name=IconName::Catalog/>
                <span>"Catalog"</span>
            </a>
            <button type="button" on:click=move |_| toggle_sidebar.run(())>
                <Icon name=IconName::Menu/>
                <span>"More"</span>
            </button>
        </nav>
    }
}
