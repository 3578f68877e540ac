//! Values that show what a schema means, from its examples and types.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::schema::{Schemas, entries, items};

/// How deep a sample nests.
const MAX_DEPTH: usize = 6;
/// Values in one sample.
const MAX_NODES: usize = 150;
/// Fields of an object that a sample shows.
const MAX_FIELDS: usize = 24;
/// Bytes of one sample.
const MAX_BYTES: usize = 8_000;
/// Bytes of all samples of a definition; later operations have none.
pub(super) const MAX_BYTES_IN_ALL: usize = 1_500_000;

/// Makes samples for one definition.
#[derive(Debug)]
pub(super) struct Sampler<'s, 'a> {
    schemas: &'s Schemas<'a>,
    bytes_left: Cell<usize>,
}

/// How far one sample has come.
#[derive(Debug, Default)]
struct Walk<'a> {
    n_nodes: usize,
    /// The references that lead to where it is.
    open: Vec<&'a str>,
    /// Bytes of what was taken over from the definition.
    n_bytes: usize,
}

impl<'s, 'a> Sampler<'s, 'a> {
    /// For the schemas of a definition.
    pub(super) fn new(schemas: &'s Schemas<'a>) -> Self {
        Self { schemas, bytes_left: Cell::new(MAX_BYTES_IN_ALL) }
    }

    /// Pays for a text; `None` when it, or all of them together, would be too long.
    pub(super) fn pay(&self, text: String) -> Option<String> {
        let left = self.bytes_left.get();
        // To make one that is too long has cost something, too.
        self.bytes_left.set(left.saturating_sub(text.len().min(MAX_BYTES)));
        (text.len() <= MAX_BYTES.min(left)).then_some(text)
    }

    /// A value of a media type or message: its own example, else one for its schema.
    pub(super) fn of_media(&self, media: &'a Value, schema: Option<&'a Value>) -> Option<Value> {
        if self.bytes_left.get() == 0 {
            return None;
        }
        let of_name = |example| self.schemas.look_up(example)?.get("value");
        let named = || entries(media, "examples").take(MAX_FIELDS).find_map(|(_, example)| of_name(example));
        let listed = || items(media, "examples").take(MAX_FIELDS).find_map(|example| example.get("payload"));
        match media.get("example").or_else(named).or_else(listed) {
            Some(given) => copied(given, &mut 0),
            None => self.of_schema(schema?),
        }
    }

    /// A value for a schema.
    pub(super) fn of_schema(&self, schema: &'a Value) -> Option<Value> {
        // Definitions with thousands of operations get no further samples, and pay nothing for them.
        (self.bytes_left.get() > 0).then(|| self.value(schema, 0, &mut Walk::default())).flatten()
    }

    fn value(&self, schema: &'a Value, depth: usize, walk: &mut Walk<'a>) -> Option<Value> {
        walk.n_nodes += 1;
        if depth > MAX_DEPTH || walk.n_nodes > MAX_NODES {
            return None;
        }
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            return self.value_in_place(schema, depth, walk);
        };
        // What holds itself is shown once.
        if walk.open.contains(&reference) {
            return None;
        }
        let target = self.schemas.look_up(schema)?;
        walk.open.push(reference);
        let value = self.value_in_place(target, depth, walk);
        walk.open.pop();
        value
    }

    fn value_in_place(&self, schema: &'a Value, depth: usize, walk: &mut Walk<'a>) -> Option<Value> {
        let given = schema.get("example").or_else(|| schema.get("examples")?.get(0));
        let given = given.or_else(|| schema.get("default")).or_else(|| schema.get("const"));
        if let Some(given) = given.or_else(|| schema.get("enum")?.get(0)) {
            return copied(given, &mut walk.n_bytes);
        }
        if schema.get("allOf").is_some() {
            let mut whole = Map::new();
            for part in items(schema, "allOf").take(20) {
                match self.value(part, depth + 1, walk) {
                    Some(Value::Object(fields)) => whole.extend(fields),
                    Some(other) => return Some(other),
                    None => {}
                }
            }
            self.extend(&mut whole, schema, depth, walk);
            return Some(Value::Object(whole));
        }
        for key in ["oneOf", "anyOf"] {
            let is_something = |part: &&Value| part.get("type").is_none_or(|kind| kind != "null");
            if let Some(first) = items(schema, key).take(MAX_FIELDS).find(is_something) {
                return self.value(first, depth + 1, walk);
            }
        }
        let kind = match schema.get("type") {
            Some(Value::String(kind)) => kind.as_str(),
            Some(Value::Array(kinds)) => {
                kinds.iter().take(MAX_FIELDS).filter_map(Value::as_str).find(|kind| *kind != "null")?
            }
            _ if schema.get("properties").is_some() => "object",
            _ if schema.get("items").is_some() => "array",
            _ => return None,
        };
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        Some(match kind {
            "object" => {
                let mut fields = Map::new();
                self.extend(&mut fields, schema, depth, walk);
                Value::Object(fields)
            }
            "array" => Value::Array(
                schema.get("items").and_then(|item| self.value(item, depth + 1, walk)).into_iter().collect(),
            ),
            "integer" | "number" => {
                schema.get("minimum").filter(|least| least.is_number()).cloned().unwrap_or_else(|| json!(1))
            }
            "boolean" => json!(true),
            "null" => Value::Null,
            _ => json!(match format {
                "date-time" => "2026-03-02T08:14:07Z",
                "date" => "2026-03-02",
                "time" => "08:14:07Z",
                "uuid" => "7d0e2c5a-51f4-4a7e-9a27-0c7e6a0b1f90",
                "email" => "kim@example.org",
                "uri" | "url" => "https://example.org",
                "hostname" => "example.org",
                "ipv4" => "192.0.2.1",
                "byte" => "Zm9v",
                _ => "string",
            }),
        })
    }

    fn extend(&self, fields: &mut Map<String, Value>, schema: &'a Value, depth: usize, walk: &mut Walk<'a>) {
        for (name, property) in entries(schema, "properties").take(MAX_FIELDS) {
            if let Some(value) = self.value(property, depth + 1, walk) {
                fields.insert(name.clone(), value);
            }
        }
    }
}

/// A value that a definition gives, unless it and what was taken over before are too long to be told.
pub(super) fn copied(given: &Value, n_bytes: &mut usize) -> Option<Value> {
    fits(given, n_bytes).then(|| given.clone())
}

/// Adds the length of a value; `false`, at once, where it is too much.
fn fits(value: &Value, n_bytes: &mut usize) -> bool {
    *n_bytes += 1 + value.as_str().map_or(0, str::len);
    *n_bytes <= MAX_BYTES
        && match value {
            Value::Array(items) => items.iter().all(|item| fits(item, n_bytes)),
            Value::Object(fields) => fields.iter().all(|(name, field)| {
                *n_bytes += name.len();
                fits(field, n_bytes)
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
}

/// A value as text for people; short objects and lists stay on their line.
pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
