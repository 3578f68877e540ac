//! The side navigation: it lists what exists, nothing else.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::paths;
use crate::state::session::{SessionState, initials};
use crate::ui::icon::{Icon, IconName};

/// The side navigation; a drawer on phones.
#[component]
pub fn Sidebar(
    /// Whether the drawer is open, on phones.
    is_drawer_open: RwSignal<bool>,
) -> impl IntoView {
    let session = SessionState::of_page();
    let pathname = use_location().pathname;
    let in_catalog = move || pathname.with(|path| path.starts_with(paths::patterns::CATALOG)).then_some("page");
    let organization = move || session.app.with(|app| app.as_ref().map(|app| app.organization.clone()));
    let person = Memo::new(move |_| session.person_name());
    view! {
        <aside class="sidebar" aria-label="Sidebar">
            <a
                class="brand"
                href=paths::catalog()
                on:click=move |_| is_drawer_open.set(false)
            >
                <Icon name=IconName::Logo/>
                <span>{move || session.portal_title()}</span>
                <small>{organization}</small>
            </a>
            <div class="sidebar-scroll">
                <nav aria-label="Main">
                    <ul class="nav-list">
                        <li>
                            <a
                                class="nav-item"
                                href=paths::catalog()
                                aria-current=in_catalog
                                on:click=move |_| is_drawer_open.set(false)
                            >
                                <Icon name=IconName::Catalog/>
                                <span>"Catalog"</span>
                            </a>
                        </li>
                    </ul>
                </nav>
            </div>
            <div class="sidebar-foot">
                {move || {
                    let name = person.get();
                    (!name.is_empty())
                        .then(|| {
                            view! {
                                <div class="nav-item person" title=name.clone()>
                                    <span class="avatar small" aria-hidden="true">{initials(&name)}</span>
                                    <span>{name.clone()}</span>
                                </div>
                            }
                        })
                }}
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
