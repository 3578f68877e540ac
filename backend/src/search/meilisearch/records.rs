//! Documents as Meilisearch holds them, and how it is to treat them.

use std::collections::BTreeMap;

use meilisearch_sdk::settings::{
    FacetingSettings, MinWordSizeForTypos, PaginationSetting, Settings, TypoToleranceSettings,
};
use serde::{Deserialize, Serialize};
use shared::api::search::TYPES_FACET;

use crate::search::document::{EntityDocuments, SearchDocument, entity_number};
use crate::search::embedded::MAX_VALUES;
use crate::search::words::{joined, normal, normal_and_whole};

/// Goes up whenever records or settings change; an index of another layout is made anew.
pub const LAYOUT: u32 = 3;
/// The field by which records are told apart.
pub const PRIMARY_KEY: &str = "id";
/// How many documents an answer may go through: more than any catalog has.
const MAX_TOTAL_HITS: usize = 5_000_000;
/// The fields that are searched, the most important first. The words in them are ours, cut as everywhere else.
pub const SEARCHED: [&str; 5] = ["name", "joinedName", "titles", "keywords", "text"];
/// Those of them that are looked at while somebody is typing.
pub const SEARCHED_WHILE_TYPING: [&str; 4] = ["name", "joinedName", "titles", "keywords"];
/// How much a document with one more word in its shortest name counts less.
const LESS_BY_WORD: f32 = 0.02;

/// One document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The entity and the number of the document among its documents.
    id: String,
    /// The entity; see [`entity_key`].
    entity: String,
    /// See [`crate::search::document::version_number`].
    version: String,
    /// Its number among the documents of the entity, from 0.
    number: usize,
    layout: u32,
    name: String,
    joined_name: String,
    titles: Vec<String>,
    keywords: Vec<String>,
    text: String,
    /// What filters may name.
    fields: BTreeMap<String, Vec<String>>,
    owners: Vec<String>,
    weight: f32,
    changed_at: i64,
    /// What the engine gives back, as JSON.
    stored: String,
}

/// What tells which state of which entity a record is of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RecordVersion {
    /// See [`entity_key`].
    pub entity: String,
    /// See [`Record::version`].
    pub version: String,
    /// See [`LAYOUT`].
    #[serde(default)]
    pub layout: u32,
}

/// The records of an entity.
pub fn records(entity: &EntityDocuments) -> Vec<Record> {
    entity.documents.iter().enumerate().map(|(number, document)| record(entity, document, number)).collect()
}

fn record(entity: &EntityDocuments, document: &SearchDocument, number: usize) -> Record {
    let key = entity_key(entity_number(&entity.entity_ref));
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    fields.insert(TYPES_FACET.to_owned(), vec![document.document_type.to_owned()]);
    for (field, value) in document.filterable() {
        fields.entry(field.to_owned()).or_default().push(value.to_owned());
    }
    let n_words = document.names().map(|name| normal(name).split(' ').count()).min().unwrap_or_default();
    Record {
        id: format!("{key}-{number}"),
        entity: key,
        version: entity_key(entity.version),
        number,
        layout: LAYOUT,
        name: normal(&document.name),
        joined_name: joined(&document.whole_name),
        titles: document.titles.iter().map(|title| normal_and_whole(title)).collect(),
        keywords: document.keywords.iter().map(|keyword| normal_and_whole(&keyword.text)).collect(),
        text: normal_and_whole(document.text("text")),
        fields,
        owners: document.owners.clone(),
        weight: document.weight * (1.0 - LESS_BY_WORD * n_words.min(10) as f32),
        changed_at: entity.changed_at_ms.unwrap_or_default(),
        stored: serde_json::to_string(&document.stored(entity.changed_at_ms))
            .expect("texts and numbers have a JSON form"),
    }
}

/// A number as text of one length. JSON readers may round numbers of this size.
pub fn entity_key(number: u64) -> String {
    format!("{number:016x}")
}

/// The number of such a text.
pub fn key_number(key: &str) -> Option<u64> {
    u64::from_str_radix(key, 16).ok()
}

/// How the server is to treat the records.
pub fn settings() -> Settings {
    let typos = MinWordSizeForTypos { one_typo: Some(4), two_typos: Some(8) };
    Settings::new()
        .with_searchable_attributes(SEARCHED)
        .with_filterable_attributes(["entity", "number", "fields", "owners", "changedAt"])
        .with_ranking_rules(["words", "typo", "attribute", "exactness", "proximity", "weight:desc", "changedAt:desc"])
        .with_typo_tolerance(TypoToleranceSettings {
            enabled: Some(true),
            disable_on_attributes: Some(vec![]),
            disable_on_words: Some(vec![]),
            min_word_size_for_typos: Some(typos),
            disable_on_numbers: None,
        })
        .with_faceting(FacetingSettings { max_values_per_facet: MAX_VALUES, sort_facet_values_by: Some(by_count()) })
        .with_pagination(PaginationSetting { max_total_hits: MAX_TOTAL_HITS })
}

fn by_count() -> BTreeMap<String, meilisearch_sdk::settings::FacetSortValue> {
    BTreeMap::from([("*".to_owned(), meilisearch_sdk::settings::FacetSortValue::Count)])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_has_our_words_and_filters() {
        let document = SearchDocument {
            document_type: "software-catalog",
            entity_ref: "component:default/svc".to_owned(),
            name: "PlaybackOrder".to_owned(),
            whole_name: "PlaybackOrder".to_owned(),
            titles: vec!["Playback order".to_owned()],
            keywords: vec![],
            owners: vec!["group:default/us".to_owned()],
            weight: 0.5,
            fields: json!({"title": "Playback order", "kind": "Component", "tags": ["rust", "http"]})
                .as_object()
                .unwrap()
                .clone(),
        };
        let entity = EntityDocuments {
            entity_ref: "component:default/svc".to_owned(),
            version: 7,
            changed_at_ms: Some(1),
            documents: vec![document],
        };
        let records = records(&entity);
        let record = serde_json::to_value(&records[0]).unwrap();
        assert_eq!((&record["name"], &record["joinedName"]), (&json!("playback order"), &json!("playbackorder")));
        let fields = json!({"kind": ["Component"], "tags": ["rust", "http"], "types": ["software-catalog"]});
        assert_eq!(record["fields"], fields);
        assert_eq!(record["version"], "0000000000000007");
        let key = record["entity"].as_str().unwrap();
        assert_eq!(key_number(key), Some(entity_number("component:default/svc")));
        assert_eq!(record["id"], format!("{key}-0"));
    }
}
