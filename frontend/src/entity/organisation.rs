//! What groups and people have: members, the groups around them, and what they own.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::catalog::{EntityFacets, FacetValue};
use shared::entity::{Entity, EntityRef};

use super::parts;
use super::relations::{RelationGroup, grouped};
use super::relations_card::RelationsBody;
use crate::api::ApiClient;
use crate::catalog::kinds::{self, KindCount};
use crate::catalog::view::{CatalogView, Facet};
use crate::extensions::EntityContext;
use crate::ui::entity_link::{EntityLink, entity_icon};
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::numbers;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// Relations that the cards of groups and people show, so that the card of all relations leaves them out.
const SHOWN_IN_CARDS: &[&str] = &["hasMember", "memberOf", "parentOf", "childOf", "ownerOf"];

/// Whether an entity is one that owns others.
pub fn is_owner(entity: &Entity) -> bool {
    ["group", "user"].iter().any(|kind| kind.eq_ignore_ascii_case(&entity.kind))
}

/// Whether an entity has relations of a type.
pub fn has_relation(entity: &Entity, relation_type: &str) -> bool {
    entity.relation_targets(relation_type).next().is_some()
}

/// Whether a group has a group above or below it.
pub fn has_family(entity: &Entity) -> bool {
    has_relation(entity, "parentOf") || has_relation(entity, "childOf")
}

/// The relations for the card of all relations: those that no other card of the overview lists.
pub fn other_relations(entity: &Entity) -> Vec<RelationGroup> {
    let mut groups = grouped(entity);
    if is_owner(entity) {
        groups.retain(|group| !SHOWN_IN_CARDS.contains(&group.relation_type.as_str()));
    }
    for group in &mut groups {
        let relation = group.relation_type.clone();
        group.targets.retain(|target| !parts::has_card(&entity.kind, &relation, target));
    }
    groups.retain(|group| !group.targets.is_empty());
    groups
}

/// Whether other cards of the overview list relations of the entity.
pub fn has_cards_of_relations(entity: &Entity) -> bool {
    is_owner(entity) || !grouped(entity).is_empty()
}

fn only(entity: &Entity, types: &[&str]) -> Vec<RelationGroup> {
    grouped(entity).into_iter().filter(|group| types.contains(&group.relation_type.as_str())).collect()
}

/// The members of a group, or the groups of a person.
#[component]
pub fn MembershipBody(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let groups = Signal::derive(move || context.entity.with(|entity| only(entity, &["hasMember", "memberOf"])));
    view! { <RelationsBody groups/> }
}

/// The group above, the group itself, and the groups below, as a tree.
#[component]
pub fn FamilyBody(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let targets = move |relation_type: &'static str| {
        Memo::new(move |_| {
            context.entity.with(|entity| {
                entity.relation_targets(relation_type).filter_map(|text| text.parse().ok()).collect::<Vec<EntityRef>>()
            })
        })
    };
    let (parents, children) = (targets("childOf"), targets("parentOf"));
    let own = Memo::new(move |_| context.entity.with(|entity| entity.display_name().to_owned()));
    let list = |refs: Vec<EntityRef>| {
        let line = |entity_ref| view! { <li><EntityLink entity_ref/></li> };
        (!refs.is_empty()).then(|| view! { <ul>{refs.into_iter().map(line).collect_view()}</ul> })
    };
    let below = move || {
        view! {
            <li>
                <b class="family__own" aria-current="true">{own}</b>
                {list(children.get())}
            </li>
        }
    };
    view! {
        <div class="card-body">
            <ul class="family">
                {move || match parents.get() {
                    parents if parents.is_empty() => below().into_any(),
                    parents => {
                        let last = parents.len() - 1;
                        parents
                            .into_iter()
                            .enumerate()
                            .map(|(index, entity_ref)| {
                                view! {
                                    <li>
                                        <EntityLink entity_ref/>
                                        {(index == last).then(|| view! { <ul>{below()}</ul> })}
                                    </li>
                                }
                            })
                            .collect_view()
                            .into_any()
                    }
                }}
            </ul>
        </div>
    }
}

