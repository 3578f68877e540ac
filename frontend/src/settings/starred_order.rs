//! Moving one of several things to another place.

/// What a thing stands before when it is moved from one place to another; `None` for the end.
///
/// Places are counted from 0, `to` as it will be after the move.
pub fn stands_before<T>(items: &[T], from: usize, to: usize) -> Option<&T> {
    items.iter().enumerate().filter(|(at, _)| *at != from).nth(to).map(|(_, item)| item)
}

/// The place at which something is dropped: the number of other rows whose middle lies above the pointer.
pub fn drop_place(middles: &[f64], from: usize, pointer: f64) -> usize {
    middles.iter().enumerate().filter(|(at, middle)| *at != from && **middle < pointer).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: usize, to: usize, expected: &str) {
        let mut items = vec!["a", "b", "c", "d"];
        let before = stands_before(&items, from, to).copied();
        let moved = items.remove(from);
        let at = before.map_or(items.len(), |before| items.iter().position(|item| *item == before).unwrap());
        items.insert(at, moved);
        assert_eq!(items.concat(), expected);
    }

    #[test]
    fn a_thing_ends_where_it_was_moved() {
        check(0, 0, "abcd");
        check(0, 1, "bacd");
        check(0, 3, "bcda");
        check(3, 0, "dabc");
        check(2, 1, "acbd");
        check(1, 9, "acdb");
    }

    #[test]
    fn a_thing_is_dropped_between_the_rows_around_the_pointer() {
        let middles = [10.0, 30.0, 50.0, 70.0];
        assert_eq!([0.0, 15.0, 45.0, 90.0].map(|pointer| drop_place(&middles, 1, pointer)), [0, 1, 1, 3]);
        assert_eq!(drop_place(&middles, 3, -5.0), 0);
    }
}
