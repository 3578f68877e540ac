//! Bodies of `POST /api/catalog/entity-counts`: every number of a page in one request.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalog::{EntitiesQueryText, FacetValue};

/// The body of `POST /entity-counts`. An extension of this server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityCountsQuery {
    /// At most 50.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub questions: Vec<EntityCountsQuestion>,
}

/// Which entities to count, and by what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityCountsQuestion {
    /// A predicate that the entities must meet; every entity where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>, examples(json!({"kind": "Component"}))))]
    pub query: Option<Value>,
    /// Text that must occur in the entities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_text_filter: Option<EntitiesQueryText>,
    /// Fields whose values are counted, such as `spec.type`; at most 50, and 200 in all questions together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub facets: Vec<String>,
}

/// The answer of `POST /entity-counts`: as long as `questions`, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityCounts {
    /// One item for each question.
    pub items: Vec<EntityCount>,
}

/// How many entities meet a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityCount {
    /// All of them.
    pub total: usize,
    /// For each facet that was asked for, the values, sorted by value, and how many entities have them.
    pub facets: BTreeMap<String, Vec<FacetValue>>,
}
