//! Counting the values of a field.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use roaring::RoaringBitmap;
use shared::filter::text::DEFAULT_TEXT_FIELD;
use shared::filter::{Filter, FilterKey, TextFilter};

use super::FacetCounts;
use super::query::Visibility;
use super::set::DenseSet;
use super::state::State;
use super::vocabulary::{KeyId, ValueId};

/// The cost of reading one entity's values, in units of intersecting one entry of a value's postings.
const ENTITY_COST: usize = 24;

/// The same for starting on one more value.
const VALUE_COST: usize = 8;

/// The entities to count among, in the two forms that counting uses.
struct MemberSet<'a> {
    sparse: Cow<'a, RoaringBitmap>,
    dense: DenseSet,
}

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
                let members = match text {
                    Some(text) => Some(Cow::Owned(self.text_members(
                        text,
                        &FilterKey::new(DEFAULT_TEXT_FIELD),
                        members.as_deref(),
                    ))),
                    None => members,
                };
                members.map(|sparse| {
                    let dense = DenseSet::of(&sparse, self.entities.n_slots());
                    MemberSet { sparse, dense }
                })
            });
            members.as_ref()
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
    fn facet(&self, field: &FilterKey, members: Option<&MemberSet<'_>>) -> FacetCounts {
        let Some(key) = self.vocabulary.find_key(field.as_str()) else { return Vec::new() };
        let counts = match members {
            None => self.count_all(key),
            Some(members) if self.is_cheaper_by_entity(key, &members.sparse) => {
                self.count_by_entity(key, &members.sparse)
            }
            Some(members) => self.count_by_value(key, members),
        };
        let spelled = |(value, count)| Some((self.vocabulary.text(value).original()?.to_owned(), count));
        counts.into_iter().filter_map(spelled).collect()
    }

    fn is_cheaper_by_entity(&self, key: KeyId, members: &RoaringBitmap) -> bool {
        let key = self.vocabulary.key(key);
        members.len() < ((key.has.len() + key.values.len() * VALUE_COST) / ENTITY_COST) as u64
    }

    fn count_all(&self, key: KeyId) -> Vec<(ValueId, usize)> {
        let values = self.vocabulary.key(key).values.iter();
        values.map(|&value| (value, self.vocabulary.postings(value).len())).collect()
    }

    fn count_by_value(&self, key: KeyId, members: &MemberSet<'_>) -> Vec<(ValueId, usize)> {
        let values = self.vocabulary.key(key).values.iter();
        let count = |&value: &ValueId| {
            (value, self.vocabulary.postings(value).intersection_len(&members.sparse, &members.dense))
        };
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
