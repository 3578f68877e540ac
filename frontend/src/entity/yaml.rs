//! Writes a JSON document as YAML, in the order of its fields.
//!
//! A text is written plain only where no YAML reader, old or new, can take it for something else.

use serde_json::{Map, Value};

/// The document as YAML, with a line break at the end.
pub fn to_yaml(document: &Value) -> String {
    let mut text = String::new();
    match document {
        Value::Object(fields) if !fields.is_empty() => write_fields(&mut text, fields, 0),
        Value::Array(items) if !items.is_empty() => write_items(&mut text, items, 0),
        _ => {
            write_inline(&mut text, document, 0);
            text.push('\n');
        }
    }
    text
}

fn write_fields(text: &mut String, fields: &Map<String, Value>, indent: usize) {
    for (index, (key, value)) in fields.iter().enumerate() {
        if index > 0 {
            push_indent(text, indent);
        }
        push_scalar(text, key);
        text.push(':');
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                text.push('\n');
                push_indent(text, indent + 2);
                write_fields(text, fields, indent + 2);
            }
            Value::Array(items) if !items.is_empty() => {
                text.push('\n');
                push_indent(text, indent + 2);
                write_items(text, items, indent + 2);
            }
            _ => {
                text.push(' ');
                write_inline(text, value, indent);
                text.push('\n');
            }
        }
    }
}

fn write_items(text: &mut String, items: &[Value], indent: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            push_indent(text, indent);
        }
        text.push_str("- ");
        match item {
            Value::Object(fields) if !fields.is_empty() => write_fields(text, fields, indent + 2),
            Value::Array(items) if !items.is_empty() => write_items(text, items, indent + 2),
            _ => {
                write_inline(text, item, indent);
                text.push('\n');
            }
        }
    }
}

/// What fits behind a key or a dash. A block of lines is indented below `indent`.
fn write_inline(text: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(value) if fits_block(value) => push_block(text, value, indent + 2),
        Value::String(value) => push_scalar(text, value),
        Value::Array(_) => text.push_str("[]"),
        Value::Object(_) => text.push_str("{}"),
    }
}

/// Whether a text of several lines can be written as it is, as a block.
fn fits_block(value: &str) -> bool {
    // A first line that is blank or indented would be taken for the block's indentation.
    let first = value.split('\n').next().unwrap_or_default();
    value.contains('\n')
        && !first.is_empty()
        && !first.starts_with([' ', '\t'])
        && value.chars().all(|letter| letter == '\n' || letter == '\t' || is_printable(letter))
}

fn push_block(text: &mut String, value: &str, indent: usize) {
    let n_breaks = value.len() - value.trim_end_matches('\n').len();
    text.push_str(match n_breaks {
        0 => "|-",
        1 => "|",
        _ => "|+",
    });
    let lines = value.strip_suffix('\n').unwrap_or(value);
    for line in lines.split('\n') {
        text.push('\n');
        if !line.is_empty() {
            push_indent(text, indent);
            text.push_str(line);
        }
    }
}

fn push_scalar(text: &mut String, value: &str) {
    if is_plain(value) { text.push_str(value) } else { push_quoted(text, value) }
}

/// Whether a text can stand without quotes.
fn is_plain(value: &str) -> bool {
    let Some(first) = value.chars().next() else { return false };
    // Whatever starts like a number or a sign could be one: dates, versions, `0x1f`, `1_000`, `.5`, `12:30`.
    let starts_plainly = first.is_alphabetic() || matches!(first, '/' | '_' | '$' | '(');
    let is_word = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    starts_plainly
        && !is_word(&["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"])
        && !value.ends_with([' ', ':'])
        && !value.contains(": ")
        && !value.contains(" #")
        && !value.contains(['\n', '\t'])
        && value.chars().all(is_printable)
}

/// Whether a character may stand in YAML as it is; line separators beyond `\n` may not, for older readers.
fn is_printable(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn push_quoted(text: &mut String, value: &str) {
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            _ if is_printable(letter) => text.push(letter),
            _ => {
                let code = u32::from(letter);
                text.push_str(&if code > 0xffff { format!("\\U{code:08x}") } else { format!("\\u{code:04x}") });
            }
        }
    }
    text.push('"');
}

fn push_indent(text: &mut String, indent: usize) {
    text.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(document: &Value) {
        let text = to_yaml(document);
        let read: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(&read, document, "{text}");
    }

    #[test]
    fn an_entity_reads_well() {
        let document = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "API",
            "metadata": {"name": "rates", "tags": ["rest", "c++"], "links": [{"url": "https://a.example", "title": "A: b"}],
                "labels": {}, "annotations": {"a.example/score": "7", "a.example/on": "true"}},
            "spec": {"definition": "openapi: 3.1.0\ninfo:\n  title: x\n\npaths: {}\n", "replicas": 3, "note": null}});
        let expected = r#"apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: rates
  tags:
    - rest
    - c++
  links:
    - url: https://a.example
      title: "A: b"
  labels: {}
  annotations:
    a.example/score: "7"
    a.example/on: "true"
spec:
  definition: |
    openapi: 3.1.0
    info:
      title: x

    paths: {}
  replicas: 3
  note: null
"#;
        assert_eq!(to_yaml(&document), expected);
        check(&document);
    }

    #[test]
    fn every_text_is_read_back_as_it_was() {
        let texts = [
            "",
            " ",
            "a ",
            " a",
            "~",
            "null",
            "Null",
            "yes",
            "Off",
            "y",
            "1",
            "1.5",
            "1e3",
            ".5",
            "0x1f",
            "0o7",
            "1_000",
            "+1",
            "-",
            "- a",
            "-a",
            "?",
            "? a",
            ":",
            "a:",
            "a: b",
            "a:b",
            "#",
            "a #b",
            "a#b",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "'a'",
            "\"a\"",
            "\\",
            "[a]",
            "{a}",
            "a, b",
            "a]",
            "2020-01-01",
            "12:30:45",
            "=",
            "<<",
            "---",
            "--- a",
            "...",
            "a\nb",
            "a\n",
            "a\n\n",
            "\na",
            "\n",
            "\n\n",
            "  a\nb",
            "\ta\nb",
            "a\n  b\n",
            "a\n\nb",
            "a\r\nb",
            "tab\tin",
            "ü",
            "日本",
            "\u{1f600}",
            "nul\0",
            "\u{7f}",
            "\u{85}",
            "\u{a0}",
            "\u{2028}",
            "\u{feff}a",
            "a\u{2029}b\n",
            "a\n \n",
            "a\n---\nb",
            "a\n# b",
            "NaN",
            ".nan",
            ".inf",
            "user:default/kim",
            "file:/srv/a b.yaml",
            "key: |",
            "a\n\t\nb",
        ];
        for text in texts {
            check(&json!(text));
            check(&json!({ "k": text, "list": [text, [text], {"in": text}], "z": 1 }));
            check(&json!({ text: { text: [text] } }));
        }
    }

    #[test]
    fn nesting_of_every_sort_is_read_back() {
        check(&json!([]));
        check(&json!({}));
        check(&json!([[], {}, [[1, [2]], {"a": [{"b": {"c": []}}]}], null, false, -1.5, 1e300, u64::MAX]));
        check(&json!([[["a\nb\n"], "c\n\n"], {"d": [["e\nf"]]}]));
    }
}
