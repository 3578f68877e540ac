//! The card of places that the organisation's people often go to, from `callboard.links` of the configuration.

use leptos::prelude::*;
use shared::api::app::AppLink;

use crate::state::session::SessionState;
use crate::ui::icon::{Icon, link_icon};

/// Whether the configuration names any place.
pub fn has_links() -> bool {
    SessionState::of_page().app.with(|app| app.as_ref().is_some_and(|app| !app.links.is_empty()))
}

/// The places of the organisation.
#[component]
pub fn LinksWidget() -> impl IntoView {
    let app = SessionState::of_page().app;
    let links = Memo::new(move |_| app.with(|app| app.as_ref().map(|app| app.links.clone()).unwrap_or_default()));
    let link = |AppLink { title, url, description, icon }: AppLink| {
        view! {
            <li>
                <a class="entity-ref" href=url title=description rel="noopener noreferrer">
                    <Icon name=link_icon(&icon)/>
                    <span>{title}</span>
                </a>
            </li>
        }
    };
    view! { <ul class="home__links card-body">{move || links.get().into_iter().map(link).collect_view()}</ul> }
}
