//! What the graph adds: the page, its navigation, ways to it, and its keys.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::graph_page::GraphPage;
use super::view::GraphView;
use crate::extensions::{
    Applies, Draw, EntityMenuAction, EntityMenuItem, Extensions, NavGroup, NavItem, Page, PaletteAction, Run, Shortcut,
    ShortcutPlace,
};
use crate::paths;
use crate::state::on_page::OnPage;
use crate::ui::icon::IconName;

/// The page and the ways to it.
pub fn extensions() -> Extensions {
    let nav = NavItem {
        group: NavGroup::Main,
        order: 300,
        icon: IconName::Graph,
        label: "Graph".to_owned(),
        href: paths::graph_with(""),
        key: Some('r'),
        is_in_bottom_bar: false,
    };
    let key = |keys: &[&str], label: &str| Shortcut::listed(ShortcutPlace::Graphs, keys, label);
    Extensions {
        pages: vec![Page::new(paths::patterns::GRAPH, "Graph", Draw::new(|()| view! { <GraphPage/> })).with_nav(nav)],
        entity_menu_items: vec![EntityMenuItem {
            id: "show-in-graph".to_owned(),
            label: "Show in graph".to_owned(),
            icon: IconName::Graph,
            order: 100,
            is_danger: false,
            applies: Applies::always(),
            action: EntityMenuAction::Open(Arc::new(|entity| GraphView::of(entity.entity_ref()).address())),
        }],
        palette_actions: vec![PaletteAction {
            id: "graph".to_owned(),
            label: "Open the graph".to_owned(),
            icon: IconName::Graph,
            keywords: ["relations", "dependencies", "map", "show in graph"].map(str::to_owned).to_vec(),
            keys: None,
            run: Run::new(open),
        }],
        shortcuts: vec![
            key(&["←", "→"], "Along a relation to the nearest entity"),
            key(&["↑", "↓"], "Up and down in the column"),
            key(&["↵"], "Open the entity"),
            key(&["R"], "Start from the entity"),
            key(&["Home"], "Back to the start"),
            key(&["+", "−"], "Zoom in and out"),
            key(&["0"], "Show all"),
        ],
        ..Extensions::default()
    }
}

/// Opens the graph around the entity of the page, where there is one.
fn open() {
    let view = OnPage::entity_ref().map(GraphView::of).unwrap_or_default();
    use_navigate()(&view.address(), Default::default());
}
