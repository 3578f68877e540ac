//! Writes JSON values as YAML that people like to read, and that [`super::parse_documents`] reads back as the same.

use std::fmt::Write;

use serde_json::{Map, Value};

/// Keys up to this many characters are written before their colon; YAML allows 1,024.
const MAX_PLAIN_KEY: usize = 500;
/// Words that some reader of YAML takes for something else than text. In lower case.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// One document, without a `---` line. It ends with a line break.
///
/// Texts of several lines become literal blocks; texts that could be taken for something else get quotes. The same value
/// gives the same text.
#[must_use]
pub fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(fields) if !fields.is_empty() => mapping(fields, 0, &mut out),
        Value::Array(items) if !items.is_empty() => list(items, 0, &mut out),
        scalar => {
            inline(scalar, 0, &mut out);
            out.push('\n');
        }
    }
    out
}

/// Entries of a mapping. The cursor stands where the first key begins.
fn mapping(fields: &Map<String, Value>, indent: usize, out: &mut String) {
    for (at, (key, value)) in fields.iter().enumerate() {
        if at > 0 {
            pad(indent, out);
        }
        let is_long = key.chars().count() > MAX_PLAIN_KEY;
        if is_long {
            out.push_str("? ");
        }
        out.push_str(&scalar_text(key));
        if is_long {
            out.push('\n');
            pad(indent, out);
        }
        out.push(':');
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                out.push('\n');
                pad(indent + 2, out);
                mapping(fields, indent + 2, out);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                pad(indent + 2, out);
                list(items, indent + 2, out);
            }
            scalar => {
                out.push(' ');
                inline(scalar, indent + 2, out);
                out.push('\n');
            }
        }
    }
}

/// Items of a list. The cursor stands where the first dash belongs.
fn list(items: &[Value], indent: usize, out: &mut String) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            pad(indent, out);
        }
        out.push_str("- ");
        match item {
            Value::Object(fields) if !fields.is_empty() => mapping(fields, indent + 2, out),
            Value::Array(items) if !items.is_empty() => list(items, indent + 2, out),
            scalar => {
                inline(scalar, indent + 2, out);
                out.push('\n');
            }
        }
    }
}

/// A value without entries of its own, without the line break after it. A block is indented by `indent`.
fn inline(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        Value::String(text) if indent > 0 && is_block(text) => block(text, indent, out),
        Value::String(text) => out.push_str(&scalar_text(text)),
    }
}

/// A text on one line.
fn scalar_text(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Whether a text means itself without quotes, to this reader and to others.
fn is_plain(text: &str) -> bool {
    let is_safe = |char: char| char.is_alphanumeric() || " _-./@+=()~$,;:#<>*!?&|".contains(char);
    let starts_well = text.starts_with(|char: char| char.is_alphabetic() || char == '_' || char == '/');
    starts_well
        && !text.ends_with([' ', ':'])
        && text.chars().all(is_safe)
        && !text.contains(": ")
        && !text.contains(" #")
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// Whether a text of several lines comes back from a literal block as it was.
fn is_block(text: &str) -> bool {
    let is_shown = |char: char| char == '\n' || char == '\t' || !needs_escape(char);
    let first = text.split('\n').find(|line| !line.is_empty()).unwrap_or_default();
    text.trim_end_matches('\n').contains('\n')
        && text.chars().all(is_shown)
        // The first line tells the indentation.
        && !text.starts_with('\n')
        && !first.starts_with([' ', '\t'])
}

fn block(text: &str, indent: usize, out: &mut String) {
    let body = text.trim_end_matches('\n');
    let n_breaks = text.len() - body.len();
    out.push_str(match n_breaks {
        0 => "|-",
        1 => "|",
        _ => "|+",
    });
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(indent, out);
            out.push_str(line);
        }
    }
    // The caller ends the last line; what follows are empty ones.
    for _ in 1..n_breaks {
        out.push('\n');
    }
}

/// A text in double quotes.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if needs_escape(char) => {
                write!(out, "\\u{:04X}", u32::from(char)).expect("writing to a string cannot fail");
            }
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Characters that YAML does not allow as they are, or takes for line breaks. All of them have four digits.
fn needs_escape(char: char) -> bool {
    char.is_control() || matches!(char, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}
