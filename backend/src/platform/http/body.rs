//! Reads JSON bodies as the OpenAPI document describes them.
//!
//! serde's derived code is more lenient than the document: it takes a list for an object and reads its items as the fields,
//! and `null` for a field that is not there. It is stricter in one point: to JSON Schema, as to JavaScript, `1.0` is a whole
//! number. [`read`] settles the three, at every depth, and its errors say where in the body something is wrong.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use serde_json::{Map, Number, Value};

/// The largest whole number that every client reads as it is written: 2^53 - 1.
///
/// Source: `Number.MAX_SAFE_INTEGER` of ECMA-262. The OpenAPI document names it as the maximum of every count.
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Reads a body.
///
/// # Errors
/// [`BodyError`], whose text is a sentence for the client.
pub fn read<T: DeserializeOwned>(body: Value) -> Result<T, BodyError> {
    T::deserialize(Strict(body))
}

/// What is wrong with a body, and where: `request/body/orderBy/0 must be object`.
#[derive(Debug, PartialEq, Eq)]
pub struct BodyError {
    /// Keys and positions, the innermost first.
    path: Vec<String>,
    message: String,
}

impl BodyError {
    fn new(message: impl Into<String>) -> Self {
        Self { path: Vec::new(), message: message.into() }
    }

    fn at(mut self, segment: impl Into<String>) -> Self {
        self.path.push(segment.into());
        self
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("request/body")?;
        for segment in self.path.iter().rev() {
            write!(f, "/{segment}")?;
        }
        write!(f, " {}", self.message)
    }
}

impl std::error::Error for BodyError {}

impl de::Error for BodyError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("must have required property '{field}'"))
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("must NOT have additional properties")
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("must be equal to one of the allowed values: {}", expected.join(", ")))
    }
}

impl From<serde_json::Error> for BodyError {
    fn from(error: serde_json::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// One value of the body.
struct Strict(Value);

/// A whole number, also where it is written as `1.0`.
fn whole(number: &Number) -> Result<Number, BodyError> {
    let too_large = || BodyError::new(format!("must be <= {MAX_SAFE_INTEGER}"));
    if let Some(float) = number.as_f64().filter(|_| number.is_f64()) {
        if float.fract() != 0.0 {
            return Err(BodyError::new("must be integer"));
        }
        // Both comparisons are exact: the limit is a power of two less one, and floats beyond it are whole.
        #[expect(clippy::cast_precision_loss, reason = "2^53 - 1 is a float")]
        let limit = MAX_SAFE_INTEGER as f64;
        if float.abs() > limit {
            return Err(too_large());
        }
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 53 bits")]
        return Ok(Number::from(float as i64));
    }
    match number.as_u64() {
        Some(count) if count > MAX_SAFE_INTEGER => Err(too_large()),
        _ => Ok(number.clone()),
    }
}

/// Numbers as JavaScript writes them, which makes no difference between `1.0` and `1`.
fn normalised(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(whole(&number).unwrap_or(number)),
        Value::Array(items) => Value::Array(items.into_iter().map(normalised).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, normalised(value))).collect::<Map<_, _>>())
        }
        other => other,
    }
}

