//! Where a list goes on, in the form that existing clients send back.
//!
//! Source: contract `catalog.md`, sections 5.2 and 10. Clients may read a cursor, so its shape is part of the contract.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use shared::api::catalog::OrderMissing;
use shared::filter::{Filter, OrderField, Predicate, TextFilter, parse_predicate};

use super::index::{EntityOrder, EntityPage, Missing, Position};
use crate::platform::http::ApiError;

/// The longest cursor that is looked at, in bytes.
const MAX_CURSOR_BYTES: usize = 64 * 1024;

/// A cursor of `/entities/by-query`, as clients send it. [`CursorText`] is how it is written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cursor {
    order_fields: Vec<OrderField>,
    /// Ours: what becomes of entities without the field of the order.
    #[serde(default)]
    order_missing: Option<String>,
    is_previous: bool,
    #[serde(default)]
    query: Option<Value>,
    #[serde(default)]
    full_text_filter: Option<Value>,
    order_field_values: Vec<Option<String>>,
    #[serde(default)]
    first_sort_field_values: Vec<Option<String>>,
    #[serde(default)]
    total_items: usize,
}

/// What a cursor remembers of the first request.
#[derive(Clone, Debug, PartialEq)]
pub struct Remembered {
    /// The condition.
    pub filter: Option<Filter>,
    /// The order.
    pub order: EntityOrder,
    /// The text condition.
    pub text: Option<TextFilter>,
    /// How many entities matched then.
    pub n_total: usize,
    /// Where the first page began.
    pub first: Option<Position>,
}

impl Cursor {
    /// Reads what a client sent back.
    ///
    /// # Errors
    /// 400 for anything that is not a cursor.
    pub fn decode(text: &str) -> Result<Self, ApiError> {
        if text.len() > MAX_CURSOR_BYTES {
            return Err(malformed("it is too long"));
        }
        // Some clients turn it into the form that is safe in addresses.
        let bytes = STANDARD
            .decode(text)
            .or_else(|_| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
            .map_err(|_| malformed("it is not base64"))?;
        serde_json::from_slice(&bytes).map_err(|_| malformed("it is not one that this server made"))
    }

    /// Whether the page ends at the position, instead of beginning after it.
    pub fn is_previous(&self) -> bool {
        self.is_previous
    }

    /// Where the page begins or ends.
    ///
    /// # Errors
    /// 400 when the cursor holds no position.
    pub fn position(&self) -> Result<Position, ApiError> {
        position(&self.order_field_values).ok_or_else(|| malformed("it holds no position"))
    }

    /// The first request again.
    ///
    /// # Errors
    /// 400 when the condition or the order is malformed.
    pub fn remembered(&self) -> Result<Remembered, ApiError> {
        let filter = self.query.as_ref().map(parse_predicate).transpose();
        let filter = filter.map_err(|error| malformed(&error.to_string()))?.filter(|filter| !filter.is_everything());
        let order = match self.order_fields.first() {
            None => EntityOrder::Uid,
            Some(field) => {
                EntityOrder::Field { field: field.clone(), missing: parse_missing(self.order_missing.as_deref())? }
            }
        };
        let has_term =
            |text: &&Value| text.get("term").and_then(Value::as_str).is_some_and(|term| !term.trim().is_empty());
        let text = self.full_text_filter.as_ref().filter(has_term).map(|text| serde_json::from_value(text.clone()));
        let text = text.transpose().map_err(|_| malformed("its text filter is not understood"))?;
        let first = position(&self.first_sort_field_values);
        Ok(Remembered { filter, order, text, n_total: self.total_items, first })
    }
}

/// The cursors of a page: next and previous.
pub fn cursors(remembered: &Remembered, page: &EntityPage, is_previous: bool) -> (Option<String>, Option<String>) {
    // A page that was reached backwards always has a next one: the page it was reached from.
    let next = page.last.as_ref().filter(|_| page.has_next || is_previous);
    let previous = page.previous().filter(|first| remembered.first.as_ref().is_some_and(|start| start != *first));
    (next.map(|last| cursor(remembered, last, false)), previous.map(|first| cursor(remembered, first, true)))
}

/// A [`Cursor`] to be written. It borrows everything, since each page of a list has one or two.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CursorText<'a> {
    order_fields: &'a [OrderField],
    #[serde(skip_serializing_if = "Option::is_none")]
    order_missing: Option<&'static str>,
    is_previous: bool,
    query: Predicate<'a>,
    full_text_filter: FullText<'a>,
    order_field_values: Values<'a>,
    first_sort_field_values: Values<'a>,
    total_items: usize,
}

