//! Bodies of `/api/catalog/locations/preview` and its neighbours, extensions of this server: what registering a source
//! would change, and what removing it would take away.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::explain::{ExplainedError, Step};
use super::locations::{Location, LocationSpec};
#[cfg(feature = "openapi")]
use crate::entity::Entity;

/// The body of `POST /locations/preview`. Other keys are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationPreviewQuery {
    /// `url`.
    #[serde(rename = "type")]
    pub location_type: String,
    /// The address of a descriptor, or of a repository or folder to look for descriptors in.
    pub target: String,
}

/// The body of `POST /locations/preview-text`. Other keys are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextPreviewQuery {
    /// YAML, one document or more.
    pub text: String,
    /// What to call the text in errors; `catalog-info.yaml` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

/// What registering an address would bring in.
///
/// ```json
/// {"sources":[{"location":{"type":"url","target":"https://…"},"entities":[{…}],"errors":[],"nErrors":0,"nLocations":1,"nTargets":0}]}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationPreview {
    /// What could be registered: the address itself, or the descriptors that a repository holds.
    pub sources: Vec<PreviewedSource>,
    /// A descriptor to begin with, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<DescriptorProposal>,
}

/// What one source holds, beside what the catalog has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewedSource {
    /// What to register; absent for a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationSpec>,
    /// How the catalog has it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<SourceRegistration>,
    /// The documents that name an entity, in the order in which they were read.
    pub entities: Vec<PreviewedEntity>,
    /// What is wrong apart from those documents, at most 100.
    pub errors: Vec<ExplainedError>,
    /// How many things are wrong apart from those documents.
    pub n_errors: usize,
    /// How many files and addresses were read.
    pub n_locations: usize,
    /// How many more files and addresses the documents of a text lead to; those are not looked at.
    pub n_targets: usize,
}

/// How the catalog has a source already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceRegistration {
    /// The configuration names it; otherwise somebody has registered it.
    pub is_configured: bool,
    /// The Location entity that stands for it.
    pub entity_ref: String,
}

/// An entity that a source describes.
///
/// ```json
/// {"entityRef":"component:default/atlas","change":"changed","location":"url:https://…","line":1,
///  "current":"url:https://…","diff":[{"kind":"removed","text":"  lifecycle: experimental"},{"kind":"added","text":"  lifecycle: production"}],"errors":[]}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewedEntity {
    /// The entity.
    pub entity_ref: String,
    /// What registering does with it.
    pub change: EntityChange,
    /// Where it was read, as `type:target`; absent for a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Where the document starts, counted from 1.
    pub line: u32,
    /// Where the catalog has an entity of this name from, as `type:target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// What differs from the document that the catalog has, with the lines around it; at most 400 lines.
    pub diff: Vec<DiffLine>,
    /// What is wrong with the document, at most 100.
    pub errors: Vec<ExplainedError>,
}

/// What registering a source does with an entity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntityChange {
    /// The document breaks a rule, and nothing comes of it.
    Invalid,
    /// Another source has the name, and keeps it.
    Conflicting,
    /// The entity comes into the catalog.
    #[default]
    New,
    /// The catalog has an older version.
    Changed,
    /// The catalog has it as it is.
    Unchanged,
}

/// One line of a comparison of two documents, both written as YAML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffLine {
    /// What became of the line.
    pub kind: DiffKind,
    /// The line, without its end. Empty where lines are left out.
    pub text: String,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DiffKind {
    /// Both have it.
    Kept,
    /// Only the catalog has it.
    Removed,
    /// Only the source has it.
    Added,
    /// Here are lines that both have, and that are not shown.
    Gap,
}

/// A descriptor to begin with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DescriptorProposal {
    /// The entity, as far as it can be told. It lacks an owner.
    #[cfg_attr(feature = "openapi", schema(value_type = Entity))]
    pub entity: Value,
    /// What descriptors are called in this portal.
    pub file_name: String,
    /// The address to register once the file is there, where it can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Where the host lets people write such a file, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_file_url: Option<String>,
    /// The parameter of that address that takes the text of the file, where the host has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_parameter: Option<String>,
}

/// What removing a registered location takes away.
///
/// ```json
/// {"location":{…},"isAllowed":true,"entities":[{"entityRef":"component:default/atlas"}],"nEntities":1,"dangling":[],"nDangling":0}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationRemoval {
    /// The location.
    pub location: Location,
    /// Whether the caller may remove it.
    pub is_allowed: bool,
    /// The entities that only it leads to, and those that another source takes over; at most 500 that the caller sees.
    pub entities: Vec<RemovedEntity>,
    /// How many entities leave the catalog, among those that the caller sees.
    pub n_entities: usize,
    /// Relations of entities that stay to entities that go, at most 200.
    pub dangling: Vec<DanglingRelation>,
    /// How many such relations there are.
    pub n_dangling: usize,
}

/// An entity that a location brings in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemovedEntity {
    /// The entity.
    pub entity_ref: String,
    /// Another source describes it, too, and takes over, as `type:target`. Absent where the entity goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_over_by: Option<String>,
}

/// A relation that leads nowhere once an entity is gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DanglingRelation {
    /// The entity that stays and refers.
    pub entity_ref: String,
    /// The relation, such as `dependsOn`.
    #[serde(rename = "type")]
    pub relation_type: String,
    /// The entity that goes.
    pub target_ref: String,
}

/// How many problems there are of one kind: those that one step found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepProblems {
    /// The step; absent where a document is good, and what it leads to is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// How many problems.
    pub count: usize,
}

/// An entity as readers see it, line by line, with where each line comes from; and its document as it is written.
///
/// ```json
/// {"lines":[{"text":"kind: Component","origin":"source","sourceLine":2},{"text":"  uid: 6d1…","origin":"catalog"}],
///  "source":{"location":"file:/srv/a.yaml","firstLine":1,"text":"apiVersion: …","isCurrent":true}}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityFields {
    /// The entity as YAML.
    pub lines: Vec<FieldLine>,
    /// The document in its source, read for this answer; absent where it could not be read or is not there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// Why the source is absent, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One line of an entity as YAML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldLine {
    /// The line, without its end.
    pub text: String,
    /// Where the field comes from that the line belongs to.
    pub origin: FieldOrigin,
    /// The line in the source, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_line: Option<u32>,
}

/// Where a field comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FieldOrigin {
    /// It is written in the source.
    Source,
    /// It was in the source when that was good last.
    LastGood,
    /// It was added while reading: where the document was read, and what is left out may be.
    Reading,
    /// The catalog adds it to what readers see: identity, relations, state.
    Catalog,
}

/// A document as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceDocument {
    /// The source as `type:target`.
    pub location: String,
    /// The line on which the text starts, counted from 1.
    pub first_line: u32,
    /// The text of the document alone.
    pub text: String,
    /// Readers see what it says.
    pub is_current: bool,
}
