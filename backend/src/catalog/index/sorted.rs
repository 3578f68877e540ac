//! Sorted lists of numbers that stand for texts.

use std::cmp::Ordering;

/// Takes out what stands at `places`, which ascend. Costs one move of the memory behind the first place.
pub(super) fn take_out(list: &mut Vec<u32>, places: &[usize]) {
    let length = list.len();
    for (n_before, &place) in places.iter().enumerate() {
        let next = places.get(n_before + 1).copied().unwrap_or(length);
        list.copy_within(place + 1..next, place - n_before);
    }
    list.truncate(length - places.len());
}

/// Puts `arriving[i]` before what stands at `places[i]`; places ascend. Costs one move of the memory behind the first place.
pub(super) fn put_in(list: &mut Vec<u32>, arriving: &[u32], places: &[usize]) {
    let mut end = list.len();
    list.resize(end + arriving.len(), 0);
    for (n_before, (&item, &place)) in arriving.iter().zip(places).enumerate().rev() {
        list.copy_within(place..end, place + n_before + 1);
        list[place + n_before] = item;
        end = place;
    }
}

/// Where each of `arriving` belongs in `list`; both are sorted by `compare`.
pub(super) fn places_for(list: &[u32], arriving: &[u32], compare: impl Fn(u32, u32) -> Ordering) -> Vec<usize> {
    let mut from = 0;
    let place = |&item: &u32| {
        from += list[from..].partition_point(|&other| compare(other, item).is_lt());
        from
    };
    arriving.iter().map(place).collect()
}

/// Sorts by text, then by `compare_equal`.
///
/// The texts lie scattered in memory, so the first bytes in which they differ are brought together first; most comparisons
/// need no more than those.
pub(super) fn sort_by_text<'a>(
    list: &mut [u32],
    text: impl Fn(u32) -> &'a str,
    compare_equal: impl Fn(u32, u32) -> Ordering,
) {
    let Some((&first, others)) = list.split_first() else { return };
    let first = text(first).as_bytes();
    let mut n_common = first.len();
    for &item in others {
        let text = text(item).as_bytes();
        n_common = first.iter().zip(text).take(n_common).take_while(|(a, b)| a == b).count();
    }
    let start_of = |item: u32| {
        let mut start = [0; size_of::<u128>()];
        // Shorter texts are filled with zeros, which sorts them first; a tie is settled by the whole text.
        for (to, from) in start.iter_mut().zip(&text(item).as_bytes()[n_common..]) {
            *to = *from;
        }
        u128::from_be_bytes(start)
    };
    let mut keyed: Vec<_> = list.iter().map(|&item| (start_of(item), item)).collect();
    keyed.sort_unstable_by(|(a_start, a), (b_start, b)| {
        a_start.cmp(b_start).then_with(|| text(*a).cmp(text(*b))).then_with(|| compare_equal(*a, *b))
    });
    for (to, (_, item)) in list.iter_mut().zip(keyed) {
        *to = item;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorting_by_text_is_sorting_by_text(
            prefix in "[a-c]{0,20}",
            texts in prop::collection::vec("[ab\u{0}ä]{0,20}", 0..40),
        ) {
            let texts: Vec<_> = texts.iter().map(|text| format!("{prefix}{text}")).collect();
            let mut list: Vec<u32> = (0..).take(texts.len()).collect();
            let mut expected = list.clone();
            expected.sort_by_key(|&n| (&texts[n as usize], std::cmp::Reverse(n)));
            sort_by_text(&mut list, |n| &texts[n as usize], |a, b| b.cmp(&a));
            prop_assert_eq!(list, expected);
        }

        #[test]
        fn lists_are_taken_apart_and_put_together(list in prop::collection::vec(0u32..100, 0..40), split in any::<u64>()) {
            let is_taken = |place: usize| split >> (place % 64) & 1 == 1;
            let places: Vec<_> = (0..list.len()).filter(|&place| is_taken(place)).collect();
            let taken: Vec<_> = places.iter().map(|&place| list[place]).collect();
            let mut rest = list.clone();
            take_out(&mut rest, &places);
            let expected: Vec<_> = (0..list.len()).filter(|&place| !is_taken(place)).map(|place| list[place]).collect();
            prop_assert_eq!(&rest, &expected);
            let shifted: Vec<_> = places.iter().enumerate().map(|(n_before, &place)| place - n_before).collect();
            put_in(&mut rest, &taken, &shifted);
            prop_assert_eq!(rest, list);
        }
    }
}
