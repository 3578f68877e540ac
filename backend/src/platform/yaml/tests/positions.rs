use proptest::prelude::*;

use super::*;

const TEXT: &str = "\
# A component
kind: Component
metadata:
  name: shop
  annotations:
    example.com/id: '7'
spec:
  owner:   team
  dependsOn:
    - one
    - two: 2
  definition: |
    text
  empty:
";

#[track_caller]
fn check(path: &str, line: u32, column: u32) {
    assert_eq!(one(TEXT).marks.position_of(&JsonPath::parse(path)), at(line, column), "{path}");
}

#[test]
fn values_are_found() {
    check("", 2, 1);
    check("kind", 2, 7);
    check("metadata.name", 4, 9);
    check("metadata.annotations[\"example.com/id\"]", 6, 21);
    check("/metadata/annotations/example.com~1id", 6, 21);
    check("spec.owner", 8, 12);
    check("spec.dependsOn[0]", 10, 7);
    check("spec.dependsOn[1]", 11, 7);
    check("spec.dependsOn[1].two", 11, 12);
    check("/spec/dependsOn/1/two", 11, 12);
}

#[test]
fn values_that_begin_below_their_key_are_shown_at_the_key() {
    check("metadata", 3, 1);
    check("spec.dependsOn", 9, 3);
    check("spec.empty", 14, 8);
    let located = one(TEXT).marks.find(&JsonPath::parse("spec.dependsOn")).unwrap();
    assert_eq!(located, Located { key: Some(at(9, 3)), value: at(10, 5) });
}

#[test]
fn what_is_missing_is_shown_at_its_parent() {
    check("metadata.namespace", 3, 1);
    check("metadata.annotations.other", 5, 3);
    check("spec.dependsOn[7].x", 9, 3);
    check("status", 2, 1);
    check("spec.owner.x", 8, 12);
    assert_eq!(one(TEXT).marks.find(&JsonPath::parse("metadata.namespace")), None);
}

#[test]
fn aliases_and_merges_are_marked_where_they_were_written() {
    let text = "base: &b\n  x: 1\n  y: {z: 2}\none: *b\ntwo:\n  <<: *b\n  x: 5\n  w: 6\nthree: {w: 0}\n";
    let marks = one(text).marks;
    let find = |path| marks.position_of(&JsonPath::parse(path));
    assert_eq!(find("one"), at(4, 6));
    assert_eq!(find("one.y.z"), at(3, 10));
    assert_eq!(find("two.y.z"), at(3, 10));
    assert_eq!(find("two.x"), at(7, 6));
    assert_eq!(find("two.w"), at(8, 6));
    assert_eq!(find("three.w"), at(9, 12));
}

#[test]
fn columns_count_characters() {
    let error = error("name: \"grün 日本\" oops\n");
    assert_eq!(error.position, at(1, 17));
    assert_eq!(one("\u{feff}ключ: 1").marks.position_of(&JsonPath::parse("ключ")), at(1, 7));
}

#[test]
fn errors_print_with_the_line_and_a_caret() {
    let error =
        parse_documents(b"a: 1\n---\nspec:\n  owner: {x: 1, x: 2}\n", &Limits::descriptor()).remove(1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the key `x` is given twice in the same mapping, first in line 4: remove one at line 4, column 17\n\
         \u{20} 3 | spec:\n\
         \u{20} 4 |   owner: {x: 1, x: 2}\n\
         \u{20}   |                 ^"
    );
    assert_eq!(error.document, 1);
}

#[test]
fn common_mistakes_are_explained() {
    #[track_caller]
    fn check(text: &str, line: u32, column: u32, part: &str) {
        let error = error(text);
        assert!(error.message.contains(part), "{text:?}: {error}");
        assert_eq!(error.position, at(line, column), "{text:?}: {error}");
    }
    check("a: b: c\n", 1, 5, "in quotes");
    check("a:\n\tb: 1\n", 2, 2, "tab");
    check("a: [1, 2\nb: 3\n", 2, 2, "`]`");
    check("a: 'x\nb: 1\n", 1, 4, "never closed");
    check("a: @x\n", 1, 4, "`@`");
    check("a: 1\n  b: 2\n", 2, 4, "in quotes");
    check("a: 1\nb\nc: 2\n", 2, 1, "`key: value`");
    check("a: \"\\q\"\n", 1, 4, "escape");
    check("a: 1\n- b\n", 2, 3, "`key: value`");
}

#[test]
fn excerpts_survive_long_lines_and_ends_of_text() {
    assert_eq!(excerpt("a\nb\n", at(1, 1)), "  1 | a\n    | ^");
    assert_eq!(excerpt("a\r\nb\tc\r\n", at(2, 3)), "  1 | a\n  2 | b c\n    |   ^");
    assert_eq!(excerpt("a\n", at(2, 1)), "  1 | a\n  2 |\n    | ^");
    assert_eq!(excerpt("a\n", at(9, 1)), "");
    assert_eq!(excerpt("", at(1, 1)), "  1 |\n    | ^");
    let long = format!("{}X{}", "é".repeat(500), "b".repeat(500));
    let shown = excerpt(&long, at(1, 501));
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0].chars().nth(lines[1].chars().count() - 1), Some('X'), "{shown}");
    assert!(lines[0].chars().count() < 130, "{shown}");
}

#[test]
fn paths_print_as_they_are_read() {
    #[track_caller]
    fn check(path: &str) {
        assert_eq!(JsonPath::parse(path).to_string(), path);
    }
    check("spec.dependsOn[0]");
    check("metadata.annotations[\"example.com/id\"].x");
    check("[0][1].a");
    check("$env");
    assert_eq!(JsonPath::root().key("a b").index(3).to_string(), "[\"a b\"][3]");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_path_prints_as_it_is_read(segments in proptest::collection::vec(
        prop_oneof![".*".prop_map(PathSegment::Key), any::<usize>().prop_map(PathSegment::Index)], 0..5)) {
        let path = JsonPath::from(segments);
        prop_assert_eq!(JsonPath::parse(&path.to_string()), path);
    }

    #[test]
    fn any_text_is_a_path(text in ".*") {
        let _path = JsonPath::parse(&text);
    }
}
