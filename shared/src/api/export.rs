//! The body of `POST /api/catalog/entities/csv`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalog::{EntitiesQueryText, OrderMissing};
use crate::filter::OrderField;

/// Which entities to write, in which order, with which columns. An extension of this server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntitiesCsv {
    /// A predicate that the entities must meet; every entity where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>, examples(json!({"kind": "Component"}))))]
    pub query: Option<Value>,
    /// Text that must occur in one of the fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_text_filter: Option<EntitiesQueryText>,
    /// Only the first one counts; by reference where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<OrderField>,
    /// What becomes of entities without the field of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_missing: Option<OrderMissing>,
    /// 1 to 50 columns, in order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub columns: Vec<CsvColumn>,
}

/// A column of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CsvColumn {
    /// The heading.
    #[cfg_attr(feature = "openapi", schema(examples("Owner")))]
    pub title: String,
    /// A dotted path; `entityRef` for the reference, `relations.ownedBy` for the targets of a relation. Lists are looked
    /// into: `metadata.links.url` has the address of every link.
    #[cfg_attr(feature = "openapi", schema(examples("relations.ownedBy")))]
    pub field: String,
}
