//! The kinds of entities and their words.

use shared::api::catalog::FacetValue;

use super::view::ALL_KINDS;

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

/// The word for one entity of a kind. An unknown kind is its own word, with a capital.
pub fn one(kind: &str) -> String {
    let known = KNOWN.iter().find(|(known, ..)| known.eq_ignore_ascii_case(kind));
    known.map_or_else(|| capitalised(kind), |(_, one, _)| (*one).to_owned())
}

/// The word for all entities of a kind.
pub fn many(kind: &str) -> String {
    if kind == ALL_KINDS {
        return "All kinds".to_owned();
    }
    let known = KNOWN.iter().find(|(known, ..)| known.eq_ignore_ascii_case(kind));
    known.map_or_else(|| capitalised(kind), |(_, _, many)| (*many).to_owned())
}

/// The word for all entities of a kind, within a sentence.
pub fn many_in_sentence(kind: &str) -> String {
    match kind {
        ALL_KINDS => "entities".to_owned(),
        "api" => "APIs".to_owned(),
        _ => many(kind).to_lowercase(),
    }
}

fn capitalised(kind: &str) -> String {
    let mut letters = kind.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The kinds that the catalog holds, the known ones first, each with its number. Spellings of one kind are added up.
pub fn in_order(counted: &[FacetValue]) -> Vec<(String, usize)> {
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for value in counted {
        let kind = value.value.to_lowercase();
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += value.count,
            None => kinds.push((kind, value.count)),
        }
    }
    let rank = |kind: &str| KNOWN.iter().position(|(known, ..)| *known == kind).unwrap_or(KNOWN.len());
    kinds.sort_by(|(one, _), (other, _)| rank(one).cmp(&rank(other)).then_with(|| one.cmp(other)));
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_have_words_too() {
        assert_eq!(one("API"), "API");
        assert_eq!(many("aiResource"), "AiResource");
        assert_eq!(many_in_sentence("component"), "components");
    }

    #[test]
    fn known_kinds_come_first_and_spellings_are_one() {
        let value = |value: &str, count| FacetValue { value: value.to_owned(), count };
        let counted = [value("AiThing", 1), value("User", 2), value("component", 3), value("Component", 4)];
        let expected = [("component", 7), ("user", 2), ("aithing", 1)];
        assert_eq!(in_order(&counted), expected.map(|(kind, count)| (kind.to_owned(), count)));
    }
}
