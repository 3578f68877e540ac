//! What the graph adds: the page, its navigation, ways to it, and its keys.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use leptos_router::hooks::use_navigate;

use super::graph_page::GraphPage;
use super::section::{self, GraphSectionProps};
use super::view::GraphView;
use crate::extensions::{
    Applies, Draw, EntityMenuAction, EntityMenuItem, Extensions, Loaded, NavGroup, NavItem, Page, PaletteAction, Run,
    Shortcut, ShortcutPlace,
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
        pages: vec![Page::new(paths::patterns::GRAPH, "Graph", Draw::lazy(graph_page)).with_nav(nav)],
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

#[wasm_split(graph, wasm_split_path = leptos::wasm_split, fallible)]
fn graph_page() -> Loaded {
    Ok(|()| view! { <GraphPage/> }.into_any())
}

/// Draws the graph of one entity as a part of its page.
pub fn graph_section() -> Draw<GraphSectionProps> {
    Draw::lazy(section_of_entity)
}

#[wasm_split(graph, wasm_split_path = leptos::wasm_split, fallible)]
fn section_of_entity() -> Loaded<GraphSectionProps> {
    Ok(|props| section::graph_section(props).into_any())
}

/// Opens the graph around the entity of the page, where there is one.
fn open() {
    let view = OnPage::entity_ref().map(GraphView::of).unwrap_or_default();
    use_navigate()(&view.address(), Default::default());
}
