//! The rules that entities of every kind keep: the root fields and `metadata`.
//!
//! Source: contract `entity-model.md`, section 1.

use std::fmt::Display;

use serde_json::{Map, Value};

use super::path::Place;
use super::syntax;
use super::violation::{Violation, describe, quote};

/// What a name is, for messages.
const NAME_RULE: &str = "1 to 63 letters, digits, `-`, `_` or `.`, with a letter or digit at both ends";

/// What a key of labels and annotations is, for messages.
const KEY_RULE: &str = "NAME or DOMAIN/NAME, where NAME is 1 to 63 letters, digits, `-`, `_` or `.` with a letter or digit at both ends, and DOMAIN is in lower case";

/// Checks the root fields and `metadata` of a document as its source has it. Returns everything that is wrong.
pub fn validate_envelope(document: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    let root = Place::Root;
    let Value::Object(fields) = document else {
        let what = describe(document);
        found.push(root.wrong(format_args!("is {what}; expected an object with `apiVersion`, `kind` and `metadata`")));
        return found;
    };
    for name in fields.keys() {
        if !matches!(name.as_str(), "apiVersion" | "kind" | "metadata" | "spec") {
            found.push(root.key(name).wrong(format_args!("is not a field of an entity; {}", place_of(name))));
        }
    }
    api_version(fields, &mut found);
    kind(fields, &mut found);
    match fields.get("metadata") {
        None => found.push(root.key("metadata").wrong("is missing; add `metadata` with a `name`")),
        Some(Value::Object(fields)) => metadata(fields, &mut found),
        Some(other) => {
            let what = describe(other);
            found.push(root.key("metadata").wrong(format_args!("is {what}; expected an object with a `name`")));
        }
    }
    if let Some(spec) = fields.get("spec")
        && !spec.is_object()
    {
        let what = describe(spec);
        found.push(root.key("spec").wrong(format_args!("is {what}; expected an object, or remove the field")));
    }
    found
}

/// Where a field that does not belong at the root belongs.
fn place_of(name: &str) -> String {
    const METADATA: [&str; 8] = ["name", "namespace", "title", "description", "labels", "annotations", "tags", "links"];
    const ROOT: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
    match name {
        "relations" | "status" => "the catalog writes it itself, remove it from the source".to_owned(),
        name if METADATA.contains(&name) => format!("move it under `metadata`, as `metadata.{name}`"),
        name => match ROOT.iter().find(|root| root.eq_ignore_ascii_case(name)) {
            Some(root) => format!("write `{root}`"),
            None => format!("move it under `spec`, as `spec.{name}`, or remove it"),
        },
    }
}

fn api_version(fields: &Map<String, Value>, found: &mut Vec<Violation>) {
    let place = Place::Root.key("apiVersion");
    let Some(value) = fields.get("apiVersion") else {
        found.push(place.wrong("is missing; add `apiVersion: backstage.io/v1alpha1`"));
        return;
    };
    if let Some(text) = text(place, value, found)
        && !syntax::is_api_version(text)
    {
        found.push(place.wrong(format_args!(
            "is {}; expected a version such as `backstage.io/v1alpha1`: letters and digits after an optional domain in lower case and a `/`",
            quote(text)
        )));
    }
}

fn kind(fields: &Map<String, Value>, found: &mut Vec<Violation>) {
    let place = Place::Root.key("kind");
    let Some(value) = fields.get("kind") else {
        found.push(place.wrong("is missing; add a kind, such as `kind: Component`"));
        return;
    };
    if let Some(text) = text(place, value, found)
        && !syntax::is_kind(text)
    {
        found.push(place.wrong(format_args!(
            "is {}; a kind is a letter and up to 62 more letters and digits, such as `Component`",
            quote(text)
        )));
    }
}

fn metadata(fields: &Map<String, Value>, found: &mut Vec<Violation>) {
    let root = Place::Root;
    let metadata = root.key("metadata");
    let place = metadata.key("name");
    match fields.get("name") {
        None => found.push(place.wrong(format_args!("is missing; a name is {NAME_RULE}"))),
        Some(value) => {
            if let Some(text) = text(place, value, found)
                && !syntax::is_name(text)
            {
                spelling(place, text, &format!("a name is {NAME_RULE}"), syntax::suggest_name(text), found);
            }
        }
    }
    if let Some(value) = fields.get("namespace") {
        let place = metadata.key("namespace");
        if let Some(text) = text(place, value, found)
            && !syntax::is_namespace(text)
        {
            let rule = "a namespace is 1 to 63 lower-case letters, digits or `-`, with a letter or digit at both ends";
            spelling(place, text, rule, syntax::suggest_namespace(text), found);
        }
    }
    for name in ["uid", "etag", "title"] {
        if let Some(value) = fields.get(name) {
            text(metadata.key(name), value, found);
        }
    }
    match fields.get("description") {
        None | Some(Value::String(_)) => {}
        Some(other) => not_text(metadata.key("description"), other, found),
    }
    labels(fields.get("labels"), metadata.key("labels"), found);
    annotations(fields.get("annotations"), metadata.key("annotations"), found);
    tags(fields.get("tags"), metadata.key("tags"), found);
    links(fields.get("links"), metadata.key("links"), found);
}

