//! The bar at the top: where the reader is, and how the page looks.

use leptos::prelude::*;

use crate::browser;
use crate::state::breadcrumb::Breadcrumb;
use crate::state::overlays::Overlays;
use crate::state::preferences::{Preferences, Theme};
use crate::ui::icon::{Icon, IconName};
use crate::ui::menu::{Menu, MenuAction, MenuItem};

/// The bar at the top.
#[component]
pub fn TopBar(
    /// Opens or closes the side navigation.
    toggle_sidebar: Callback<()>,
    /// Shows the keys.
    show_shortcuts: Callback<()>,
) -> impl IntoView {
    let steps = expect_context::<Breadcrumb>().steps();
    let is_palette_open = Overlays::of_page().is_palette_open;
    view! {
        <header class="topbar">
            <button
                class="icon-button"
                type="button"
                aria-label="Toggle sidebar"
                aria-keyshortcuts="["
                on:click=move |_| toggle_sidebar.run(())
            >
                <Icon name=IconName::Panel class="not-phone"/>
                <Icon name=IconName::Menu class="only-phone"/>
            </button>
            <nav class="breadcrumb" aria-label="Breadcrumb">
                <ol>
                    {move || {
                        steps
                            .get()
                            .into_iter()
                            .map(|crumb| match crumb.href {
                                Some(href) => view! { <li><a href=href>{crumb.text}</a></li> }.into_any(),
                                None => view! { <li><span aria-current="page">{crumb.text}</span></li> }.into_any(),
                            })
                            .collect_view()
                    }}
                </ol>
            </nav>
            <button
                class="search-trigger not-phone"
                type="button"
                aria-keyshortcuts="Meta+K Control+K"
                on:click=move |_| is_palette_open.set(true)
            >
                <Icon name=IconName::Search class="small"/>
                <span>"Search or jump to"</span>
                <kbd aria-hidden="true">{browser::palette_keys()}</kbd>
            </button>
            <div class="topbar-actions">
                <ThemeMenu/>
                <button
                    class="icon-button not-phone"
                    type="button"
                    aria-label="Keyboard shortcuts"
                    title="Keyboard shortcuts"
                    aria-keyshortcuts="?"
                    on:click=move |_| show_shortcuts.run(())
                >
                    <Icon name=IconName::Keyboard/>
                </button>
            </div>
        </header>
    }
}

/// Chooses between light, dark and what the system says.
#[component]
fn ThemeMenu() -> impl IntoView {
    let preferences = Preferences::of_page();
    let icon = |theme| match theme {
        Theme::System => IconName::Monitor,
        Theme::Light => IconName::Sun,
        Theme::Dark => IconName::Moon,
    };
    let items = Signal::derive(move || {
        let current = preferences.theme().get();
        let item = |theme: Theme| MenuItem {
            label: theme.label().to_owned(),
            icon: icon(theme),
            kind: None,
            remark: None,
            is_checked: Some(theme == current),
            is_danger: false,
            action: MenuAction::Run(Callback::new(move |()| preferences.set_theme(theme))),
        };
        Theme::ALL.into_iter().map(item).collect::<Vec<_>>()
    });
    view! {
        <Menu label="Theme" button_class="icon-button" items=items>
            {move || view! { <Icon name=icon(preferences.theme().get())/> }}
        </Menu>
    }
}
