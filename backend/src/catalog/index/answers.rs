//! Answers that took long, kept until the next change.
//!
//! A text filter over a large catalog looks at every value, and a facet with many values counts each. The same ones are
//! asked again and again: by every page of a list, and by everybody who opens the catalog.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::Mutex;
use roaring::RoaringBitmap;
use shared::filter::{Filter, FilterKey};

use super::FacetCounts;
use super::query::Visibility;

/// How many bytes each kind of answer may take, questions included.
const MAX_WEIGHT: usize = 8 << 20;

/// What one counted value of a facet takes: a short text and a number.
const FACET_VALUE_WEIGHT: usize = 64;

/// What keeping an answer takes, apart from its parts of any length.
const BASE_WEIGHT: usize = 256;

/// A term, and the fields it is looked for in.
pub(super) type TextQuestion = (String, Vec<FilterKey>);

/// A field, a filter, and who asks.
pub(super) type FacetQuestion = (FilterKey, Option<Filter>, Visibility);

/// What is kept. It belongs to one state of the catalog and is emptied with every change.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) texts: Kept<TextQuestion, RoaringBitmap>,
    pub(super) facets: Kept<FacetQuestion, FacetCounts>,
}

impl Answers {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// An answer, or a question, that knows how many bytes it takes, more or less.
pub(super) trait Weigh {
    fn weight(&self) -> usize;
}

impl Weigh for RoaringBitmap {
    fn weight(&self) -> usize {
        self.serialized_size()
    }
}

impl Weigh for FacetCounts {
    fn weight(&self) -> usize {
        self.len() * FACET_VALUE_WEIGHT
    }
}

impl Weigh for TextQuestion {
    fn weight(&self) -> usize {
        let (term, fields) = self;
        term.len() + fields.iter().map(|field| BASE_WEIGHT + field.as_str().len()).sum::<usize>()
    }
}

impl Weigh for FacetQuestion {
    fn weight(&self) -> usize {
        let (field, filter, visibility) = self;
        let condition = match visibility {
            Visibility::Only(condition) => filter_weight(condition),
            Visibility::Everything | Visibility::Nothing => 0,
        };
        field.as_str().len() + filter.as_ref().map_or(0, filter_weight) + condition
    }
}

fn filter_weight(filter: &Filter) -> usize {
    let parts = match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().map(filter_weight).sum(),
        Filter::Not(part) => filter_weight(part),
        Filter::HasKey(key) => key.as_str().len(),
        Filter::Equals { key, value: text } | Filter::Prefix { key, prefix: text } => key.as_str().len() + text.len(),
        Filter::In { key, values } => {
            key.as_str().len() + values.iter().map(|value| size_of::<String>() + value.len()).sum::<usize>()
        }
    };
    size_of::<Filter>() + parts
}

/// Answers to one kind of question.
pub(super) struct Kept<Q, A> {
    inner: Mutex<(HashMap<Q, Arc<A>>, usize)>,
}

impl<Q, A> Default for Kept<Q, A> {
    fn default() -> Self {
        Self { inner: Mutex::new((HashMap::new(), 0)) }
    }
}

impl<Q: Eq + Hash + Weigh, A: Weigh> Kept<Q, A> {
    pub(super) fn find(&self, question: &Q) -> Option<Arc<A>> {
        self.inner.lock().0.get(question).map(Arc::clone)
    }

    /// Keeps an answer, unless it is so large that few others would have room. When there is no room, all others go:
    /// what is asked often is soon back.
    pub(super) fn keep(&self, question: Q, answer: Arc<A>) {
        let weight = BASE_WEIGHT + question.weight() + answer.weight();
        if weight > MAX_WEIGHT / 4 {
            return;
        }
        let mut inner = self.inner.lock();
        let (answers, total) = &mut *inner;
        if *total + weight > MAX_WEIGHT {
            answers.clear();
            *total = 0;
        }
        *total += weight;
        answers.insert(question, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stay_within_their_room() {
        let kept = Kept::<FacetQuestion, FacetCounts>::default();
        let question =
            |n: usize| (FilterKey::new("kind"), Some(Filter::equals("n", &n.to_string())), Visibility::Nothing);
        let counts = |n| Arc::new(vec![(String::new(), n); MAX_WEIGHT / FACET_VALUE_WEIGHT / 10]);
        kept.keep(question(0), Arc::new(vec![(String::new(), 0); MAX_WEIGHT / FACET_VALUE_WEIGHT]));
        assert_eq!(kept.find(&question(0)), None);
        for n in 1..40 {
            kept.keep(question(n), counts(n));
            assert_eq!(kept.find(&question(n)), Some(counts(n)));
            let inner = kept.inner.lock();
            assert!(inner.1 <= MAX_WEIGHT && inner.0.len() < 10);
        }
    }

    #[test]
    fn long_questions_weigh_what_they_hold() {
        let long = "x".repeat(10_000);
        let filter =
            Filter::negate(Filter::any(vec![Filter::is_in("a", [&long[..], &long]), Filter::equals("a", &long)]));
        let question = (FilterKey::new("kind"), Some(filter.clone()), Visibility::Only(filter));
        assert!(question.weight() > 6 * long.len());
    }
}
