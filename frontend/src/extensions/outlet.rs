//! Draws the page of the address.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::pattern::PathParams;
use super::registry::ExtensionRegistry;

/// What the address gives for the names of the page's pattern.
#[derive(Clone, Copy)]
struct CurrentParams(Memo<PathParams>);

/// The page of the address. It stays while only its parameters change.
#[component]
pub fn PageOutlet(
    /// Drawn where no page has the address.
    not_found: fn() -> AnyView,
) -> impl IntoView {
    let registry = ExtensionRegistry::of_page();
    let pathname = use_location().pathname;
    let pattern = Memo::new(move |_| pathname.with(|path| registry.pattern(path)));
    move || {
        let Some(pattern) = pattern.get() else { return not_found() };
        let view = registry.with_untracked(|registry| {
            let path = pathname.get_untracked();
            registry.page(&path).map(|(page, _)| page.view.clone())
        });
        // A page keeps its parameters while the reader is on the way elsewhere, so that it is not drawn for another address.
        let params = Memo::new(move |old: Option<&PathParams>| {
            pathname.with(|path| pattern.read(path)).or_else(|| old.cloned()).unwrap_or_default()
        });
        provide_context(CurrentParams(params));
        view.map_or_else(not_found, |view| view.run(()))
    }
}

/// What the address gives for a name of the page's pattern, decoded; empty where it gives nothing.
pub fn use_path_param(name: &'static str) -> Memo<String> {
    let CurrentParams(params) = expect_context();
    Memo::new(move |_| params.with(|params| params.get(name).cloned().unwrap_or_default()))
}
