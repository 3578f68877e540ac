//! Answers of `/api/search`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The type of documents about entities themselves.
pub const SOFTWARE_CATALOG: &str = "software-catalog";
/// The type of documents about a place within the definition of an API: an operation, a channel, a field, an rpc.
pub const API_OPERATION: &str = "api-operation";
/// The field under which the types of documents are counted, beside the fields of documents.
pub const TYPES_FACET: &str = "types";

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
    /// How many there are on all pages, of those that the caller may see. Absent for a caller who may see none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_of_results: Option<usize>,
    /// Give it as `pageCursor` to get the page after this one; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page_cursor: Option<String>,
    /// Give it as `pageCursor` to get the page before this one; absent on the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_page_cursor: Option<String>,
    /// Values of the fields that `facets[]` names: of each field the 100 with the most documents, the most frequent first and
    /// equal ones by name; `types` counts the types of documents. Each is counted among what would be found without the filter
    /// on this very field, so that alternatives are told, too.
    ///
    /// Extension.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facets: BTreeMap<String, Vec<SearchFacetValue>>,
    /// The term as it was perhaps meant, where a word of it stands nowhere.
    ///
    /// Extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
    /// Why this answer is less than usual; absent as a rule.
    ///
    /// Extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limitation: Option<SearchLimitation>,
}

/// One thing that was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// When what it tells of changed last, as RFC 3339 in UTC; absent where that is not known.
    ///
    /// Extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<String>,
}

impl SearchResult {
    /// A text of the document, empty where it has none of this name.
    pub fn text(&self, field: &str) -> &str {
        self.document.get(field).and_then(Value::as_str).unwrap_or_default()
    }
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
    /// The fields in which there is one, by name: `title`, `displayName`, `text`, `location`, `name`, `owner`, `type`, `tags`
    /// and `path` of the document. Beside these they may be `links`, `annotations`, `email`, `system` and `domain` of entities,
    /// and `api`, `group`, `parameters` and `schemas` of places in API definitions, which are searched but not part of it.
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

/// What an answer lacks, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchLimitation {
    /// Why, for programs.
    pub reason: SearchLimitationReason,
    /// Why, for people: one sentence.
    pub message: String,
}

/// Why an answer is less than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SearchLimitationReason {
    /// The search engine does not answer: names and descriptions of entities were compared letter by letter instead, without
    /// typos, highlights and what stands in API definitions.
    EngineAway,
    /// The index is being made: what is not in it yet is not found.
    IndexIncomplete,
}

/// What somebody who is typing may be looking for.
///
/// ```json
/// {"suggestions":[{"type":"software-catalog","title":"booking-api","location":"/catalog/default/component/booking-api",
///   "parts":[{"text":"book","isMatch":true},{"text":"ing-api"}],"kind":"Component","entityRef":"component:default/booking-api"}]}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchSuggestions {
    /// The likeliest first.
    pub suggestions: Vec<SearchSuggestion>,
    /// The term as it was perhaps meant, where a word of it stands nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
    /// Why this answer is less than usual; absent as a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limitation: Option<SearchLimitation>,
}

/// Something to go to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchSuggestion {
    /// What sort of document it is, such as `software-catalog`.
    #[serde(rename = "type")]
    pub document_type: String,
    /// What it is called.
    pub title: String,
    /// The title in parts, so that the letters that were typed can be marked. Together they are the title.
    pub parts: Vec<SearchTextPart>,
    /// Where it is: an address of the page.
    pub location: String,
    /// The entity it is, or belongs to.
    pub entity_ref: String,
    /// The kind of the entity, as it is written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The type within its kind, such as `service`; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub spec_type: String,
    /// Who owns it, as it is written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// What it is a part of, for people: the API of an operation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part_of: String,
    /// The caller has starred it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_starred: bool,
}

/// A part of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchTextPart {
    /// The part.
    pub text: String,
    /// It is what was looked for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_match: bool,
}

/// Leaves a `false` out of the JSON.
fn is_false(flag: &bool) -> bool {
    !flag
}

/// How search is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchStatus {
    /// The engine: `embedded` or `meilisearch`.
    pub engine: String,
    /// What it is doing.
    pub state: SearchState,
    /// How many documents are in the index; absent where the engine does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_documents: Option<u64>,
    /// The types of documents that can be asked for.
    pub types: Vec<String>,
}

/// What the index is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SearchState {
    /// It equals the catalog, but for changes of this second.
    Current,
    /// It is being made, or brought up to date.
    Updating,
    /// It does not answer, or cannot be written; this is tried again.
    Away,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_there_is_left_out() {
        assert_eq!(serde_json::to_value(SearchAnswer::default()).unwrap(), json!({"results": []}));
        let part = SearchTextPart { text: "ing".to_owned(), is_match: false };
        assert_eq!(serde_json::to_value(part).unwrap(), json!({"text": "ing"}));
    }

    #[test]
    fn reasons_are_words() {
        let limitation =
            SearchLimitation { reason: SearchLimitationReason::EngineAway, message: "It is away.".to_owned() };
        let expected = json!({"reason": "engine-away", "message": "It is away."});
        assert_eq!(serde_json::to_value(limitation).unwrap(), expected);
    }
}
