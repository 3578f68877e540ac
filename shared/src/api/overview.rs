//! Bodies of `GET /api/catalog/overview`.

use serde::{Deserialize, Serialize};

use super::catalog::FacetValue;

/// What some owners have in the catalog, or what everybody has, and what of it needs attention. An extension of this
/// server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CatalogOverview {
    /// How many entities the caller sees, whoever owns them.
    pub total_items: usize,
    /// How many entities of each kind: those of the owners that were asked for, or all.
    pub kinds: Vec<FacetValue>,
    /// The same for each owner, in the order of the request.
    pub owners: Vec<OwnerOverview>,
    /// What needs attention among them.
    pub attention: Attention,
}

/// What one owner has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerOverview {
    /// The full reference of the owner.
    pub owner: String,
    /// The display name; absent where the catalog has no such entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How many entities of each kind.
    pub kinds: Vec<FacetValue>,
}

/// What needs attention.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attention {
    /// How many entities and sources need attention in all.
    pub total_items: usize,
    /// How many of them have each issue, in the order of [`Issue`]; those that nothing has are left out.
    pub counts: Vec<IssueCount>,
    /// The most urgent ones, as many as were asked for.
    pub items: Vec<AttentionItem>,
}

/// How many have an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssueCount {
    /// The issue.
    pub issue: Issue,
    /// How many have it.
    pub count: usize,
}

/// An entity or a source that needs attention.
///
/// ```json
/// {"entityRef":"component:default/quote-worker","title":"Quote worker","type":"service","owner":"group:default/pricing",
///  "issues":["error","noDocs"],"message":"`spec.lifecycle` is missing; …","file":"/srv/catalog-info.yaml","line":14,
///  "isPresent":true}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttentionItem {
    /// The entity; absent for a source as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_ref: Option<String>,
    /// The display name of the entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `spec.type` of the entity.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub spec_type: Option<String>,
    /// Who owns it, or the nearest Location entity above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What is the matter, the most urgent first. Never empty.
    pub issues: Vec<Issue>,
    /// What the first error says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The file or address of the first error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line of the first error, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The source as `type:target`: of the errors, or of the entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Where the descriptor can be edited (`backstage.io/edit-url`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit_url: Option<String>,
    /// Readers see the entity.
    pub is_present: bool,
}

/// Why something needs attention, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Issue {
    /// Its newest version, or the source, cannot be taken in.
    Error,
    /// It names an owner that the catalog does not have.
    UnknownOwner,
    /// Nobody owns it.
    NoOwner,
    /// No location describes it any more.
    Orphan,
    /// It has no description.
    NoDescription,
    /// It is a component or a system, and names no documentation.
    NoDocs,
}

impl Issue {
    /// Every issue, the most urgent first.
    pub const ALL: [Self; 6] =
        [Self::Error, Self::UnknownOwner, Self::NoOwner, Self::Orphan, Self::NoDescription, Self::NoDocs];
}
