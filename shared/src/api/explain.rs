//! Bodies of `/api/catalog/explain`, an extension of this server: where things come from, and why they are not there.

use serde::{Deserialize, Serialize};

use super::catalog::PageInfo;
use super::sources::StepProblems;
use crate::entity::Relation;

/// Why an entity is as it is, or is not there.
///
/// ```json
/// {"entityRef":"component:default/atlas","state":"present","summary":"…","uid":"…","claims":[{…}],"chain":[{…}],
///  "location":{…},"steps":[{…}],"errors":[],"targets":[],"relations":{"dangling":[],"nIncoming":2},"lastChange":17}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityExplanation {
    /// The entity, in full and in lower case.
    pub entity_ref: String,
    /// Whether there is such an entity.
    pub state: EntityState,
    /// The most important fact, as a sentence.
    pub summary: String,
    /// The uid, where the entity is present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Who describes the entity. The one that counts comes first, then the oldest.
    pub claims: Vec<ExplainedClaim>,
    /// The way from the first claim's source up to the provider that registered it.
    pub chain: Vec<ChainHop>,
    /// The source of the first claim; absent where a provider says so itself, or where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<ExplainedLocation>,
    /// How far the newest version of the first claim came.
    pub steps: Vec<ExplainedStep>,
    /// What is wrong with the newest version, then what is wrong with its source as a whole; at most 100.
    pub errors: Vec<ExplainedError>,
    /// How many things are wrong in all.
    pub n_errors: usize,
    /// Why the entity is an orphan, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orphan: Option<String>,
    /// For a Location entity: what it leads to, at most 100.
    pub targets: Vec<ExplainedTarget>,
    /// Edges that tell something.
    pub relations: ExplainedRelations,
    /// The number of the newest change that readers saw, as the stream of changes numbers them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_change: Option<i64>,
}

/// Whether there is an entity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntityState {
    /// Readers see it.
    Present,
    /// Something describes it, and none of the descriptions was ever good.
    Broken,
    /// Nobody describes it; others refer to it.
    #[default]
    Referenced,
}

/// One description of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedClaim {
    /// The source as `type:target`; absent where a provider says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The number of the source, for `?id=`; absent where it is not read any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// The provider that says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Where the document starts, counted from 1.
    pub line: u32,
    /// Readers see this one.
    pub is_winner: bool,
    /// Why it counts, or does not.
    pub reason: String,
    /// The source does not describe the entity any more.
    pub is_orphan: bool,
    /// The newest version is wrong, and the last good one stays.
    pub keeps_last_good: bool,
    /// What is wrong with the newest version, at most 100.
    pub errors: Vec<ExplainedError>,
}

/// One step up from a source.
///
/// ```json
/// {"location":"file:/srv/catalog/all.yaml","locationId":"123","through":"location:default/all","nOtherWays":0}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainHop {
    /// The location as `type:target`; absent for a provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The number of the location, for `?id=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// The provider, at the end of the chain: `config` for the configuration, `api` for locations registered by API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The Location entity in here that leads to the hop before; absent for the first hop, and for a pattern of files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// How many more lead to the hop before.
    pub n_other_ways: usize,
}

/// What is known of a location.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedLocation {
    /// The number, for `?id=`.
    pub id: String,
    /// `file` or `url`.
    #[serde(rename = "type")]
    pub location_type: String,
    /// A path or an address.
    pub target: String,
    /// The target is a pattern, and stands for what matches.
    pub is_pattern: bool,
    /// The registered location that led here first, as `type:target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// A missing target is no error.
    pub is_optional: bool,
    /// How the last read went.
    pub outcome: LocationOutcome,
    /// When it was read last, well or not, in RFC 3339. May be a minute behind in a process that does not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_attempt: Option<String>,
    /// When it was read well last, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success: Option<String>,
    /// When it is read again by itself, in RFC 3339. A time that has passed means: as soon as possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_run: Option<String>,
    /// What has it read again, as a sentence.
    pub next_run_reason: String,
    /// Changes of the file are noticed at once. Absent where the asked process is not the one that reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_watched: Option<bool>,
    /// The hash of what was read last, and of all that decides how it is understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<String>,
    /// Files and addresses that placeholders pull in.
    pub depends_on: Vec<String>,
}

/// How the last read of a location went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LocationOutcome {
    /// It was not read yet, or is to be read anew.
    #[default]
    Unread,
    /// It was read, and all of it is good.
    Good,
    /// It was read, and some of it is wrong.
    Broken,
    /// It could not be read; what it said before stays.
    Failed,
    /// It does not exist, and need not.
    Absent,
}

