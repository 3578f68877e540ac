//! Answers that took long, kept until the next change.
//!
//! A text filter over a large catalog looks at every value, a facet with many values counts each, and few entities of many
//! have to be brought into their order. The same ones are asked again and again: by every page of a list, and by everybody
//! who opens the catalog.

use std::hash::{Hash, RandomState};
use std::sync::Arc;

use hashbrown::{Equivalent, HashMap};
use parking_lot::Mutex;
use roaring::RoaringBitmap;
use shared::filter::{Filter, FilterKey};

use super::FacetCounts;
use super::page::KeptSection;
use super::query::{EntityOrder, Visibility};

/// How many bytes each kind of answer may take, questions included.
const MAX_WEIGHT: usize = 8 << 20;

/// What one counted value of a facet takes: two numbers.
const FACET_VALUE_WEIGHT: usize = 8;

/// What keeping an answer takes, apart from its parts of any length.
const BASE_WEIGHT: usize = 256;

/// A term, and the fields it is looked for in.
pub(super) type TextQuestion = (String, Vec<FilterKey>);

/// A field, a filter, and who asks.
pub(super) type FacetQuestion = (FilterKey, Option<Filter>, Visibility);

/// A filter, who asks, and the order of the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ListQuestion {
    pub(super) filter: Option<Filter>,
    pub(super) visibility: Visibility,
    pub(super) order: EntityOrder,
}

/// The same, to look an answer up.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct AskedList<'a> {
    pub(super) filter: Option<&'a Filter>,
    pub(super) visibility: &'a Visibility,
    pub(super) order: &'a EntityOrder,
}

impl AskedList<'_> {
    pub(super) fn to_question(self) -> ListQuestion {
        ListQuestion { filter: self.filter.cloned(), visibility: self.visibility.clone(), order: self.order.clone() }
    }
}

impl Equivalent<ListQuestion> for AskedList<'_> {
    fn equivalent(&self, question: &ListQuestion) -> bool {
        (self.filter, self.visibility, self.order) == (question.filter.as_ref(), &question.visibility, &question.order)
    }
}

/// What is kept. It belongs to one state of the catalog and is emptied with every change.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) texts: Kept<TextQuestion, RoaringBitmap>,
    pub(super) facets: Kept<FacetQuestion, FacetCounts>,
    pub(super) lists: Kept<ListQuestion, Vec<KeptSection>>,
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

impl Weigh for Vec<KeptSection> {
    fn weight(&self) -> usize {
        self.iter().map(KeptSection::weight).sum()
    }
}

impl Weigh for ListQuestion {
    fn weight(&self) -> usize {
        let order = match &self.order {
            EntityOrder::Field { field, .. } => field.field.len(),
            EntityOrder::Uid | EntityOrder::EntityRef => 0,
        };
        self.filter.as_ref().map_or(0, filter_weight) + visibility_weight(&self.visibility) + order
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
        field.as_str().len() + filter.as_ref().map_or(0, filter_weight) + visibility_weight(visibility)
    }
}

fn visibility_weight(visibility: &Visibility) -> usize {
    match visibility {
        Visibility::Only(condition) => filter_weight(condition),
        Visibility::Everything | Visibility::Nothing => 0,
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
    inner: Mutex<Generations<Q, A>>,
}

/// What was asked lately, and what was asked before that. When the younger half is full, the older one goes, without
/// what was asked again in the meantime.
struct Generations<Q, A> {
    young: HashMap<Q, (Arc<A>, usize), RandomState>,
    old: HashMap<Q, (Arc<A>, usize), RandomState>,
    /// Of the younger ones together.
    weight: usize,
}

impl<Q, A> Default for Kept<Q, A> {
    fn default() -> Self {
        Self { inner: Mutex::new(Generations { young: HashMap::default(), old: HashMap::default(), weight: 0 }) }
    }
}

impl<Q: Eq + Hash + Weigh, A: Weigh> Kept<Q, A> {
    pub(super) fn find(&self, question: &(impl Hash + Equivalent<Q>)) -> Option<Arc<A>> {
        let mut inner = self.inner.lock();
        if let Some((answer, _)) = inner.young.get(question) {
            return Some(Arc::clone(answer));
        }
        let (question, (answer, weight)) = inner.old.remove_entry(question)?;
        inner.add(question, Arc::clone(&answer), weight);
        Some(answer)
    }

    /// Keeps an answer, unless it is so large that few others would have room.
    pub(super) fn keep(&self, question: Q, answer: Arc<A>) {
        let weight = BASE_WEIGHT + question.weight() + answer.weight();
        if weight <= MAX_WEIGHT / 4 {
            self.inner.lock().add(question, answer, weight);
        }
    }
}

impl<Q: Eq + Hash, A> Generations<Q, A> {
    fn add(&mut self, question: Q, answer: Arc<A>, weight: usize) {
        if self.weight + weight > MAX_WEIGHT / 2 {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        self.young.insert(question, (answer, weight));
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;

    fn question(n: usize) -> FacetQuestion {
        (FilterKey::new("kind"), Some(Filter::equals("n", &n.to_string())), Visibility::Nothing)
    }

    fn answer(n_values: usize) -> Arc<FacetCounts> {
        Arc::new((0..n_values).map(|_| ("", 1)).collect())
    }

    #[test]
    fn answers_stay_within_their_room() {
        let kept = Kept::<FacetQuestion, FacetCounts>::default();
        kept.keep(question(0), answer(MAX_WEIGHT / FACET_VALUE_WEIGHT));
        assert_eq!(kept.find(&question(0)), None);
        for n in 1..40 {
            kept.keep(question(n), answer(MAX_WEIGHT / FACET_VALUE_WEIGHT / 10));
            assert!(kept.find(&question(n)).is_some());
            let inner = kept.inner.lock();
            assert!(inner.weight <= MAX_WEIGHT / 2 && inner.young.len() + inner.old.len() < 10);
        }
    }

    #[test]
    fn what_is_asked_again_stays() {
        let kept = Kept::<FacetQuestion, FacetCounts>::default();
        for n in 0..40 {
            kept.keep(question(n), answer(MAX_WEIGHT / FACET_VALUE_WEIGHT / 10));
            assert!(kept.find(&question(0)).is_some(), "after {n} others");
        }
        assert!(kept.find(&question(20)).is_none());
    }

    #[test]
    fn long_questions_weigh_what_they_hold() {
        let long = "x".repeat(10_000);
        let filter =
            Filter::negate(Filter::any(vec![Filter::is_in("a", [&long[..], &long]), Filter::equals("a", &long)]));
        let question = (FilterKey::new("kind"), Some(filter.clone()), Visibility::Only(filter));
        assert!(question.weight() > 6 * long.len());
    }

    #[test]
    fn a_list_is_looked_up_as_it_was_kept() {
        let question = ListQuestion {
            filter: Some(Filter::all(vec![Filter::equals("a", "b"), Filter::has_key("c")])),
            visibility: Visibility::Only(Filter::equals("d", "e")),
            order: EntityOrder::EntityRef,
        };
        let ListQuestion { filter, visibility, order } = &question;
        let asked = AskedList { filter: filter.as_ref(), visibility, order };
        let hasher = RandomState::new();
        assert_eq!(hasher.hash_one(asked), hasher.hash_one(&question));
        assert!(asked.equivalent(&question) && asked.to_question() == question);
        assert!(!AskedList { filter: None, ..asked }.equivalent(&question));
    }
}
