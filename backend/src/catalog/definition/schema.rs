//! JSON schemas in words: types, fields, and what values may be.
//!
//! Nothing is unfolded: a reference to a named schema is its name and its id. Only what is written in place is followed, to a
//! fixed depth.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};
use shared::api::definition::{DefinitionField, DefinitionPart, DefinitionSchema, DefinitionType};

use super::ids::Ids;

/// References that lead to references.
const MAX_HOPS: usize = 8;
/// Bytes of a reference; a longer one is not followed.
const MAX_REFERENCE: usize = 2_000;
/// What references of one definition may lead to, all together: bytes of names and texts, and [`VALUE_WEIGHT`] for each value.
/// Without it, a long part would be told again for every few bytes that refer to it.
const MAX_REFERRED: usize = 24_000_000;
/// What a value weighs besides its text: about the memory that telling it takes.
const VALUE_WEIGHT: usize = 64;
/// How deep schemas that are written in place are told.
const MAX_DEPTH: usize = 6;
/// Fields of all operations and schemas of one definition together.
const MAX_FIELDS: usize = 60_000;
/// Values of an enumeration that are told.
const MAX_VALUES: usize = 200;
/// Texts are cut behind this many characters.
const MAX_TEXT: usize = 20_000;

/// A document whose schemas are told.
#[derive(Debug)]
pub(super) struct Schemas<'a> {
    root: &'a Value,
    /// The ids of named schemas by their references, such as `#/components/schemas/Booking`.
    named: HashMap<String, String>,
    /// References to other documents that were met.
    external: RefCell<BTreeSet<String>>,
    /// Fields that may still be told.
    fields_left: Cell<usize>,
    /// How much references may still lead to.
    referred_left: Cell<usize>,
}

