//! The rows of an entity: what filters, facets, orders and the text filter can see.
//!
//! Source: contract `catalog.md`, section 3, "What is indexed".

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::{Number, Value};

use crate::entity::DEFAULT_NAMESPACE;

/// The longest key that is indexed, in characters. Longer ones have no row.
pub const MAX_KEY_LENGTH: usize = 200;

/// The longest value that is indexed, in characters. Of longer ones only the key is known.
pub const MAX_VALUE_LENGTH: usize = 200;

/// The key that tells how bad the problems of an entity are: `error`, `warning` or `info`. Entities without problems lack it.
pub const STATUS_LEVEL: &str = "status.items.level";

/// The value of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexValue<'a> {
    /// The key exists, but no comparison meets it: the value is `null` or too long.
    Null,
    /// The value in its original spelling, as facets show it. Comparisons use [`fold_case`] of it.
    Text(&'a str),
}

/// Calls `visit` with the key (as written) and value of each row of a final entity document.
///
/// Keys are compared in lower case, so pass them through [`fold_case`]. The same row can come several times, for example
/// for a list that repeats an item. Nothing is allocated per row.
pub fn index_rows(entity: &Value, visit: &mut dyn FnMut(&str, IndexValue<'_>)) {
    let mut walk = Walk { path: String::with_capacity(MAX_KEY_LENGTH), number: String::new(), visit };
    walk.value(entity);
    walk.identity(entity);
    walk.relations(entity);
    walk.status(entity);
}

/// The form in which keys and values are compared: lower case. Borrows where the text is in lower case already.
pub fn fold_case(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

/// Writes a number the way JSON clients see it once parsed: `1.0` is `1`, and exponents start where JavaScript's do.
pub(super) fn write_number(number: &Number, out: &mut String) {
    let float = match number.as_f64() {
        Some(float) if number.is_f64() => float,
        _ => return push_display(out, number),
    };
    let size = float.abs();
    if size == 0.0 {
        out.push('0');
    } else if (1e-6..1e21).contains(&size) {
        push_display(out, float);
    } else {
        let start = out.len();
        push_display(out, format_args!("{float:e}"));
        if let Some(exponent) = out[start..].find('e').map(|at| start + at + 1)
            && !out[exponent..].starts_with('-')
        {
            out.insert(exponent, '+');
        }
    }
}

fn push_display(out: &mut String, value: impl std::fmt::Display) {
    write!(out, "{value}").expect("writing to a string does not fail");
}

struct Walk<'a> {
    path: String,
    number: String,
    visit: &'a mut dyn FnMut(&str, IndexValue<'_>),
}

impl Walk<'_> {
    fn value(&mut self, value: &Value) {
        if is_skipped(&self.path) || is_longer(&self.path, MAX_KEY_LENGTH) {
            return; // Keys only grow on the way down, so nothing below has a row either.
        }
        match value {
            Value::Null => self.row(IndexValue::Null),
            Value::Bool(value) => self.row(IndexValue::Text(if *value { "true" } else { "false" })),
            Value::Number(value) => {
                let mut text = std::mem::take(&mut self.number);
                text.clear();
                write_number(value, &mut text);
                self.row(IndexValue::Text(&text));
                self.number = text;
            }
            Value::String(value) => self.text(value),
            Value::Array(items) => {
                for item in items {
                    self.value(item);
                    if let Value::String(item) = item {
                        self.below(item, |walk| walk.row(IndexValue::Text("true")));
                    }
                }
            }
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.below(key, |walk| walk.value(value));
                }
            }
        }
    }

    /// Name, namespace and uid have a row even where the document leaves them out.
    fn identity(&mut self, entity: &Value) {
        for field in ["name", "namespace", "uid"] {
            let value = entity.get("metadata").and_then(|metadata| metadata.get(field)).and_then(Value::as_str);
            let value = if field == "namespace" { value.or(Some(DEFAULT_NAMESPACE)) } else { value };
            self.path.clear();
            self.path.push_str("metadata.");
            self.path.push_str(field);
            match value {
                Some(value) => self.text(value),
                None => self.row(IndexValue::Null),
            }
        }
    }

    fn relations(&mut self, entity: &Value) {
        let relations = entity.get("relations").and_then(Value::as_array);
        for relation in relations.into_iter().flatten() {
            let text = |field| relation.get(field).and_then(Value::as_str);
            if let (Some(relation_type), Some(target_ref)) = (text("type"), text("targetRef")) {
                self.path.clear();
                self.path.push_str("relations.");
                self.path.push_str(relation_type);
                self.text(target_ref);
            }
        }
    }

    /// What is wrong with an entity has one row for each level, `status.items.level=error`, so that those with problems can be
    /// found and counted. The rest of the status has no rows, as the contract says; these are an extension.
    fn status(&mut self, entity: &Value) {
        let items = entity.get("status").and_then(|status| status.get("items")).and_then(Value::as_array);
        let mut seen: Vec<&str> = Vec::new();
        for level in items.into_iter().flatten().filter_map(|item| item.get("level").and_then(Value::as_str)) {
            if !seen.contains(&level) {
                seen.push(level);
                self.path.clear();
                self.path.push_str(STATUS_LEVEL);
                self.text(level);
            }
        }
    }

    fn below(&mut self, key: &str, then: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        then(self);
        self.path.truncate(length);
    }

    fn text(&mut self, value: &str) {
        let value = if is_longer(value, MAX_VALUE_LENGTH) { IndexValue::Null } else { IndexValue::Text(value) };
        self.row(value);
    }

    fn row(&mut self, value: IndexValue<'_>) {
        if !is_longer(&self.path, MAX_KEY_LENGTH) {
            (self.visit)(&self.path, value);
        }
    }
}

