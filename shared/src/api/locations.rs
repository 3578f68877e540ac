//! Bodies of `/api/catalog/locations`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{ErrorBody, ErrorDetail};
#[cfg(feature = "openapi")]
use crate::entity::Entity;

/// A registered location.
///
/// ```json
/// {"id":"6d1…","type":"url","target":"https://example.com/catalog-info.yaml","entityRef":"location:default/generated-17f…"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Location {
    /// Made by the catalog, stable until the location is deleted.
    pub id: String,
    /// Always `url`.
    #[serde(rename = "type")]
    pub location_type: String,
    /// The address of a descriptor, which may hold wildcards.
    pub target: String,
    /// The Location entity that stands for it. It stays the same when the target changes.
    pub entity_ref: String,
}

/// One item of `GET /locations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationListItem {
    /// The location.
    pub data: Location,
}

/// The body of `POST /locations`. Other keys are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationCreate {
    /// `url`.
    #[serde(rename = "type")]
    pub location_type: String,
    /// An address that starts with `https://` or `http://`, at most 2,000 bytes.
    pub target: String,
    /// Taken from clients that send it, and not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<String>,
}

/// The body of `PUT /locations/{id}`. Other keys are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationUpdate {
    /// `url`.
    #[serde(rename = "type")]
    pub location_type: String,
    /// An address that starts with `https://` or `http://`, at most 2,000 bytes.
    pub target: String,
}

/// The answer of `POST /locations`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationCreated {
    /// The location; of a dry run with `type:target` in place of its id.
    pub location: Location,
    /// What a dry run found: the Location entity itself, then all that it leads to, each as it would be read. Empty
    /// otherwise.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Entity>))]
    pub entities: Vec<Value>,
    /// Of a dry run: whether the location is registered or configured already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exists: Option<bool>,
}

/// The body of `POST /locations/by-query`. Other keys are ignored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationsQuery {
    /// From `pageInfo` of an earlier answer. It brings back `limit` and `query`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Locations a page, at least 1; 1,000 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// A predicate over `id`, `type`, `target` and `entityRef`, such as `{"type":"url"}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub query: Option<Value>,
}

/// A page of locations, ordered by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationsPage {
    /// The locations of this page.
    pub items: Vec<Location>,
    /// How many locations match in all.
    pub total_items: u64,
    /// Where to go on.
    pub page_info: LocationsPageInfo,
}

/// Where to go on from a page of locations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationsPageInfo {
    /// Present when more locations follow. Opaque.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A type and a target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationSpec {
    /// `url`.
    #[serde(rename = "type")]
    pub location_type: String,
    /// An address.
    pub target: String,
}

/// The body of `POST /analyze-location`. Other keys are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationAnalyze {
    /// The address of a repository, of a folder in it, or of a descriptor.
    pub location: LocationSpec,
    /// The name of the descriptors to look for, which may have wildcards; by default what `catalog.import.entityFilename`
    /// says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_filename: Option<String>,
}

/// The answer of `POST /analyze-location`. One of the lists is empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationAnalysis {
    /// The entities of the descriptors that were found.
    pub existing_entity_files: Vec<ExistingEntity>,
    /// An entity that could be described, where no descriptor was found.
    pub generate_entities: Vec<GeneratedEntity>,
}

/// An entity of a descriptor that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExistingEntity {
    /// The descriptor.
    pub location: LocationSpec,
    /// Whether the descriptor is registered or configured.
    pub is_registered: bool,
    /// The entity as it would be read.
    #[cfg_attr(feature = "openapi", schema(value_type = Entity))]
    pub entity: Value,
}

/// A proposal for an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GeneratedEntity {
    /// The entity, as far as it can be told.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub entity: Value,
    /// What is known of single fields; empty.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub fields: Vec<Value>,
}

/// The body of `POST /validate-entity`. Other keys are ignored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityValidate {
    /// The entity as a descriptor has it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub entity: Map<String, Value>,
    /// Where it would stand, such as `url:https://example.com/catalog-info.yaml`.
    pub location: String,
}

/// What is wrong with an entity. The one error of the API with a body of its own.
///
/// ```json
/// {"errors":[{"name":"InputError","message":"`spec.owner` is missing; …"}]}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityErrors {
    /// At least one.
    pub errors: Vec<ErrorDetail>,
}

/// Why an entity is not good, or why the request is not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntityRefusal {
    /// The entity is not good.
    Entity(EntityErrors),
    /// The request is not understood.
    Request(ErrorBody),
}
