//! Sorting of short lists.
//!
//! `slice::sort_by` is compiled anew, with about 4 kB, for each type of item and each comparison. The page sorts in dozens of
//! places and never much, so here all of them share one sorting of numbers.

use std::cmp::Ordering;

/// Sorts like the methods of slices, in less room. Equal items keep their order.
pub trait Order<T> {
    /// Sorts by a comparison.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by what each item has.
    fn order_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.order_by(|one, other| key(one).cmp(&key(other)));
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let order = order_of(self.len(), &mut |one, other| compare(&self[one], &self[other]));
        take_places(order, &mut |one, other| self.swap(one, other));
    }
}

/// Which item belongs at each place.
fn order_of(n_items: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n_items).collect();
    order.sort_by(|one, other| compare(*one, *other));
    order
}

/// Brings the items to their places by swaps: each ring of items that take each other's place is followed once.
fn take_places(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut place = start;
        loop {
            let item = std::mem::replace(&mut order[place], place);
            if item == start {
                break;
            }
            swap(place, item);
            place = item;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted_as_slices_sort_them() {
        // Every order of six items, some of them equal.
        for number in 0..6_usize.pow(6) {
            let mut items: Vec<(usize, usize)> =
                (0..6).map(|place| (number / 6_usize.pow(place) % 6, place as usize)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(rank, _)| *rank);
            items.order_by_key(|(rank, _)| *rank);
            assert_eq!(items, expected);
        }
        let mut nothing: [u8; 0] = [];
        nothing.order_by(Ord::cmp);
    }
}
