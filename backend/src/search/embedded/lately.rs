//! Suggestions that were made lately: everybody types the same first letters, and those find the most.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::search::question::{Depth, Found, Question, Sight};

/// Longer terms find little, and are hardly typed twice.
const MAX_CHARS: usize = 4;
/// How many are kept.
const MAX_KEPT: usize = 600;
/// The longest that is kept, in bytes; as a rule it is some kilobytes.
const MAX_KEPT_BYTES: usize = 64 * 1024;
const DAY_MS: i64 = 86_400_000;

/// What was suggested for short terms since the index changed last.
#[derive(Default)]
pub struct Lately(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Which state of the index it was found in.
    generation: u64,
    found: HashMap<Key, Found>,
}

/// All of a question that makes a difference.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    term: String,
    types: Vec<String>,
    filters: Vec<(String, Vec<String>)>,
    offset: usize,
    limit: usize,
    owners: Vec<String>,
    starred: Vec<String>,
    /// What changed lately is weighed by the day.
    day: i64,
}

impl Key {
    /// The key of a question; `None` for one whose answer is not worth keeping, or not for others to see.
    pub fn of(question: &Question) -> Option<Self> {
        let is_kept = question.depth == Depth::Names
            && matches!(question.sight, Sight::Everything)
            && question.changed_since_ms.is_none()
            && question.term.chars().count() <= MAX_CHARS;
        is_kept.then(|| Self {
            term: question.term.clone(),
            types: question.types.clone(),
            filters: question.filters.clone(),
            offset: question.offset,
            limit: question.limit,
            owners: question.near.owners.clone(),
            starred: question.near.starred.clone(),
            day: question.now_ms.div_euclid(DAY_MS),
        })
    }
}

impl Lately {
    /// What was found in this state of the index.
    pub fn find(&self, generation: u64, key: &Key) -> Option<Found> {
        let kept = self.0.lock();
        kept.found.get(key).filter(|_| kept.generation == generation).cloned()
    }

    /// Keeps what was found in a state of the index, and forgets what was found in others.
    pub fn keep(&self, generation: u64, key: Key, found: &Found) {
        let n_bytes: usize = found.hits.iter().map(|hit| hit.document.n_bytes()).sum();
        let mut kept = self.0.lock();
        if kept.generation > generation || n_bytes > MAX_KEPT_BYTES {
            return;
        }
        if kept.generation < generation || kept.found.len() >= MAX_KEPT {
            kept.found.clear();
            kept.generation = generation;
        }
        kept.found.insert(key, found.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(term: &str) -> Question {
        Question { term: term.to_owned(), depth: Depth::Names, sight: Sight::Everything, ..Question::default() }
    }

    #[test]
    fn only_suggestions_for_short_terms_that_all_may_see_are_kept() {
        assert!(Key::of(&question("book")).is_some());
        assert!(Key::of(&question("books")).is_none());
        assert!(Key::of(&Question { depth: Depth::Everything, ..question("b") }).is_none());
        assert!(Key::of(&Question { sight: Sight::only(["component:default/a"]), ..question("b") }).is_none());
        assert!(Key::of(&Question { sight: Sight::Nothing, ..question("b") }).is_none());
    }

    #[test]
    fn what_belongs_to_another_person_is_another_question() {
        let mut of_another = question("b");
        of_another.near.starred.push("component:default/a".to_owned());
        assert_ne!(Key::of(&question("b")), Key::of(&of_another));
    }

    #[test]
    fn a_change_of_the_index_makes_what_was_found_old() {
        let (lately, key) = (Lately::default(), Key::of(&question("b")).unwrap());
        let found = |n_total| Found { n_total, ..Found::default() };
        lately.keep(1, key.clone(), &found(1));
        assert_eq!(lately.find(1, &key).map(|found| found.n_total), Some(1));
        assert!(lately.find(2, &key).is_none());
        lately.keep(2, key.clone(), &found(2));
        lately.keep(1, key.clone(), &found(1));
        assert_eq!(lately.find(2, &key).map(|found| found.n_total), Some(2));
    }
}
