//! The root of the page: what every part may ask for, and which path shows what.

use leptos::prelude::*;
use leptos_router::WildcardSegment;
use leptos_router::components::{Route, Router, Routes};

use crate::api::{ApiClient, follow_changes};
use crate::catalog::{self, CatalogMemory, SavedViews};
use crate::extensions::{ExtensionRegistry, Extensions, PageOutlet};
use crate::home::HomeData;
use crate::search::SearchMemory;
use crate::shell::{self, NotFoundPage, Shell};
use crate::sources::{ProblemCount, Unregistering};
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::Breadcrumb;
use crate::state::changes::CatalogChanges;
use crate::state::connection::Connection;
use crate::state::entity_memory::EntityMemory;
use crate::state::history::Arrival;
use crate::state::on_page::OnPage;
use crate::state::overlays::Overlays;
use crate::state::preferences::Preferences;
use crate::state::recent::Recents;
use crate::state::references::References;
use crate::state::refreshing::Refreshing;
use crate::state::session::SessionState;
use crate::state::stars::Stars;
use crate::state::tabs::Tabs;
use crate::state::toasts::Toasts;
use crate::{browser, entity, explore, graph, home, organisation, search, settings, signin, sources};

/// Everything that comes with the page. A new slice adds its line here.
fn built_in() -> Vec<Extensions> {
    vec![
        shell::extensions(),
        home::extensions(),
        catalog::extensions(),
        entity::extensions(),
        graph::extensions(),
        settings::extensions(),
        signin::extensions(),
        sources::extensions(),
        explore::extensions(),
        organisation::extensions(),
        search::extensions(),
    ]
}

/// Mounts the page.
pub fn mount() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        // The rest is up to guard.js, which does not lean on anything that may be in disorder here.
        browser::tell_guard("callboard:panic", &panic.to_string());
    }));
    mount_to_body(App);
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    Arrival::provide();
    Tabs::provide();
    Toasts::provide();
    let connection = Connection::provide();
    let preferences = Preferences::provide();
    Announcer::provide();
    Breadcrumb::provide();
    CatalogMemory::provide();
    SearchMemory::provide();
    OnPage::provide();
    Overlays::provide();
    ExtensionRegistry::provide(built_in());
    let session = SessionState::provide();
    let changes = CatalogChanges::provide();
    let client = ApiClient::provide(session, connection);
    References::provide(client);
    Recents::provide(session);
    Stars::provide(session, client);
    preferences.follow(session, client);
    ProblemCount::provide(session, client);
    Unregistering::provide();
    HomeData::provide(session, client);
    SavedViews::provide(session, client);
    Refreshing::provide();
    EntityMemory::provide();
    follow_changes(client, changes);
    let not_found = || view! { <NotFoundPage/> }.into_any();
    view! {
        <Router>
            <Shell>
                // The registry knows the pages, so that they can also come while the page runs; the router only follows the address.
                <Routes fallback=|| ()>
                    <Route path=WildcardSegment("path") view=move || view! { <PageOutlet not_found/> }/>
                </Routes>
            </Shell>
        </Router>
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::extensions::{NavGroup, Registry};

    #[test]
    fn what_comes_with_the_page_is_each_there_once_and_in_order() {
        let mut registry = Registry::default();
        for extensions in built_in() {
            assert_eq!(registry.add(extensions), Vec::<String>::new());
        }
        let labels: Vec<_> = registry.nav_items(NavGroup::Main).into_iter().map(|item| item.label).collect();
        assert_eq!(labels, ["Home", "Catalog", "APIs", "Explore", "Graph", "Organisation"]);
        for item in [NavGroup::Main, NavGroup::Tools, NavGroup::Foot].map(|group| registry.nav_items(group)).concat() {
            assert!(registry.page(&item.href).is_some(), "{} leads nowhere", item.href);
        }
        assert!(registry.bottom_bar_items().len() <= 3, "the bar of phones has room for three");
    }

    #[test]
    fn every_style_sheet_is_linked_and_tokens_come_first() {
        let page = include_str!("../index.html");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("styles");
        let names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        let place = |name: &str| page.find(&format!("href=\"styles/{name}\""));
        for name in &names {
            assert!(place(name).is_some(), "{name} is not linked in index.html");
            assert!(place("tokens.css") <= place(name), "{name} comes before tokens.css, which names the layers");
        }
        assert_eq!(
            page.matches("href=\"styles/").count(),
            names.len(),
            "index.html links a style sheet that does not exist"
        );
    }
}
