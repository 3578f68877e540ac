//! Counting the values of a field.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use roaring::RoaringBitmap;
use shared::filter::text::DEFAULT_TEXT_FIELD;
use shared::filter::{Filter, FilterKey, TextFilter};

use super::column::{Column, FacetCounts};
use super::query::Visibility;
use super::state::State;
use super::vocabulary::{KeyId, ValueId};

/// Below this share of all entities a key has no column: its postings hold little, and a column takes room for all
/// entities.
const MIN_COLUMN_SHARE: usize = 16;

/// The cost of reading one entity's values, in units of looking up one entry of a value's postings.
const ENTITY_COST: usize = 8;

/// The same for starting on one more value.
const VALUE_COST: usize = 4;

impl State {
    pub(super) fn facets(
        &self,
        fields: &[String],
        filter: Option<&Filter>,
        text: Option<&TextFilter>,
        visibility: &Visibility,
    ) -> Vec<Arc<FacetCounts>> {
        let members = OnceCell::new();
        let members = || {
            let members = members.get_or_init(|| {
                let members = self.members(filter, visibility);
                match text {
                    Some(text) => {
                        let default_field = FilterKey::new(DEFAULT_TEXT_FIELD);
                        Some(Cow::Owned(self.text_members(text, &default_field, members.as_deref())))
                    }
                    None => members,
                }
            });
            members.as_deref()
        };
        let facet = |field: &String| {
            if text.is_some() {
                // A text is typed letter by letter, and few others type the same.
                return Arc::new(self.facet(&FilterKey::new(field), members()));
            }
            let question = (FilterKey::new(field), filter.cloned(), visibility.clone());
            self.answers.facets.find(&question).unwrap_or_else(|| {
                let counts = Arc::new(self.facet(&question.0, members()));
                self.answers.facets.keep(question, Arc::clone(&counts));
                counts
            })
        };
        fields.iter().map(facet).collect()
    }

    /// The values of a field among `members`, or among all entities, with the number of entities that have each.
    fn facet(&self, field: &FilterKey, members: Option<&RoaringBitmap>) -> FacetCounts {
        let Some(key) = self.vocabulary.find_key(field.as_str()) else { return FacetCounts::default() };
        if let Some(column) = self.column(key) {
            return column.count(members, &self.entities.alive);
        }
        let counts = match members {
            None => self.count_all(key),
            Some(members) if self.is_cheaper_by_entity(key, members) => self.count_by_entity(key, members),
            Some(members) => self.count_by_value(key, members),
        };
        let named = counts.iter().filter_map(|&(value, count)| {
            let count = u32::try_from(count).expect("there are fewer than 2^32 entities");
            Some((self.vocabulary.text(value).original()?, count))
        });
        named.collect()
    }

    fn column(&self, id: KeyId) -> Option<&Column> {
        let key = self.vocabulary.key(id);
        if key.has.len() * MIN_COLUMN_SHARE < self.entities.n_slots() {
            return None;
        }
        let build = || {
            let named = |&value: &ValueId| {
                (self.vocabulary.text(value).original().unwrap_or_default(), self.vocabulary.postings(value))
            };
            let values = self.vocabulary.comparable_values(id).iter();
            Box::new(Column::new(values.map(named), self.entities.n_slots()))
        };
        Some(key.column.get_or_init(build))
    }

    fn is_cheaper_by_entity(&self, key: KeyId, members: &RoaringBitmap) -> bool {
        let key = self.vocabulary.key(key);
        members.len() < ((key.has.len() + key.values.len() * VALUE_COST) / ENTITY_COST) as u64
    }

    fn count_all(&self, key: KeyId) -> Vec<(ValueId, usize)> {
        let values = self.vocabulary.key(key).values.iter();
        values.map(|&value| (value, self.vocabulary.postings(value).len())).collect()
    }

    fn count_by_value(&self, key: KeyId, members: &RoaringBitmap) -> Vec<(ValueId, usize)> {
        let values = self.vocabulary.key(key).values.iter();
        let count = |&value: &ValueId| (value, self.vocabulary.postings(value).intersection_len(members));
        values.map(count).filter(|&(_, count)| count > 0).collect()
    }

    fn count_by_entity(&self, key: KeyId, members: &RoaringBitmap) -> Vec<(ValueId, usize)> {
        let rows = |entity| self.vocabulary.rows_of(&self.entities.record(entity).rows, key);
        let mut found: Vec<ValueId> = members.iter().flat_map(rows).copied().collect();
        found.sort_unstable();
        let mut counts: Vec<_> = found.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect();
        counts.sort_unstable_by(|a, b| self.vocabulary.compare(a.0, b.0));
        counts
    }
}
