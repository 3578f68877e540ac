//! The frame itself.

use leptos::leptos_dom::helpers::{document, window_event_listener};
use leptos::{ev, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::bottom_bar::BottomBar;
use super::drawer::use_drawer;
use super::extensions::toggle_sidebar;
use super::keys::{KeySequence, Stroke};
use super::offline_banner::OfflineBanner;
use super::page_progress::PageProgress;
use super::prefetch::prefetch_on_rest;
use super::preview::EntityPreview;
use super::shortcuts_dialog::ShortcutsDialog;
use super::sidebar::Sidebar;
use super::sign_in_problem::{SignInProblem, sign_in_problem};
use super::top_bar::TopBar;
use crate::browser;
use crate::extensions::{ExtensionRegistry, PageOwner, Registry, Run};
use crate::palette::PaletteDialog;
use crate::paths;
use crate::signin::guard_sign_in;
use crate::state::history::Arrival;
use crate::state::overlays::Overlays;
use crate::state::preferences::Preferences;
use crate::ui::effect::effect;
use crate::ui::messages::Messages;

/// The frame around every page.
#[component]
pub fn Shell(
    /// The page.
    children: Children,
) -> impl IntoView {
    let preferences = Preferences::of_page();
    let Overlays { is_drawer_open, are_shortcuts_open, is_palette_open } = Overlays::of_page();
    provide_context(PageOwner(current_owner()));
    let toggle_sidebar = Callback::new({
        let toggle_sidebar = Run::new(toggle_sidebar);
        let page = current_owner();
        move |()| toggle_sidebar.run_within(&page)
    });
    let sidebar = move || match (is_drawer_open.get(), preferences.is_rail().get()) {
        (true, _) => Some("drawer"),
        (false, true) => Some("rail"),
        (false, false) => None,
    };
    guard_sign_in();
    let pathname = use_location().pathname;
    // Before signing in there is nothing to navigate to.
    let is_bare = Memo::new(move |_| pathname.with(|path| path.trim_end_matches('/') == paths::patterns::SIGNIN));
    listen_to_keys(is_drawer_open, is_palette_open, is_bare);
    let problem = sign_in_problem();
    let registry = ExtensionRegistry::of_page();
    follow_navigation(is_drawer_open);
    let drawer = use_drawer();
    let is_covered = move || drawer.covers_page.get();
    prefetch_on_rest();
    view! {
        <a class="skip-link" href="#main" inert=is_covered on:click=skip_to_main>"Skip to content"</a>
        <div class="app" data-sidebar=sidebar class:bare=is_bare>
            {move || {
                (!is_bare.get()).then(|| view! {
                    <Sidebar/>
                    <TopBar toggle_sidebar drawer show_shortcuts=Callback::new(move |()| are_shortcuts_open.set(true))/>
                })
            }}
            <main
                class="main"
                id="main"
                tabindex="-1"
                inert=is_covered
                class:is-replaced=move || !is_bare.get() && problem.with(Option::is_some)
            >
                {move || (!is_bare.get()).then(|| view! { <OfflineBanner/> <SignInProblem problem/> })}
                <PageProgress/>
                {children()}
            </main>
            {move || (!is_bare.get()).then(|| view! { <BottomBar toggle_sidebar drawer/> })}
        </div>
        <Messages/>
        <ShortcutsDialog/>
        <PaletteDialog/>
        <EntityPreview/>
        {move || registry.with(Registry::dialogs).into_iter().map(|dialog| dialog.run(())).collect_view()}
    }
}

/// The router would take the link for a navigation.
fn skip_to_main(event: web_sys::MouseEvent) {
    event.prevent_default();
    if let Some(main) = browser::find("#main") {
        browser::focus(&main);
    }
}

/// The owner of the calling component, for what runs later and needs its contexts.
fn current_owner() -> Owner {
    Owner::current().expect("a component always has an owner")
}

/// Runs what is registered for keys that reach the window: nobody nearer to the focus has taken them.
fn listen_to_keys(is_drawer_open: RwSignal<bool>, is_palette_open: RwSignal<bool>, is_bare: Memo<bool>) {
    let navigate = use_navigate();
    let registry = ExtensionRegistry::of_page();
    let page = current_owner();
    let sequence = StoredValue::new(KeySequence::default());
    let single_keys = Preferences::of_page().has_single_keys();
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && is_drawer_open.get_untracked() {
            is_drawer_open.set(false);
            return;
        }
        if is_bare.get_untracked() {
            return;
        }
        let is_command = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
        if is_command && event.key().eq_ignore_ascii_case("k") {
            // Another dialog holds the focus until it is closed.
            if browser::find("dialog[open]:not(.palette)").is_none() {
                event.prevent_default();
                is_palette_open.update(|is_open| *is_open = !*is_open);
            }
            return;
        }
        let is_taken = event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key();
        if is_taken || browser::is_typing(&event) || !single_keys.get_untracked() {
            return;
        }
        let key = event.key();
        let stroke = sequence.try_update_value(|sequence| sequence.press(&key, browser::now_ms()));
        let go_to = match stroke {
            Some(Stroke::AfterG(letter)) => {
                registry.with_untracked(|registry| registry.go_to(letter).map(|item| item.href.clone()))
            }
            Some(Stroke::Begun | Stroke::Single) | None => None,
        };
        if let Some(href) = go_to {
            event.prevent_default();
            navigate(&href, NavigateOptions::default());
            return;
        }
        let run = registry.with_untracked(|registry| registry.shortcut(&key).and_then(|shortcut| shortcut.run.clone()));
        if let Some(run) = run {
            event.prevent_default();
            run.run_within(&page);
        }
    });
    on_cleanup(move || handle.remove());
}

/// After each navigation to another page: closes the drawer and moves the focus to the heading, unless the page has placed it.
fn follow_navigation(is_drawer_open: RwSignal<bool>) {
    let location = use_location();
    let registry = ExtensionRegistry::of_page();
    let page = Memo::new(move |_| {
        location.pathname.with(|path| registry.with_untracked(|registry| registry.page_identity(path)))
    });
    let arrival = Arrival::of_page();
    effect(move || {
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
