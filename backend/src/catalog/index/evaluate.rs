//! From conditions to sets of entities.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memmem::Finder;
use roaring::RoaringBitmap;
use shared::filter::{Filter, FilterKey, TextFilter};

use super::postings::{EntityNumber, Postings};
use super::query::Visibility;
use super::set::{DenseSet, EntitySet, sorted};
use super::state::State;
use super::vocabulary::{KeyId, ValueId};

/// Above this many members in all, a bit per entity is cheaper to fill than a list to sort. Tests work with few
/// entities and still take both ways, here and below.
const MIN_DENSE: usize = if cfg!(test) { 8 } else { 512 };

/// How many bytes of a haystack are searched in the time it takes to look up the values of one entity.
const BYTES_PER_ENTITY: usize = if cfg!(test) { 16 } else { 256 };

impl State {
    /// The entities that meet a filter and that the caller may see; `None` for all there are.
    pub(super) fn members(&self, filter: Option<&Filter>, visibility: &Visibility) -> Option<Cow<'_, RoaringBitmap>> {
        let visible = match visibility {
            Visibility::Everything => EntitySet::everything(),
            Visibility::Only(condition) => self.evaluate(condition),
            Visibility::Nothing => EntitySet::nothing(),
        };
        let wanted = filter.map_or_else(EntitySet::everything, |filter| self.evaluate(filter));
        visible.intersection(wanted).members(&self.entities.alive)
    }

    fn evaluate(&self, filter: &Filter) -> EntitySet<'_> {
        match filter {
            Filter::All(parts) => {
                let mut sets: Vec<_> = parts.iter().map(|part| self.evaluate(part)).collect();
                // The smallest set first keeps every later step small.
                sets.sort_by_key(|set| match set {
                    EntitySet::In(set) => set.len(),
                    EntitySet::NotIn(_) => u64::MAX,
                });
                sets.into_iter().fold(EntitySet::everything(), |all, set| {
                    if all.is_nothing() { all } else { all.intersection(set) }
                })
            }
            Filter::Any(parts) => parts.iter().fold(EntitySet::nothing(), |any, part| any.union(self.evaluate(part))),
            Filter::Not(part) => self.evaluate(part).complement(),
            Filter::HasKey(key) => match self.vocabulary.find_key(key.as_str()) {
                Some(key) => EntitySet::of(&self.vocabulary.key(key).has),
                None => EntitySet::nothing(),
            },
            Filter::Equals { key, value } => self.values_set(self.values_equal(key, value)),
            Filter::In { key, values } => {
                let mut ids: Vec<_> = values.iter().flat_map(|value| self.values_equal(key, value)).copied().collect();
                ids.sort_unstable();
                ids.dedup();
                self.values_set(&ids)
            }
            Filter::Prefix { key, prefix } => match self.vocabulary.find_key(key.as_str()) {
                Some(key) => self.values_set(self.vocabulary.values_with_prefix(key, prefix)),
                None => EntitySet::nothing(),
            },
        }
    }

    fn values_equal(&self, key: &FilterKey, value: &str) -> &[ValueId] {
        match self.vocabulary.find_key(key.as_str()) {
            Some(key) => self.vocabulary.values_equal(key, value),
            None => &[],
        }
    }

    /// The entities that have one of these values.
    fn values_set(&self, values: &[ValueId]) -> EntitySet<'_> {
        match *values {
            [] => EntitySet::nothing(),
            [value] => EntitySet::of(self.vocabulary.postings(value)),
            _ => EntitySet::In(Cow::Owned(self.union(values))),
        }
    }

    fn union(&self, values: &[ValueId]) -> RoaringBitmap {
        let postings = || values.iter().map(|&value| self.vocabulary.postings(value));
        if values.len() < MIN_DENSE && postings().map(Postings::len).sum::<usize>() < MIN_DENSE {
            let mut entities: Vec<EntityNumber> = Vec::new();
            postings().for_each(|postings| postings.for_each(|entity| entities.push(entity)));
            entities.sort_unstable();
            entities.dedup();
            return sorted(entities.into_iter());
        }
        let mut dense = DenseSet::new(self.entities.n_slots());
        postings().for_each(|postings| postings.for_each(|entity| dense.insert(entity)));
        dense.into_bitmap()
    }

    /// The entities among `members` that contain a term in one of the fields.
    pub(super) fn text_members(
        &self,
        text: &TextFilter,
        default_field: &FilterKey,
        members: Option<&RoaringBitmap>,
    ) -> RoaringBitmap {
        let fields = text.fields_or(default_field);
        let question = (text.term().to_owned(), fields.to_vec());
        let found = self.answers.texts.find(&question);
        if found.is_none()
            && let Some(members) = members
            && members.len() < (self.n_text_bytes(fields) / BYTES_PER_ENTITY) as u64
        {
            return self.text_members_by_entity(text.term(), fields, members);
        }
        let found = found.unwrap_or_else(|| {
            let found = Arc::new(self.text_members_of_all(text.term(), fields));
            self.answers.texts.keep(question, Arc::clone(&found));
            found
        });
        members.map_or_else(|| RoaringBitmap::clone(&found), |members| found.as_ref() & members)
    }

    fn n_text_bytes(&self, fields: &[FilterKey]) -> usize {
        self.text_keys(fields).map(|key| self.haystack(key).n_bytes()).sum()
    }

    fn text_keys(&self, fields: &[FilterKey]) -> impl Iterator<Item = KeyId> {
        fields.iter().filter_map(|field| self.vocabulary.find_key(field.as_str()))
    }

    fn text_members_of_all(&self, term: &str, fields: &[FilterKey]) -> RoaringBitmap {
        let mut values = Vec::new();
        for key in self.text_keys(fields) {
            self.haystack(key).search(term, |value| values.push(value));
        }
        self.union(&values)
    }

    fn text_members_by_entity(&self, term: &str, fields: &[FilterKey], members: &RoaringBitmap) -> RoaringBitmap {
        let finder = Finder::new(term);
        let keys: Vec<_> = self.text_keys(fields).collect();
        let contains = |&value: &ValueId| {
            self.vocabulary.text(value).folded().is_some_and(|text| finder.find(text.as_bytes()).is_some())
        };
        let is_found = |entity: &EntityNumber| {
            let rows = &self.entities.record(*entity).rows;
            keys.iter().any(|&key| self.vocabulary.rows_of(rows, key).iter().any(contains))
        };
        members.iter().filter(is_found).collect()
    }

    /// Whether the caller may see one entity.
    pub(super) fn is_visible(&self, entity: EntityNumber, visibility: &Visibility) -> bool {
        match visibility {
            Visibility::Everything => true,
            Visibility::Only(condition) => self.holds(entity, condition),
            Visibility::Nothing => false,
        }
    }

    /// Whether a filter holds for one entity, without computing the set of all for which it does.
    fn holds(&self, entity: EntityNumber, filter: &Filter) -> bool {
        let has_one = |values: &[ValueId]| values.iter().any(|&value| self.vocabulary.postings(value).contains(entity));
        match filter {
            Filter::All(parts) => parts.iter().all(|part| self.holds(entity, part)),
            Filter::Any(parts) => parts.iter().any(|part| self.holds(entity, part)),
            Filter::Not(part) => !self.holds(entity, part),
            Filter::HasKey(key) => {
                self.vocabulary.find_key(key.as_str()).is_some_and(|key| self.vocabulary.key(key).has.contains(entity))
            }
            Filter::Equals { key, value } => has_one(self.values_equal(key, value)),
            Filter::In { key, values } => values.iter().any(|value| has_one(self.values_equal(key, value))),
            Filter::Prefix { key, prefix } => self.vocabulary.find_key(key.as_str()).is_some_and(|key| {
                let rows = self.vocabulary.rows_of(&self.entities.record(entity).rows, key);
                let starts = |&value: &ValueId| {
                    self.vocabulary.text(value).folded().is_some_and(|text| text.starts_with(prefix.as_str()))
                };
                rows.iter().any(starts)
            }),
        }
    }
}
