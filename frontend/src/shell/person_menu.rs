//! Who is signed in, and what concerns them.

use leptos::prelude::*;
use shared::entity::EntityRef;

use crate::api::ApiClient;
use crate::browser;
use crate::paths;
use crate::state::overlays::Overlays;
use crate::state::references::use_reference;
use crate::state::session::{SessionState, initials, use_person_name};
use crate::ui::icon::IconName;
use crate::ui::menu::{Menu, MenuAction, MenuItem};

/// The person at the foot of the side navigation, with a menu.
#[component]
pub fn PersonMenu() -> impl IntoView {
    let session = SessionState::of_page();
    let name = use_person_name();
    let user_ref = Memo::new(move |_| session.user_ref());
    move || {
        let name = name.get();
        (!name.is_empty())
            .then(|| view! { <Person name user_ref=user_ref.get_untracked().and_then(|text| text.parse().ok())/> })
    }
}

#[component]
fn Person(
    /// What they are called.
    name: String,
    /// Their entity, which need not exist.
    user_ref: Option<EntityRef>,
) -> impl IntoView {
    let Overlays { are_shortcuts_open, is_drawer_open, .. } = Overlays::of_page();
    let client = ApiClient::of_page();
    // Nobody needs to know whether there is a page before the menu is near.
    let is_near = RwSignal::new(false);
    let known = {
        let user_ref = user_ref.clone();
        Memo::new(move |_| user_ref.as_ref().filter(|_| is_near.get()).map(use_reference))
    };
    let items = Signal::derive(move || {
        let item = |label: &str, icon, action| MenuItem {
            label: label.to_owned(),
            icon,
            kind: None,
            remark: None,
            is_checked: None,
            is_danger: false,
            action,
        };
        let is_in_catalog = known.get().is_some_and(|known| known.with(|known| known.entity().is_some()));
        let own = user_ref
            .as_ref()
            .filter(|_| is_in_catalog)
            .map(|user_ref| item("Your page", IconName::KindUser, MenuAction::Open(paths::entity(user_ref))));
        let shortcuts = MenuAction::Run(Callback::new(move |()| {
            is_drawer_open.set(false);
            are_shortcuts_open.set(true);
        }));
        let settings = MenuAction::Open(paths::settings(""));
        let sign_out = MenuAction::Run(Callback::new(move |()| client.sign_out(&browser::address())));
        let always = [
            item("Profile and settings", IconName::Settings, settings),
            item("Keyboard shortcuts", IconName::Keyboard, shortcuts),
            item("Sign out", IconName::Signout, sign_out),
        ];
        own.into_iter().chain(always).collect::<Vec<_>>()
    });
    let label = format!("{name}, your menu");
    view! {
        <div on:pointerenter=move |_| is_near.set(true) on:focusin=move |_| is_near.set(true)>
            <Menu label button_class="nav-item person" items start=true>
                <span class="avatar small" aria-hidden="true">{initials(&name)}</span>
                <span>{name.clone()}</span>
            </Menu>
        </div>
    }
}
