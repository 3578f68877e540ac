use serde_json::json;

use super::*;

/// Each document as JSON text, `-` for an empty one, `!` and the line for an error.
fn outline(text: &[u8]) -> Vec<String> {
    let documents = parse_documents(text, &Limits::descriptor());
    for (index, document) in documents.iter().enumerate() {
        match document {
            Ok(Some(document)) => assert_eq!(document.index, index),
            Ok(None) => {}
            Err(error) => assert_eq!(error.document, index),
        }
    }
    documents
        .into_iter()
        .map(|document| match document {
            Ok(Some(document)) => document.value.to_string(),
            Ok(None) => "-".to_owned(),
            Err(error) => format!("!{}", error.position.line),
        })
        .collect()
}

#[test]
fn empty_texts_hold_no_document() {
    for text in ["", "\n\n", "# only\n# comments", "\u{feff}", "   \n\t\n", "...\n"] {
        assert_eq!(outline(text.as_bytes()), Vec::<String>::new(), "{text:?}");
    }
    assert_eq!(outline(b"---"), ["-"]);
    assert_eq!(outline(b"---\n# nothing\n---\nnull\n---\n~\n"), ["-", "-", "-"]);
}

#[test]
fn documents_are_told_apart() {
    assert_eq!(
        outline(b"a: 1\n---\nb: 2\n--- {c: 3}\n...\nd: 4\n"),
        [r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":3}"#, r#"{"d":4}"#]
    );
    assert_eq!(outline(b"# intro\n---\na: 1\n---\n"), [r#"{"a":1}"#, "-"]);
    assert_eq!(
        outline(b"%YAML 1.2\n# c\n---\na: 1\n...\n%TAG ! tag:x,2000:\n---\nb: !y 2\n"),
        [r#"{"a":1}"#, r#"{"b":"2"}"#]
    );
    assert_eq!(outline(b"a: |\n  ---\n  text\nb: ---x\nc: -- -\n"), [r#"{"a":"---\ntext\n","b":"---x","c":"-- -"}"#]);
    assert_eq!(outline(b"--- |\n text\n--- >\n more\n"), [r#""text\n""#, r#""more\n""#]);
    assert_eq!(outline(b"a: 1\n--- # comment\nb: 2"), [r#"{"a":1}"#, r#"{"b":2}"#]);
}

#[test]
fn a_broken_document_hides_no_other() {
    let text =
        b"a: 1\n---\nb: [\n---\nc: 'x\n---\nd: \"\n...\n---\n- e\n f: 1\n---\nf: \xff\n---\ng: 2\n---\na: 1\na: 2\n";
    assert_eq!(outline(text), [r#"{"a":1}"#, "!3", "!5", "!7", "!11", "!13", r#"{"g":2}"#, "!18"]);
}

#[test]
fn byte_order_marks_and_line_breaks_of_all_kinds_are_read() {
    assert_eq!(outline("\u{feff}a: 1\r\n---\r\nb: 2\r\n".as_bytes()), [r#"{"a":1}"#, r#"{"b":2}"#]);
    assert_eq!(outline("a: 1\n\u{feff}---\nb: 2\n".as_bytes()), [r#"{"a":1}"#, r#"{"b":2}"#]);
    assert_eq!(outline(b"a: 1\r---\rb: 2\r"), [r#"{"a":1}"#, r#"{"b":2}"#]);
    assert_eq!(value("a: |\r\n  x\r\n  y\r\n"), json!({ "a": "x\ny\n" }));
    assert!(error(b"\xff\xfea\0").message.contains("UTF-16"));
}

#[test]
fn a_document_knows_its_bytes() {
    let text = b"a: 1\n---\n# c\nb: 2\n";
    let documents = parse_documents(text, &Limits::descriptor());
    let second = documents[1].clone().unwrap().unwrap();
    assert_eq!(&text[second.source.clone()], b"---\n# c\nb: 2\n");
    assert_eq!(second.start, at(4, 1));
    assert_eq!(second.excerpt(text, at(4, 4)), "  3 | # c\n  4 | b: 2\n    |    ^");
}

#[test]
fn fourteen_thousand_documents_are_no_effort() {
    let text =
        "---\napiVersion: v1\nkind: Component\nmetadata: {name: a, tags: [x, y]}\nspec:\n  owner: b\n".repeat(14_000);
    let documents = parse_documents(text.as_bytes(), &Limits::descriptor());
    assert_eq!(documents.len(), 14_000);
    let last = documents.last().unwrap().clone().unwrap().unwrap();
    assert_eq!(last.start.line, 13_999 * 6 + 2);
}
