//! The root of the page: what every part may ask for, and which path shows what.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{Redirect, Route, Router, Routes};
use leptos_router::path;

use crate::api::{ApiClient, follow_changes};
use crate::catalog::{CatalogMemory, CatalogPage};
use crate::entity::EntityPage;
use crate::paths;
use crate::shell::{NotFoundPage, Shell};
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::Breadcrumb;
use crate::state::changes::CatalogChanges;
use crate::state::history::Arrival;
use crate::state::preferences::Preferences;
use crate::state::session::SessionState;
use crate::state::toasts::Toasts;

/// Mounts the page.
pub fn mount() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        show_crash(&panic.to_string());
    }));
    mount_to_body(App);
}

/// Shows the part of `index.html` that is kept for the case that this program stops, with a report to copy.
///
/// It must not lean on anything that may be in disorder, so it uses the document alone.
fn show_crash(report: &str) {
    let document = document();
    if let Some(text) = document.get_element_by_id("crash-report") {
        text.set_text_content(Some(report));
    }
    if let Some(crash) = document.get_element_by_id("crash") {
        // Nothing is left to tell if even this fails.
        drop(crash.remove_attribute("hidden"));
    }
}

/// Takes the place of the current step in the history, so that Back does not lead to where one is sent away again.
fn replacing() -> NavigateOptions {
    NavigateOptions { replace: true, ..NavigateOptions::default() }
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    Arrival::provide();
    Preferences::provide();
    Announcer::provide();
    Breadcrumb::provide();
    Toasts::provide();
    CatalogMemory::provide();
    let session = SessionState::provide();
    let changes = CatalogChanges::provide();
    let client = ApiClient::provide(session);
    follow_changes(client, changes);
    view! {
        <Router>
            <Shell>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=|| view! { <Redirect path=paths::catalog() options=replacing()/> }/>
                    <Route path=path!("/catalog") view=CatalogPage/>
                    <Route path=path!("/catalog/:namespace/:kind/:name/:tab?") view=EntityPage/>
                </Routes>
            </Shell>
        </Router>
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

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
