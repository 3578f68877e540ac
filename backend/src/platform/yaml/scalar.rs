//! What a scalar means: the YAML 1.2 core schema.

use granit_parser::{ScalarStyle, Tag};
use serde_json::{Number, Value};

/// Integers up to this size are exact as a JSON number in every client (2^53).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The JSON value of a scalar.
///
/// # Errors
/// A message for the author when the value cannot be JSON or contradicts its tag.
pub(super) fn scalar_value(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain { plain_value(text) } else { Ok(Value::from(text)) };
    };
    let wanted = match tag.parts() {
        ("tag:yaml.org,2002:", suffix) => suffix.to_owned(),
        (handle, suffix) => match format!("{handle}{suffix}").strip_prefix("tag:yaml.org,2002:") {
            Some(suffix) => suffix.to_owned(),
            None => return Ok(Value::from(text)),
        },
    };
    let (fits, value): (fn(&Value) -> bool, Value) = match wanted.as_str() {
        "null" if text.is_empty() => return Ok(Value::Null),
        "null" => (Value::is_null, plain_value(text)?),
        "bool" => (Value::is_boolean, plain_value(text)?),
        "int" => (|value| value.is_i64() || value.is_u64(), plain_value(text)?),
        "float" => (Value::is_number, plain_value(text)?),
        _ => return Ok(Value::from(text)),
    };
    if fits(&value) { Ok(value) } else { Err(format!("`{text}` is tagged `!!{wanted}` but is not one")) }
}

fn plain_value(text: &str) -> Result<Value, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if matches!(text.as_bytes()[0], b'0'..=b'9' | b'+' | b'-' | b'.') => {
            number(text)?.map_or_else(|| Value::from(text), Value::Number)
        }
        _ => Value::from(text),
    })
}

/// The number a plain scalar spells, or `None` when it is just text.
fn number(text: &str) -> Result<Option<Number>, String> {
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            return if is_number { integer(digits, radix, text).map(Some) } else { Ok(None) };
        }
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(not_finite(text));
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        let signed = text.strip_prefix('+').unwrap_or(text);
        if let Ok(value) = signed.parse::<i64>() {
            return Ok(Some(value.into()));
        }
        if let Ok(value) = signed.parse::<u64>() {
            return Ok(Some(value.into()));
        }
        return float(text).map(Some);
    }
    if is_float(unsigned) { float(text).map(Some) } else { Ok(None) }
}

/// `(\.[0-9]+ | [0-9]+(\.[0-9]*)?) ([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    is_mantissa && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

fn integer(digits: &str, radix: u32, text: &str) -> Result<Number, String> {
    u64::from_str_radix(digits, radix)
        .map(Number::from)
        .map_err(|_| format!("`{text}` does not fit into 64 bits: put it in quotes if it is text"))
}

/// Whole numbers lose their fraction (`1.0` and `1e0` are 1), so that they print as every JSON client prints them.
fn float(text: &str) -> Result<Number, String> {
    let value: f64 = text.parse().map_err(|_| not_finite(text))?;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked and there is no fraction")]
        return Ok(Number::from(value as i64));
    }
    Number::from_f64(value).ok_or_else(|| not_finite(text))
}

fn not_finite(text: &str) -> String {
    format!("`{text}` is a number that JSON cannot hold: put it in quotes if it is text")
}
