//! Answers of `/api/search`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A page of what was found.
///
/// ```json
/// {"results":[{"type":"software-catalog","rank":1,"document":{"title":"Svc","text":"","location":"/catalog/default/component/svc"}}],
///  "numberOfResults":1}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchAnswer {
    /// What was found, the best first.
    pub results: Vec<SearchResult>,
    /// How many there are on all pages, of those that the caller may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_of_results: Option<usize>,
    /// Give it as `pageCursor` to get the page after this one; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page_cursor: Option<String>,
    /// Give it as `pageCursor` to get the page before this one; absent on the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_page_cursor: Option<String>,
    /// Values of the fields that `facets[]` names, among everything that was found; the most frequent first.
    ///
    /// Extension.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facets: BTreeMap<String, Vec<SearchFacetValue>>,
    /// The term as it was perhaps meant, where a word of it stands nowhere.
    ///
    /// Extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
}

/// One thing that was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResult {
    /// What sort of document it is, such as `software-catalog`.
    #[serde(rename = "type")]
    pub document_type: String,
    /// The document. Every one has `title`, `text` and `location`; the others depend on the type.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub document: Map<String, Value>,
    /// Its place among everything that was found, from 1.
    pub rank: usize,
    /// Which words were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub highlight: Option<SearchHighlight>,
}

/// Fields of a document with marks around the words that were found. The rest of a long text is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchHighlight {
    /// Stands before each of these words.
    pub pre_tag: String,
    /// Stands behind each of them.
    pub post_tag: String,
    /// The fields in which there is one.
    pub fields: BTreeMap<String, String>,
}

/// A value of a field, and how many documents have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchFacetValue {
    /// The value, as `filters` takes it.
    pub value: String,
    /// How many documents have it.
    pub count: usize,
}
