//! What an entity needs and what needs it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::entity::Entity;

use super::neighbours::{DEPENDENCIES, Neighbours, groups_of};
use crate::extensions::EntityContext;
use crate::graph::{GraphSectionProps, graph_section};
use crate::paths;
use crate::ui::icon::IconName;
use crate::ui::order::Order as _;
use crate::ui::segmented::{Segment, Segmented};

/// What is said where there is none.
const EMPTY_TITLE: &str = "No dependencies";
/// What to do then.
const EMPTY_TEXT: &str = "Nothing in the catalog depends on it, and it depends on nothing. List what it needs under dependsOn in the descriptor.";
/// The key of the address that chooses between table and graph.
const VIEW_KEY: &str = "view";

/// How many entities it needs, is part of, holds, or is needed by.
pub fn count(entity: &Entity) -> usize {
    groups_of(entity, DEPENDENCIES).iter().map(|group| group.targets.len()).sum()
}

/// Whether the address asks for the graph.
fn is_graph(search: &str) -> bool {
    paths::query_pairs(search).iter().any(|(key, value)| key == VIEW_KEY && value == "graph")
}

/// The same query with the graph, or with the table, which is not said.
fn with_view(search: &str, is_graph: bool) -> String {
    let mut pairs = paths::query_pairs(search);
    pairs.retain(|(key, _)| key != VIEW_KEY);
    if is_graph {
        pairs.push((VIEW_KEY.to_owned(), "graph".to_owned()));
    }
    pairs.order_by(|one, other| one.0.cmp(&other.0));
    paths::query_text(&pairs)
}

/// Everything that a change of the entity may touch, as tables by relation or as a graph.
#[component]
pub fn DependenciesTab(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let location = use_location();
    let entity_ref = Memo::new(move |_| context.entity_ref());
    let shows_graph = Memo::new(move |_| location.search.with(|search| is_graph(search)));
    let navigate = use_navigate();
    let on_choose = Callback::new(move |chosen: usize| {
        let query = location.search.with_untracked(|search| with_view(search, chosen == 1));
        let address = paths::with_query(&location.pathname.get_untracked(), &query);
        navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    let segments = Signal::derive(|| {
        vec![Segment::with_icon("Table", IconName::List), Segment::with_icon("Graph", IconName::Graph)]
    });
    let graph = graph_section();
    view! {
        <h2 class="visually-hidden">"Dependencies"</h2>
        <div class="row">
            <Segmented
                label="View"
                segments
                chosen=Signal::derive(move || usize::from(shows_graph.get()))
                on_choose
            />
        </div>
        {move || {
            if shows_graph.get() {
                graph.run(GraphSectionProps { entity_ref, empty_title: EMPTY_TITLE, empty_text: EMPTY_TEXT })
            } else {
                view! { <Neighbours context types=DEPENDENCIES empty_title=EMPTY_TITLE empty_text=EMPTY_TEXT/> }.into_any()
            }
        }}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_graph_and_keeps_what_belongs_to_others() {
        assert!(is_graph("?a=1&view=graph") && !is_graph("?view=table") && !is_graph(""));
        assert_eq!(with_view("?z=1&view=graph", false), "z=1");
        assert_eq!(with_view("?z=1", true), "view=graph&z=1");
    }
}
