//! Which entities a question is about: a set or the complement of one.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use super::postings::Postings;

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
            Postings::One(only) => Cow::Owned(std::iter::once(*only).collect()),
            Postings::Few(list) => Cow::Owned(sorted(list.iter().copied())),
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
            (Self::NotIn(a), Self::NotIn(b)) => Self::NotIn(Cow::Owned(a.as_ref() | b.as_ref())),
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

/// Of numbers in ascending order, which takes less time than in any order.
pub(super) fn sorted(numbers: impl Iterator<Item = u32>) -> RoaringBitmap {
    RoaringBitmap::from_sorted_iter(numbers).expect("the numbers ascend")
}

/// A bit per number below a bound: the cheapest way to unite thousands of tiny sets in any order, and to find the next
/// member.
pub(super) struct DenseSet {
    words: Vec<u64>,
}

impl DenseSet {
    /// An empty set for the numbers below `bound`.
    pub(super) fn new(bound: usize) -> Self {
        Self { words: vec![0; bound.div_ceil(64)] }
    }

    pub(super) fn insert(&mut self, number: u32) {
        self.words[(number >> 6) as usize] |= 1 << (number & 63);
    }

    /// The smallest member that is not below `start`.
    pub(super) fn next(&self, start: usize) -> Option<usize> {
        let mut at = start / 64;
        let mut word = self.words.get(at)? & (u64::MAX << (start % 64));
        while word == 0 {
            at += 1;
            word = *self.words.get(at)?;
        }
        Some(at * 64 + word.trailing_zeros() as usize)
    }

    /// The largest member below `end`, which is not above the bound.
    pub(super) fn previous(&self, end: usize) -> Option<usize> {
        let mut at = end / 64;
        let mut word = self.words.get(at).map_or(0, |word| word & !(u64::MAX << (end % 64)));
        while word == 0 {
            at = at.checked_sub(1)?;
            word = self.words[at];
        }
        Some(at * 64 + 63 - word.leading_zeros() as usize)
    }

    /// The member that `n` smaller ones precede.
    pub(super) fn nth(&self, mut n: usize) -> Option<usize> {
        for (at, word) in self.words.iter().enumerate() {
            let n_ones = word.count_ones() as usize;
            if n < n_ones {
                let mut word = *word;
                (0..n).for_each(|_| word &= word - 1);
                return Some(at * 64 + word.trailing_zeros() as usize);
            }
            n -= n_ones;
        }
        None
    }

    pub(super) fn into_bitmap(self) -> RoaringBitmap {
        let bytes: Vec<u8> = self.words.iter().flat_map(|word| word.to_le_bytes()).collect();
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dense(set: &RoaringBitmap, bound: usize) -> DenseSet {
        let mut dense = DenseSet::new(bound);
        set.iter().for_each(|number| dense.insert(number));
        dense
    }

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
            let bitmap: RoaringBitmap = set.iter().copied().collect();
            prop_assert_eq!(dense(&bitmap, 200_000).into_bitmap(), bitmap);
        }

        #[test]
        fn dense_sets_find_their_members(set in prop::collection::btree_set(0u32..200, 0..30), at in 0usize..200) {
            let dense = dense(&set.iter().copied().collect(), 200);
            let members: Vec<_> = set.iter().map(|&number| number as usize).collect();
            prop_assert_eq!(dense.next(at), members.iter().copied().find(|&number| number >= at));
            prop_assert_eq!(dense.previous(at), members.iter().copied().rev().find(|&number| number < at));
            prop_assert_eq!(dense.nth(at / 5), members.get(at / 5).copied());
        }
    }
}