#[derive(Serialize)]
#[serde(untagged)]
enum FullText<'a> {
    Some(&'a TextFilter),
    None { term: &'static str },
}

/// How many bytes most cursors have.
const USUAL_CURSOR_BYTES: usize = 512;

fn cursor(remembered: &Remembered, at: &Position, is_previous: bool) -> String {
    let (order_fields, missing) = match &remembered.order {
        EntityOrder::Uid | EntityOrder::EntityRef => (&[][..], Missing::LeftOut),
        EntityOrder::Field { field, missing } => (std::slice::from_ref(field), *missing),
    };
    let is_ordered = !order_fields.is_empty();
    let everything = Filter::everything();
    let text = CursorText {
        order_fields,
        order_missing: (missing == Missing::Last).then_some("last"),
        is_previous,
        query: remembered.filter.as_ref().unwrap_or(&everything).as_predicate(),
        full_text_filter: remembered.text.as_ref().map_or(FullText::None { term: "" }, FullText::Some),
        order_field_values: Values { position: Some(at), is_ordered },
        first_sort_field_values: Values { position: remembered.first.as_ref(), is_ordered },
        total_items: remembered.n_total,
    };
    let mut json = Vec::with_capacity(USUAL_CURSOR_BYTES);
    serde_json::to_writer(&mut json, &text).expect("a struct of texts and numbers has a JSON form");
    STANDARD.encode(json)
}

/// Reads `orderMissing`: `last` keeps entities that lack the field of the order, at the end.
///
/// # Errors
/// 400 for any other word.
pub fn parse_missing(text: Option<&str>) -> Result<Missing, ApiError> {
    match text {
        None | Some("omit") => Ok(Missing::LeftOut),
        Some("last") => Ok(Missing::Last),
        Some(other) => Err(ApiError::input(format!("`orderMissing` is `{other}`; use `omit` or `last`"))),
    }
}

impl From<OrderMissing> for Missing {
    fn from(missing: OrderMissing) -> Self {
        match missing {
            OrderMissing::Omit => Self::LeftOut,
            OrderMissing::Last => Self::Last,
        }
    }
}

fn malformed(reason: &str) -> ApiError {
    ApiError::input(format!("Malformed cursor: {reason}"))
}

/// The values that a position compares: that of the field of the order, if there is one, and the uid.
struct Values<'a> {
    position: Option<&'a Position>,
    is_ordered: bool,
}

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.position {
            None => serializer.collect_seq([(); 0]),
            Some(Position { value, uid }) if self.is_ordered => (value, uid).serialize(serializer),
            Some(Position { uid, .. }) => [uid].serialize(serializer),
        }
    }
}

fn position(values: &[Option<String>]) -> Option<Position> {
    match values {
        [Some(uid)] => Some(Position { value: None, uid: uid.clone() }),
        [value, Some(uid)] => Some(Position { value: value.clone(), uid: uid.clone() }),
        _ => None,
    }
}

/// The `after` parameter of `/entities`: base64 of `{"limit":1,"offset":1}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffsetCursor {
    /// How many entities a page has.
    pub limit: Option<usize>,
    /// How many entities come before the page.
    pub offset: Option<usize>,
}

impl OffsetCursor {
    /// Reads what a client sent back.
    ///
    /// # Errors
    /// 400 for anything that is not such a cursor.
    pub fn decode(text: &str) -> Result<Self, ApiError> {
        let malformed = || ApiError::input("Malformed after cursor, could not be parsed");
        let bytes = STANDARD.decode(text).map_err(|_| malformed())?;
        serde_json::from_slice(&bytes).map_err(|_| malformed())
    }

    /// The text for clients.
    pub fn encode(&self) -> String {
        STANDARD.encode(serde_json::to_string(self).expect("two numbers have a JSON form"))
    }
}
