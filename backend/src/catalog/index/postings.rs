//! Sets of entity numbers, small in memory when they are small.

use roaring::RoaringBitmap;

/// The number of an entity's slot; reused after the entity is gone.
pub(super) type EntityNumber = u32;

/// Above this size a compressed bitmap takes less room than a list. Tests work with few entities and still meet both.
const MAX_LISTED: usize = if cfg!(test) { 8 } else { 96 };

/// The entities that hold one value, or one key.
///
/// Most values (names, uids, titles) belong to one entity, so that case lies inline.
#[derive(Clone, Debug)]
pub(super) enum Postings {
    One(EntityNumber),
    /// Ascending, at most [`MAX_LISTED`]; the only form that may be empty.
    Few(Vec<EntityNumber>),
    Many(Box<RoaringBitmap>),
}

impl Postings {
    pub(super) const fn new() -> Self {
        Self::Few(Vec::new())
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Few(list) => list.len(),
            Self::Many(set) => usize::try_from(set.len()).expect("there are fewer than 2^32 entities"),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Few(list) if list.is_empty())
    }

    pub(super) fn contains(&self, entity: EntityNumber) -> bool {
        match self {
            Self::One(only) => *only == entity,
            Self::Few(list) => list.binary_search(&entity).is_ok(),
            Self::Many(set) => set.contains(entity),
        }
    }

    pub(super) fn insert(&mut self, entity: EntityNumber) {
        match self {
            Self::One(only) if *only == entity => {}
            Self::One(only) => *self = Self::Few(vec![entity.min(*only), entity.max(*only)]),
            Self::Few(list) if list.is_empty() => *self = Self::One(entity),
            Self::Few(list) => {
                if let Err(at) = list.binary_search(&entity) {
                    list.insert(at, entity);
                    if list.len() > MAX_LISTED {
                        *self = Self::Many(Box::new(list.iter().copied().collect()));
                    }
                }
            }
            Self::Many(set) => {
                set.insert(entity);
            }
        }
    }

    /// Takes an entity out. Large sets stay bitmaps until they are half as large as a list may be, so that a
    /// value that gains and loses an entity in turn does not change its form each time.
    pub(super) fn remove(&mut self, entity: EntityNumber) {
        match self {
            Self::One(only) if *only == entity => *self = Self::new(),
            Self::One(_) => {}
            Self::Few(list) => {
                if let Ok(at) = list.binary_search(&entity) {
                    list.remove(at);
                }
                if let [only] = list[..] {
                    *self = Self::One(only);
                }
            }
            Self::Many(set) => {
                set.remove(entity);
                if self.len() <= MAX_LISTED / 2 {
                    *self = Self::Few(self.to_vec());
                }
            }
        }
    }

    pub(super) fn for_each(&self, mut visit: impl FnMut(EntityNumber)) {
        match self {
            Self::One(only) => visit(*only),
            Self::Few(list) => list.iter().copied().for_each(visit),
            Self::Many(set) => set.iter().for_each(visit),
        }
    }

    pub(super) fn to_vec(&self) -> Vec<EntityNumber> {
        let mut entities = Vec::with_capacity(self.len());
        self.for_each(|entity| entities.push(entity));
        entities
    }

    /// How many members lie in `set`.
    pub(super) fn intersection_len(&self, set: &RoaringBitmap) -> usize {
        match self {
            Self::One(only) => usize::from(set.contains(*only)),
            Self::Few(list) => list.iter().filter(|entity| set.contains(**entity)).count(),
            Self::Many(own) => usize::try_from(own.intersection_len(set)).expect("there are fewer than 2^32 entities"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn postings_behave_like_a_set(steps in prop::collection::vec((any::<bool>(), 0u32..240), 0..600)) {
            let (mut postings, mut plain) = (Postings::new(), BTreeSet::new());
            for (is_insert, entity) in steps {
                if is_insert {
                    postings.insert(entity);
                    plain.insert(entity);
                } else {
                    postings.remove(entity);
                    plain.remove(&entity);
                }
                prop_assert_eq!(postings.len(), plain.len());
                prop_assert_eq!(postings.is_empty(), plain.is_empty());
                prop_assert_eq!(postings.contains(entity), plain.contains(&entity));
                prop_assert!(postings.to_vec().into_iter().eq(plain.iter().copied()));
            }
        }
    }
}
