//! The kinds of entities and their words.

use shared::api::catalog::FacetValue;

use super::view::ALL_KINDS;
use crate::ui::order::Order as _;

/// Known kinds in the order in which people look for them: in lower case, one, many.
const KNOWN: [(&str, &str, &str); 9] = [
    ("component", "Component", "Components"),
    ("api", "API", "APIs"),
    ("resource", "Resource", "Resources"),
    ("system", "System", "Systems"),
    ("domain", "Domain", "Domains"),
    ("group", "Group", "Groups"),
    ("user", "User", "Users"),
    ("template", "Template", "Templates"),
    ("location", "Location", "Locations"),
];

/// Kinds of the model of which the page says no more than of somebody's own kinds: in lower case, one, many.
const NAMED: [(&str, &str, &str); 1] = [("airesource", "AI resource", "AI resources")];

/// The words of a kind of the model: one, many.
fn words(kind: &str) -> Option<(&'static str, &'static str)> {
    let mut all = KNOWN.iter().chain(&NAMED);
    all.find(|(known, ..)| known.eq_ignore_ascii_case(kind)).map(|&(_, one, many)| (one, many))
}

/// Whether it is a kind that the page has facts of.
pub fn is_known(kind: &str) -> bool {
    KNOWN.iter().any(|(known, ..)| known.eq_ignore_ascii_case(kind))
}

/// The word for one entity of a kind. An unknown kind is its own word, with a capital.
pub fn one(kind: &str) -> String {
    words(kind).map_or_else(|| capitalised(kind), |(one, _)| one.to_owned())
}

/// The word for all entities of a kind.
pub fn many(kind: &str) -> String {
    if kind == ALL_KINDS {
        return "All kinds".to_owned();
    }
    words(kind).map_or_else(|| capitalised(kind), |(_, many)| many.to_owned())
}

/// The word for all entities of a kind, within a sentence.
pub fn many_in_sentence(kind: &str) -> String {
    match kind {
        ALL_KINDS => "entities".to_owned(),
        "api" | "airesource" => many(kind),
        _ => many(kind).to_lowercase(),
    }
}

fn capitalised(kind: &str) -> String {
    let mut letters = kind.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A kind that the catalog holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// In lower case.
    pub kind: String,
    /// The word for all of them.
    pub label: String,
    /// How many there are.
    pub count: usize,
}

/// The kinds that the catalog holds, the known ones first. Spellings of one kind are added up.
pub fn in_order(counted: &[FacetValue]) -> Vec<KindCount> {
    let mut kinds: Vec<KindCount> = Vec::new();
    for FacetValue { value, count } in counted {
        let kind = value.to_lowercase();
        match kinds.iter_mut().find(|known| known.kind == kind) {
            Some(known) => known.count += count,
            None => kinds.push(KindCount { kind, label: many(value), count: *count }),
        }
    }
    kinds.order_by(|one, other| rank(&one.kind).cmp(&rank(&other.kind)).then_with(|| one.kind.cmp(&other.kind)));
    kinds
}

/// Sorts kinds in lower case: the known ones first.
pub fn sort(kinds: &mut [String]) {
    kinds.order_by(|one, other| rank(one).cmp(&rank(other)).then_with(|| one.cmp(other)));
}

fn rank(kind: &str) -> usize {
    KNOWN.iter().position(|(known, ..)| *known == kind).unwrap_or(KNOWN.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_have_words_too() {
        assert_eq!(one("API"), "API");
        assert_eq!((one("AiResource").as_str(), many("airesource").as_str()), ("AI resource", "AI resources"));
        assert_eq!(many_in_sentence("airesource"), "AI resources");
        assert_eq!(many("rocket"), "Rocket");
        assert_eq!(many_in_sentence("component"), "components");
    }

    #[test]
    fn known_kinds_come_first_and_spellings_are_one() {
        let value = |value: &str, count| FacetValue { value: value.to_owned(), count };
        let counted = [value("AiThing", 1), value("User", 2), value("component", 3), value("Component", 4)];
        let found: Vec<_> =
            in_order(&counted).into_iter().map(|known| (known.kind, known.label, known.count)).collect();
        let expected = [("component", "Components", 7), ("user", "Users", 2), ("aithing", "AiThing", 1)];
        assert_eq!(found, expected.map(|(kind, label, count)| (kind.to_owned(), label.to_owned(), count)));
    }
}
