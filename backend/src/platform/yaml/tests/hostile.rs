//! Time is bounded by the limits; these tests would hang or run out of memory without them.

use proptest::prelude::*;

use super::*;

#[test]
fn deep_nesting_is_refused() {
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "[{a: ".repeat(50_000)] {
        let error = error(&text);
        assert!(error.message.contains("more than 64 levels"), "{}", error.message);
    }
    let nested: String = (0..1000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(error(&nested).message.contains("more than 64 levels"));
    assert!(value(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_array());
    assert!(error(format!("{}{}", "[".repeat(65), "]".repeat(65))).message.contains("more than 64 levels"));
}

#[test]
fn depth_counts_through_aliases() {
    let list = |levels: usize, inner: &str| format!("{}{inner}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(value(&format!("a: &a {}\nb: {}\n", list(40, ""), list(23, "*a"))).is_object());
    let error = error(format!("a: &a {}\nb: {}\n", list(40, ""), list(24, "*a")));
    assert!(error.message.contains("more than 64 levels"), "{error}");
}

#[test]
fn aliases_cannot_blow_up() {
    let mut values = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    let mut text = "a0: &a0 {k: \"".to_owned() + &"x".repeat(1000) + "\"}\n";
    for level in 1..20 {
        let again = vec![format!("*a{}", level - 1); 10].join(", ");
        values += &format!("a{level}: &a{level} [{again}]\n");
        text += &format!("a{level}: &a{level} [{again}]\n");
    }
    assert!(error(&values).message.contains("aliases repeat more"));
    assert!(error(&text).message.contains("aliases repeat more"));
    let long = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(1_000_000), "*a, ".repeat(10_000));
    assert!(error(&long).message.contains("aliases repeat more"));
}

#[test]
fn merges_cannot_blow_up() {
    let mut text = "a0: &a0 {x: 1}\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        text += &format!("a{level}: &a{level} {{<<: *a{before}, l{level}: *a{before}, m{level}: *a{before}}}\n");
    }
    assert!(error(&text).message.contains("aliases repeat more"));
}

#[test]
fn many_small_bombs_share_one_budget() {
    let bomb = "---\na: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n";
    let documents = parse_documents(bomb.repeat(10_000).as_bytes(), &Limits::descriptor());
    assert!(documents[0].is_ok());
    assert!(documents[9_999].is_err());
}

#[test]
fn control_characters_and_broken_utf8_are_shown_where_they_stand() {
    let error = error(b"a: 1\nb: x\0y\n");
    assert_eq!((error.position, error.message.contains("U+0000")), (at(2, 5), true), "{error}");
    let error = self::error(b"a: 1\r\nb: \xc3\xa9\xff\n");
    assert_eq!((error.position, error.message.contains("0xff")), (at(2, 5), true), "{error}");
    assert!(error.excerpt.contains('\u{FFFD}'));
    assert_eq!(self::error(b"\x80").position, at(1, 1));
    assert_eq!(self::error(b"a\n\x1b").position, at(2, 1));
}

#[test]
fn sizes_are_bounded() {
    let text = vec![b'a'; 50 * 1024 * 1024];
    assert!(error(&text).message.contains("at most 33554432"));
    let limits = Limits { max_documents: 3, ..Limits::descriptor() };
    let documents = parse_documents("---\na: 1\n".repeat(10).as_bytes(), &limits);
    assert_eq!(documents.len(), 4);
    let error = documents[3].as_ref().unwrap_err();
    assert_eq!((error.position, error.document), (at(7, 1), 3));
    let limits = Limits { max_nodes: 10, ..Limits::descriptor() };
    let documents = parse_documents("- 1\n".repeat(100).as_bytes(), &limits);
    assert!(documents[0].as_ref().unwrap_err().message.contains("more than 10 values"));
}

#[test]
fn long_lines_cost_little() {
    let key = "k".repeat(5_000_000);
    assert!(parse_documents(format!("{key}: 1").as_bytes(), &Limits::descriptor())[0].is_err());
    assert_eq!(value(&format!("a: {key}"))["a"].as_str().map(str::len), Some(5_000_000));
    assert!(error(format!("a: {}", "? ".repeat(1_000_000))).position.line >= 1);
    assert!(error("&a ".repeat(100_000)).position.line == 1);
    assert!(error("!x ".repeat(100_000)).position.line == 1);
}

/// Pieces from which random texts look like YAML.
fn piece() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        "\n---\n",
        "\n...\n",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "&x ",
        "*x",
        "<<: ",
        "? ",
        ": ",
        "|",
        ">",
        "'",
        "\"",
        "\\",
        "#",
        " ",
        "\t",
        "\r\n",
        "!t ",
        "!!int ",
        "%YAML 1.2\n",
        "0x1F",
        "1e3",
        "~",
        "é",
        "\u{feff}",
        "日",
        "\r",
        "@",
        "key: value\n",
        "  - x\n",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_parsed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for document in parse_documents(&bytes, &Limits::descriptor()) {
            if let Err(error) = document {
                prop_assert!(error.position.line >= 1 && error.position.column >= 1);
            }
        }
    }

    #[test]
    fn anything_like_yaml_is_parsed_or_refused(pieces in proptest::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        let lines = u32::try_from(text.split(['\n', '\r']).count()).unwrap();
        for document in parse_documents(text.as_bytes(), &Limits::descriptor()) {
            match document {
                Ok(Some(document)) => {
                    prop_assert!(document.start.line <= lines);
                    every_value_has_a_mark(&document.value, &JsonPath::root(), &document.marks)?;
                }
                Ok(None) => {}
                Err(error) => prop_assert!(error.position.line <= lines && !error.excerpt.is_empty(), "{}", error),
            }
        }
    }

    #[test]
    fn json_is_yaml(value in json()) {
        let text = value.to_string();
        let document = parse_documents(text.as_bytes(), &Limits::descriptor()).pop().transpose().unwrap().flatten();
        prop_assert_eq!(document.map_or(Value::Null, |document| document.value), value);
    }
}

fn every_value_has_a_mark(value: &Value, path: &JsonPath, marks: &Marks) -> Result<(), TestCaseError> {
    prop_assert!(marks.find(path).is_some(), "{}", path);
    match value {
        Value::Array(values) => {
            values.iter().enumerate().try_for_each(|(i, value)| every_value_has_a_mark(value, &path.index(i), marks))
        }
        Value::Object(map) => {
            map.iter().try_for_each(|(key, value)| every_value_has_a_mark(value, &path.key(key), marks))
        }
        _ => Ok(()),
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~é日]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("[ -~]{0,10}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
