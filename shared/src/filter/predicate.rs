//! The form of filters in JSON bodies and cursors: `{"$all":[{"kind":"Component"},{"$not":{"spec.type":"website"}}]}`.
//!
//! Source: contract `catalog.md`, section 7.

use std::collections::HashSet;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::ast::{Filter, FilterKey};
use super::error::FilterError;
use super::parse::MAX_CONDITIONS;
use super::rows::{fold_case, write_number};

/// How deep `$all`, `$any` and `$not` may be nested.
pub const MAX_DEPTH: usize = 32;

/// Reads a predicate.
///
/// # Errors
/// [`FilterError::Predicate`] and [`FilterError::ContainsObject`] for a shape that the language does not know,
/// [`FilterError::TooDeep`] and [`FilterError::TooLarge`] beyond [`MAX_DEPTH`] and [`MAX_CONDITIONS`].
pub fn parse_predicate(query: &Value) -> Result<Filter, FilterError> {
    Parser { path: String::new(), n_conditions: 0 }.predicate(query, 0)
}

impl Filter {
    /// Writes the filter as a predicate. Reading it again gives a filter that holds for the same entities.
    pub fn to_predicate(&self) -> Value {
        serde_json::to_value(self.as_predicate()).expect("a predicate is made of objects, lists and texts")
    }

    /// The same, to be written without making a [`Value`] first.
    pub fn as_predicate(&self) -> Predicate<'_> {
        Predicate(self)
    }

    /// The key of a condition on one key that a predicate can have as a field.
    ///
    /// The language reads a field that starts with `$` as an operator. No entity has such a key, because every key starts
    /// with one of the known root fields, so a condition on it holds for no entity.
    fn field(&self) -> Option<&str> {
        match self {
            Self::All(_) | Self::Any(_) | Self::Not(_) => None,
            Self::HasKey(key) | Self::Equals { key, .. } | Self::In { key, .. } | Self::Prefix { key, .. } => {
                Some(key.as_str()).filter(|key| !key.starts_with('$'))
            }
        }
    }
}

/// A filter that is written as a predicate.
#[derive(Clone, Copy, Debug)]
pub struct Predicate<'a>(&'a Filter);

impl Serialize for Predicate<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        match self.0 {
            Filter::All(parts) if are_fields_of_one_object(parts) => {
                for part in parts {
                    object.serialize_entry(part.field().unwrap_or_default(), &Operand(part))?;
                }
            }
            Filter::All(parts) => object.serialize_entry("$all", &Predicates(parts))?,
            Filter::Any(parts) => object.serialize_entry("$any", &Predicates(parts))?,
            Filter::Not(part) => match (part.as_ref(), part.field()) {
                (Filter::HasKey(_), Some(key)) => object.serialize_entry(key, &Operator("$exists", false))?,
                (part, _) => object.serialize_entry("$not", &Predicate(part))?,
            },
            leaf => match leaf.field() {
                Some(key) => object.serialize_entry(key, &Operand(leaf))?,
                None => object.serialize_entry("$any", &Predicates(&[]))?,
            },
        }
        object.end()
    }
}

struct Predicates<'a>(&'a [Filter]);

impl Serialize for Predicates<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Filter::as_predicate))
    }
}

/// What a condition on one key demands of it.
struct Operand<'a>(&'a Filter);

impl Serialize for Operand<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Filter::Equals { value, .. } => value.serialize(serializer),
            Filter::In { values, .. } => Operator("$in", values).serialize(serializer),
            Filter::Prefix { prefix, .. } => Operator("$hasPrefix", prefix).serialize(serializer),
            Filter::HasKey(_) | Filter::All(_) | Filter::Any(_) | Filter::Not(_) => {
                Operator("$exists", true).serialize(serializer)
            }
        }
    }
}

/// `{"$in":[…]}` and the like.
struct Operator<T>(&'static str, T);

impl<T: Serialize> Serialize for Operator<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry(self.0, &self.1)?;
        object.end()
    }
}

/// Conditions on different keys fit into one object, which is how people write them.
fn are_fields_of_one_object(parts: &[Filter]) -> bool {
    let keys = || parts.iter().map(|part| part.field());
    if keys().any(|key| key.is_none()) {
        return false;
    }
    if parts.len() <= FEW_PARTS {
        return keys().enumerate().all(|(n_before, key)| keys().take(n_before).all(|before| before != key));
    }
    let mut seen = HashSet::new();
    keys().all(|key| seen.insert(key))
}

/// Up to so many texts are compared with each other faster than through a set.
const FEW_PARTS: usize = 8;

struct Parser {
    /// Where the parser stands, such as `$all[1].kind`.
    path: String,
    n_conditions: usize,
}

