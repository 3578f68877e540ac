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

/// How much each kind of answer may take: counted values of facets, or bytes of sets.
const MAX_WEIGHT: usize = 4 << 20;

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

/// Answers to one kind of question.
pub(super) struct Kept<Q, A> {
    inner: Mutex<(HashMap<Q, Arc<A>>, usize)>,
}

impl<Q, A> Default for Kept<Q, A> {
    fn default() -> Self {
        Self { inner: Mutex::new((HashMap::new(), 0)) }
    }
}

impl<Q: Eq + Hash, A> Kept<Q, A> {
    pub(super) fn find(&self, question: &Q) -> Option<Arc<A>> {
        self.inner.lock().0.get(question).map(Arc::clone)
    }

    /// Keeps an answer, unless it is so large that few others would have room. When there is no room, all others go:
    /// what is asked often is soon back.
    pub(super) fn keep(&self, question: Q, answer: Arc<A>, weight: usize) {
        if weight > MAX_WEIGHT / 16 {
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
        let kept = Kept::<usize, usize>::default();
        kept.keep(0, Arc::new(0), MAX_WEIGHT);
        assert_eq!(kept.find(&0), None);
        for question in 1..40 {
            kept.keep(question, Arc::new(question), MAX_WEIGHT / 16);
            assert_eq!(kept.find(&question).as_deref(), Some(&question));
            let inner = kept.inner.lock();
            assert!(inner.1 <= MAX_WEIGHT && inner.0.len() <= 16);
        }
    }
}
