//! Numbers that come with an answer: of sorts of documents, and of the values to choose.

use shared::api::search::{SearchAnswer, SearchLimitationReason, TYPES_FACET};

use super::search_view::{DocumentType, Field};

/// How many documents of a sort, or of all where it is `None`, were found; `None` where that was not counted.
pub fn n_of_type(answer: &SearchAnswer, document_type: Option<DocumentType>) -> Option<usize> {
    // The catalog, which answers while the engine is away, knows nothing of sorts.
    let is_away = |reason: SearchLimitationReason| reason == SearchLimitationReason::EngineAway;
    if answer.limitation.as_ref().is_some_and(|limitation| is_away(limitation.reason)) {
        return None;
    }
    let counted = answer.facets.get(TYPES_FACET)?.iter();
    let is_wanted = |value: &str| document_type.is_none_or(|document_type| document_type.value() == value);
    Some(counted.filter(|value| is_wanted(&value.value)).map(|value| value.count).sum())
}

/// Values that people read as one, to be chosen together: an owner may be written in full or in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The words for all of them.
    pub words: String,
    /// The values as they are stored.
    pub values: Vec<String>,
    /// How many results have one of them; `0` for a chosen value that no result has.
    pub count: usize,
}

impl Choice {
    /// Whether it is among the chosen values.
    pub fn is_chosen(&self, chosen: &[String]) -> bool {
        self.values.iter().any(|value| chosen.contains(value))
    }
}

/// What can be chosen of a field: the most frequent values, and every chosen one.
///
/// Choosing moves nothing: chosen values keep their place, and only those that would not be listed follow at the end.
pub fn choices(answer: &SearchAnswer, field: Field, chosen: &[String], limit: usize) -> Vec<Choice> {
    let mut all: Vec<Choice> = Vec::new();
    let mut add = |value: &str, count: usize| {
        let words = field.words(value);
        match all.iter_mut().find(|choice| choice.words == words) {
            Some(choice) if choice.values.iter().any(|known| known == value) => {}
            Some(choice) => {
                choice.values.push(value.to_owned());
                choice.count += count;
            }
            None => all.push(Choice { words, values: vec![value.to_owned()], count }),
        }
    };
    for counted in answer.facets.get(field.key()).into_iter().flatten() {
        add(&counted.value, counted.count);
    }
    chosen.iter().for_each(|value| add(value, 0));
    let listed = all.into_iter().enumerate().filter(|(place, choice)| *place < limit || choice.is_chosen(chosen));
    listed.map(|(_, choice)| choice).collect()
}

#[cfg(test)]
mod tests {
    use shared::api::search::{SearchFacetValue, SearchLimitation};

    use super::*;

    fn answer(facet: &str, values: &[(&str, usize)]) -> SearchAnswer {
        let values = values.iter().map(|&(value, count)| SearchFacetValue { value: value.to_owned(), count });
        SearchAnswer { facets: [(facet.to_owned(), values.collect())].into(), ..SearchAnswer::default() }
    }

    #[test]
    fn documents_are_counted_by_their_sort() {
        let mut found = answer("types", &[("software-catalog", 8), ("api-operation", 3), ("something-new", 1)]);
        let counts = |found: &SearchAnswer| {
            [None, Some(DocumentType::Catalog), Some(DocumentType::Docs)].map(|sort| n_of_type(found, sort))
        };
        assert_eq!(counts(&found), [Some(12), Some(8), Some(0)]);
        assert_eq!(counts(&answer("kind", &[("API", 1)])), [None; 3]);
        found.limitation =
            Some(SearchLimitation { reason: SearchLimitationReason::EngineAway, message: String::new() });
        assert_eq!(counts(&found), [None; 3]);
    }

    #[test]
    fn chosen_values_are_always_listed_and_keep_their_place() {
        let found = answer("tags", &[("rust", 5), ("kafka", 3), ("pci", 1)]);
        let list = |chosen: &[&str], limit| {
            let chosen: Vec<String> = chosen.iter().map(|&value| value.to_owned()).collect();
            let listed = choices(&found, Field::Tag, &chosen, limit).into_iter();
            listed.map(|choice| format!("{} {}", choice.words, choice.count)).collect::<Vec<_>>()
        };
        assert_eq!(list(&[], 2), ["rust 5", "kafka 3"]);
        assert_eq!(list(&["kafka"], 2), ["rust 5", "kafka 3"]);
        assert_eq!(list(&["pci", "gone"], 1), ["rust 5", "pci 1", "gone 0"]);
        assert_eq!(choices(&found, Field::Kind, &[], 6), []);
    }

    #[test]
    fn an_owner_in_full_and_in_short_is_one_choice() {
        let found = answer("owner", &[("team-a", 5), ("team-b", 2), ("group:default/team-a", 1)]);
        let listed = choices(&found, Field::Owner, &["group:default/team-b".to_owned()], 6);
        let told: Vec<_> = listed.iter().map(|choice| (choice.words.as_str(), choice.count)).collect();
        assert_eq!(told, [("team-a", 6), ("team-b", 2)]);
        assert_eq!(listed[0].values, ["team-a", "group:default/team-a"]);
        assert_eq!(listed[1].values, ["team-b", "group:default/team-b"]);
    }
}