fn labels(value: Option<&Value>, place: Place<'_>, found: &mut Vec<Violation>) {
    for (key, value) in object(value, place, found) {
        let place = place.key(key);
        label_key(key, place, found);
        match value {
            Value::String(text) if syntax::is_label_value(text) => {}
            Value::String(text) => {
                let rule = format!("the value of a label is empty or {NAME_RULE}");
                spelling(place, text, &rule, syntax::suggest_name(text), found);
            }
            other => not_text(place, other, found),
        }
    }
}

fn annotations(value: Option<&Value>, place: Place<'_>, found: &mut Vec<Violation>) {
    for (key, value) in object(value, place, found) {
        let place = place.key(key);
        label_key(key, place, found);
        if !value.is_string() {
            not_text(place, value, found);
        }
    }
}

fn label_key(key: &str, place: Place<'_>, found: &mut Vec<Violation>) {
    if !syntax::is_key(key) {
        found.push(place.wrong(format_args!("has a key that is not allowed; a key is {KEY_RULE}")));
    }
}

fn tags(value: Option<&Value>, place: Place<'_>, found: &mut Vec<Violation>) {
    for (at, value) in list(value, place, found).iter().enumerate() {
        let place = place.index(at);
        if let Some(text) = text(place, value, found)
            && !syntax::is_tag(text)
        {
            let rule = "a tag is 1 to 63 lower-case letters, digits, `+`, `#` or `:`, in parts separated by single `-`";
            spelling(place, text, rule, syntax::suggest_tag(text), found);
        }
    }
}

fn links(value: Option<&Value>, place: Place<'_>, found: &mut Vec<Violation>) {
    for (at, link) in list(value, place, found).iter().enumerate() {
        let place = place.index(at);
        let Value::Object(fields) = link else {
            found.push(place.wrong(format_args!("is {}; a link is an object with a `url`", describe(link))));
            continue;
        };
        match fields.get("url") {
            None => {
                found.push(place.key("url").wrong("is missing; add an address such as `https://example.com/runbook`"));
            }
            Some(value) => {
                let place = place.key("url");
                if let Some(url) = text(place, value, found)
                    && !syntax::is_absolute_url(url)
                {
                    let expected = "expected an absolute address, such as `https://example.com/runbook`";
                    found.push(place.wrong(format_args!("is {}; {expected}", quote(url))));
                }
            }
        }
        for name in ["title", "icon", "type"] {
            let place = place.key(name);
            if let Some(value) = fields.get(name)
                && let Some(text) = text(place, value, found)
                && name != "type"
                && text.trim().is_empty()
            {
                found.push(place.wrong("is blank; write a text or remove the field"));
            }
        }
    }
}

/// A text that is not empty; otherwise the violation is noted.
pub(super) fn text<'v>(place: Place<'_>, value: &'v Value, found: &mut Vec<Violation>) -> Option<&'v str> {
    match value {
        Value::String(text) if text.is_empty() => {
            found.push(place.wrong("is an empty text; write a value or remove the field"));
            None
        }
        Value::String(text) => Some(text),
        other => {
            not_text(place, other, found);
            None
        }
    }
}

/// Notes that a value should have been a text, with the hint that fits what it is.
pub(super) fn not_text(place: Place<'_>, value: &Value, found: &mut Vec<Violation>) {
    let what = describe(value);
    found.push(match value {
        Value::Bool(_) | Value::Number(_) => {
            place.wrong(format_args!("is {what}; expected a text, put the value in quotes"))
        }
        Value::Null => place.wrong("is empty; write a text or remove the field"),
        Value::String(_) | Value::Array(_) | Value::Object(_) => {
            place.wrong(format_args!("is {what}; expected a text"))
        }
    });
}

/// The fields of an object that may be absent; otherwise the violation is noted.
pub(super) fn object<'v>(
    value: Option<&'v Value>,
    place: Place<'_>,
    found: &mut Vec<Violation>,
) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    let fields = match value {
        None => None,
        Some(Value::Object(fields)) => Some(fields),
        Some(other) => {
            let what = describe(other);
            found.push(place.wrong(format_args!("is {what}; expected an object; write one or remove the field")));
            None
        }
    };
    fields.into_iter().flatten()
}

/// The items of a list that may be absent; otherwise the violation is noted.
pub(super) fn list<'v>(value: Option<&'v Value>, place: Place<'_>, found: &mut Vec<Violation>) -> &'v [Value] {
    match value {
        None => &[],
        Some(Value::Array(items)) => items,
        Some(other) => {
            let what = describe(other);
            let hint = match other {
                Value::Null => "write `[]` or remove the field".to_owned(),
                Value::String(text) => format!("write `[{}]`", text.escape_debug()),
                Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    "start each item with `- `".to_owned()
                }
            };
            found.push(place.wrong(format_args!("is {what}; expected a list: {hint}")));
            &[]
        }
    }
}

fn spelling(place: Place<'_>, text: &str, rule: &str, suggestion: Option<String>, found: &mut Vec<Violation>) {
    let n_chars = text.chars().count();
    let problem: &dyn Display = if n_chars > syntax::MAX_NAME_LENGTH && suggestion.is_some() {
        &format_args!("is too long with {n_chars} characters: {}", quote(text))
    } else {
        &format_args!("is {}", quote(text))
    };
    match suggestion {
        Some(suggestion) => found.push(place.wrong(format_args!("{problem}; {rule}; try `{suggestion}`"))),
        None => found.push(place.wrong(format_args!("{problem}; {rule}"))),
    }
}
