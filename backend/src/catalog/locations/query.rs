//! Which registered locations are meant: predicates over four fields.
//!
//! Source: contract `catalog.md`, section 6.

use serde_json::{Value, json};
use shared::filter::{Filter, FilterError, parse_predicate};

/// A field that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocationField {
    /// The id.
    Id,
    /// The type.
    Type,
    /// The target.
    Target,
    /// The reference of the Location entity.
    EntityRef,
}

/// A condition that speaks of known fields only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationFilter(Filter);

impl LocationField {
    /// The field of a key in lower case.
    pub fn of_key(key: &str) -> Option<Self> {
        match key {
            "id" => Some(Self::Id),
            "type" => Some(Self::Type),
            "target" => Some(Self::Target),
            "entityref" => Some(Self::EntityRef),
            _ => None,
        }
    }
}

impl LocationFilter {
    /// Holds for every location.
    pub fn everything() -> Self {
        Self(Filter::everything())
    }

    /// Reads a predicate.
    ///
    /// # Errors
    /// For a shape that the language does not know, and for other fields.
    pub fn parse(query: &Value) -> Result<Self, FilterError> {
        let filter = parse_predicate(&with_empty_lists_as_nothing(query, 0))?;
        match unknown_key(&filter) {
            Some(key) => Err(FilterError::Predicate(format!(
                "a location has no field `{key}`; ask for `id`, `type`, `target` or `entityRef`"
            ))),
            None => Ok(Self(filter)),
        }
    }

    pub(super) fn as_filter(&self) -> &Filter {
        &self.0
    }
}

/// For locations `{"$all":[]}` holds for none, unlike for entities.
fn with_empty_lists_as_nothing(query: &Value, depth: usize) -> Value {
    // What is deeper is refused by the parser.
    let Some(fields) = query.as_object().filter(|_| depth <= shared::filter::predicate::MAX_DEPTH + 1) else {
        return query.clone();
    };
    let below = |value: &Value| with_empty_lists_as_nothing(value, depth + 1);
    let fields = fields.iter().map(|(key, value)| match (key.as_str(), value) {
        ("$all", Value::Array(parts)) if parts.is_empty() => ("$any".to_owned(), json!([])),
        ("$all" | "$any", Value::Array(parts)) => (key.clone(), parts.iter().map(below).collect()),
        ("$not", part) => (key.clone(), below(part)),
        _ => (key.clone(), value.clone()),
    });
    Value::Object(fields.collect())
}

fn unknown_key(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().find_map(unknown_key),
        Filter::Not(part) => unknown_key(part),
        Filter::HasKey(key) | Filter::Equals { key, .. } | Filter::In { key, .. } | Filter::Prefix { key, .. } => {
            LocationField::of_key(key.as_str()).is_none().then(|| key.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_fields_are_named() {
        let refused = |query: Value| LocationFilter::parse(&query).unwrap_err().to_string();
        let message = refused(json!({"$all": [{"type": "url"}, {"$not": {"kind": "component"}}]}));
        assert!(message.starts_with("Invalid query: ") && message.contains("`kind`"), "{message}");
        assert!(refused(json!({"relations": {"$contains": {"type": "ownedBy"}}})).contains("relations.ownedby"));
        assert!(LocationFilter::parse(&json!({"TYPE": "url", "EntityRef": {"$exists": true}})).is_ok());
        assert!(LocationFilter::parse(&json!([])).is_err());
    }

    #[test]
    fn an_empty_list_holds_for_none() {
        let parse = |query: Value| LocationFilter::parse(&query).unwrap().0;
        assert_eq!(parse(json!({"$all": []})), Filter::nothing());
        assert_eq!(parse(json!({"$not": {"$all": []}})), Filter::negate(Filter::nothing()));
        assert_eq!(parse(json!({})), Filter::everything());
        // As deep as a body may be: refused, not recursed into.
        let deep = (0..100).fold(json!({}), |inner, _| json!({ "$not": inner }));
        assert!(LocationFilter::parse(&deep).is_err());
    }
}
