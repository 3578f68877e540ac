//! What the rows can be narrowed by: the facets, their fields and their words.

use serde_json::{Map, Value, json};
use shared::entity::{DEFAULT_NAMESPACE, EntityRef};

use crate::ui::words;

/// The annotation of entities that nothing leads to any more.
pub const ORPHAN: &str = "backstage.io/orphan";

/// A group of values to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// `spec.type`
    Type,
    /// `spec.lifecycle`
    Lifecycle,
    /// Who owns it.
    Owner,
    /// The groups of a person.
    Team,
    /// The system it is part of.
    System,
    /// The domain it is part of.
    Domain,
    /// `metadata.tags`
    Tag,
    /// `metadata.namespace`
    Namespace,
    /// Whether something is wrong with it.
    Status,
}

/// A value of [`Facet::Status`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The catalog reports something about it.
    Problems,
    /// Nothing leads to it any more.
    Orphan,
    /// Neither.
    Fine,
}

impl Status {
    /// All of them, in the order of the rail.
    pub const ALL: [Self; 3] = [Self::Problems, Self::Orphan, Self::Fine];

    /// The word in the address.
    pub fn value(self) -> &'static str {
        match self {
            Self::Problems => "problems",
            Self::Orphan => "orphan",
            Self::Fine => "fine",
        }
    }

    /// The word in the rail.
    fn label(self) -> &'static str {
        match self {
            Self::Problems => "Has problems",
            Self::Orphan => "Orphan",
            Self::Fine => "Fine",
        }
    }

    /// Reads the word of an address.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.value().eq_ignore_ascii_case(value))
    }

    fn predicate(self) -> Value {
        match self {
            // The server has rows for the levels of the status, as an extension.
            Self::Problems => field("status.items.level", json!({"$exists": true})),
            Self::Orphan => field(&format!("metadata.annotations.{ORPHAN}"), json!("true")),
            Self::Fine => json!({"$not": any(vec![Self::Problems.predicate(), Self::Orphan.predicate()])}),
        }
    }
}

impl Facet {
    /// All facets, in the order of the rail.
    pub const ALL: [Self; 9] = [
        Self::Type,
        Self::Lifecycle,
        Self::Owner,
        Self::Team,
        Self::System,
        Self::Domain,
        Self::Tag,
        Self::Namespace,
        Self::Status,
    ];

    /// The key in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Owner => "owner",
            Self::Team => "team",
            Self::System => "system",
            Self::Domain => "domain",
            Self::Tag => "tag",
            Self::Namespace => "namespace",
            Self::Status => "status",
        }
    }

    /// The heading in the rail and on the chip.
    pub fn label(self) -> &'static str {
        match self {
            Self::Type => "Type",
            Self::Lifecycle => "Lifecycle",
            Self::Owner => "Owner",
            Self::Team => "Team",
            Self::System => "System",
            Self::Domain => "Domain",
            Self::Tag => "Tags",
            Self::Namespace => "Namespace",
            Self::Status => "Status",
        }
    }

    /// The word for several values.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Type => "types",
            Self::Lifecycle => "stages",
            Self::Owner => "owners",
            Self::Team => "teams",
            Self::System => "systems",
            Self::Domain => "domains",
            Self::Tag => "tags",
            Self::Namespace => "namespaces",
            Self::Status => "states",
        }
    }

    /// The key in predicates and counts of the API. The states have none: each is a condition of its own.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::Type => Some("spec.type"),
            Self::Lifecycle => Some("spec.lifecycle"),
            Self::Owner => Some("relations.ownedBy"),
            Self::Team => Some("relations.memberOf"),
            Self::System | Self::Domain => Some("relations.partOf"),
            Self::Tag => Some("metadata.tags"),
            Self::Namespace => Some("metadata.namespace"),
            Self::Status => None,
        }
    }

    /// The kind of the entities that are the values, where they are entities.
    fn target_kind(self) -> Option<&'static str> {
        match self {
            Self::Owner | Self::Team => Some("group"),
            Self::System => Some("system"),
            Self::Domain => Some("domain"),
            Self::Type | Self::Lifecycle | Self::Tag | Self::Namespace | Self::Status => None,
        }
    }

    /// The value in predicates of the API: entities are written short in the address and in full to the server.
    pub fn api_value(self, value: &str) -> String {
        match self.target_kind() {
            Some(kind) => EntityRef::parse(value, Some(kind), DEFAULT_NAMESPACE)
                .map_or_else(|_| value.to_owned(), |target| target.to_string()),
            None => value.to_owned(),
        }
    }

    /// The value in the address for one of the API.
    pub fn address_value(self, value: &str) -> String {
        self.own_value(value).unwrap_or_else(|| value.to_owned())
    }

    /// The same for one that the API counted; `None` for one that belongs to another facet.
    pub fn own_value(self, value: &str) -> Option<String> {
        let Some(kind) = self.target_kind() else { return Some(value.to_owned()) };
        let short = value.strip_prefix(kind).and_then(|rest| rest.strip_prefix(':'));
        match (short, self) {
            (Some(short), _) => Some(short.strip_prefix("default/").unwrap_or(short).to_owned()),
            // Users own things, too. What something is part of is told by its kind.
            (None, Self::Owner | Self::Team) => Some(value.to_owned()),
            (None, _) => None,
        }
    }

    /// A value as words for people. Names are exact, so owners and tags stay as they are.
    pub fn words(self, value: &str) -> String {
        match self {
            Self::Type | Self::Lifecycle => words::label(value),
            Self::Status => Status::parse(value).map_or_else(|| value.to_owned(), |status| status.label().to_owned()),
            Self::Owner | Self::Team | Self::System | Self::Domain | Self::Tag | Self::Namespace => value.to_owned(),
        }
    }

    /// Whether it is worth room in the rail when nothing is chosen: where all entities are in one namespace, or all are
    /// fine, there is nothing to choose.
    pub fn needs_two_values(self) -> bool {
        matches!(self, Self::Namespace)
    }

    /// Whether its values are shown from the beginning.
    pub fn starts_open(self) -> bool {
        !matches!(self, Self::System | Self::Domain | Self::Namespace)
    }

    /// The condition that an entity has one of some values.
    pub fn predicate(self, values: &[String]) -> Value {
        match self.field() {
            Some(key) => {
                let values: Vec<String> = values.iter().map(|value| self.api_value(value)).collect();
                match values.as_slice() {
                    [value] => field(key, json!(value)),
                    values => field(key, json!({"$in": values})),
                }
            }
            None => any(values.iter().filter_map(|value| Some(Status::parse(value)?.predicate())).collect()),
        }
    }
}