impl Parser {
    fn predicate(&mut self, query: &Value, depth: usize) -> Result<Filter, FilterError> {
        if depth > MAX_DEPTH {
            return Err(FilterError::TooDeep(MAX_DEPTH));
        }
        let Value::Object(fields) = query else {
            return Err(self.wrong(&format!("expected an object, got {}", type_name(query))));
        };
        if let Some(operator) = fields.keys().find(|key| matches!(key.as_str(), "$all" | "$any" | "$not")) {
            let others: Vec<_> = fields.keys().filter(|key| *key != operator).map(|key| format!("'{key}'")).collect();
            if !others.is_empty() {
                let others = others.join(", ");
                return Err(self.wrong(&format!(
                    "Unrecognized key(s) in object: {others}; `{operator}` must be the only key of its object"
                )));
            }
            return self.below(operator, |parser| parser.logic(operator, &fields[operator], depth + 1));
        }
        let mut parts = Vec::with_capacity(fields.len());
        for (field, value) in fields {
            if field.starts_with('$') {
                return Err(self.wrong(&format!(
                    "Unrecognized key(s) in object: '{field}'; the operators are `$all`, `$any` and `$not`"
                )));
            }
            parts.push(self.below(field, |parser| parser.field(field, value))?);
        }
        Ok(Filter::all(parts))
    }

    fn logic(&mut self, operator: &str, value: &Value, depth: usize) -> Result<Filter, FilterError> {
        if operator == "$not" {
            return Ok(Filter::negate(self.predicate(value, depth)?));
        }
        let mut parts = Vec::new();
        for (at, part) in self.list(value)?.iter().enumerate() {
            parts.push(self.below(&format!("[{at}]"), |parser| parser.predicate(part, depth))?);
        }
        self.count(parts.len())?;
        Ok(if operator == "$all" { Filter::all(parts) } else { Filter::any(parts) })
    }

    fn field(&mut self, field: &str, value: &Value) -> Result<Filter, FilterError> {
        self.count(1)?;
        let key = FilterKey::new(field);
        let Value::Object(operators) = value else {
            return Ok(Filter::Equals { key, value: self.primitive(value)? });
        };
        let mut entries = operators.iter();
        let (Some((operator, operand)), None) = (entries.next(), entries.next()) else {
            return Err(self.wrong(
                "expected one of `$exists`, `$in`, `$contains` and `$hasPrefix`, and nothing beside it; use `$all` for several conditions",
            ));
        };
        self.below(operator, |parser| match operator.as_str() {
            "$exists" => match operand {
                Value::Bool(true) => Ok(Filter::HasKey(key)),
                Value::Bool(false) => Ok(Filter::negate(Filter::HasKey(key))),
                other => Err(parser.wrong(&format!("expected true or false, got {}", type_name(other)))),
            },
            "$in" => Ok(Filter::In { key, values: parser.primitives(operand)? }),
            "$hasPrefix" => match operand {
                Value::String(prefix) => Ok(Filter::Prefix { key, prefix: fold_case(prefix).into_owned() }),
                other => Err(parser.wrong(&format!("expected a string, got {}", type_name(other)))),
            },
            "$contains" => match operand {
                Value::Object(relation) if key.as_str() == "relations" => parser.relation(relation),
                Value::Object(_) => Err(FilterError::ContainsObject(field.to_owned())),
                operand => Ok(Filter::Equals { key, value: parser.primitive(operand)? }),
            },
            _ => Err(parser.wrong(&format!(
                "Unrecognized key(s) in object: '{operator}'; the operators of a field are `$exists`, `$in`, `$contains` and `$hasPrefix`"
            ))),
        })
    }

    /// Reads `{"type":"ownedBy","targetRef":"group:default/a"}`; the target may be left out or be `{"$in":[…]}`.
    fn relation(&mut self, relation: &Map<String, Value>) -> Result<Filter, FilterError> {
        if let Some(other) = relation.keys().find(|key| !matches!(key.as_str(), "type" | "targetRef")) {
            return Err(
                self.wrong(&format!("Unrecognized key(s) in object: '{other}'; a relation has `type` and `targetRef`"))
            );
        }
        let Some(Value::String(relation_type)) = relation.get("type") else {
            return Err(self.wrong("`type` must be a string, such as \"ownedBy\""));
        };
        let key = FilterKey::relation(relation_type);
        match relation.get("targetRef") {
            None => Ok(Filter::HasKey(key)),
            Some(Value::String(target)) => Ok(Filter::Equals { key, value: fold_case(target).into_owned() }),
            Some(Value::Object(operators)) => {
                if let Some(targets) = operators.get("$in").filter(|_| operators.len() == 1) {
                    let values = self.below("targetRef.$in", |parser| parser.primitives(targets))?;
                    if !values.is_empty() {
                        return Ok(Filter::In { key, values });
                    }
                }
                Err(self.wrong("`targetRef` must be a string or {\"$in\": [...]} with at least one reference"))
            }
            Some(_) => Err(self.wrong("`targetRef` must be a string or {\"$in\": [...]} with at least one reference")),
        }
    }