macro_rules! whole_numbers {
    ($minimum:expr; $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyError> {
            let Value::Number(number) = self.0 else { return Err(BodyError::new("must be integer")) };
            let number = whole(&number)?;
            let minimum: Option<i64> = $minimum;
            if let Some(minimum) = minimum.filter(|minimum| number.as_i64().is_some_and(|given| given < *minimum)) {
                return Err(BodyError::new(format!("must be >= {minimum}")));
            }
            Ok(de::Deserializer::$method(number, visitor)?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Strict {
    type Error = BodyError;

    /// Of what has no shape of its own, such as a predicate, only the numbers are looked at.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyError> {
        Ok(de::Deserializer::deserialize_any(normalised(self.0), visitor)?)
    }

    whole_numbers! { None; deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 }
    whole_numbers! { Some(0); deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyError> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            _ => Err(BodyError::new("must be boolean")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyError> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(BodyError::new("must be string")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyError> {
        match self.0 {
            Value::Null => Err(BodyError::new("must NOT be null; leave it out instead")),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, BodyError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyError> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Items { items: items.into_iter(), position: 0 }),
            _ => Err(BodyError::new("must be array")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, BodyError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, BodyError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BodyError> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields { fields: fields.into_iter(), value: None }),
            _ => Err(BodyError::new("must be object")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BodyError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BodyError> {
        match self.0 {
            Value::String(word) => {
                let word: StrDeserializer<'_, BodyError> = word.as_str().into_deserializer();
                visitor.visit_enum(word)
            }
            _ => Err(BodyError::new("must be string")),
        }
    }

    serde::forward_to_deserialize_any! { f32 f64 char bytes byte_buf unit unit_struct identifier ignored_any }
}

/// The items of a list.
struct Items {
    items: std::vec::IntoIter<Value>,
    position: usize,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = BodyError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, BodyError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let position = self.position;
        self.position += 1;
        seed.deserialize(Strict(item)).map(Some).map_err(|error| error.at(position.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The fields of an object.
struct Fields {
    fields: serde_json::map::IntoIter,
    value: Option<(String, Value)>,
}

impl<'de> de::MapAccess<'de> for Fields {
    type Error = BodyError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, BodyError> {
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        let key = seed.deserialize(name.as_str().into_deserializer());
        self.value = Some((name, value));
        key.map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, BodyError> {
        let (name, value) = self.value.take().expect("serde asks for the value of a key that it got");
        seed.deserialize(Strict(value)).map_err(|error| error.at(name))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Body {
        order_by: Vec<Order>,
        #[serde(default)]
        limit: Option<usize>,
        #[serde(default)]
        shift: i64,
        #[serde(default)]
        query: Option<Value>,
        #[serde(default)]
        is_quick: bool,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Order {
        field: String,
        order: Direction,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Direction {
        Asc,
        Desc,
    }

    #[track_caller]
    fn refused(body: Value, expected: &str) {
        assert_eq!(read::<Body>(body).unwrap_err().to_string(), expected);
    }

    #[test]
    fn a_list_is_no_object() {
        refused(json!([[], 1]), "request/body must be object");
        refused(json!({"orderBy": [["kind", "asc"]]}), "request/body/orderBy/0 must be object");
        let order = json!({"field": "kind", "order": "asc"});
        refused(
            json!({"orderBy": [order, {"field": 1, "order": "asc"}]}),
            "request/body/orderBy/1/field must be string",
        );
        refused(json!({"orderBy": order}), "request/body/orderBy must be array");
        refused(
            json!({"orderBy": [{"field": "kind", "order": {"asc": 1}}]}),
            "request/body/orderBy/0/order must be string",
        );
    }

    #[test]
    fn errors_say_where_they_are() {
        refused(json!({}), "request/body must have required property 'orderBy'");
        refused(json!({"orderBy": [{"field": "a"}]}), "request/body/orderBy/0 must have required property 'order'");
        refused(json!({"orderBy": [], "x": 1}), "request/body must NOT have additional properties");
        let words = "must be equal to one of the allowed values: asc, desc";
        refused(json!({"orderBy": [{"field": "a", "order": "up"}]}), &format!("request/body/orderBy/0/order {words}"));
        refused(json!({"orderBy": [], "isQuick": "yes"}), "request/body/isQuick must be boolean");
    }

    #[test]
    fn what_is_absent_is_left_out() {
        let null = "must NOT be null; leave it out instead";
        refused(json!({"orderBy": [], "limit": null}), &format!("request/body/limit {null}"));
        refused(json!({"orderBy": [], "query": null}), &format!("request/body/query {null}"));
        assert_eq!(read::<Body>(json!({"orderBy": []})).unwrap().limit, None);
        // Within what has no shape of its own, null is a value.
        assert_eq!(read::<Value>(json!({"a": null})).unwrap(), json!({"a": null}));
    }

    #[test]
    fn whole_numbers_may_have_a_point() {
        let read_limit = |limit: Value| read::<Body>(json!({"orderBy": [], "limit": limit})).map(|body| body.limit);
        assert_eq!(read_limit(json!(20.0)).unwrap(), Some(20));
        assert_eq!(read_limit(serde_json::from_str("2e1").unwrap()).unwrap(), Some(20));
        assert_eq!(read_limit(json!(-0.0)).unwrap(), Some(0));
        assert_eq!(read_limit(json!(9_007_199_254_740_991_u64)).unwrap(), Some(9_007_199_254_740_991));
        let too_large = "request/body/limit must be <= 9007199254740991";
        for limit in [json!(9_007_199_254_740_992_u64), json!(u64::MAX), json!(1e300)] {
            assert_eq!(read_limit(limit.clone()).unwrap_err().to_string(), too_large, "{limit}");
        }
        assert_eq!(read_limit(json!(1.5)).unwrap_err().to_string(), "request/body/limit must be integer");
        assert_eq!(read_limit(json!("1")).unwrap_err().to_string(), "request/body/limit must be integer");
        assert_eq!(read_limit(json!(-1)).unwrap_err().to_string(), "request/body/limit must be >= 0");
        assert_eq!(read::<Body>(json!({"orderBy": [], "shift": -1.0})).unwrap().shift, -1);
    }

    #[test]
    fn numbers_of_a_predicate_are_those_of_javascript() {
        let query = json!({"spec.size": {"$in": [1.0, 1.5, -2.0, 1e300]}});
        let body: Body = read(json!({"orderBy": [], "query": query})).unwrap();
        assert_eq!(body.query.unwrap().to_string(), r#"{"spec.size":{"$in":[1,1.5,-2,1e+300]}}"#);
    }
}
