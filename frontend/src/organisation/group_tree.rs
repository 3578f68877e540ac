//! The tree of groups.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::tree::{Node, Tree};
use crate::browser;
use crate::ui::each::Each;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{numbers, words};

/// The tree of groups: one tab stop, arrows move, Right and Left open and fold, Enter chooses.
#[component]
pub fn GroupTree(
    /// The groups.
    tree: Memo<Tree>,
    /// The chosen group, as a full reference; empty for none.
    chosen: Signal<String>,
    /// Chooses a group.
    on_choose: Callback<String>,
) -> impl IntoView {
    let turned = RwSignal::new(BTreeSet::<String>::new());
    let active = RwSignal::new(String::new());
    let lines = Memo::new(move |_| tree.with(|tree| turned.with(|turned| tree.visible(turned))));
    // The chosen group can be seen: those above it are open.
    effect(move || {
        let chosen = chosen.get();
        let above: Vec<(String, bool)> = tree
            .with(|tree| tree.above(&chosen).iter().map(|node| (node.key.clone(), tree.starts_open(node))).collect());
        turned.update(|turned| {
            for (key, starts_open) in above {
                if starts_open {
                    turned.remove(&key);
                } else {
                    turned.insert(key);
                }
            }
        });
        if !chosen.is_empty() {
            active.set(chosen);
        }
    });
    let tab_stop = Memo::new(move |_| {
        let active = active.get();
        lines.with(|lines| {
            let is_there = lines.iter().any(|(node, _)| node.key == active);
            if is_there { active } else { lines.first().map(|(node, _)| node.key.clone()).unwrap_or_default() }
        })
    });
    let turn = move |key: &str| {
        turned.update(|turned| {
            if !turned.remove(key) {
                turned.insert(key.to_owned());
            }
        });
    };
    let go_to = move |key: String| {
        active.set(key.clone());
        request_animation_frame(move || {
            if let Some(line) = browser::find(&format!("[data-group=\"{key}\"]")) {
                browser::focus(&line);
                line.scroll_into_view_with_bool(false);
            }
        });
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let current = tab_stop.get_untracked();
        let lines = lines.get_untracked();
        let Some(at) = lines.iter().position(|(node, _)| node.key == current) else { return };
        let (node, is_open) = &lines[at];
        let to = |index: usize| lines.get(index).map(|(node, _)| node.key.clone());
        let target = match event.key().as_str() {
            "ArrowDown" => to(at + 1),
            "ArrowUp" => at.checked_sub(1).and_then(to),
            "Home" => to(0),
            "End" => to(lines.len() - 1),
            "ArrowRight" if node.has_children && !is_open => {
                turn(&node.key);
                None
            }
            "ArrowRight" if *is_open => to(at + 1),
            "ArrowLeft" if *is_open => {
                turn(&node.key);
                None
            }
            "ArrowLeft" => node
                .parent
                .and_then(|parent| tree.with_untracked(|tree| tree.nodes.get(parent).map(|node| node.key.clone()))),
            "Enter" | " " => {
                on_choose.run(node.key.clone());
                None
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(target) = target {
            go_to(target);
        }
    };
    view! {
        <div class="group-tree" role="tree" aria-label="Groups" on:keydown=on_keydown>
            // A line stays when it is opened or folded: it has the focus then.
            <Each
                each=move || lines.get()
                key=|(node, _)| (node.key.clone(), node.has_children, node.n_members, node.n_owned, node.depth)
                let((node, _))
            >
                {
                    let own = node.clone();
                    let is_open = Memo::new(move |_| tree.with(|tree| turned.with(|turned| tree.is_open(&own, turned))));
                    view! { <Line node is_open tab_stop chosen turn=Callback::new(move |key: String| turn(&key)) on_choose/> }
                }
            </Each>
        </div>
    }
}

#[component]
fn Line(
    /// The group.
    node: Node,
    /// Whether those below it are shown.
    is_open: Memo<bool>,
    /// The group that the tab key leads to.
    tab_stop: Memo<String>,
    /// The chosen group.
    chosen: Signal<String>,
    /// Opens or folds a group.
    turn: Callback<String>,
    /// Chooses a group.
    on_choose: Callback<String>,
) -> impl IntoView {
    let Node { key, entity, depth, has_children, position, n_siblings, n_members, n_owned, .. } = node;
    let name = entity.display_name().to_owned();
    let kind = entity.spec_text("type").map(words::label).unwrap_or_default();
    let (own, stop, turned, id) = (key.clone(), key.clone(), key.clone(), key.clone());
    let label = format!(
        "{name}, {}, owns {}",
        numbers::counted(n_members, "member", "members"),
        numbers::counted(n_owned, "entity", "entities")
    );
    view! {
        <div
            class="group-line"
            role="treeitem"
            aria-label=label
            attr:aria-level=(depth + 1).to_string()
            aria-posinset=position.to_string()
            aria-setsize=n_siblings.to_string()
            aria-expanded=move || has_children.then(|| is_open.get().to_string())
            aria-selected=move || chosen.with(|chosen| *chosen == own).to_string()
            tabindex=move || if tab_stop.with(|active| *active == stop) { "0" } else { "-1" }
            data-group=id
            style=("--depth", depth.to_string())
            on:click=move |_| on_choose.run(key.clone())
        >
            <span
                class="group-line__fold"
                class:is-open=is_open
                aria-hidden="true"
                on:click=move |event| {
                    if has_children {
                        event.stop_propagation();
                        turn.run(turned.clone());
                    }
                }
            >
                {has_children.then(|| view! { <Icon name=IconName::ChevronRight/> })}
            </span>
            <Icon name=IconName::KindGroup kind="group"/>
            <span class="truncate grow" aria-hidden="true">{name}" "<span class="subtle small-text">{kind}</span></span>
            <span class="group-line__count" aria-hidden="true" title="Members">
                <Icon name=IconName::KindUser/>
                {numbers::count(n_members)}
            </span>
            <span class="group-line__count" aria-hidden="true" title="Owned entities">
                <Icon name=IconName::Catalog/>
                {numbers::count(n_owned)}
            </span>
        </div>
    }
}
