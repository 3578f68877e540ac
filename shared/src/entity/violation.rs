//! What is wrong with a document, and where.

use serde_json::Value;
use thiserror::Error;

use super::path::JsonPath;

/// A rule of the model that a document breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Violation {
    /// The place in the document. For what is missing, the place where it belongs.
    pub path: JsonPath,
    /// One sentence that reads alone: the place, the value found, what is expected, and how to mend it.
    pub message: String,
}

/// What a value is, for a sentence such as "`metadata.name` is …".
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(value) => format!("the boolean `{value}`"),
        Value::Number(value) => format!("the number `{value}`"),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => quote(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(fields) => match fields.keys().next() {
            Some(name) if fields.len() == 1 && name.starts_with('$') => {
                format!("a placeholder `{name}` that was not filled in")
            }
            _ => "an object".to_owned(),
        },
    }
}

/// A text in backticks, shortened where it is long.
pub(super) fn quote(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}…` ({} characters)", text[..end].escape_debug(), text.chars().count()),
        None => format!("`{}`", text.escape_debug()),
    }
}

/// "`a`, `b` and `c`".
pub(super) fn list_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