/// A condition on one key.
pub fn field(key: &str, condition: Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), condition)]))
}

/// All of some conditions; `None` where there are none, which holds for everything.
pub fn all(mut conditions: Vec<Value>) -> Option<Value> {
    if conditions.len() <= 1 { conditions.pop() } else { Some(json!({"$all": conditions})) }
}

/// At least one of some conditions; nothing where there are none.
pub fn any(mut conditions: Vec<Value>) -> Value {
    match (conditions.len(), conditions.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            conditions.extend(last);
            json!({"$any": conditions})
        }
    }
}

/// The condition that an entity is one of some.
pub fn one_of<'a>(refs: impl IntoIterator<Item = &'a EntityRef>) -> Value {
    let mut names: std::collections::BTreeMap<(&str, &str), Vec<&str>> = std::collections::BTreeMap::new();
    for entity_ref in refs {
        names.entry((&entity_ref.kind, &entity_ref.namespace)).or_default().push(&entity_ref.name);
    }
    let group = |((kind, namespace), names): ((&str, &str), Vec<&str>)| json!({"kind": kind, "metadata.namespace": namespace, "metadata.name": {"$in": names}});
    any(names.into_iter().map(group).collect())
}

#[cfg(test)]
mod tests {
    use shared::filter::parse_predicate;

    use super::*;

    #[test]
    fn entities_are_short_in_the_address() {
        for owner in ["group:default/booking", "group:ops/run", "user:default/kim"] {
            assert_eq!(Facet::Owner.api_value(&Facet::Owner.address_value(owner)), owner);
        }
        assert_eq!(Facet::Owner.address_value("group:default/booking"), "booking");
        assert_eq!(Facet::System.own_value("system:default/rates").as_deref(), Some("rates"));
        assert_eq!(Facet::System.own_value("domain:default/sales"), None);
        assert_eq!(Facet::Domain.own_value("domain:ops/sales").as_deref(), Some("ops/sales"));
    }

    #[test]
    fn every_condition_is_understood_by_the_server() {
        let entity_ref: EntityRef = "component:ops/a".parse().unwrap();
        let mut conditions = vec![one_of([]), one_of([&entity_ref]), any(vec![]), field("kind", json!("api"))];
        for facet in Facet::ALL {
            conditions.push(facet.predicate(&["a".to_owned(), "b".to_owned()]));
            conditions.push(facet.predicate(&["fine".to_owned()]));
        }
        conditions.extend(Status::ALL.map(Status::predicate));
        for condition in conditions {
            assert!(parse_predicate(&condition).is_ok(), "{condition}");
        }
    }

    #[test]
    fn entities_of_one_kind_and_namespace_are_named_together() {
        let refs: Vec<EntityRef> = ["api:default/b", "component:default/a", "api:default/a"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let expected = json!({"$any": [
            {"kind": "api", "metadata.namespace": "default", "metadata.name": {"$in": ["b", "a"]}},
            {"kind": "component", "metadata.namespace": "default", "metadata.name": {"$in": ["a"]}},
        ]});
        assert_eq!(one_of(&refs), expected);
    }
}
