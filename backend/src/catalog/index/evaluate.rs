//! From conditions to sets of entities.

use std::borrow::Cow;

use memchr::memmem::Finder;
use roaring::RoaringBitmap;
use shared::filter::{Filter, FilterKey, TextFilter};

use super::postings::EntityNumber;
use super::query::Visibility;
use super::set::{DenseSet, EntitySet};
use super::state::State;
use super::vocabulary::ValueId;

/// Above this many members in all, a bit per entity is cheaper to fill than a list to sort.
const MIN_DENSE: usize = 512;

/// How many bytes of a haystack are searched in the time it takes to look up the values of one entity.
const BYTES_PER_ENTITY: usize = 256;

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
        if postings().map(|postings| postings.len()).sum::<usize>() < MIN_DENSE {
            let mut entities: Vec<EntityNumber> = postings().flat_map(|postings| postings.iter()).collect();
            entities.sort_unstable();
            return entities.into_iter().collect();
        }
        let mut dense = DenseSet::new(self.entities.n_slots());
        postings().for_each(|postings| postings.add_to(&mut dense));
        dense.into_bitmap()
    }

    /// The entities among `members` that contain a term in one of the fields.
    pub(super) fn text_members(
        &self,
        text: &TextFilter,
        default_field: &FilterKey,
        members: Option<&RoaringBitmap>,
    ) -> RoaringBitmap {
        let fields = text.fields_or(default_field).iter();
        let keys: Vec<_> = fields.filter_map(|field| self.vocabulary.find_key(field.as_str())).collect();
        let n_bytes: usize = keys.iter().map(|&key| self.haystack(key).n_bytes()).sum();
        if let Some(members) = members
            && members.len() < (n_bytes / BYTES_PER_ENTITY) as u64
        {
            let finder = Finder::new(text.term());
            let contains = |&value: &ValueId| {
                self.vocabulary.text(value).folded().is_some_and(|text| finder.find(text.as_bytes()).is_some())
            };
            let is_found = |entity: &EntityNumber| {
                let rows = &self.entities.record(*entity).rows;
                keys.iter().any(|&key| self.vocabulary.rows_of(rows, key).iter().any(contains))
            };
            return members.iter().filter(is_found).collect();
        }
        let mut values = Vec::new();
        for &key in &keys {
            self.haystack(key).search(text.term(), |value| values.push(value));
        }
        let found = self.union(&values);
        members.map_or_else(|| found.clone(), |members| &found & members)
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
