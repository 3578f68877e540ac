use serde_json::json;

use super::*;

#[track_caller]
fn scalar(text: &str, expected: impl Into<Value>) {
    let expected = expected.into();
    assert_eq!(value(&format!("a: {text}"))["a"], expected, "{text}");
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    for text in ["yes", "no", "on", "off", "y", "n", "2020-01-01", "12:30:45", "1_000", "0b11", "1.2.3", "0x", "0o8"] {
        scalar(text, json!(text));
    }
    for text in ["-", "+", ".", "-.", "1e", "e3", "+.inf2", "0x1G", "- -", "1.2e3.4", "-0x1F", "nan", "inf", "NaN"] {
        if text != "- -" && text != "-" {
            scalar(text, json!(text));
        }
    }
    scalar("017", json!(17));
    scalar("0o17", json!(15));
    scalar("0x1F", json!(31));
    scalar("1e3", json!(1000));
    scalar("1.0", json!(1));
    scalar("-0.0", json!(0));
    scalar("1.", json!(1));
    scalar(".5", json!(0.5));
    scalar("-.5", json!(-0.5));
    scalar("+12", json!(12));
    scalar("-12", json!(-12));
    scalar("1.5e-3", json!(0.0015));
    scalar("9223372036854775807", json!(i64::MAX));
    scalar("18446744073709551615", json!(u64::MAX));
    scalar("123456789012345678901234", json!(123456789012345678901234.0));
    for text in ["~", "null", "Null", "NULL", ""] {
        scalar(text, Value::Null);
    }
    for text in ["true", "True", "TRUE"] {
        scalar(text, json!(true));
    }
    for text in ["false", "False", "FALSE"] {
        scalar(text, json!(false));
    }
    scalar("tRUE", json!("tRUE"));
    scalar("nULL", json!("nULL"));
}

#[test]
fn quoted_and_block_scalars_are_strings() {
    scalar("'017'", json!("017"));
    scalar("\"true\"", json!("true"));
    scalar("\"a\\tb\\u00e9\\x41\\n\"", json!("a\tbéA\n"));
    scalar("'it''s'", json!("it's"));
    assert_eq!(value("a: |\n  one\n   two\n\nb: >-\n  x\n  y\n"), json!({ "a": "one\n two\n", "b": "x y" }));
    assert_eq!(value("a: |\n  12")["a"], json!("12\n"));
    assert_eq!(value("a: one\n  two\n")["a"], json!("one two"));
}

#[test]
fn numbers_beyond_json_are_refused() {
    for text in [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e999", "-12e345678", "0xFFFFFFFFFFFFFFFFF"] {
        let error = error(format!("a: {text}"));
        assert!(error.message.contains("in quotes"), "{error}");
        assert_eq!(error.position, at(1, 4));
        scalar(&format!("'{text}'"), json!(text));
    }
}

#[test]
fn tags_convert_or_are_ignored() {
    scalar("!!str 017", json!("017"));
    scalar("!!int '12'", json!(12));
    scalar("!!float '1.5'", json!(1.5));
    scalar("!!bool 'true'", json!(true));
    scalar("!!null ''", Value::Null);
    scalar("! 12", json!("12"));
    scalar("!Ref 12", json!("12"));
    scalar("!Sub [1, !x {b: c}]", json!([1, { "b": "c" }]));
    scalar("!<tag:yaml.org,2002:int> '3'", json!(3));
    scalar("!!binary aGk=", json!("aGk="));
    assert_eq!(error("a: !!int abc").message, "`abc` is tagged `!!int` but is not one");
}

#[test]
fn keys_become_strings() {
    let text = "1: a\ntrue: b\n~: c\n1.50: d\n'x y': e\n0x1F: f\n";
    assert_eq!(value(text), json!({ "1": "a", "true": "b", "~": "c", "1.5": "d", "x y": "e", "31": "f" }));
    assert!(error("[a]: b").message.contains("cannot be a key"));
    assert!(error("? {a: b}\n: c").message.contains("cannot be a key"));
    assert!(error("a: 1\n: c").message.contains("key is missing"));
}

#[test]
fn keys_keep_their_order() {
    let document = value("z: 1\na: 2\nm: {y: 1, b: 2}\n");
    assert_eq!(document.to_string(), r#"{"z":1,"a":2,"m":{"y":1,"b":2}}"#);
}

#[test]
fn a_key_given_twice_is_an_error_with_both_places() {
    let error = error("a: 1\nb: 2\n\na: 3\n");
    assert_eq!(error.message, "the key `a` is given twice in the same mapping, first in line 1: remove one");
    assert_eq!(error.position, at(4, 1));
    assert!(self::error("{1: a, '1': b}").message.contains("`1` is given twice"));
    assert!(self::error("m: {x: 1, y: {x: 2}, x: 3}").message.contains("`x` is given twice"));
    assert_eq!(value("[{x: 1}, {x: 2}]"), json!([{ "x": 1 }, { "x": 2 }]));
}

#[test]
fn aliases_repeat_values() {
    let text = "base: &b {x: 1, l: [2]}\none: *b\nname: &n team\nkeys:\n  *n : 3\nlist: [*n, *n]\n";
    assert_eq!(
        value(text),
        json!({
            "base": { "x": 1, "l": [2] }, "one": { "x": 1, "l": [2] }, "name": "team",
            "keys": { "team": 3 }, "list": ["team", "team"]
        })
    );
    assert_eq!(value("&k key: 1\nb: *k\n"), json!({ "key": 1, "b": "key" }));
    assert_eq!(value("a: &x 1\nb: &x 2\nc: *x\n")["c"], json!(2));
    assert!(error("a: *nope").message.contains("no anchor"));
    assert!(error("a: &a [*a]").message.contains("inside the value"));
    assert!(error("a: &a [1]\n*a : 2\n").message.contains("only an alias of text"));
}

#[test]
fn merge_keys_add_what_is_missing() {
    let text = "defaults: &d {a: 1, b: 2}\nmore: &m {b: 9, c: 3}\nx:\n  b: own\n  <<: [*d, *m]\n";
    assert_eq!(value(text)["x"], json!({ "b": "own", "a": 1, "c": 3 }));
    assert_eq!(value("d: &d {a: 1}\nx:\n  <<: *d\n  a: 2\n")["x"], json!({ "a": 2 }));
    assert_eq!(value("x: {<<: {a: 1}, b: 2}")["x"], json!({ "a": 1, "b": 2 }));
    assert_eq!(value("x: {'<<': 1}")["x"], json!({ "<<": 1 }));
    assert!(error("d: &d {a: 1}\nx:\n  <<: *d\n  a: 2\n  a: 3\n").message.contains("`a` is given twice"));
    assert!(error("x:\n  <<: 3\n").message.contains("merges mappings"));
    assert!(error("x:\n  <<: [{a: 1}, 3]\n").message.contains("merges mappings"));
}
