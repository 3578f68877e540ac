//! What the slice adds: three pages, their navigation, and lines of the menu of entities.

use std::sync::Arc;

use leptos::leptos_dom::helpers::window;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use leptos_router::hooks::use_navigate;
use shared::entity::EntityRef;

use super::inspect_page::InspectPage;
use super::problem_count::ProblemCount;
use super::problems_page::ProblemsPage;
use super::refresh::refresh_and_tell;
use super::register_page::RegisterPage;
use super::source_page::SourcePage;
use super::unregister::{UnregisterDialog, Unregistering};
use crate::extensions::{
    Applies, Draw, EntityMenuAction, EntityMenuItem, Extensions, Loaded, NavBadge, NavGroup, NavItem, Page,
    PaletteAction, PathPattern, Run, Shortcut, ShortcutPlace,
};
use crate::paths;
use crate::state::on_page::OnPage;
use crate::ui::icon::IconName;

/// Registering, inspecting, what is wrong, and taking out.
pub fn extensions() -> Extensions {
    let problems = NavItem {
        group: NavGroup::Tools,
        order: 900,
        icon: IconName::Warning,
        label: "Problems".to_owned(),
        href: paths::problems(),
        key: Some('p'),
        is_in_bottom_bar: false,
    };
    let register = NavItem {
        group: NavGroup::Tools,
        order: 800,
        icon: IconName::Plus,
        label: "Register".to_owned(),
        href: paths::register(),
        key: Some('n'),
        is_in_bottom_bar: false,
    };
    let inspect = Page::new(paths::patterns::INSPECT, "Inspect", Draw::lazy(inspect_page));
    let source = Page::new(paths::patterns::INSPECT_SOURCE, "Inspect a source", Draw::lazy(source_page));
    Extensions {
        pages: vec![
            Page::new(paths::patterns::REGISTER, "Register", Draw::lazy(register_page)).with_nav(register),
            Page::new(paths::patterns::PROBLEMS, "Problems", Draw::lazy(problems_page)).with_nav(problems),
            inspect,
            source,
        ],
        nav_badges: vec![NavBadge {
            href: paths::problems(),
            count: Arc::new(ProblemCount::get),
            one: "problem".to_owned(),
            many: "problems".to_owned(),
        }],
        dialogs: vec![Draw::new(|()| view! { <UnregisterDialog/> })],
        entity_menu_items: menu_items(),
        palette_actions: palette_actions(),
        shortcuts: vec![Shortcut::key(
            ShortcutPlace::Entities,
            "I",
            "Inspect: why it is as it is",
            Run::new(inspect_this),
        )],
        ..Extensions::default()
    }
}

#[wasm_split(sources, wasm_split_path = leptos::wasm_split, fallible)]
fn inspect_page() -> Loaded {
    Ok(|()| view! { <InspectPage/> }.into_any())
}

#[wasm_split(sources, wasm_split_path = leptos::wasm_split, fallible)]
fn source_page() -> Loaded {
    Ok(|()| view! { <SourcePage/> }.into_any())
}

#[wasm_split(sources, wasm_split_path = leptos::wasm_split, fallible)]
fn register_page() -> Loaded {
    Ok(|()| view! { <RegisterPage/> }.into_any())
}

#[wasm_split(sources, wasm_split_path = leptos::wasm_split, fallible)]
fn problems_page() -> Loaded {
    Ok(|()| view! { <ProblemsPage/> }.into_any())
}

fn menu_items() -> Vec<EntityMenuItem> {
    let open_inspect = EntityMenuAction::Open(Arc::new(|entity| paths::inspect(&entity.entity_ref())));
    let refresh = EntityMenuAction::Run(Arc::new(|context| {
        let entity_ref = context.entity.with_untracked(|entity| entity.entity_ref());
        refresh_and_tell(entity_ref, None, Some(context.reload));
    }));
    let unregister = EntityMenuAction::Run(Arc::new(|context| {
        context.entity.with_untracked(|entity| Unregistering::ask(entity));
    }));
    let item = |id: &str, label: &str, icon, order, is_danger, action| EntityMenuItem {
        id: id.to_owned(),
        label: label.to_owned(),
        icon,
        order,
        is_danger,
        applies: Applies::always(),
        action,
    };
    vec![
        item("inspect", "Inspect", IconName::Inspect, 250, false, open_inspect),
        item("refresh", "Refresh from source", IconName::Refresh, 300, false, refresh),
        item("unregister", "Unregister", IconName::Trash, 900, true, unregister),
    ]
}

fn palette_actions() -> Vec<PaletteAction> {
    let go = |href: String| {
        Run::new(move || {
            use_navigate()(&href, leptos_router::NavigateOptions::default());
        })
    };
    let action = |id: &str, label: &str, icon, keywords: &[&str], run| PaletteAction {
        id: id.to_owned(),
        label: label.to_owned(),
        icon,
        keywords: keywords.iter().map(|&word| word.to_owned()).collect(),
        keys: None,
        run,
    };
    vec![
        action(
            "register",
            "Register a repository or descriptor",
            IconName::Plus,
            &["import", "add", "location", "component"],
            go(paths::register()),
        ),
        action(
            "check-text",
            "Check a descriptor",
            IconName::Upload,
            &["yaml", "validate", "lint", "file"],
            go(paths::register_with("from=text")),
        ),
        action(
            "write-descriptor",
            "Write a descriptor",
            IconName::Edit,
            &["catalog-info", "yaml", "new"],
            go(paths::register_with("from=form")),
        ),
        action(
            "problems",
            "Show what fails",
            IconName::Warning,
            &["problems", "errors", "broken", "sources"],
            go(paths::problems()),
        ),
    ]
}

/// Opens the explanation of the entity of the page, also where the catalog has no such entity.
fn inspect_this() {
    let path = window().location().pathname().unwrap_or_default();
    if let Some(entity_ref) = OnPage::entity_ref().or_else(|| entity_of(&path)) {
        use_navigate()(&paths::inspect(&entity_ref), leptos_router::NavigateOptions::default());
    }
}

/// The entity that a path names.
fn entity_of(path: &str) -> Option<EntityRef> {
    let params = PathPattern::new(paths::patterns::ENTITY).read(path)?;
    let part = |name: &str| params.get(name).map(String::as_str).unwrap_or_default();
    Some(EntityRef::new(part("kind"), part("namespace"), part("name")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_entity_whether_it_exists_or_not() {
        assert_eq!(
            entity_of("/catalog/default/component/ghost"),
            Some(EntityRef::new("component", "default", "ghost"))
        );
        assert_eq!(entity_of("/catalog"), None);
    }
}
