//! Relations in words, in the order in which people ask for them.

use crate::ui::order::Order as _;
use shared::entity::{Entity, EntityRef};

/// Known types in order, with the heading of their targets.
const WORDS: [(&str, &str); 16] = [
    ("ownedBy", "Owned by"),
    ("partOf", "Part of"),
    ("childOf", "Parent"),
    ("memberOf", "Member of"),
    ("leads", "Leads"),
    ("hasMember", "Members"),
    ("parentOf", "Subgroups"),
    ("hasPart", "Parts"),
    ("providesApi", "Provides APIs"),
    ("consumesApi", "Consumes APIs"),
    ("dependsOn", "Depends on"),
    ("apiProvidedBy", "Provided by"),
    ("apiConsumedBy", "Consumed by"),
    ("dependencyOf", "Needed by"),
    ("ownerOf", "Owns"),
    ("hasLead", "Led by"),
];

/// All targets of one type of relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationGroup {
    /// As in the API: `ownedBy`.
    pub relation_type: String,
    /// In words for people.
    pub heading: String,
    /// In the order of the API, each once. What is no reference is left out.
    pub targets: Vec<EntityRef>,
}

/// The relations of an entity by type; known types first, the others by name.
pub fn grouped(entity: &Entity) -> Vec<RelationGroup> {
    let mut groups: Vec<RelationGroup> = Vec::new();
    for relation in &entity.relations {
        let Ok(target) = relation.target_ref.parse::<EntityRef>() else { continue };
        match groups.iter_mut().find(|group| group.relation_type == relation.relation_type) {
            Some(group) if group.targets.contains(&target) => {}
            Some(group) => group.targets.push(target),
            None => groups.push(RelationGroup {
                relation_type: relation.relation_type.clone(),
                heading: heading(&relation.relation_type),
                targets: vec![target],
            }),
        }
    }
    let rank = |group: &RelationGroup| WORDS.iter().position(|(known, _)| *known == group.relation_type);
    groups.order_by(|one, other| {
        let (one_rank, other_rank) = (rank(one).unwrap_or(WORDS.len()), rank(other).unwrap_or(WORDS.len()));
        one_rank.cmp(&other_rank).then_with(|| one.relation_type.cmp(&other.relation_type))
    });
    groups
}

/// The words for a type; `reviewedBy` becomes `Reviewed by`.
fn heading(relation_type: &str) -> String {
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == relation_type) {
        return (*words).to_owned();
    }
    let mut words = String::new();
    for (index, letter) in relation_type.chars().enumerate() {
        match letter {
            '_' | '-' => words.push(' '),
            _ if letter.is_uppercase() && index > 0 => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            _ if index == 0 => words.extend(letter.to_uppercase()),
            _ => words.push(letter),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn relations_are_grouped_in_the_order_of_questions() {
        let relation = |kind: &str, target: &str| json!({"type": kind, "targetRef": target});
        let entity: Entity =
            serde_json::from_value(json!({"apiVersion": "v", "kind": "Component", "metadata": {"name": "a"},
            "relations": [relation("dependsOn", "resource:default/z"), relation("dependsOn", "resource:default/z"),
                relation("dependsOn", "resource:default/b"), relation("ownedBy", "group:default/t"),
                relation("reviewedBy", "user:default/k"), relation("ownedBy", "not a ref:/")]}))
            .unwrap();
        let found: Vec<_> = grouped(&entity).into_iter().map(|group| (group.heading, group.targets.len())).collect();
        assert_eq!(found, [("Owned by".to_owned(), 1), ("Depends on".to_owned(), 2), ("Reviewed by".to_owned(), 1)]);
    }

    #[test]
    fn unknown_types_become_words() {
        assert_eq!(heading("reviewedByTeam"), "Reviewed by team");
        assert_eq!(heading("runs_on"), "Runs on");
        assert_eq!(heading(""), "");
    }
}
