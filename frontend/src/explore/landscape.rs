//! Domains with their systems, and what is in them, from a list and a few counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shared::api::catalog::FacetValue;
use shared::entity::{Entity, EntityRef};

use crate::entity::{owner, spec_ref};
use crate::ui::order::Order as _;

/// The kinds that are counted for each system, in order.
pub const COUNTED: [&str; 3] = ["component", "api", "resource"];

/// How many entities a system has of each counted kind, and how many of them have problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    /// In the order of [`COUNTED`].
    pub of_kind: [usize; 3],
    /// Entities that could not be read in their newest version.
    pub problems: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        for (own, other) in self.of_kind.iter_mut().zip(other.of_kind) {
            *own += other;
        }
        self.problems += other.problems;
    }
}

/// What the server says: domains and systems, and how many entities are part of each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// Domains and systems.
    pub entities: Vec<Entity>,
    /// For each of [`COUNTED`]: references of what entities are part of, with their number.
    pub parts: [Vec<FacetValue>; 3],
    /// The same for entities with problems.
    pub problems: Vec<FacetValue>,
    /// How many entities of each of [`COUNTED`] are part of no system.
    pub loose: [usize; 3],
}

/// A system.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// Its reference.
    pub entity_ref: EntityRef,
    /// The entity, in the fields that are shown.
    pub entity: Arc<Entity>,
    /// What is in it.
    pub counts: Counts,
}

/// A domain, with the domains below it as sections of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// Its reference; `None` for the systems that are in no domain.
    pub entity_ref: Option<EntityRef>,
    /// The entity, in the fields that are shown.
    pub entity: Option<Arc<Entity>>,
    /// The domain above it.
    pub above: Option<EntityRef>,
    /// How many domains are above it.
    pub depth: usize,
    /// Its own systems, by name.
    pub systems: Vec<System>,
    /// What is in its own systems.
    pub counts: Counts,
}

impl Domain {
    /// A name for lists and addresses.
    pub fn key(&self) -> String {
        self.entity_ref.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
    }

    /// What it is called.
    pub fn title(&self) -> String {
        self.entity.as_ref().map_or_else(|| "In no domain".to_owned(), |entity| entity.display_name().to_owned())
    }
}

/// All domains, those above first, each followed by those below it; then the systems that are in none.
pub fn domains(survey: &Survey) -> Vec<Domain> {
    let counts = counts(survey);
    let mut systems_of: BTreeMap<Option<String>, Vec<System>> = BTreeMap::new();
    let mut known: BTreeMap<String, Arc<Entity>> = BTreeMap::new();
    for entity in &survey.entities {
        let entity_ref = entity.entity_ref();
        if entity_ref.kind == "domain" {
            known.insert(entity_ref.to_string(), Arc::new(entity.clone()));
        }
    }
    for entity in survey.entities.iter().filter(|entity| entity.kind.eq_ignore_ascii_case("system")) {
        let entity_ref = entity.entity_ref();
        let domain =
            spec_ref(entity, "domain").map(|domain| domain.to_string()).filter(|domain| known.contains_key(domain));
        let counts = counts.get(&entity_ref.to_string()).copied().unwrap_or_default();
        systems_of.entry(domain).or_default().push(System { entity_ref, entity: Arc::new(entity.clone()), counts });
    }
    for systems in systems_of.values_mut() {
        systems.order_by_key(|system| system.entity.display_name().to_lowercase());
    }
    let above = |entity: &Entity| spec_ref_as(entity, "subdomainOf", "domain").map(|above| above.to_string());
    let mut below: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
    for (key, entity) in &known {
        below
            .entry(above(entity).filter(|above| known.contains_key(above) && above != key))
            .or_default()
            .push(key.clone());
    }
    for keys in below.values_mut() {
        keys.order_by_key(|key| known.get(key).map(|entity| entity.display_name().to_lowercase()));
    }
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    place(&mut order, &mut seen, &below, None, 0);
    // Domains that are below each other in a circle are reached from nowhere.
    for key in known.keys() {
        if seen.insert(key.clone()) {
            order.push((key.clone(), 0));
            place(&mut order, &mut seen, &below, Some(key), 1);
        }
    }
    let mut found: Vec<Domain> = order
        .into_iter()
        .map(|(key, depth)| {
            let entity = known.get(&key).cloned();
            let systems = systems_of.remove(&Some(key)).unwrap_or_default();
            let above =
                entity.as_ref().and_then(|entity| spec_ref_as(entity, "subdomainOf", "domain")).filter(|_| depth > 0);
            Domain {
                entity_ref: entity.as_ref().map(|entity| entity.entity_ref()),
                entity,
                above,
                depth,
                counts: total(&systems),
                systems,
            }
        })
        .collect();
    if let Some(systems) = systems_of.remove(&None) {
        found.push(Domain { entity_ref: None, entity: None, above: None, depth: 0, counts: total(&systems), systems });
    }
    found
}

fn spec_ref_as(entity: &Entity, field: &str, kind: &str) -> Option<EntityRef> {
    let text = entity.spec.get(field)?.as_str()?;
    EntityRef::parse(text, Some(kind), entity.namespace()).ok()
}

