//! The order of a list, in the two spellings of the API.

use serde::{Deserialize, Serialize};

use super::ast::FilterKey;
use super::error::FilterError;

/// Which end comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SortOrder {
    /// The smallest value first.
    #[default]
    Asc,
    /// The largest value first.
    Desc,
}

/// A field to sort by.
///
/// ```json
/// {"field":"metadata.name","order":"asc"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderField {
    /// The key of a row, as the client wrote it.
    pub field: String,
    /// The direction.
    pub order: SortOrder,
}

impl OrderField {
    /// Reads the form of `/entities/by-query`: `metadata.name` or `metadata.name,desc`.
    ///
    /// # Errors
    /// [`FilterError::OrderField`] for an empty field or another word than `asc` and `desc`.
    pub fn parse_by_query(text: &str) -> Result<Self, FilterError> {
        let (field, order) = match text.split_once(',') {
            Some((field, order)) => (field, SortOrder::parse(order.trim())),
            None => (text, Some(SortOrder::Asc)),
        };
        Self::new(field, order).ok_or_else(|| FilterError::OrderField(text.to_owned()))
    }

    /// Reads the form of `/entities`: `asc:metadata.name`.
    ///
    /// # Errors
    /// [`FilterError::Order`] for an empty field, a missing or an unknown direction.
    pub fn parse_entities(text: &str) -> Result<Self, FilterError> {
        text.split_once(':')
            .and_then(|(order, field)| Self::new(field, SortOrder::parse(order.trim())))
            .ok_or_else(|| FilterError::Order(text.to_owned()))
    }

    /// The field in the form in which keys are compared.
    pub fn key(&self) -> FilterKey {
        FilterKey::new(&self.field)
    }

    /// The largest value comes first.
    pub fn is_descending(&self) -> bool {
        self.order == SortOrder::Desc
    }

    fn new(field: &str, order: Option<SortOrder>) -> Option<Self> {
        let field = field.trim();
        (!field.is_empty()).then_some(Self { field: field.to_owned(), order: order? })
    }
}

impl SortOrder {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "asc" => Some(Self::Asc),
            "desc" => Some(Self::Desc),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parsed: Result<OrderField, FilterError>, expected: Option<(&str, SortOrder)>) {
        assert_eq!(parsed.ok().map(|order| (order.field, order.order)), expected.map(|(f, o)| (f.to_owned(), o)));
    }

    #[test]
    fn by_query_names_the_field_first() {
        check(OrderField::parse_by_query("metadata.name"), Some(("metadata.name", SortOrder::Asc)));
        check(OrderField::parse_by_query(" metadata.name , desc"), Some(("metadata.name", SortOrder::Desc)));
        for text in ["", ",asc", "a,up", "a,", "a,asc,desc"] {
            check(OrderField::parse_by_query(text), None);
        }
    }

    #[test]
    fn entities_names_the_direction_first() {
        check(OrderField::parse_entities("asc:metadata.name"), Some(("metadata.name", SortOrder::Asc)));
        check(OrderField::parse_entities("desc:a:b"), Some(("a:b", SortOrder::Desc)));
        for text in ["", "metadata.name", "asc:", "up:a", "metadata.name,asc"] {
            check(OrderField::parse_entities(text), None);
        }
    }

    #[test]
    fn json_is_that_of_the_api() {
        let order: OrderField = serde_json::from_str(r#"{"field":"Kind","order":"desc"}"#).unwrap();
        assert!(order.is_descending());
        assert_eq!(order.key().as_str(), "kind");
    }
}
