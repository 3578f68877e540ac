//! Which entities a question is about: a set or the complement of one.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use super::postings::{EntityNumber, Postings};

/// A set of entities, borrowed from the index where nothing had to be computed.
///
/// The complement form makes "everything" and negations free until the moment their members are asked for.
#[derive(Clone, Debug)]
pub(super) enum EntitySet<'a> {
    In(Cow<'a, RoaringBitmap>),
    NotIn(Cow<'a, RoaringBitmap>),
}

impl<'a> EntitySet<'a> {
    pub(super) fn everything() -> Self {
        Self::NotIn(Cow::Owned(RoaringBitmap::new()))
    }

    pub(super) fn nothing() -> Self {
        Self::In(Cow::Owned(RoaringBitmap::new()))
    }

    pub(super) fn of(postings: &'a Postings) -> Self {
        Self::In(match postings {
            Postings::Many(set) => Cow::Borrowed(set),
            Postings::One(_) | Postings::Few(_) => Cow::Owned(postings.iter().collect()),
        })
    }

    pub(super) fn complement(self) -> Self {
        match self {
            Self::In(set) => Self::NotIn(set),
            Self::NotIn(set) => Self::In(set),
        }
    }

    pub(super) fn is_everything(&self) -> bool {
        matches!(self, Self::NotIn(set) if set.is_empty())
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::In(set) if set.is_empty())
    }

    pub(super) fn intersection(self, other: Self) -> Self {
        match (self, other) {
            (all, other) | (other, all) if all.is_everything() => other,
            (Self::In(a), Self::In(b)) => Self::In(Cow::Owned(a.as_ref() & b.as_ref())),
            (Self::In(a), Self::NotIn(b)) | (Self::NotIn(b), Self::In(a)) => {
                Self::In(Cow::Owned(a.as_ref() - b.as_ref()))
            }
            (Self::NotIn(a), Self::NotIn(b)) => Self::NotIn(union_of(a, b)),
        }
    }

    pub(super) fn union(self, other: Self) -> Self {
        self.complement().intersection(other.complement()).complement()
    }

    /// The members among `alive`, or `None` for all of them.
    pub(super) fn members(self, alive: &'a RoaringBitmap) -> Option<Cow<'a, RoaringBitmap>> {
        match self {
            Self::In(set) if set.len() == alive.len() => None,
            Self::In(set) => Some(set),
            Self::NotIn(set) if set.is_empty() => None,
            Self::NotIn(set) => Some(Cow::Owned(alive - set.as_ref())),
        }
    }
}

fn union_of<'a>(a: Cow<'a, RoaringBitmap>, b: Cow<'a, RoaringBitmap>) -> Cow<'a, RoaringBitmap> {
    Cow::Owned(a.as_ref() | b.as_ref())
}

/// A bit per entity number: the cheapest way to unite thousands of tiny postings in any order.
pub(super) struct DenseSet {
    bytes: Vec<u8>,
}

impl DenseSet {
    /// An empty set for the numbers below `n_slots`.
    pub(super) fn new(n_slots: usize) -> Self {
        Self { bytes: vec![0; n_slots.div_ceil(8)] }
    }

    pub(super) fn insert(&mut self, entity: EntityNumber) {
        self.bytes[(entity >> 3) as usize] |= 1 << (entity & 7);
    }

    pub(super) fn into_bitmap(self) -> RoaringBitmap {
        RoaringBitmap::from_lsb0_bytes(0, &self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn small_set() -> impl Strategy<Value = RoaringBitmap> {
        prop::collection::vec(0u32..40, 0..30).prop_map(|numbers| numbers.into_iter().collect())
    }

    fn entity_set(set: &RoaringBitmap, is_complement: bool) -> EntitySet<'_> {
        let plain = EntitySet::In(Cow::Borrowed(set));
        if is_complement { plain.complement() } else { plain }
    }

    fn resolve(set: EntitySet<'_>, alive: &RoaringBitmap) -> RoaringBitmap {
        match set.members(alive) {
            Some(members) => members.into_owned(),
            None => alive.clone(),
        }
    }

    proptest! {
        #[test]
        fn set_algebra_matches_plain_sets(a in small_set(), b in small_set(), a_not: bool, b_not: bool) {
            let alive: RoaringBitmap = (0..40).collect();
            let plain = |set: &RoaringBitmap, not: bool| if not { &alive - set } else { set.clone() };
            let (plain_a, plain_b) = (plain(&a, a_not), plain(&b, b_not));
            let (set_a, set_b) = (entity_set(&a, a_not), entity_set(&b, b_not));
            prop_assert_eq!(resolve(set_a.clone().intersection(set_b.clone()), &alive), &plain_a & &plain_b);
            prop_assert_eq!(resolve(set_a.union(set_b), &alive), &plain_a | &plain_b);
        }

        #[test]
        fn dense_sets_keep_their_members(set in prop::collection::btree_set(0u32..200_000, 0..50)) {
            let mut dense = DenseSet::new(200_000);
            set.iter().for_each(|entity| dense.insert(*entity));
            prop_assert!(dense.into_bitmap().iter().eq(set.iter().copied()));
        }
    }
}
