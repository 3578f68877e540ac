//! The values of the facets and their counts.

use std::collections::{BTreeMap, BTreeSet};

use shared::api::catalog::FacetValue;

use super::facet::{Facet, Status};
use crate::ui::order::Order as _;

/// A value to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As it stands in the address.
    pub value: String,
    /// How many entities have it; `0` for a chosen value that no entity has any more, and for one that a text filters away.
    pub count: usize,
}

/// The choices of one facet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetChoices {
    /// The most frequent first.
    pub choices: Vec<Choice>,
}

impl FacetChoices {
    /// Lists the other values of `old`, too, behind those that are there and with nothing to count.
    pub fn keep(&mut self, old: &Self) {
        let known: BTreeSet<String> = self.choices.iter().map(|choice| choice.value.to_lowercase()).collect();
        let gone = old.choices.iter().filter(|choice| !known.contains(&choice.value.to_lowercase()));
        self.choices.extend(gone.map(|choice| Choice { value: choice.value.clone(), count: 0 }));
    }
}

/// Sorts what the server counted: the most frequent value first.
pub fn choices(facet: Facet, counted: &BTreeMap<String, Vec<FacetValue>>) -> FacetChoices {
    let values = facet.field().and_then(|field| counted.get(field)).map_or(&[][..], Vec::as_slice);
    let mut choices: Vec<Choice> = Vec::with_capacity(values.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    // The address has no way to write a value with a comma, and a leading `!` means something there.
    let is_writable = |value: &&FacetValue| {
        !value.value.contains(',') && !value.value.trim().is_empty() && !value.value.starts_with('!')
    };
    for value in values.iter().filter(is_writable) {
        let Some(address_value) = facet.own_value(&value.value) else { continue };
        match places.get(&address_value.to_lowercase()) {
            Some(&at) => choices[at].count += value.count,
            None => {
                places.insert(address_value.to_lowercase(), choices.len());
                choices.push(Choice { value: address_value, count: value.count });
            }
        }
    }
    choices.order_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    FacetChoices { choices }
}

/// The choices of the status, in their own order.
pub fn of_states(counted: &[(Status, usize)]) -> FacetChoices {
    let choice = |&(status, count): &(Status, usize)| Choice { value: status.value().to_owned(), count };
    FacetChoices { choices: counted.iter().map(choice).collect() }
}

/// The choices to list: those that contain a text, and every chosen value.
///
/// Choosing moves nothing, so that the next click meets what it aimed at: chosen values keep their place, and only those
/// that would not be listed, because they are rare or count nothing any more, follow at the end.
pub fn listed(facet: Facet, all: &FacetChoices, chosen: &[String], text: &str, limit: usize) -> Vec<Choice> {
    let text = text.trim().to_lowercase();
    let is_matching = |choice: &&Choice| {
        choice.value.to_lowercase().contains(&text) || facet.words(&choice.value).to_lowercase().contains(&text)
    };
    let mut listed: Vec<Choice> = all.choices.iter().filter(is_matching).take(limit).cloned().collect();
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

    fn counted(field: &str, values: &[(&str, usize)]) -> BTreeMap<String, Vec<FacetValue>> {
        let values = values.iter().map(|&(value, count)| FacetValue { value: value.to_owned(), count }).collect();
        [(field.to_owned(), values)].into()
    }

    #[test]
    fn the_most_frequent_value_comes_first_and_spellings_are_one() {
        let values = [("library", 4), ("Service", 3), ("a,b", 9), ("service", 2), ("!x", 1)];
        let found = choices(Facet::Type, &counted("spec.type", &values));
        let found: Vec<_> = found.choices.iter().map(|choice| (choice.value.as_str(), choice.count)).collect();
        assert_eq!(found, [("Service", 5), ("library", 4)]);
    }

    #[test]
    fn what_something_is_part_of_is_told_apart_by_kind() {
        let counted = counted("relations.partOf", &[("system:default/a", 3), ("domain:default/b", 5)]);
        let values =
            |facet| choices(facet, &counted).choices.into_iter().map(|choice| choice.value).collect::<Vec<_>>();
        assert_eq!((values(Facet::System), values(Facet::Domain)), (vec!["a".to_owned()], vec!["b".to_owned()]));
    }

    #[test]
    fn chosen_values_are_always_listed_and_keep_their_place() {
        let all =
            choices(Facet::Owner, &counted("relations.ownedBy", &[("group:default/a", 3), ("group:default/b", 5)]));
        let list = |chosen: &[&str], text, limit| {
            let chosen: Vec<String> = chosen.iter().map(|&value| value.to_owned()).collect();
            listed(Facet::Owner, &all, &chosen, text, limit)
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

    #[test]
    fn values_are_found_by_their_words() {
        let all = choices(Facet::Type, &counted("spec.type", &[("data-pipeline", 3), ("service", 5)]));
        assert_eq!(listed(Facet::Type, &all, &[], "data p", 8).len(), 1);
    }
}
