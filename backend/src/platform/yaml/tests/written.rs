//! Values survive being written and read again.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::platform::yaml::{Limits, parse_documents, to_yaml};

#[track_caller]
fn assert_survives(value: &Value) {
    let text = to_yaml(value);
    let mut documents = parse_documents(text.as_bytes(), &Limits::descriptor());
    assert_eq!(documents.len(), 1, "{text}");
    match documents.remove(0) {
        Ok(Some(document)) => assert_eq!(document.value, *value, "{text}"),
        other => panic!("{other:?}\n{text}"),
    }
}

#[test]
fn a_descriptor_is_written_as_people_write_it() {
    let value = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "API",
        "metadata": {"name": "a", "tags": ["x", "z"], "labels": {}, "annotations": {"a.example/b": "71", "c": "yes"}},
        "spec": {"definition": "openapi: 3.1.0\ninfo:\n  title: x\n", "targets": [{"a": 1, "b": [true]}, [1.5, null]]}
    });
    let expected = r#"apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: a
  tags:
    - x
    - z
  labels: {}
  annotations:
    a.example/b: "71"
    c: "yes"
spec:
  definition: |
    openapi: 3.1.0
    info:
      title: x
  targets:
    - a: 1
      b:
        - true
    - - 1.5
      - null
"#;
    assert_eq!(to_yaml(&value), expected);
    assert_survives(&value);
}

#[test]
fn texts_that_could_be_something_else_survive() {
    let hard = [
        "",
        " ",
        "~",
        "null",
        "Null",
        "true",
        "NO",
        "on",
        "y",
        "1",
        "-1",
        "0x1F",
        "0o17",
        "017",
        "1e5",
        ".5",
        ".inf",
        ".nan",
        "+",
        "-",
        "- a",
        "?",
        "? a",
        ":",
        "a: b",
        "a:",
        "a :b",
        "# a",
        "a # b",
        "a#b",
        "<<",
        "=",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a`",
        "[a]",
        "{a}",
        "a, b",
        "|",
        ">",
        "'a'",
        "\"a\"",
        "a\"b",
        "a\\b",
        "---",
        "...",
        "--- a",
        "a\nb",
        "a\nb\n",
        "a\n\nb\n\n\n",
        "\n",
        "\na\nb",
        " a\nb",
        "\ta\nb",
        "a\n b\n  c",
        "a\n---\nb",
        "a\n...\nb\n",
        "a \nb ",
        "a\r\nb",
        "a\rb",
        "a\tb",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{feff}a",
        "\u{0}",
        "\u{7f}",
        "a\u{1F600}b",
        "ünï",
        "2024-01-01",
        "12:30:45",
        "a\n#b\n",
        "a\n\t\nb",
        "a\n  \n",
    ];
    for text in hard {
        assert_survives(&json!({ "key": text, text: [text, {"in": text}, [text]] }));
    }
    let long = "k".repeat(2_000);
    assert_survives(&json!({ long.as_str(): {"a": 1}, "b": {long.as_str(): [1], "c": "d"} }));
}

fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["[a-z]{0,4}", "[ -~\n\t]{0,12}", "\\PC{0,8}", any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_survives(value in any_value()) {
        assert_survives(&json!({"value": value}));
    }
}
