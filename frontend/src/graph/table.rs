//! The graph as a table: the same entities and relations, for those who read better than they look.

use std::sync::Arc;

use leptos::prelude::*;

use super::picture::{Picture, PictureNode};
use crate::catalog::cells::lifecycle_tone;
use crate::catalog::kinds;
use crate::paths;
use crate::ui::badge::Badge;
use crate::ui::entity_link::short_name;
use crate::ui::icon::Icon;
use crate::ui::{numbers, words};

/// Rows before the table is opened.
const N_SHOWN: usize = 200;
/// Relations of a row; the others are counted.
const MAX_RELATIONS: usize = 6;

/// How far away a node is.
fn distance(depth: usize) -> String {
    match depth {
        0 => "Start".to_owned(),
        1 => "1 hop".to_owned(),
        _ => format!("{depth} hops"),
    }
}

/// The entities of a picture, with their relations.
#[component]
pub fn GraphTable(
    /// What is shown.
    picture: Memo<Option<Arc<Picture>>>,
    /// What the table is called.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let body = move || {
        let picture = picture.get()?;
        let n_nodes = picture.nodes.len();
        let n_shown = if is_open.get() { n_nodes } else { n_nodes.min(N_SHOWN) };
        let rows = (0..n_shown).map(|node| view! { <Row picture=picture.clone() node/> }).collect_view();
        Some(view! {
            <table class="table stackable graph-table" aria-label=name>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="col-kind">"Kind"</th>
                        <th scope="col" class="col-owner">"Owner"</th>
                        <th scope="col" class="col-lifecycle">"Lifecycle"</th>
                        <th scope="col" class="col-hops">"Distance"</th>
                        <th scope="col">"Relations in this graph"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {(n_shown < n_nodes)
                .then(|| {
                    view! {
                        <div class="graph-table__more">
                            <button class="button small quiet" type="button" on:click=move |_| is_open.set(true)>
                                {format!("Show all {}", numbers::count(n_nodes))}
                            </button>
                        </div>
                    }
                })}
        })
    };
    view! { <div class="table-wrap fills graph-table-wrap" tabindex="0" role="region" aria-label=name>{body}</div> }
}

#[component]
fn Row(
    /// The whole picture.
    picture: Arc<Picture>,
    /// Whose row.
    node: usize,
) -> impl IntoView {
    let related = picture.relations_of(node);
    let n_more = related.len().saturating_sub(MAX_RELATIONS);
    let related = related
        .into_iter()
        .take(MAX_RELATIONS)
        .map(|(words, other)| {
            let other = &picture.nodes[other];
            view! {
                <li>
                    <span class="subtle">{words.to_owned()}</span>
                    " "
                    <a href=paths::entity(&other.entity_ref) data-ref=other.entity_ref.to_string()>{other.label.clone()}</a>
                </li>
            }
        })
        .collect_view();
    let PictureNode { entity_ref, label, icon, depth, is_missing, owner, lifecycle, .. } = picture.nodes[node].clone();
    let remark = picture.nodes[node].remark.clone();
    let owner = owner.map(|owner| {
        view! {
            <a class="entity-ref plain" href=paths::entity(&owner) data-ref=owner.to_string()>
                <span>{short_name(&owner)}</span>
            </a>
        }
    });
    view! {
        <tr>
            <td class="name">
                <a
                    class="entity-ref"
                    data-kind=entity_ref.kind.clone()
                    data-missing=is_missing.then_some("")
                    data-ref=entity_ref.to_string()
                    href=paths::entity(&entity_ref)
                >
                    <Icon name=icon/>
                    <span>{label}</span>
                </a>
            </td>
            <td class="col-kind">{if entity_ref.kind == "component" { format!("{} · {remark}", kinds::one(&entity_ref.kind)) } else { remark }}</td>
            <td class="col-owner">{owner}</td>
            <td class="col-lifecycle">
                {lifecycle.map(|stage| view! { <Badge tone=lifecycle_tone(&stage) text=words::label(&stage)/> })}
            </td>
            <td class="col-hops num">{distance(depth)}</td>
            <td class="graph-table__relations">
                <ul class="plain-list">
                    {related}
                    {(n_more > 0).then(|| view! { <li class="subtle">{format!("and {}", numbers::counted(n_more, "more", "more"))}</li> })}
                </ul>
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::tests::example;
    use super::*;

    #[test]
    fn a_row_lists_what_the_picture_shows_of_its_node() {
        let picture = Picture::of(&example());
        let said =
            |node| picture.relations_of(node).iter().map(|(words, to)| format!("{words} {to}")).collect::<Vec<_>>();
        assert_eq!(said(0), ["consumes, depends on 2", "owned by 1"]);
        assert_eq!(said(4), Vec::<String>::new());
        assert_eq!([0, 1, 2].map(distance), ["Start", "1 hop", "2 hops"]);
    }
}