/// The parts of a document that have no rows, or get theirs from [`Walk::identity`].
fn is_skipped(path: &str) -> bool {
    matches!(
        path,
        "attachments"
            | "relations"
            | "status"
            | "metadata.etag"
            | "metadata.name"
            | "metadata.namespace"
            | "metadata.uid"
    )
}

fn is_longer(text: &str, limit: usize) -> bool {
    text.len() > limit && text.chars().nth(limit).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(entity: &Value, expected: &[&str]) {
        let mut rows = Vec::new();
        index_rows(entity, &mut |key, value| {
            rows.push(match value {
                IndexValue::Null => key.to_owned(),
                IndexValue::Text(value) => format!("{key}={value}"),
            });
        });
        // Identity rows come with every entity; cases that are about something else leave them out.
        rows.retain(|row| !row.starts_with("metadata.u") && !row.starts_with("metadata.name"));
        assert_eq!(rows, expected);
    }

    #[test]
    fn identity_is_always_there() {
        let mut rows = Vec::new();
        index_rows(&json!({"metadata": {"name": "Svc-One", "uid": "u1", "etag": "e1"}}), &mut |key, value| {
            rows.push(format!("{key} {value:?}"));
        });
        assert_eq!(
            rows,
            [r#"metadata.name Text("Svc-One")"#, r#"metadata.namespace Text("default")"#, r#"metadata.uid Text("u1")"#]
        );
    }

    #[test]
    fn of_a_status_only_the_levels_have_rows() {
        let item = |level: &str| json!({"type": "t", "level": level, "message": "m"});
        check(
            &json!({"status": {"items": [item("error"), item("error"), item("warning")], "other": 1}}),
            &["status.items.level=error", "status.items.level=warning"],
        );
        check(&json!({"status": {"items": []}}), &[]);
    }

    #[test]
    fn objects_are_dotted_keys() {
        check(
            &json!({"kind": "Component", "metadata": {"annotations": {"backstage.io/orphan": "true"}}}),
            &["kind=Component", "metadata.annotations.backstage.io/orphan=true"],
        );
    }

    #[test]
    fn scalars_are_texts() {
        check(
            &json!({"spec": {"a": 1, "b": 1.5, "c": true, "d": null, "e": "", "f": 2.0, "g": {}, "h": []}}),
            &["spec.a=1", "spec.b=1.5", "spec.c=true", "spec.d", "spec.e=", "spec.f=2"],
        );
    }

    #[test]
    fn list_items_share_the_key_and_texts_are_keys_too() {
        check(
            &json!({"spec": {"list": ["Java", 3, {"x": "y"}, {"x": "z"}, null]}}),
            &["spec.list=Java", "spec.list.Java=true", "spec.list=3", "spec.list.x=y", "spec.list.x=z", "spec.list"],
        );
    }

    #[test]
    fn the_catalogs_own_parts_have_no_rows() {
        check(
            &json!({
                "metadata": {"etag": "1"}, "status": {"items": [{"message": "m"}]}, "attachments": {"a": 1},
                "relations": [{"type": "ownedBy", "targetRef": "group:default/a"}, {"type": "broken"}],
                "spec": {"status": "kept"}
            }),
            &["spec.status=kept", "relations.ownedBy=group:default/a"],
        );
    }

    #[test]
    fn long_keys_are_dropped_and_long_values_are_null() {
        let (fits, long) = ("ä".repeat(MAX_VALUE_LENGTH), "ä".repeat(MAX_VALUE_LENGTH + 1));
        check(&json!({"spec": {"v": long, "w": fits}}), &["spec.v", &format!("spec.w={fits}")]);
        check(&json!({"spec": {long.clone(): "v", "list": [long]}}), &["spec.list"]);
        let key = "k".repeat(MAX_KEY_LENGTH - "spec.".len());
        check(&json!({"spec": {key.clone(): "v"}}), &[&format!("spec.{key}=v")]);
        check(&json!({"spec": {key: ["v"]}}), &[&format!("spec.{}=v", "k".repeat(195))]);
    }

    #[test]
    fn numbers_read_as_clients_print_them() {
        for (number, expected) in [
            ("12", "12"),
            ("-3", "-3"),
            ("18446744073709551615", "18446744073709551615"),
            ("1e3", "1000"),
            ("-0.0", "0"),
            ("0.1", "0.1"),
            ("1e21", "1e+21"),
            ("1.5e-7", "1.5e-7"),
            ("0.000001", "0.000001"),
        ] {
            let mut text = String::new();
            write_number(&serde_json::from_str(number).unwrap(), &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn folding_copies_only_where_it_must() {
        assert!(matches!(fold_case("abc-1"), Cow::Borrowed("abc-1")));
        assert_eq!(fold_case("AbC"), "abc");
        assert_eq!(fold_case("ÄÖ"), "äö");
    }
}
