//! Filters over one document. Slow and simple: what the index is tested against, and what the page uses for a few entities.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ast::{Filter, FilterKey};
use super::rows::{IndexValue, fold_case, index_rows};
use super::text::TextFilter;

/// The rows of one entity, in lower case, to ask several filters about.
#[derive(Clone, Debug, Default)]
pub struct EntityRows {
    values: BTreeMap<String, Vec<Option<String>>>,
}

impl EntityRows {
    /// Collects the rows of a final entity document.
    pub fn of(entity: &Value) -> Self {
        let mut values = BTreeMap::<String, Vec<Option<String>>>::new();
        index_rows(entity, &mut |key, value| {
            let value = match value {
                IndexValue::Null => None,
                IndexValue::Text(text) => Some(fold_case(text).into_owned()),
            };
            values.entry(fold_case(key).into_owned()).or_default().push(value);
        });
        Self { values }
    }

    /// There is a row with this key.
    pub fn has_key(&self, key: &FilterKey) -> bool {
        self.values.contains_key(key.as_str())
    }

    /// The values of this key that are not null, in lower case, in the order of the document.
    pub fn texts(&self, key: &FilterKey) -> impl Iterator<Item = &str> {
        self.values.get(key.as_str()).into_iter().flatten().filter_map(Option::as_deref)
    }
}

impl Filter {
    /// Whether the filter holds for a final entity document.
    pub fn matches(&self, entity: &Value) -> bool {
        self.matches_rows(&EntityRows::of(entity))
    }

    /// Whether the filter holds for an entity with these rows.
    pub fn matches_rows(&self, rows: &EntityRows) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches_rows(rows)),
            Self::Any(parts) => parts.iter().any(|part| part.matches_rows(rows)),
            Self::Not(part) => !part.matches_rows(rows),
            Self::HasKey(key) => rows.has_key(key),
            Self::Equals { key, value } => rows.texts(key).any(|text| text == value),
            Self::In { key, values } => rows.texts(key).any(|text| values.iter().any(|value| text == value)),
            Self::Prefix { key, prefix } => rows.texts(key).any(|text| text.starts_with(prefix.as_str())),
        }
    }
}

impl TextFilter {
    /// Whether one of the fields contains the term. `default_field` is used where the filter names no field.
    pub fn matches_rows(&self, rows: &EntityRows, default_field: &FilterKey) -> bool {
        self.fields_or(default_field).iter().any(|field| rows.texts(field).any(|text| text.contains(self.term())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entity() -> Value {
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": "Svc-One", "tags": ["Java", "data"], "annotations": {"example.com/Score": "7"}, "note": null},
            "spec": {"type": "service", "long": "x".repeat(201), "replicas": 3},
            "relations": [{"type": "ownedBy", "targetRef": "group:default/team-a"}],
            "status": {"items": []}
        })
    }

    #[track_caller]
    fn check(filter: &Filter, expected: bool) {
        assert_eq!(filter.matches(&entity()), expected, "{filter:?}");
        assert_eq!(Filter::negate(filter.clone()).matches(&entity()), !expected, "not {filter:?}");
    }

    #[test]
    fn comparisons_ignore_case() {
        check(&Filter::equals("KIND", "component"), true);
        check(&Filter::equals("metadata.name", "SVC-ONE"), true);
        check(&Filter::equals("metadata.annotations.example.com/score", "7"), true);
        check(&Filter::equals("kind", "api"), false);
        check(&Filter::equals("spec.replicas", "3"), true);
    }

    #[test]
    fn lists_match_by_item_and_by_key() {
        check(&Filter::equals("metadata.tags", "java"), true);
        check(&Filter::has_key("metadata.tags.java"), true);
        check(&Filter::equals("metadata.tags.data", "true"), true);
        check(&Filter::equals("metadata.tags.data", "false"), false);
    }

    #[test]
    fn null_and_long_values_have_a_key_only() {
        check(&Filter::has_key("metadata.note"), true);
        check(&Filter::equals("metadata.note", ""), false);
        check(&Filter::has_prefix("metadata.note", ""), false);
        check(&Filter::has_key("spec.long"), true);
        check(&Filter::has_prefix("spec.long", "x"), false);
    }

    #[test]
    fn relations_match_by_full_reference() {
        check(&Filter::equals("relations.ownedBy", "Group:default/Team-A"), true);
        check(&Filter::equals("relations.ownedBy", "team-a"), false);
        check(&Filter::has_key("relations"), false);
        check(&Filter::has_key("status.items"), false);
    }

    #[test]
    fn namespace_has_its_default() {
        check(&Filter::equals("metadata.namespace", "default"), true);
    }

    #[test]
    fn lists_of_conditions() {
        check(&Filter::everything(), true);
        check(&Filter::nothing(), false);
        check(&Filter::is_in("kind", []), false);
        check(&Filter::is_in("kind", ["api", "Component"]), true);
        check(&Filter::has_prefix("spec.type", "SERV"), true);
        check(&Filter::all(vec![Filter::has_key("kind"), Filter::has_key("nope")]), false);
        check(&Filter::any(vec![Filter::has_key("kind"), Filter::has_key("nope")]), true);
    }

    #[test]
    fn text_is_found_anywhere_in_a_value() {
        let rows = EntityRows::of(&entity());
        let name = FilterKey::new("metadata.name");
        let check = |term: &str, fields: &[&str], expected: bool| {
            let fields: Vec<_> = fields.iter().map(|&field| field.to_owned()).collect();
            let filter = TextFilter::new(term, &fields).unwrap();
            assert_eq!(filter.matches_rows(&rows, &name), expected, "{term} in {fields:?}");
        };
        check(" ONE ", &[], true);
        check("java", &[], false);
        check("jav", &["metadata.name", "metadata.tags"], true);
        check("%", &["metadata.tags"], false);
    }
}
