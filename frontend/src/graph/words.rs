//! Relations in words.

use shared::entity::{RELATION_PAIRS, leads_to_whole};

/// The words for relations that the catalog makes: their forward name, what a filter calls them, what stands beside an
/// arrow of the picture, which leads from a whole to its parts, and what the other end says.
const WORDS: [(&str, &str, &str, &str); 7] = [
    ("dependsOn", "Depends on", "depends on", "needed by"),
    ("providesApi", "Provides API", "provides", "provided by"),
    ("consumesApi", "Consumes API", "consumes", "consumed by"),
    ("partOf", "Part of", "has part", "part of"),
    ("ownedBy", "Owned by", "owns", "owned by"),
    ("memberOf", "Member of", "has member", "member of"),
    ("childOf", "Child of", "is parent of", "child of"),
];

/// The relations that the catalog makes, by their forward names, in the order of the filter.
pub fn known_relations() -> impl Iterator<Item = &'static str> {
    debug_assert_eq!(WORDS.len(), RELATION_PAIRS.len());
    WORDS.iter().map(|(relation_type, ..)| *relation_type)
}

/// What a filter calls a relation.
pub fn relation_label(relation_type: &str) -> String {
    match WORDS.iter().find(|(known, ..)| *known == relation_type) {
        Some((_, label, ..)) => (*label).to_owned(),
        None => {
            let words = spaced(relation_type);
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

/// What stands beside the arrow of a relation.
pub fn arrow_words(relation_type: &str) -> String {
    WORDS
        .iter()
        .find(|(known, ..)| *known == relation_type)
        .map_or_else(|| spaced(relation_type), |(_, _, words, _)| (*words).to_owned())
}

/// What the entity says to which the arrow points.
pub fn back_words(relation_type: &str) -> String {
    WORDS
        .iter()
        .find(|(known, ..)| *known == relation_type)
        .map_or_else(|| format!("other end of “{}” from", spaced(relation_type)), |(.., words)| (*words).to_owned())
}

/// Whether the arrow is dashed: it holds or owns what it leads to, which needs nothing of it.
pub fn is_dashed(relation_type: &str) -> bool {
    leads_to_whole(relation_type)
}

/// `reviewedByTeam` becomes `reviewed by team`.
fn spaced(relation_type: &str) -> String {
    let mut words = String::with_capacity(relation_type.len() + 4);
    for letter in relation_type.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase().map(|letter| if letter == '_' || letter == '-' { ' ' } else { letter }));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relation_of_the_catalog_has_words() {
        for (forward, _) in RELATION_PAIRS {
            assert!(known_relations().any(|known| known == forward), "{forward} has no words");
        }
        assert_eq!(arrow_words("ownedBy"), "owns");
        assert_eq!(relation_label("providesApi"), "Provides API");
    }

    #[test]
    fn unknown_relations_become_words() {
        assert_eq!(relation_label("reviewedByTeam"), "Reviewed by team");
        assert_eq!(arrow_words("runs_on"), "runs on");
        assert_eq!(relation_label(""), "");
        assert!(is_dashed("partOf") && !is_dashed("reviewedBy"));
    }
}
