//! Finding values that contain a term.

use memchr::memmem::Finder;

use super::vocabulary::ValueId;

/// Stands between values. No UTF-8 text contains it, so no term matches across two values.
const SEPARATOR: u8 = 0xFF;

/// Marks the place of a value that is gone.
const DEAD: ValueId = ValueId::MAX;

/// The values of one key, in lower case and in one piece of memory, so that a term is found at memory speed.
#[derive(Clone, Debug, Default)]
pub(super) struct Haystack {
    text: Vec<u8>,
    /// Where each value ends: the place of the separator after it.
    ends: Vec<usize>,
    ids: Vec<ValueId>,
    n_dead: usize,
}

impl Haystack {
    pub(super) fn of<'a>(values: impl Iterator<Item = (ValueId, &'a str)>) -> Self {
        let mut haystack = Self::default();
        values.for_each(|(id, text)| haystack.push(id, text));
        haystack
    }

    pub(super) fn push(&mut self, id: ValueId, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
        self.ends.push(self.text.len());
        self.text.push(SEPARATOR);
        self.ids.push(id);
    }

    /// Forgets values; `gone` is sorted. Their text stays until [`Haystack::is_stale`].
    pub(super) fn remove(&mut self, gone: &[ValueId]) {
        for id in &mut self.ids {
            if *id != DEAD && gone.binary_search(id).is_ok() {
                *id = DEAD;
                self.n_dead += 1;
            }
        }
    }

    /// So much of the text belongs to values that are gone that building anew is better.
    pub(super) fn is_stale(&self) -> bool {
        self.n_dead > 16 && self.n_dead * 3 > self.ids.len()
    }

    pub(super) fn n_bytes(&self) -> usize {
        self.text.len()
    }

    /// Calls `found` once for every value that contains `term`, which is in lower case and not empty.
    pub(super) fn search(&self, term: &str, mut found: impl FnMut(ValueId)) {
        let finder = Finder::new(term);
        let (mut start, mut at) = (0, 0);
        while let Some(offset) = finder.find(&self.text[start..]) {
            let place = start + offset;
            // Values without a match are skipped in growing steps, since matches may be near or far apart.
            let mut step = 1;
            while at + step < self.ends.len() && self.ends[at + step] < place {
                at += step;
                step *= 2;
            }
            let last = self.ends.len().min(at + step + 1);
            at += self.ends[at..last].partition_point(|&end| end < place);
            if self.ids[at] != DEAD {
                found(self.ids[at]);
            }
            start = self.ends[at] + 1;
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn search_equals_asking_every_value(
            values in prop::collection::vec("[abä\u{0}]{0,6}", 0..60),
            gone in prop::collection::btree_set(0u32..60, 0..10),
            term in "[abä\u{0}]{1,3}",
        ) {
            let numbered = || (0u32..).zip(values.iter().map(String::as_str));
            let mut haystack = Haystack::of(numbered());
            haystack.remove(&gone.iter().copied().collect::<Vec<_>>());
            let mut found = Vec::new();
            haystack.search(&term, |id| found.push(id));
            let expected: Vec<_> =
                numbered().filter(|(id, text)| !gone.contains(id) && text.contains(&term)).map(|(id, _)| id).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
