//! Entities in an order that is built once and then repaired.

use std::cmp::Ordering;

use super::postings::EntityNumber;
use super::sorted::{places_for, put_in, take_out};

/// Below this share of all entities an order has no ranks: walking it costs little, and ranks take room for all entities.
const MIN_RANKED_SHARE: usize = 16;

const NO_RANK: u32 = u32::MAX;

/// Some or all entities in an order.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    order: Vec<EntityNumber>,
    /// By entity number, the place in `order`; empty where the sequence is short.
    ranks: Vec<u32>,
}

impl Sequence {
    pub(super) fn new(order: Vec<EntityNumber>, n_slots: usize) -> Self {
        let mut sequence = Self { order, ranks: Vec::new() };
        sequence.rank_from(0, n_slots);
        sequence
    }

    pub(super) fn order(&self) -> &[EntityNumber] {
        &self.order
    }

    pub(super) fn is_ranked(&self) -> bool {
        !self.ranks.is_empty()
    }

    /// The place of an entity; `None` when it is not part of the sequence, or the sequence is not ranked.
    pub(super) fn rank(&self, entity: EntityNumber) -> Option<u32> {
        self.ranks.get(entity as usize).copied().filter(|&rank| rank != NO_RANK)
    }

    /// Puts the `changed` entities where they belong now. The others must be in order already.
    ///
    /// `changed` is sorted and free of duplicates. It may hold numbers that are new, gone, or now of another entity.
    /// `belongs` says whether an entity is part of the sequence now. Cost: moving memory of the size of the sequence, and
    /// a binary search per changed entity.
    pub(super) fn repair(
        &mut self,
        changed: &[EntityNumber],
        n_slots: usize,
        belongs: impl Fn(EntityNumber) -> bool,
        compare: impl Fn(EntityNumber, EntityNumber) -> Ordering,
    ) {
        let left = self.forget_places(changed);
        take_out(&mut self.order, &left);
        let mut arriving: Vec<_> = changed.iter().copied().filter(|&entity| belongs(entity)).collect();
        arriving.sort_unstable_by(|&a, &b| compare(a, b));
        let places = places_for(&self.order, &arriving, compare);
        put_in(&mut self.order, &arriving, &places);
        let first_moved = left.first().into_iter().chain(places.first()).min();
        self.rank_from(first_moved.copied().unwrap_or(self.order.len()), n_slots);
    }

    /// Where the changed entities stand, ascending. They lose their ranks.
    fn forget_places(&mut self, changed: &[EntityNumber]) -> Vec<usize> {
        if !self.is_ranked() {
            let is_changed = |(place, entity)| changed.binary_search(entity).is_ok().then_some(place);
            return self.order.iter().enumerate().filter_map(is_changed).collect();
        }
        let forget = |&entity: &EntityNumber| {
            let rank = std::mem::replace(self.ranks.get_mut(entity as usize)?, NO_RANK);
            (rank != NO_RANK).then_some(rank as usize)
        };
        let mut places: Vec<_> = changed.iter().filter_map(forget).collect();
        places.sort_unstable();
        places
    }

    /// Sets the ranks of what stands at `first` and after it; what left the sequence has lost its rank already.
    fn rank_from(&mut self, first: usize, n_slots: usize) {
        if self.order.len() * MIN_RANKED_SHARE < n_slots || self.order.is_empty() {
            self.ranks = Vec::new();
            return;
        }
        let first = if self.is_ranked() { first } else { 0 };
        self.ranks.resize(n_slots, NO_RANK);
        for (place, &entity) in self.order.iter().enumerate().skip(first) {
            self.ranks[entity as usize] = u32::try_from(place).expect("there are fewer than 2^32 entities");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Entities are ordered by a weight that changes; weight 0 means not part of the sequence.
        #[test]
        fn repair_equals_sorting_anew(
            weights in prop::collection::vec(0u32..20, 1..60),
            steps in prop::collection::vec(prop::collection::btree_map(0u32..80, 0u32..20, 0..12), 1..12),
        ) {
            let mut weights = weights;
            let sorted = |weights: &[u32]| {
                let mut order: Vec<u32> = (0..).take(weights.len()).filter(|&n| weights[n as usize] > 0).collect();
                order.sort_by_key(|&n| (weights[n as usize], n));
                order
            };
            let mut sequence = Sequence::new(sorted(&weights), weights.len());
            for step in steps {
                for (&entity, &weight) in &step {
                    let n_slots = weights.len().max(entity as usize + 1);
                    weights.resize(n_slots, 0);
                    weights[entity as usize] = weight;
                }
                let changed: Vec<_> = step.keys().copied().collect();
                let key = |n: u32| (weights[n as usize], n);
                sequence.repair(&changed, weights.len(), |n| weights[n as usize] > 0, |a, b| key(a).cmp(&key(b)));
                let expected = sorted(&weights);
                prop_assert_eq!(sequence.order(), &expected[..]);
                for entity in (0..).take(weights.len()) {
                    let place = expected.iter().position(|&n| n == entity).filter(|_| sequence.is_ranked());
                    prop_assert_eq!(sequence.rank(entity).map(|rank| rank as usize), place);
                }
            }
        }
    }
}