/// A text of an object; empty where it has none.
pub(super) fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => text.trim().chars().take(MAX_TEXT).collect(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A flag of an object.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// The entries of an object in an object.
pub(super) fn entries<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// The items of a list in an object.
pub(super) fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

impl<'a> Schemas<'a> {
    /// Over a document. `places` are the pointers of the objects that hold named schemas, such as `/components/schemas`.
    pub(super) fn new(root: &'a Value, places: &[&str], ids: &mut Ids) -> Self {
        let mut named = HashMap::new();
        for place in places {
            for name in root.pointer(place).and_then(Value::as_object).into_iter().flat_map(Map::keys) {
                named.insert(format!("#{place}/{}", escaped(name)), ids.give("type-", name));
            }
        }
        Self {
            root,
            named,
            external: RefCell::default(),
            fields_left: Cell::new(MAX_FIELDS),
            referred_left: Cell::new(MAX_REFERRED),
        }
    }

    /// The id of a named schema.
    pub(super) fn id(&self, place: &str, name: &str) -> Option<&String> {
        self.named.get(&format!("#{place}/{}", escaped(name)))
    }

    /// What a value that may be a reference stands for, to be told; `None` where it leads outside, nowhere or in a circle, and
    /// where references have led to too much already.
    pub(super) fn resolve(&self, value: &'a Value) -> Option<&'a Value> {
        let found = self.look_up(value)?;
        // What stands in place is told once.
        (std::ptr::eq(found, value) || self.affords(found)).then_some(found)
    }

    /// Pays for telling a part that may be told in other places, too; `false` where that is too much.
    pub(super) fn affords(&self, part: &Value) -> bool {
        let mut left = self.referred_left.get();
        let is_affordable = weigh(part, &mut left);
        self.referred_left.set(left);
        is_affordable
    }

    /// What a value that may be a reference stands for, of which only a little is told.
    pub(super) fn look_up(&self, value: &'a Value) -> Option<&'a Value> {
        let mut value = value;
        for _ in 0..MAX_HOPS {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Some(value) };
            value = self.target(reference)?;
        }
        None
    }

    fn target(&self, reference: &str) -> Option<&'a Value> {
        let Some(pointer) = reference.strip_prefix('#') else {
            let mut external = self.external.borrow_mut();
            if external.len() < 1_000 {
                external.insert(reference.chars().take(200).collect());
            }
            return None;
        };
        if pointer.len() > MAX_REFERENCE {
            return None;
        }
        self.root.pointer(&percent_decoded(pointer))
    }

    /// What readers must know of references that were met.
    pub(super) fn remarks(&self) -> Vec<String> {
        let external = self.external.borrow();
        let mut remarks = Vec::new();
        if !external.is_empty() {
            let some: Vec<&str> = external.iter().take(3).map(String::as_str).collect();
            let more = if external.len() > some.len() { ", …" } else { "" };
            remarks.push(format!(
                "Parts of this definition are in other documents, which are not read: {}{more}. Bundle the definition into one file to see them here.",
                some.join(", ")
            ));
        }
        if self.referred_left.get() == 0 {
            let remark =
                "References lead to so much, again and again, that only a part of it is told. The raw text has all.";
            remarks.push(remark.to_owned());
        }
        if self.fields_left.get() == 0 {
            remarks.push(format!("The first {MAX_FIELDS} fields are told. The raw text has all of them."));
        }
        remarks
    }

    /// A type in words.
    pub(super) fn type_of(&self, schema: &'a Value) -> DefinitionType {
        self.type_within(schema, 0)
    }

    fn type_within(&self, schema: &'a Value, depth: usize) -> DefinitionType {
        let words = |text: String| DefinitionType { text, schema: None };
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let name = last_segment(reference);
            if let Some(id) = self.named.get(reference) {
                return DefinitionType { text: name, schema: Some(id.clone()) };
            }
            return match self.target(reference) {
                Some(target) if depth < MAX_DEPTH && self.affords(target) => self.type_within(target, depth + 1),
                _ => words(name),
            };
        }
        if depth >= MAX_DEPTH {
            return words("…".to_owned());
        }
        match schema {
            Value::Bool(true) => return words("any".to_owned()),
            Value::Bool(false) => return words("nothing".to_owned()),
            _ => {}
        }
        for (key, sign) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " & ")] {
            let parts: Vec<DefinitionType> =
                items(schema, key).take(5).map(|part| self.type_within(part, depth + 1)).collect();
            match parts.as_slice() {
                [] => {}
                [one] => return or_null(schema, one.clone()),
                [parts @ .., _] if items(schema, key).count() > 4 => return words(joined(parts, sign) + " …"),
                parts => return words(joined(parts, sign)),
            }
        }
        if let Some(value) = schema.get("const") {
            return words(short_value(value));
        }
        let kind = kind_of(schema);
        let found = match kind.as_str() {
            "array" => {
                let inner = schema
                    .get("items")
                    .map_or_else(|| words("any".to_owned()), |item| self.type_within(item, depth + 1));
                let text = if inner.text.contains(' ') && inner.schema.is_none() {
                    format!("({})[]", inner.text)
                } else {
                    format!("{}[]", inner.text)
                };
                DefinitionType { text, schema: inner.schema }
            }
            "object" => match schema.get("additionalProperties") {
                Some(value) if value.is_object() && schema.get("properties").is_none() => {
                    let inner = self.type_within(value, depth + 1);
                    DefinitionType { text: format!("map of {}", inner.text), schema: inner.schema }
                }
                _ => words("object".to_owned()),
            },
            _ => {
                let values: Vec<String> = items(schema, "enum").take(7).map(short_value).collect();
                match (values.len(), text(schema, "format")) {
                    (1..=6, _) => words(values.join(" | ")),
                    (_, format) if !format.is_empty() => words(format!("{kind}, {format}")),
                    _ => words(kind),
                }
            }
        };
        or_null(schema, found)
    }

    /// The fields of a schema that is written in place, with those of what it nests. A named schema has none here.
    pub(super) fn fields_in_place(&self, schema: &'a Value) -> Vec<DefinitionField> {
        let mut fields = Vec::new();
        if schema.get("$ref").is_none() {
            self.push_fields(&mut fields, schema, 0);
        }
        fields
    }

    fn push_fields(&self, fields: &mut Vec<DefinitionField>, schema: &'a Value, depth: usize) {
        if depth >= MAX_DEPTH || schema.get("$ref").is_some() {
            return;
        }
        for part in items(schema, "allOf") {
            self.push_fields(fields, part, depth + 1 - usize::from(depth < MAX_DEPTH - 1));
        }
        if let Some(item) = schema.get("items") {
            self.push_fields(fields, item, depth);
        }
        let required: BTreeSet<&str> = items(schema, "required").filter_map(Value::as_str).collect();
        for (name, property) in entries(schema, "properties") {
            let Some(left) = self.fields_left.get().checked_sub(1) else { return };
            self.fields_left.set(left);
            fields.push(DefinitionField {
                is_required: required.contains(name.as_str()),
                depth,
                ..self.field(name, property)
            });
            self.push_fields(fields, property, depth + 1);
        }
    }

    /// A field or parameter with a schema.
    pub(super) fn field(&self, name: &str, schema: &'a Value) -> DefinitionField {
        DefinitionField {
            name: name.to_owned(),
            of: self.type_of(schema),
            description: text(schema, "description"),
            constraint: constraint(schema),
            is_deprecated: flag(schema, "deprecated"),
            ..DefinitionField::default()
        }
    }

    /// The named schemas of one place.
    pub(super) fn told(&self, place: &str) -> Vec<DefinitionSchema> {
        let named = self.root.pointer(place).and_then(Value::as_object).into_iter().flatten();
        named.filter_map(|(name, schema)| Some(self.told_schema(self.id(place, name)?, name, schema))).collect()
    }

    fn told_schema(&self, id: &str, name: &str, schema: &'a Value) -> DefinitionSchema {
        let mut parts = Vec::new();
        for (key, relation) in [("allOf", "all of"), ("oneOf", "one of"), ("anyOf", "any of")] {
            for part in items(schema, key) {
                // What is written in place below `allOf` is told as own fields.
                if key != "allOf" || part.get("$ref").is_some() {
                    parts.push(DefinitionPart { relation: relation.to_owned(), of: self.type_of(part) });
                }
            }
        }
        if let Some(value) = schema.get("additionalProperties").filter(|value| value.is_object()) {
            parts.push(DefinitionPart { relation: "values".to_owned(), of: self.type_of(value) });
        }
        if let Some(item) = schema.get("items") {
            parts.push(DefinitionPart { relation: "items".to_owned(), of: self.type_of(item) });
        }
        if schema.get("$ref").is_some() {
            parts.push(DefinitionPart { relation: "same as".to_owned(), of: self.type_of(schema) });
        }
        let is_enum = schema.get("enum").is_some();
        let value = |value: &Value| DefinitionField { name: short_value(value), ..DefinitionField::default() };
        let kind = match kind_of(schema).as_str() {
            _ if is_enum => "enum".to_owned(),
            kind @ ("object" | "array" | "any") => kind.to_owned(),
            kind => match text(schema, "format") {
                format if format.is_empty() => kind.to_owned(),
                format => format!("{kind}, {format}"),
            },
        };
        let constraint = if is_enum { String::new() } else { constraint(schema) };
        let description = [text(schema, "description"), constraint];
        DefinitionSchema {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            description: description.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n"),
            is_deprecated: flag(schema, "deprecated"),
            fields: self.fields_in_place(schema),
            values: items(schema, "enum").take(MAX_VALUES).map(value).collect(),
            parts,
        }
    }
}

