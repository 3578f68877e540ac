//! The frame itself.

use std::time::Duration;

use leptos::leptos_dom::helpers::{document, set_timeout, window_event_listener};
use leptos::{ev, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::bottom_bar::BottomBar;
use super::keys::{GlobalCommand, KeySequence};
use super::shortcuts_dialog::ShortcutsDialog;
use super::sidebar::Sidebar;
use super::top_bar::TopBar;
use crate::state::announcer::Announcer;
use crate::state::changes::CatalogChanges;
use crate::state::history::Arrival;
use crate::state::preferences::Preferences;
use crate::ui::icon::{Icon, IconName};
use crate::ui::toast_list::ToastList;
use crate::{browser, paths};

/// The width under which the sidebar is a drawer; the same number stands in the styles.
pub const PHONE: &str = "(max-width: 45rem)";
/// A connection that breaks and comes back within this time is not worth a word.
const LOST_AFTER: Duration = Duration::from_secs(4);

/// The frame around every page.
#[component]
pub fn Shell(
    /// The page.
    children: Children,
) -> impl IntoView {
    let preferences = Preferences::of_page();
    let announcer = Announcer::of_page();
    let is_drawer_open = RwSignal::new(false);
    let are_shortcuts_open = RwSignal::new(false);
    let toggle_sidebar = Callback::new(move |()| {
        if browser::media_matches(PHONE) {
            is_drawer_open.update(|is_open| *is_open = !*is_open);
        } else {
            preferences.toggle_rail();
        }
    });
    let sidebar = move || match (is_drawer_open.get(), preferences.is_rail().get()) {
        (true, _) => Some("drawer"),
        (false, true) => Some("rail"),
        (false, false) => None,
    };
    listen_to_keys(toggle_sidebar, are_shortcuts_open, is_drawer_open);
    follow_navigation(is_drawer_open);
    view! {
        <a class="skip-link" href="#main" on:click=skip_to_main>"Skip to content"</a>
        <div class="app" data-sidebar=sidebar>
            <Sidebar is_drawer_open/>
            <TopBar toggle_sidebar show_shortcuts=Callback::new(move |()| are_shortcuts_open.set(true))/>
            <main class="main" id="main" tabindex="-1">
                <ConnectionNotice/>
                {children()}
            </main>
            <BottomBar toggle_sidebar/>
        </div>
        <div class="visually-hidden" role="status" aria-live="polite">{announcer.text()}</div>
        <ToastList/>
        <ShortcutsDialog is_open=are_shortcuts_open/>
    }
}

/// The router would take the link for a navigation.
fn skip_to_main(event: web_sys::MouseEvent) {
    event.prevent_default();
    if let Some(main) = browser::find("#main") {
        browser::focus(&main);
    }
}

fn listen_to_keys(toggle_sidebar: Callback<()>, are_shortcuts_open: RwSignal<bool>, is_drawer_open: RwSignal<bool>) {
    let navigate = use_navigate();
    let sequence = StoredValue::new(KeySequence::default());
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && is_drawer_open.get_untracked() {
            is_drawer_open.set(false);
            return;
        }
        let is_taken = event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key();
        if is_taken || browser::is_typing(&event) {
            return;
        }
        let command = sequence.try_update_value(|sequence| sequence.press(&event.key(), browser::now_ms())).flatten();
        let Some(command) = command else { return };
        match command {
            GlobalCommand::ToggleSidebar => toggle_sidebar.run(()),
            GlobalCommand::ShowShortcuts => are_shortcuts_open.set(true),
            GlobalCommand::GoToCatalog => navigate(&paths::catalog(), NavigateOptions::default()),
            GlobalCommand::FocusFilter => match browser::find("[data-page-filter]") {
                Some(filter) => browser::focus(&filter),
                None => return,
            },
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

/// After each navigation to another page: closes the drawer and moves the focus to the heading, unless the page has placed it.
fn follow_navigation(is_drawer_open: RwSignal<bool>) {
    let location = use_location();
    let page = Memo::new(move |_| location.pathname.with(|path| paths::page_key(path)));
    let arrival = Arrival::of_page();
    Effect::new(move |_| {
        location.pathname.track();
        location.search.track();
        // The pages have seen by then how the reader came.
        request_animation_frame(move || arrival.settle());
    });
    Effect::new(move |old: Option<String>| {
        let page = page.get();
        if old.is_some_and(|old| old != page) {
            is_drawer_open.set(false);
            request_animation_frame(focus_heading);
        }
        page
    });
}

fn focus_heading() {
    let Some(main) = browser::find("#main") else { return };
    let active = document().active_element();
    let is_placed = active.is_some_and(|active| main.contains(Some(&active)) && !main.is_same_node(Some(&active)));
    if !is_placed {
        browser::focus(&browser::find("#main h1").unwrap_or(main));
    }
}

/// Says that the server is away, once that lasts.
#[component]
fn ConnectionNotice() -> impl IntoView {
    let is_connected = expect_context::<CatalogChanges>().is_connected();
    let is_lost = RwSignal::new(false);
    Effect::new(move |_| {
        if is_connected.get() {
            is_lost.set(false);
        } else {
            set_timeout(move || is_lost.set(!is_connected.get_untracked()), LOST_AFTER);
        }
    });
    move || {
        is_lost.get().then(|| {
            view! {
                <div class="banner bar" data-tone="warn" role="status">
                    <Icon name=IconName::Offline/>
                    <div>
                        <b>"The connection to the server is lost. "</b>
                        <span class="muted">"What you see may be old. It updates by itself when the server is back."</span>
                    </div>
                </div>
            }
        })
    }
}
