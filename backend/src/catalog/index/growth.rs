//! Lists that hold something for each entity or value.

/// By which share a full list grows.
const GROWTH: usize = 8;

/// Appends to a long list. It grows by an eighth where `Vec` doubles, since with a large catalog the unused half of a list
/// is memory that shows.
pub(super) fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / GROWTH + 64);
    }
    list.push(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_waste_little() {
        let mut list = Vec::new();
        for number in 0..10_000 {
            push(&mut list, number);
            assert!(list.capacity() <= list.len() + list.len() / GROWTH + 64);
        }
        assert!(list.into_iter().eq(0..10_000));
    }
}
