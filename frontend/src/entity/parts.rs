//! Cards that list related entities of one kind: the components of a system, the consumers of an API.

use leptos::prelude::*;
use shared::entity::{Entity, EntityRef};

use super::neighbours::RefTable;
use crate::extensions::EntityContext;
use crate::ui::numbers;

/// A card of related entities.
#[derive(Clone, Copy, Debug)]
pub struct PartsCard {
    /// The id of the card.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// Whose overview has it, in lower case.
    pub of: &'static str,
    /// The relation.
    pub relation: &'static str,
    /// The kind of the related entities, in lower case; empty for all.
    pub kind: &'static str,
}

const fn card(
    id: &'static str,
    title: &'static str,
    of: &'static str,
    relation: &'static str,
    kind: &'static str,
) -> PartsCard {
    PartsCard { id, title, of, relation, kind }
}

/// The cards, in order.
pub const CARDS: [PartsCard; 11] = [
    card("providers", "Providers", "api", "apiProvidedBy", ""),
    card("consumers", "Consumers", "api", "apiConsumedBy", ""),
    card("subcomponents", "Subcomponents", "component", "hasPart", ""),
    card("systems", "Systems", "domain", "hasPart", "system"),
    card("subdomains", "Subdomains", "domain", "hasPart", "domain"),
    card("components", "Components", "system", "hasPart", "component"),
    card("system-apis", "APIs", "system", "hasPart", "api"),
    card("resources", "Resources", "system", "hasPart", "resource"),
    card("dependents", "Needed by", "resource", "dependencyOf", ""),
    card("depends-on", "Depends on", "resource", "dependsOn", ""),
    card("subresources", "Parts", "resource", "hasPart", ""),
];

/// The related entities of one kind, each once; of all kinds where `kind` is empty.
pub fn of_kind(entity: &Entity, relation: &str, kind: &str) -> Vec<EntityRef> {
    let mut found: Vec<EntityRef> = Vec::new();
    for target in entity.relation_targets(relation).filter_map(|text| text.parse::<EntityRef>().ok()) {
        if (kind.is_empty() || target.kind == kind) && !found.contains(&target) {
            found.push(target);
        }
    }
    found
}

/// Whether a card has something to list for an entity.
pub fn applies(card: PartsCard, entity: &Entity) -> bool {
    entity.kind.eq_ignore_ascii_case(card.of) && !of_kind(entity, card.relation, card.kind).is_empty()
}

/// Whether the relations of an entity of some kind are listed in cards of their own.
pub fn has_card(of: &str, relation: &str, target: &EntityRef) -> bool {
    CARDS.iter().any(|card| {
        card.of.eq_ignore_ascii_case(of)
            && card.relation == relation
            && (card.kind.is_empty() || card.kind == target.kind)
    })
}

/// The table of a card.
#[component]
pub fn PartsTable(
    /// The entity.
    context: EntityContext,
    /// What it lists.
    label: &'static str,
    /// The relation.
    relation: &'static str,
    /// The kind of the related entities; empty for all.
    kind: &'static str,
) -> impl IntoView {
    let refs = Memo::new(move |_| context.entity.with(|entity| of_kind(entity, relation, kind)));
    view! { <RefTable label refs=refs.into() without_kind=!kind.is_empty()/> }
}

/// How many a card lists.
#[component]
pub fn PartsCount(
    /// The entity.
    context: EntityContext,
    /// The relation.
    relation: &'static str,
    /// The kind of the related entities; empty for all.
    kind: &'static str,
) -> impl IntoView {
    let n_refs = Memo::new(move |_| context.entity.with(|entity| of_kind(entity, relation, kind).len()));
    view! { <span class="badge count">{move || numbers::count(n_refs.get())}</span> }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_are_told_by_kind_and_each_once() {
        let part = |target: &str| json!({"type": "hasPart", "targetRef": target});
        let entity: Entity = serde_json::from_value(json!({"apiVersion": "v", "kind": "System", "metadata": {"name": "s"},
            "relations": [part("component:default/a"), part("component:default/a"), part("api:default/b"), part("x:/")]}))
        .unwrap();
        assert_eq!(of_kind(&entity, "hasPart", "component").len(), 1);
        assert_eq!(of_kind(&entity, "hasPart", "").len(), 2);
        let shown: Vec<_> = CARDS.into_iter().filter(|&card| applies(card, &entity)).map(|card| card.id).collect();
        assert_eq!(shown, ["components", "system-apis"]);
        assert!(has_card("System", "hasPart", &EntityRef::new("api", "default", "b")));
        assert!(!has_card("System", "hasPart", &EntityRef::new("group", "default", "b")));
    }

    #[test]
    fn every_card_has_an_id_of_its_own() {
        let mut ids: Vec<_> = CARDS.iter().map(|card| card.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), CARDS.len());
    }
}
