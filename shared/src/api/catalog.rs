//! Bodies of `/api/catalog`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::entity::Entity;
#[cfg(feature = "openapi")]
use crate::entity::PartialEntity;
use crate::filter::OrderField;

/// A page of entities, as `/entities/by-query` answers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntitiesPage {
    /// The entities of this page, or the parts of them that `fields` names.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<PartialEntity>))]
    pub items: Vec<Entity>,
    /// How many entities match in all, as counted for the first page.
    pub total_items: usize,
    /// Where to go on.
    pub page_info: PageInfo,
}

/// Where to go on from a page. Cursors are opaque.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageInfo {
    /// Present when more entities follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Present on every page but the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev_cursor: Option<String>,
}

/// The body of `POST /entities/by-query`. Other keys are ignored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntitiesQuery {
    /// A predicate, such as `{"kind":"Component"}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>, examples(json!({"kind": "Component"}))))]
    pub query: Option<Value>,
    /// Dotted paths to keep of each entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(examples(json!(["kind", "metadata.name"]))))]
    pub fields: Option<Vec<String>>,
    /// Entities a page, 200 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Entities to skip on the first request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// Only the first one counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<OrderField>,
    /// What becomes of entities without the field of the order. An extension of this server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_missing: Option<OrderMissing>,
    /// Text that must occur in one of the fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_text_filter: Option<EntitiesQueryText>,
    /// Whether the answer tells how many entities match in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_items: Option<TotalItems>,
    /// From `pageInfo` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Whether an answer tells how many entities match in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TotalItems {
    /// It does.
    #[default]
    Include,
    /// It says 0 instead.
    Exclude,
}

/// What becomes of entities without the field of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OrderMissing {
    /// They are left out, and not counted.
    #[default]
    Omit,
    /// They come last.
    Last,
}

/// A text that must occur in one of some fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntitiesQueryText {
    /// In any case. Blank does not filter.
    pub term: String,
    /// By default the field of the order.
    pub fields: Vec<String>,
}

/// The body of `POST /entities/by-refs`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntitiesByRefs {
    /// Full references in lower case, looked up as they are.
    #[cfg_attr(feature = "openapi", schema(examples(json!(["component:default/booking-api"]))))]
    pub entity_refs: Vec<String>,
    /// Dotted paths to keep of each entity; everything where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
    /// A predicate that the entities must meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub query: Option<Value>,
}

/// The answer of `POST /entities/by-refs`: as long as the request, in its order, `null` where nothing is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntitiesByRefsResult {
    /// One item for each reference asked for.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Option<PartialEntity>>))]
    pub items: Vec<Option<Entity>>,
}

/// The answer of `/entities/by-name/…/ancestry`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityAncestry {
    /// The entity that was asked for.
    pub root_entity_ref: String,
    /// The entity first, then its ancestors, each once.
    pub items: Vec<EntityAncestryItem>,
}

/// An entity, and who emitted it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityAncestryItem {
    /// The entity.
    pub entity: Entity,
    /// The Location entities that lead to its descriptor; empty for a registered location.
    pub parent_entity_refs: Vec<String>,
}

/// The body of `POST /refresh`. Other keys are refused.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityRefresh {
    /// A full reference, in any case.
    #[cfg_attr(feature = "openapi", schema(examples("component:default/booking-api")))]
    pub entity_ref: String,
    /// Taken from clients that send it, and not used: the locations are read with the rights of the portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_token: Option<String>,
}

/// Leaves the token out.
impl std::fmt::Debug for EntityRefresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EntityRefresh").field("entity_ref", &self.entity_ref).finish_non_exhaustive()
    }
}

/// The body of `POST /entity-facets`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityFacetsQuery {
    /// Fields, such as `spec.type`.
    #[cfg_attr(feature = "openapi", schema(examples(json!(["spec.type", "metadata.tags"]))))]
    pub facets: Vec<String>,
    /// A predicate that the entities must meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub query: Option<Value>,
    /// Text that must occur in the entities that are counted. An extension of this server.
    #[serde(default, rename = "fullTextFilter", skip_serializing_if = "Option::is_none")]
    pub full_text_filter: Option<EntitiesQueryText>,
}

/// The answer of `/entity-facets`: values and counts for each facet, spelled as asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityFacets {
    /// Values sorted by value; empty where no entity has the field.
    pub facets: BTreeMap<String, Vec<FacetValue>>,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetValue {
    /// The value in its original spelling.
    pub value: String,
    /// How many entities have it.
    pub count: usize,
}

/// One message of the stream `GET /api/catalog/events`: what changed since the message before.
///
/// A client that gets `is_reset: true` missed messages and reads again what it shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CatalogChange {
    /// The number of the newest change; grows by at least one with each message.
    pub seq: i64,
    /// The entities that appeared, changed or went, at most 1,000.
    pub entity_refs: Vec<String>,
    /// The list is not complete.
    pub is_reset: bool,
}