fn place(
    order: &mut Vec<(String, usize)>,
    seen: &mut BTreeSet<String>,
    below: &BTreeMap<Option<String>, Vec<String>>,
    above: Option<&String>,
    depth: usize,
) {
    // A list of what is left to place, the next at its end: chains may be longer than a stack is deep.
    let next = |key: Option<&String>, depth: usize| {
        let keys = below.get(&key.cloned()).into_iter().flatten();
        keys.rev().map(|key| (key.clone(), depth)).collect::<Vec<_>>()
    };
    let mut left = next(above, depth);
    while let Some((key, depth)) = left.pop() {
        if seen.insert(key.clone()) {
            left.extend(next(Some(&key), depth + 1));
            order.push((key, depth));
        }
    }
}

fn counts(survey: &Survey) -> BTreeMap<String, Counts> {
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for (index, values) in survey.parts.iter().enumerate() {
        for FacetValue { value, count } in values {
            counts.entry(value.to_lowercase()).or_default().of_kind[index] += count;
        }
    }
    for FacetValue { value, count } in &survey.problems {
        counts.entry(value.to_lowercase()).or_default().problems += count;
    }
    counts
}

fn total(systems: &[System]) -> Counts {
    let mut sum = Counts::default();
    systems.iter().for_each(|system| sum.add(system.counts));
    sum
}

/// What a text finds: domains whose name or owner has all of its words, whole; of the others the systems that have them.
pub fn matching(domains: &[Domain], text: &str) -> Vec<Domain> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return domains.to_vec();
    }
    let has_all = |entity: &Entity| {
        let owner = owner(entity).map(|owner| owner.name).unwrap_or_default();
        let description = entity.metadata.description.as_deref().unwrap_or_default();
        let text = format!("{} {} {description} {owner}", entity.metadata.name, entity.display_name()).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let found = domains.iter().filter_map(|domain| {
        if domain.entity.as_ref().is_some_and(|entity| has_all(entity)) {
            return Some(domain.clone());
        }
        let systems: Vec<System> = domain.systems.iter().filter(|system| has_all(&system.entity)).cloned().collect();
        (!systems.is_empty()).then(|| Domain { counts: total(&systems), systems, ..domain.clone() })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(kind: &str, name: &str, spec: serde_json::Value) -> Entity {
        serde_json::from_value(json!({"apiVersion": "v", "kind": kind, "metadata": {"name": name}, "spec": spec}))
            .unwrap()
    }

    fn survey() -> Survey {
        let value = |value: &str, count| FacetValue { value: value.to_owned(), count };
        Survey {
            entities: vec![
                entity("Domain", "network", json!({"owner": "operations"})),
                entity("Domain", "trade", json!({"subdomainOf": "network"})),
                entity("Domain", "a", json!({})),
                entity("System", "customs", json!({"domain": "trade", "owner": "customs-team"})),
                entity("System", "fleet", json!({"domain": "network"})),
                entity("System", "stray", json!({"domain": "gone"})),
            ],
            parts: [
                vec![value("system:default/fleet", 3), value("component:default/x", 9)],
                vec![value("system:default/fleet", 1)],
                vec![],
            ],
            problems: vec![value("system:default/customs", 2)],
            loose: [0; 3],
        }
    }

    #[test]
    fn domains_below_follow_those_above_and_strays_come_last() {
        let found = domains(&survey());
        let told: Vec<_> = found.iter().map(|domain| (domain.title(), domain.depth, domain.systems.len())).collect();
        let expected = [("a", 0, 0), ("network", 0, 1), ("trade", 1, 1), ("In no domain", 0, 1)];
        assert_eq!(told, expected.map(|(title, depth, systems)| (title.to_owned(), depth, systems)));
        assert_eq!(found[1].counts, Counts { of_kind: [3, 1, 0], problems: 0 });
        assert_eq!(found[2].counts.problems, 2);
        assert_eq!(found[2].above.as_ref().unwrap().name, "network");
    }

    #[test]
    fn circles_of_domains_are_all_there_once() {
        let mut survey = survey();
        survey.entities = vec![
            entity("Domain", "a", json!({"subdomainOf": "b"})),
            entity("Domain", "b", json!({"subdomainOf": "a"})),
            entity("Domain", "c", json!({"subdomainOf": "c"})),
        ];
        let titles: Vec<_> = domains(&survey).iter().map(Domain::title).collect();
        assert_eq!(titles.len(), 3, "{titles:?}");
    }

    #[test]
    fn a_text_keeps_whole_domains_or_single_systems() {
        let all = domains(&survey());
        let told = |text: &str| {
            matching(&all, text).iter().map(|domain| (domain.title(), domain.systems.len())).collect::<Vec<_>>()
        };
        assert_eq!(told("OPERATIONS"), [("network".to_owned(), 1)]);
        assert_eq!(told("customs-team"), [("trade".to_owned(), 1)]);
        assert_eq!(told("nothing"), []);
        assert_eq!(told(" ").len(), 4);
    }
}
