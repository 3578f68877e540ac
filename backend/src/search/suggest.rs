//! Turns what was found into what is shown to somebody who is typing.

use shared::api::search::SearchSuggestion;

use super::collators::NO_TYPE;
use super::document::StoredDocument;
use super::highlight::Highlighter;
use super::question::{Hit, Near};
use super::words::{spellings, term_words};

/// Suggestions, in the order of the hits.
pub fn suggestions(hits: Vec<Hit>, term: &str, near: &Near) -> Vec<SearchSuggestion> {
    let highlighter = Highlighter::new(spellings(&term_words(term)), "", "");
    hits.into_iter().map(|hit| suggestion(&hit.document, &highlighter, near)).collect()
}

fn suggestion(document: &StoredDocument, highlighter: &Highlighter, near: &Near) -> SearchSuggestion {
    let title = display_name(document).to_owned();
    let spec_type = match document.text("type") {
        NO_TYPE => "",
        spec_type => spec_type,
    };
    SearchSuggestion {
        document_type: document.document_type.clone(),
        parts: highlighter.parts(&title),
        title,
        location: document.text("location").to_owned(),
        kind: document.text("kind").to_owned(),
        spec_type: spec_type.to_owned(),
        owner: document.text("owner").to_owned(),
        part_of: document.text("entityTitle").to_owned(),
        is_starred: near.starred.contains(&document.entity_ref),
        entity_ref: document.entity_ref.clone(),
    }
}

/// What people call it: the title, or for people and teams without one the name of their profile.
fn display_name(document: &StoredDocument) -> &str {
    match (document.text("title"), document.text("displayName")) {
        (title, "") => title,
        (title, name) if title == document.text("name") => name,
        (title, _) => title,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_are_called_by_the_name_of_their_profile() {
        let called = |fields: serde_json::Value| {
            let fields = fields.as_object().unwrap().clone();
            display_name(&StoredDocument { fields, ..StoredDocument::default() }).to_owned()
        };
        assert_eq!(called(json!({"title": "kim.lee", "name": "kim.lee", "displayName": "Kim Lee"})), "Kim Lee");
        assert_eq!(called(json!({"title": "Kim", "name": "kim.lee", "displayName": "Kim Lee"})), "Kim");
        assert_eq!(called(json!({"title": "svc", "name": "svc"})), "svc");
    }

    #[test]
    fn a_suggestion_says_what_it_is() {
        let document = StoredDocument {
            document_type: "software-catalog".to_owned(),
            entity_ref: "component:default/booking-api".to_owned(),
            fields: json!({"title": "booking-api", "kind": "Component", "type": "other", "owner": "team-a",
                "location": "/catalog/default/component/booking-api"})
            .as_object()
            .unwrap()
            .clone(),
            ..StoredDocument::default()
        };
        let near = Near { owners: vec![], starred: vec!["component:default/booking-api".to_owned()] };
        let found = suggestions(vec![Hit { document, highlight: None }], "Book", &near);
        let expected = json!([{"type": "software-catalog", "title": "booking-api", "kind": "Component", "owner": "team-a",
            "parts": [{"text": "book", "isMatch": true}, {"text": "ing-api"}], "isStarred": true,
            "location": "/catalog/default/component/booking-api", "entityRef": "component:default/booking-api"}]);
        assert_eq!(serde_json::to_value(found).unwrap(), expected);
    }
}