/// How many entities of each kind an owner owns by itself.
#[component]
pub fn OwnedBody(
    /// The owner.
    context: EntityContext,
) -> impl IntoView {
    let owners = Memo::new(move |_| vec![context.entity_ref().to_string()]);
    view! { <OwnedCounts context owners empty="Nothing in the catalog names it as owner."/> }
}

/// How many entities of each kind the groups of a person own.
#[component]
pub fn OwnedThroughGroupsBody(
    /// The person.
    context: EntityContext,
) -> impl IntoView {
    let owners = Memo::new(move |_| {
        let groups = |entity: &Entity| parts::of_kind(entity, "memberOf", "group");
        context.entity.with(|entity| groups(entity).iter().map(ToString::to_string).collect::<Vec<_>>())
    });
    view! { <OwnedCounts context owners empty="The groups of this person own nothing in the catalog."/> }
}

/// How many entities of each kind are owned, from one request.
#[component]
fn OwnedCounts(
    /// Whose page it is.
    context: EntityContext,
    /// The owners, as full references.
    owners: Memo<Vec<String>>,
    /// What to say where nothing is owned.
    empty: &'static str,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let counted: Load<EntityFacets> = Load::new();
    let load = move || {
        let pair = |key: &str, value: String| (key.to_owned(), value);
        let conditions: Vec<String> =
            owners.with_untracked(|owners| owners.iter().map(|owner| format!("relations.ownedBy={owner}")).collect());
        let query = [pair("facet", "kind".to_owned()), pair("filter", conditions.join(","))];
        counted.run(async move { client.entity_facets(&query).await });
    };
    // What is owned changes with the relations of the owner; what others own is not shown as theirs.
    Effect::new(move |old: Option<Vec<String>>| {
        context.entity.track();
        let new = owners.get();
        if old.is_some_and(|old| old != new) {
            counted.reset();
        }
        load();
        new
    });
    let retry = Callback::new(move |()| load());
    let line = move |known: KindCount| {
        let mut view = CatalogView::parse("").with_kind(&known.kind);
        for owner in owners.get_untracked() {
            view.toggle(Facet::Owner, &Facet::Owner.address_value(&owner));
        }
        let icon = entity_icon(&known.kind, None);
        view! {
            <li>
                <a class="owned" href=view.address()>
                    <Icon name=icon kind=known.kind.clone()/>
                    <b class="num">{numbers::count(known.count)}</b>
                    <span>{if known.count == 1 { kinds::one(&known.kind) } else { known.label }}</span>
                </a>
            </li>
        }
    };
    view! {
        <div class="card-body owned-body">
            {move || {
                counted
                    .value
                    .with(|value| match value {
                        None => view! { <SkeletonRows rows=1 label="Counting what is owned"/> }.into_any(),
                        Some(Err(error)) => {
                            view! { <ErrorPanel title="What is owned was not counted" error=error.clone() on_retry=retry/> }.into_any()
                        }
                        Some(Ok(counted)) => {
                            let kinds = owned_kinds(&counted.facets);
                            if kinds.is_empty() {
                                return view! { <p class="muted text-13">{empty}</p> }.into_any();
                            }
                            view! { <ul class="owned-list">{kinds.into_iter().map(line).collect_view()}</ul> }.into_any()
                        }
                    })
            }}
        </div>
    }
}

fn owned_kinds(facets: &BTreeMap<String, Vec<FacetValue>>) -> Vec<KindCount> {
    kinds::in_order(facets.get("kind").map_or(&[], Vec::as_slice))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(kind: &str) -> Entity {
        let relation = |kind: &str, target: &str| json!({"type": kind, "targetRef": target});
        serde_json::from_value(json!({"apiVersion": "v", "kind": kind, "metadata": {"name": "a"}, "relations": [
            relation("hasMember", "user:default/k"), relation("childOf", "group:default/p"),
            relation("ownerOf", "api:default/x"), relation("sponsors", "domain:default/d")]}))
        .unwrap()
    }

    #[test]
    fn what_has_a_card_of_its_own_is_not_listed_twice() {
        let types = |kind: &str| {
            other_relations(&entity(kind)).into_iter().map(|group| group.relation_type).collect::<Vec<_>>()
        };
        assert_eq!(types("Group"), ["sponsors"]);
        assert_eq!(types("Component").len(), 4);
        assert!(has_family(&entity("Group")));
    }
}