/// One step on the way from a source to the catalog: `read`, `parse`, `check`, `rules`, `store`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedStep {
    /// The name of the step.
    pub step: Step,
    /// How it went.
    pub outcome: StepOutcome,
    /// What happened, as a sentence.
    pub message: String,
}

/// A step on the way from a source to the catalog, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Step {
    /// The bytes are fetched.
    Read,
    /// The text is cut into documents.
    Parse,
    /// Each document is held against the rules of its kind.
    Check,
    /// Kinds that the source may not bring in are refused.
    Rules,
    /// What is good is written, and readers see it.
    Store,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StepOutcome {
    /// Nothing is wrong.
    Ok,
    /// Something is wrong.
    Failed,
    /// It was not reached.
    Skipped,
}

/// One thing that is wrong, with its place.
///
/// ```json
/// {"name":"InputError","message":"`spec.owner` is missing; …","file":"/srv/a.yaml","line":7,"column":3,
///  "path":"spec.owner","step":"check","excerpt":"  7 | spec:\n    | ^"}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedError {
    /// The stable name: `InputError`, `NotFoundError`, `NotAllowedError`, `ConflictError` …
    pub name: String,
    /// What is wrong and what to do.
    pub message: String,
    /// The file or address with the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The place in the document, such as `metadata.links[0].url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The step that found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// The lines around the fault with a mark under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
}

/// A location that something leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedTarget {
    /// The location as `type:target`.
    pub location: String,
    /// The number of the location, for `?id=`.
    pub location_id: String,
    /// How the last read went.
    pub outcome: LocationOutcome,
    /// How many things are wrong with it.
    pub n_errors: usize,
}

/// Edges that tell something about an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedRelations {
    /// Edges of the entity to what the caller cannot find in the catalog.
    pub dangling: Vec<Relation>,
    /// Edges that descriptors of others declare to a missing entity, at most 100: who, and what it says to be.
    pub referred_by: Vec<Referrer>,
    /// How many entities refer to this one in their descriptors.
    pub n_incoming: usize,
}

/// An entity whose descriptor refers to another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Referrer {
    /// The entity that refers.
    pub entity_ref: String,
    /// The edge from it, such as `ownedBy`.
    #[serde(rename = "type")]
    pub relation_type: String,
}

/// Why a location is as it is, or says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocationExplanation {
    /// The most important fact, as a sentence.
    pub summary: String,
    /// The location.
    pub location: ExplainedLocation,
    /// The way up to the provider that registered it.
    pub chain: Vec<ChainHop>,
    /// How far its newest version came.
    pub steps: Vec<ExplainedStep>,
    /// What is wrong, in the order of the text, at most 100.
    pub errors: Vec<ExplainedError>,
    /// How many things are wrong in all.
    pub n_errors: usize,
    /// What it describes, at most 1,000, in the order of the text.
    pub entities: Vec<ExplainedEntity>,
    /// How many entities it describes in all.
    pub n_entities: usize,
    /// What it leads to, at most 100.
    pub targets: Vec<ExplainedTarget>,
    /// How many locations it leads to in all.
    pub n_targets: usize,
}

/// An entity that a location describes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedEntity {
    /// The entity.
    pub entity_ref: String,
    /// Where the document starts, counted from 1.
    pub line: u32,
    /// Readers see this entity.
    pub is_present: bool,
    /// Readers see this description of it.
    pub is_winner: bool,
    /// The location does not describe it any more.
    pub is_orphan: bool,
    /// How many things are wrong with the newest version.
    pub n_errors: usize,
}

/// Sources and documents with something wrong, page by page, in the order of their places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemsPage {
    /// The problems of this page.
    pub items: Vec<Problem>,
    /// How many there are in all that meet every condition of the request.
    pub total_items: usize,
    /// How many problems each owner has, whichever owner was asked for; most first.
    pub owners: Vec<OwnerProblems>,
    /// How many problems each step has found, whichever step was asked for, in the order of the steps.
    pub steps: Vec<StepProblems>,
    /// Where to go on: `nextCursor` is the `after` of the next page.
    pub page_info: PageInfo,
}

/// A source or a document with something wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The source as `type:target`; absent where a provider says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The number of the source, for `?id=` of `/explain/locations`.
    pub location_id: String,
    /// The entity whose document is wrong; absent for the source as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_ref: Option<String>,
    /// Readers see an older version of the entity. Only for documents.
    pub is_present: bool,
    /// Who owns the entity, or the nearest Location entity above that has an owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What is wrong, at most 100.
    pub errors: Vec<ExplainedError>,
    /// How many things are wrong in all.
    pub n_errors: usize,
}

/// How many problems an owner has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerProblems {
    /// The owner; absent where none can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How many problems.
    pub count: usize,
}
