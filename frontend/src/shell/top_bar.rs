//! The bar at the top: where the reader is, and how the page looks.

use leptos::prelude::*;
use shared::api::app::{AppConfig, AppLink};

use super::drawer::Drawer;
use crate::browser;
use crate::state::breadcrumb::Breadcrumb;
use crate::state::overlays::Overlays;
use crate::state::preferences::{Preferences, Theme};
use crate::state::session::SessionState;
use crate::ui::icon::{Icon, IconName, link_icon};
use crate::ui::menu::{Menu, MenuAction, MenuItem};

/// The bar at the top.
#[component]
pub fn TopBar(
    /// Opens or closes the side navigation.
    toggle_sidebar: Callback<()>,
    /// How the side navigation is there.
    drawer: Drawer,
    /// Shows the keys.
    show_shortcuts: Callback<()>,
) -> impl IntoView {
    let steps = expect_context::<Breadcrumb>().steps();
    let is_palette_open = Overlays::of_page().is_palette_open;
    view! {
        <header class="topbar" inert=move || drawer.covers_page.get()>
            <button
                class="icon-button"
                type="button"
                aria-label="Toggle sidebar"
                aria-controls="sidebar"
                aria-expanded=move || drawer.is_expanded.get().to_string()
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
                <HelpMenu show_shortcuts/>
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

/// The keys, and where this organisation gives help.
#[component]
fn HelpMenu(
    /// Shows the keys.
    show_shortcuts: Callback<()>,
) -> impl IntoView {
    let session = SessionState::of_page();
    let items = Signal::derive(move || {
        let line = |label: &str, icon, remark: Option<&str>, action| MenuItem {
            label: label.to_owned(),
            icon,
            kind: None,
            remark: remark.map(str::to_owned),
            is_checked: None,
            is_danger: false,
            action,
        };
        let mut items =
            vec![line("Keyboard shortcuts", IconName::Keyboard, Some("?"), MenuAction::Run(show_shortcuts))];
        session.app.with(|app| {
            for (link, icon) in app.as_ref().map(help_links).unwrap_or_default() {
                items.push(line(&link.title, icon, None, MenuAction::Open(link.url)));
            }
        });
        items
    });
    view! {
        <Menu label="Help" button_class="icon-button not-phone" items=items>
            <Icon name=IconName::Help/>
        </Menu>
    }
}

/// What the help menu offers beside the keys: how to get help, then the places of the organisation.
fn help_links(app: &AppConfig) -> Vec<(AppLink, IconName)> {
    let start = (!app.support.url.is_empty()).then(|| {
        let link = AppLink { title: "Get help".to_owned(), url: app.support.url.clone(), ..AppLink::default() };
        (link, IconName::Help)
    });
    let of_items = app.support.items.iter().flat_map(|item| {
        let named = |link: &AppLink| {
            let is_alone = item.links.len() == 1;
            let title = if is_alone { item.title.clone() } else { format!("{}: {}", item.title, link.title) };
            (AppLink { title, ..link.clone() }, link_icon(&item.icon))
        };
        item.links.iter().map(named).collect::<Vec<_>>()
    });
    let places = app.links.iter().map(|link| (link.clone(), link_icon(&link.icon)));
    start.into_iter().chain(of_items).chain(places).collect()
}

#[cfg(test)]
mod tests {
    use shared::api::app::{AppSupport, AppSupportItem};

    use super::*;

    #[test]
    fn help_comes_before_places_and_says_what_it_is() {
        let link = |title: &str, icon: &str| AppLink {
            title: title.to_owned(),
            url: format!("https://{title}.example"),
            icon: icon.to_owned(),
            ..AppLink::default()
        };
        let item = |title: &str, links| AppSupportItem { title: title.to_owned(), icon: "chat".to_owned(), links };
        let app = AppConfig {
            support: AppSupport {
                url: "https://help.example".to_owned(),
                items: vec![item("Chat", vec![link("room", "")]), item("Mail", vec![link("a", ""), link("b", "")])],
            },
            links: vec![link("Status", "warning")],
            ..AppConfig::default()
        };
        let lines = help_links(&app);
        let titles: Vec<_> = lines.iter().map(|(link, _)| link.title.as_str()).collect();
        assert_eq!(titles, ["Get help", "Chat", "Mail: a", "Mail: b", "Status"]);
        assert_eq!(lines[1].1, IconName::Chat);
        assert_eq!(lines[4].1, IconName::Warning);
    }
}
