//! What is said of the chosen group.

use leptos::prelude::*;
use shared::entity::EntityRef;

use super::tree::{Node, Tree};
use crate::catalog::view::{ALL_KINDS, CatalogView, Facet};
use crate::entity::spec_ref;
use crate::paths;
use crate::ui::entity_link::EntityLink;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{numbers, words};

/// The catalog with what some groups own.
fn owned_by<'n>(nodes: impl Iterator<Item = &'n Node>) -> String {
    let mut view = CatalogView::parse("").with_kind(ALL_KINDS);
    for node in nodes {
        view.toggle(Facet::Owner, &Facet::Owner.address_value(&node.key));
    }
    view.address()
}

/// Groups of which the catalog is filtered at once; an address of more is too long to share.
const MAX_OWNERS: usize = 30;

/// Name, description and numbers of a group.
#[component]
pub fn GroupPanel(
    /// The groups.
    tree: Memo<Tree>,
    /// The chosen group.
    node: Node,
    /// Chooses another group.
    on_choose: Callback<String>,
) -> impl IntoView {
    let Node { key, entity_ref, entity, n_members, n_owned, .. } = node.clone();
    let below: Vec<Node> = tree.with_untracked(|tree| tree.with_below(&key).to_vec());
    let n_groups_below = below.len().saturating_sub(1);
    let n_owned_below: usize = below.iter().map(|node| node.n_owned).sum();
    let above: Vec<(String, String)> = tree.with_untracked(|tree| {
        tree.above(&key).iter().map(|node| (node.key.clone(), node.entity.display_name().to_owned())).collect()
    });
    let step = move |(key, name): (String, String)| {
        view! {
            <button class="link-button" type="button" on:click=move |_| on_choose.run(key.clone())>{name}</button>
            <span aria-hidden="true">" / "</span>
        }
    };
    let lead: Option<EntityRef> =
        spec_ref(&entity, "lead").map(|lead| EntityRef::new("user", &lead.namespace, &lead.name));
    let kind = entity.spec_text("type").map(words::label);
    let own_address = owned_by(std::iter::once(&node));
    let below_address = (below.len() <= MAX_OWNERS).then(|| owned_by(below.iter()));
    view! {
        <div class="group-panel">
            {(!above.is_empty()).then(|| view! { <div class="small-text subtle group-panel__above">{above.into_iter().map(step).collect_view()}</div> })}
            <div class="row group-panel__head">
                <span class="kind-tile small" data-kind="group"><Icon name=IconName::KindGroup/></span>
                <h2>{entity.display_name().to_owned()}</h2>
                {kind.map(|text| view! { <span class="badge">{text}</span> })}
                <a class="button small right-align" href=paths::entity(&entity_ref)>"Open the group"</a>
            </div>
            {entity.metadata.description.clone().map(|text| view! { <p class="text-13 muted group-panel__text">{text}</p> })}
            <ul class="group-panel__facts text-13">
                {lead.map(|entity_ref| view! { <li class="row">"Led by "<EntityLink entity_ref/></li> })}
                <li>{numbers::counted(n_members, "direct member", "direct members")}</li>
                {(n_groups_below > 0).then(|| view! { <li>{numbers::counted(n_groups_below, "group below", "groups below")}</li> })}
                <li>
                    {if n_owned > 0 {
                        view! { <a href=own_address>{format!("Owns {}", numbers::counted(n_owned, "entity", "entities"))}</a> }.into_any()
                    } else {
                        "Owns nothing itself".into_any()
                    }}
                </li>
                {(n_owned_below > n_owned)
                    .then(|| {
                        let text = format!("{} with the groups below", numbers::count(n_owned_below));
                        view! {
                            <li>
                                {match below_address {
                                    Some(address) => view! { <a href=address>{text}</a> }.into_any(),
                                    None => text.into_any(),
                                }}
                            </li>
                        }
                    })}
            </ul>
        </div>
    }
}
