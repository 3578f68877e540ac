//! The values of the facets and their counts.
//!
//! A facet does not narrow itself: the counts of "Owner" ignore which owners are chosen. Facets without a choice share one
//! request; each facet with a choice needs its own.

use shared::api::catalog::{EntityFacets, FacetValue};

use super::view::{CatalogView, Facet};

/// One request for counts: facets that share a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetRequest {
    /// The facets that the request counts.
    pub facets: Vec<Facet>,
    /// The parameters of `GET /entity-facets`.
    pub query: Vec<(String, String)>,
}

/// The requests that count all facets of a view: one, and one more for each facet with a choice.
pub fn requests(view: &CatalogView) -> Vec<FacetRequest> {
    let (chosen, others): (Vec<Facet>, Vec<Facet>) =
        Facet::ALL.into_iter().partition(|&facet| !view.values(facet).is_empty());
    let shared = (!others.is_empty()).then(|| request(view, others, None));
    shared.into_iter().chain(chosen.into_iter().map(|facet| request(view, vec![facet], Some(facet)))).collect()
}

fn request(view: &CatalogView, facets: Vec<Facet>, without: Option<Facet>) -> FacetRequest {
    let pair = |key: &str, value: String| (key.to_owned(), value);
    let mut query: Vec<_> = facets.iter().map(|facet| pair("facet", facet.field().to_owned())).collect();
    query.extend(view.filter(without).map(|filter| pair("filter", filter)));
    FacetRequest { facets, query }
}

/// A value to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As it stands in the address.
    pub value: String,
    /// How many entities have it; `0` for a chosen value that no entity has any more.
    pub count: usize,
}

/// The choices of one facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetChoices {
    /// The facet.
    pub facet: Facet,
    /// The most frequent first.
    pub choices: Vec<Choice>,
}

/// Sorts what the server counted: the most frequent value first.
pub fn choices(facet: Facet, counted: &EntityFacets) -> FacetChoices {
    let values: &[FacetValue] = counted.facets.get(facet.field()).map_or(&[], Vec::as_slice);
    let mut choices: Vec<Choice> = Vec::new();
    // The filter grammar has no way to write a value with a comma.
    for value in values.iter().filter(|value| !value.value.contains(',') && !value.value.is_empty()) {
        let address_value = facet.address_value(&value.value);
        match choices.iter_mut().find(|choice| choice.value.eq_ignore_ascii_case(&address_value)) {
            Some(choice) => choice.count += value.count,
            None => choices.push(Choice { value: address_value, count: value.count }),
        }
    }
    choices.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    FacetChoices { facet, choices }
}

/// The choices to list: those that contain a text, and every chosen value.
///
/// Choosing moves nothing, so that the next click meets what it aimed at: chosen values keep their place, and only those
/// that would not be listed, because they are rare or count nothing any more, follow at the end.
pub fn listed(all: &FacetChoices, chosen: &[String], text: &str, limit: usize) -> Vec<Choice> {
    let text = text.trim().to_lowercase();
    let matching = all.choices.iter().filter(|choice| choice.value.to_lowercase().contains(&text));
    let mut listed: Vec<Choice> = matching.take(limit).cloned().collect();
    for value in chosen {
        if !listed.iter().any(|choice| choice.value.eq_ignore_ascii_case(value)) {
            let known = all.choices.iter().find(|choice| choice.value.eq_ignore_ascii_case(value));
            listed.push(known.cloned().unwrap_or_else(|| Choice { value: value.clone(), count: 0 }));
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facets_without_a_choice_share_a_request() {
        assert_eq!(requests(&CatalogView::parse("")).len(), 1);
        let found = requests(&CatalogView::parse("type=service&owner=a"));
        let facets: Vec<_> = found.iter().map(|request| request.facets.clone()).collect();
        assert_eq!(facets, [vec![Facet::Lifecycle, Facet::Team, Facet::Tag], vec![Facet::Type], vec![Facet::Owner]]);
        let filter = |index: usize| found[index].query.iter().find(|(key, _)| key == "filter").unwrap().1.clone();
        assert_eq!(filter(0), "kind=component,spec.type=service,relations.ownedBy=group:default/a");
        assert_eq!(filter(1), "kind=component,relations.ownedBy=group:default/a");
        assert_eq!(filter(2), "kind=component,spec.type=service");
    }

    fn counted(field: &str, values: &[(&str, usize)]) -> EntityFacets {
        let values = values.iter().map(|&(value, count)| FacetValue { value: value.to_owned(), count }).collect();
        EntityFacets { facets: [(field.to_owned(), values)].into() }
    }

    #[test]
    fn the_most_frequent_value_comes_first_and_spellings_are_one() {
        let found =
            choices(Facet::Type, &counted("spec.type", &[("library", 4), ("Service", 3), ("a,b", 9), ("service", 2)]));
        let found: Vec<_> = found.choices.iter().map(|choice| (choice.value.as_str(), choice.count)).collect();
        assert_eq!(found, [("Service", 5), ("library", 4)]);
    }

    #[test]
    fn chosen_values_are_always_listed_and_keep_their_place() {
        let all =
            choices(Facet::Owner, &counted("relations.ownedBy", &[("group:default/a", 3), ("group:default/b", 5)]));
        let list = |chosen: &[&str], text, limit| {
            let chosen: Vec<String> = chosen.iter().map(|&value| value.to_owned()).collect();
            listed(&all, &chosen, text, limit)
                .into_iter()
                .map(|choice| (choice.value, choice.count))
                .collect::<Vec<_>>()
        };
        let pair = |value: &str, count| (value.to_owned(), count);
        assert_eq!(list(&[], "", 10), [pair("b", 5), pair("a", 3)]);
        assert_eq!(list(&["gone", "a"], "", 10), [pair("b", 5), pair("a", 3), pair("gone", 0)]);
        assert_eq!(list(&["a"], "B", 10), [pair("b", 5), pair("a", 3)]);
        assert_eq!(list(&["a"], "", 1), [pair("b", 5), pair("a", 3)]);
        assert_eq!(list(&[], "", 1), [pair("b", 5)]);
    }
}
