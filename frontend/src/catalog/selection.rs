//! Which rows are selected: some, or all that match but some. Rows that have not been read can be selected, too.

use std::collections::BTreeSet;

/// The selected entities of a view, by reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Whether everything is selected but [`Selection::refs`].
    is_all: bool,
    refs: BTreeSet<String>,
    /// Where a range starts that Shift extends.
    anchor: Option<usize>,
}

impl Selection {
    /// Whether an entity is selected.
    pub fn contains(&self, entity_ref: &str) -> bool {
        self.is_all != self.refs.contains(entity_ref)
    }

    /// How many are selected of so many rows.
    pub fn count(&self, n_rows: usize) -> usize {
        if self.is_all { n_rows.saturating_sub(self.refs.len()) } else { self.refs.len() }
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        !self.is_all && self.refs.is_empty()
    }

    /// Whether everything that matches is selected but [`Selection::refs`].
    pub fn is_all(&self) -> bool {
        self.is_all
    }

    /// The selected references, or with [`Selection::is_all`] those that are not.
    pub fn refs(&self) -> &BTreeSet<String> {
        &self.refs
    }

    /// Selects an entity, or no longer; ranges start at its row from now on.
    pub fn toggle(&mut self, row: usize, entity_ref: &str) {
        if !self.refs.remove(entity_ref) {
            self.refs.insert(entity_ref.to_owned());
        }
        self.anchor = Some(row);
    }

    /// The rows of a range from where the last one started to a row. The first range starts at `active`.
    pub fn range_to(&mut self, row: usize, active: usize) -> std::ops::Range<usize> {
        let anchor = *self.anchor.get_or_insert(active);
        anchor.min(row)..anchor.max(row) + 1
    }

    /// Selects these as well.
    pub fn add(&mut self, refs: impl IntoIterator<Item = String>) {
        for entity_ref in refs {
            if self.is_all {
                self.refs.remove(&entity_ref);
            } else {
                self.refs.insert(entity_ref);
            }
        }
    }

    /// Does not select these any more.
    pub fn remove(&mut self, refs: impl IntoIterator<Item = String>) {
        for entity_ref in refs {
            if self.is_all {
                self.refs.insert(entity_ref);
            } else {
                self.refs.remove(&entity_ref);
            }
        }
    }

    /// Selects everything that matches.
    pub fn select_all(&mut self) {
        *self = Self { is_all: true, anchor: self.anchor, ..Self::default() };
    }

    /// Selects nothing.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_are_selected_one_by_one() {
        let mut selection = Selection::default();
        selection.toggle(3, "a");
        selection.toggle(5, "b");
        selection.toggle(3, "a");
        assert!(selection.contains("b") && !selection.contains("a"));
        assert_eq!((selection.count(100), selection.is_empty()), (1, false));
    }

    #[test]
    fn all_but_some_are_selected_without_reading_them() {
        let mut selection = Selection::default();
        selection.select_all();
        selection.toggle(0, "a");
        assert!(!selection.contains("a") && selection.contains("never-read"));
        assert_eq!(selection.count(14_000), 13_999);
        selection.add(["a".to_owned()]);
        assert_eq!(selection.count(14_000), 14_000);
        selection.clear();
        assert!(selection.is_empty());
    }

    #[test]
    fn a_range_starts_where_the_last_choice_was() {
        let mut selection = Selection::default();
        assert_eq!(selection.range_to(7, 5), 5..8);
        assert_eq!(selection.range_to(2, 7), 2..6, "it turns around where it started");
        selection.toggle(20, "a");
        assert_eq!(selection.range_to(22, 20), 20..23);
    }
}