/// Takes the weight of a value from what is left; `false` where it is more, and then nothing is left.
fn weigh(value: &Value, left: &mut usize) -> bool {
    let n_bytes = VALUE_WEIGHT + value.as_str().map_or(0, str::len);
    take(n_bytes, left)
        && match value {
            Value::Array(items) => items.iter().all(|item| weigh(item, left)),
            Value::Object(fields) => fields.iter().all(|(name, field)| take(name.len(), left) && weigh(field, left)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
}

fn take(n_bytes: usize, left: &mut usize) -> bool {
    let rest = left.checked_sub(n_bytes);
    *left = rest.unwrap_or(0);
    rest.is_some()
}

/// The type that a schema has, or must have by what it says.
fn kind_of(schema: &Value) -> String {
    match schema.get("type") {
        Some(Value::String(kind)) => kind.chars().take(80).collect(),
        Some(Value::Array(kinds)) => {
            let kinds: Vec<&str> =
                kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").take(6).collect();
            kinds.join(" | ")
        }
        _ if schema.get("properties").is_some() || schema.get("allOf").is_some() => "object".to_owned(),
        _ if schema.get("additionalProperties").is_some_and(Value::is_object) => "object".to_owned(),
        _ if schema.get("items").is_some() => "array".to_owned(),
        _ => match schema.get("enum").and_then(|values| values.get(0)) {
            Some(Value::String(_)) => "string".to_owned(),
            _ => "any".to_owned(),
        },
    }
}

fn or_null(schema: &Value, found: DefinitionType) -> DefinitionType {
    let is_in_list = items(schema, "type").any(|kind| kind == "null");
    if is_in_list || flag(schema, "nullable") {
        DefinitionType { text: format!("{} | null", found.text), ..found }
    } else {
        found
    }
}

fn joined(parts: &[DefinitionType], sign: &str) -> String {
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    texts.join(sign)
}

/// What values a schema allows beyond its type.
fn constraint(schema: &Value) -> String {
    let mut found = Vec::new();
    let number = |key: &str| schema.get(key).filter(|value| value.is_number()).map(ToString::to_string);
    let range = |low: Option<String>, high: Option<String>, unit: &str| match (low, high) {
        (Some(low), Some(high)) if low == high => Some(format!("exactly {low}{unit}")),
        (Some(low), Some(high)) => Some(format!("{low} to {high}{unit}")),
        (Some(low), None) => Some(format!("at least {low}{unit}")),
        (None, Some(high)) => Some(format!("at most {high}{unit}")),
        (None, None) => None,
    };
    found.extend(range(number("minimum"), number("maximum"), ""));
    found.extend(number("exclusiveMinimum").map(|low| format!("more than {low}")));
    found.extend(number("exclusiveMaximum").map(|high| format!("less than {high}")));
    found.extend(range(number("minLength"), number("maxLength"), " characters"));
    found.extend(range(number("minItems"), number("maxItems"), " items"));
    if flag(schema, "uniqueItems") {
        found.push("each once".to_owned());
    }
    if items(schema, "enum").count() > 6 {
        let values: Vec<String> = items(schema, "enum").take(30).map(short_value).collect();
        found.push(format!("one of {}", values.join(", ")));
    }
    let pattern = text(schema, "pattern");
    if !pattern.is_empty() {
        found.push(format!("matches {}", pattern.chars().take(200).collect::<String>()));
    }
    found.extend(schema.get("default").map(|value| format!("{} by default", short_value(value))));
    if flag(schema, "readOnly") {
        found.push("read-only".to_owned());
    }
    if flag(schema, "writeOnly") {
        found.push("write-only".to_owned());
    }
    let mut words = found.join("; ");
    if let Some(first) = words.get(..1).map(str::to_uppercase) {
        words.replace_range(..1, &first);
    }
    words
}

/// A value in few characters; texts without quotes.
pub(super) fn short_value(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    if text.chars().count() > 80 { text.chars().take(79).chain(['…']).collect() } else { text }
}

/// The name at the end of a reference.
fn last_segment(reference: &str) -> String {
    let last = reference.rsplit('/').next().unwrap_or_default();
    let last = percent_decoded(last).replace("~1", "/").replace("~0", "~");
    last.chars().take(120).collect()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
