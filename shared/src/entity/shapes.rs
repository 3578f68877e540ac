//! The shapes that fields of `spec` can have.

use serde_json::Value;

use super::path::Place;
use super::syntax;
use super::validate::{list, object, text};
use super::violation::{Violation, describe, list_of, quote};

/// What the value of a field must look like. Texts are never empty.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Text,
    /// A text of limited length, in characters.
    ShortText {
        max_length: usize,
    },
    Texts,
    OneOf(&'static [&'static str]),
    Object,
    Objects,
    ObjectOrObjects,
    /// What people see of a user or group.
    Profile,
    /// Where an MCP server runs; at least one place.
    Remotes,
    /// The steps of a template.
    Steps,
}

impl Shape {
    pub(super) fn check(self, place: Place<'_>, value: &Value, found: &mut Vec<Violation>) {
        match self {
            Self::Text => {
                text(place, value, found);
            }
            Self::ShortText { max_length } => {
                if let Some(text) = text(place, value, found)
                    && text.chars().nth(max_length).is_some()
                {
                    let length = text.chars().count();
                    found.push(place.wrong(format_args!("has {length} characters; at most {max_length} are allowed")));
                }
            }
            Self::Texts => {
                for (at, item) in list(Some(value), place, found).iter().enumerate() {
                    text(place.index(at), item, found);
                }
            }
            Self::OneOf(words) => {
                if let Some(text) = text(place, value, found)
                    && !words.contains(&text)
                {
                    let words = list_of(words).replace(" and ", " or ");
                    found.push(place.wrong(format_args!("is {}; write {words}", quote(text))));
                }
            }
            Self::Object => {
                object(Some(value), place, found).for_each(drop);
            }
            Self::Objects => objects(place, value, found),
            Self::ObjectOrObjects => {
                if !value.is_object() {
                    objects(place, value, found);
                }
            }
            Self::Profile => {
                for (name, value) in object(Some(value), place, found) {
                    if matches!(name.as_str(), "displayName" | "email" | "picture") {
                        text(place.key(name), value, found);
                    }
                }
            }
            Self::Remotes => remotes(place, value, found),
            Self::Steps => steps(place, value, found),
        }
    }
}

fn objects(place: Place<'_>, value: &Value, found: &mut Vec<Violation>) {
    for (at, item) in list(Some(value), place, found).iter().enumerate() {
        if !item.is_object() {
            found.push(place.index(at).wrong(format_args!("is {}; expected an object", describe(item))));
        }
    }
}

fn remotes(place: Place<'_>, value: &Value, found: &mut Vec<Violation>) {
    let items = list(Some(value), place, found);
    if items.is_empty() && value.is_array() {
        found.push(place.wrong("is an empty list; name at least one remote with `type` and `url`"));
    }
    for (at, item) in items.iter().enumerate() {
        let place = place.index(at);
        for name in ["type", "url"] {
            let place = place.key(name);
            match item.get(name) {
                Some(value) => {
                    if let Some(text) = text(place, value, found)
                        && name == "url"
                        && !syntax::is_absolute_url(text)
                    {
                        found.push(place.wrong(format_args!("is {}; expected an absolute address", quote(text))));
                    }
                }
                None => found.push(place.wrong("is missing; a remote has a `type` and a `url`")),
            }
        }
    }
}

fn steps(place: Place<'_>, value: &Value, found: &mut Vec<Violation>) {
    for (at, step) in list(Some(value), place, found).iter().enumerate() {
        let place = place.index(at);
        let Value::Object(fields) = step else {
            found.push(place.wrong(format_args!("is {}; a step is an object with an `action`", describe(step))));
            continue;
        };
        if !fields.contains_key("action") {
            found.push(
                place.key("action").wrong("is missing; name what the step does, such as `action: fetch:template`"),
            );
        }
        for (name, value) in fields {
            let place = place.key(name);
            let expected = match name.as_str() {
                "action" | "id" | "name" => {
                    text(place, value, found);
                    continue;
                }
                "input" if !value.is_object() => "an object",
                "if" if !value.is_string() && !value.is_boolean() => "a text, true or false",
                "each" if !value.is_string() && !value.is_array() && !value.is_object() => {
                    "a text, a list or an object"
                }
                _ => continue,
            };
            found.push(place.wrong(format_args!("is {}; expected {expected}", describe(value))));
        }
    }
}