    fn primitives(&mut self, value: &Value) -> Result<Vec<String>, FilterError> {
        let items = self.list(value)?;
        self.count(items.len())?;
        let mut values = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            values.push(self.below(&format!("[{at}]"), |parser| parser.primitive(item))?);
        }
        Ok(values)
    }

    /// A plain value as the text that it is compared as.
    fn primitive(&self, value: &Value) -> Result<String, FilterError> {
        match value {
            Value::String(text) => Ok(fold_case(text).into_owned()),
            Value::Bool(value) => Ok(value.to_string()),
            Value::Number(number) => {
                let mut text = String::new();
                write_number(number, &mut text);
                Ok(text)
            }
            Value::Null | Value::Array(_) | Value::Object(_) => {
                Err(self.wrong(&format!("expected a string, number or boolean, got {}", type_name(value))))
            }
        }
    }

    fn list<'a>(&self, value: &'a Value) -> Result<&'a [Value], FilterError> {
        match value {
            Value::Array(items) => Ok(items),
            other => Err(self.wrong(&format!("expected an array, got {}", type_name(other)))),
        }
    }

    fn count(&mut self, n_conditions: usize) -> Result<(), FilterError> {
        self.n_conditions += n_conditions;
        if self.n_conditions > MAX_CONDITIONS { Err(FilterError::TooLarge(MAX_CONDITIONS)) } else { Ok(()) }
    }

    fn below<T>(
        &mut self,
        name: &str,
        then: impl FnOnce(&mut Self) -> Result<T, FilterError>,
    ) -> Result<T, FilterError> {
        let length = self.path.len();
        if length > 0 && !name.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(name);
        let result = then(self);
        self.path.truncate(length);
        result
    }

    fn wrong(&self, message: &str) -> FilterError {
        let place = if self.path.is_empty() { String::new() } else { format!(" at `{}`", self.path) };
        FilterError::Predicate(format!("Validation error: {message}{place}"))
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[track_caller]
    fn check(query: &Value, expected: Filter) {
        assert_eq!(parse_predicate(query), Ok(expected), "{query}");
    }

    #[track_caller]
    fn refuse(query: &Value, message: &str) {
        let error = parse_predicate(query).expect_err("the query is wrong").to_string();
        assert!(error.contains(message), "{query}\n{error}\n{message}");
    }

    #[test]
    fn fields_all_hold() {
        check(&json!({}), Filter::everything());
        check(&json!({"Kind": "Component"}), Filter::equals("kind", "component"));
        check(
            &json!({"kind": "API", "spec.replicas": 1.0, "spec.live": true}),
            Filter::All(vec![
                Filter::equals("kind", "api"),
                Filter::equals("spec.replicas", "1"),
                Filter::equals("spec.live", "true"),
            ]),
        );
    }

    #[test]
    fn logic() {
        check(&json!({"$all": []}), Filter::everything());
        check(&json!({"$any": []}), Filter::nothing());
        check(
            &json!({"$all": [{"kind": "Component"}, {"$not": {"spec.lifecycle": "deprecated"}}, {"metadata.tags": {"$contains": "java"}}]}),
            Filter::All(vec![
                Filter::equals("kind", "component"),
                Filter::negate(Filter::equals("spec.lifecycle", "deprecated")),
                Filter::equals("metadata.tags", "java"),
            ]),
        );
        refuse(
            &json!({"$all": [], "kind": "x"}),
            "Invalid query: Validation error: Unrecognized key(s) in object: 'kind'",
        );
        refuse(&json!({"$any": {}}), "expected an array, got an object at `$any`");
        refuse(&json!({"$not": []}), "expected an object, got an array at `$not`");
        refuse(&json!({"$xor": []}), "Unrecognized key(s) in object: '$xor'");
        refuse(&json!([]), "Invalid query: Validation error: expected an object, got an array");
        refuse(&json!({"$all": [{}, {"kind": null}]}), "got null at `$all[1].kind`");
    }

    #[test]
    fn operators_of_a_field() {
        check(&json!({"a": {"$exists": true}}), Filter::has_key("a"));
        check(&json!({"a": {"$exists": false}}), Filter::negate(Filter::has_key("a")));
        check(&json!({"a": {"$in": []}}), Filter::is_in("a", []));
        check(&json!({"a": {"$in": ["X", 1, false]}}), Filter::is_in("a", ["x", "1", "false"]));
        check(&json!({"a": {"$hasPrefix": "X"}}), Filter::has_prefix("a", "x"));
        check(&json!({"a": {"$contains": 1}}), Filter::equals("a", "1"));
        refuse(&json!({"a": {}}), "expected one of `$exists`");
        refuse(&json!({"a": {"$exists": true, "$in": []}}), "nothing beside it");
        refuse(&json!({"a": {"$exists": "yes"}}), "at `a.$exists`");
        refuse(&json!({"a": {"$in": [[]]}}), "got an array at `a.$in[0]`");
        refuse(&json!({"a": {"$gt": 1}}), "'$gt'");
        refuse(&json!({"a": ["x"]}), "got an array at `a`");
        refuse(
            &json!({"metadata.tags": {"$contains": {"a": 1}}}),
            "Object form of $contains is not supported for field \"metadata.tags\"",
        );
    }

    #[test]
    fn relations_are_rows_of_their_own() {
        let relation = |operand: Value| json!({"relations": {"$contains": operand}});
        check(&relation(json!({"type": "ownedBy"})), Filter::has_key("relations.ownedBy"));
        check(
            &relation(json!({"type": "ownedBy", "targetRef": "Group:default/A"})),
            Filter::equals("relations.ownedBy", "group:default/a"),
        );
        check(
            &relation(json!({"type": "partOf", "targetRef": {"$in": ["system:default/A"]}})),
            Filter::is_in("relations.partOf", ["system:default/a"]),
        );
        refuse(&relation(json!({"targetRef": "a"})), "`type` must be a string");
        refuse(&relation(json!({"type": "a", "x": 1})), "'x'");
        refuse(&relation(json!({"type": "a", "targetRef": {"$in": []}})), "at least one reference");
        refuse(&relation(json!({"type": "a", "targetRef": 1})), "`targetRef` must be a string");
    }

    #[test]
    fn depth_and_size_are_limited() {
        let nested = |depth: usize| (0..depth).fold(json!({"kind": "api"}), |query, _| json!({"$not": query}));
        assert!(parse_predicate(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(parse_predicate(&nested(MAX_DEPTH + 1)), Err(FilterError::TooDeep(MAX_DEPTH)));
        let many = json!({"a": {"$in": vec!["x"; MAX_CONDITIONS]}});
        assert_eq!(parse_predicate(&many), Err(FilterError::TooLarge(MAX_CONDITIONS)));
    }

    #[test]
    fn cursors_read_as_people_write_them() {
        let params = ["kind=component,spec.type=service,spec.type=website".to_owned()];
        let filter = super::super::parse_filter_params(&params).unwrap().unwrap();
        let query = filter.to_predicate();
        assert_eq!(query, json!({"kind": "component", "spec.type": {"$in": ["service", "website"]}}));
        assert_eq!(parse_predicate(&query), Ok(filter));
        assert_eq!(Filter::equals("kind", "component").to_predicate(), json!({"kind": "component"}));
        assert_eq!(Filter::has_key("$odd").to_predicate(), json!({"$any": []}));
    }

    fn any_filter() -> impl Strategy<Value = Filter> {
        let key = prop::sample::select(vec![
            "kind",
            "metadata.tags",
            "metadata.tags.x",
            "spec.a",
            "spec.b",
            "relations.ownedby",
            "",
        ]);
        let value = prop::sample::select(vec!["x", "X", "1", "true", "", "group:default/a"]);
        let leaf = (key, prop::collection::vec(value, 0..3), 0..4_u8).prop_map(|(key, values, form)| {
            let value = values.first().copied().unwrap_or("y");
            match form {
                0 => Filter::has_key(key),
                1 => Filter::equals(key, value),
                2 => Filter::has_prefix(key, value),
                _ => Filter::is_in(key, values),
            }
        });
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::All),
                prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::Any),
                inner.prop_map(Filter::negate),
            ]
        })
    }

    fn any_entity() -> impl Strategy<Value = Value> {
        let scalar = prop::sample::select(vec![json!("x"), json!("X1"), json!(1), json!(true), json!(null), json!("")]);
        let list = prop::collection::vec(scalar.clone(), 0..3);
        (scalar.clone(), scalar, list, any::<bool>()).prop_map(|(kind, a, tags, is_owned)| {
            let relations =
                if is_owned { json!([{"type": "ownedBy", "targetRef": "group:default/a"}]) } else { json!([]) };
            json!({"kind": kind, "metadata": {"tags": tags}, "spec": {"a": a}, "relations": relations})
        })
    }

    proptest! {
        #[test]
        fn reading_what_was_written_means_the_same(filter in any_filter(), entities in prop::collection::vec(any_entity(), 1..8)) {
            let read = parse_predicate(&filter.to_predicate()).expect("what is written can be read");
            for entity in &entities {
                prop_assert_eq!(filter.matches(entity), read.matches(entity), "{}", entity);
            }
            // A second round changes nothing, so cursors do not grow from page to page.
            prop_assert_eq!(read.to_predicate(), parse_predicate(&read.to_predicate()).unwrap().to_predicate());
        }
    }
}
