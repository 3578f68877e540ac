//! The values of one key by entity, so that counting them takes one look at each entity.

use std::fmt;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::postings::{EntityNumber, Postings};

/// No value.
const NONE: u32 = u32::MAX;

/// Marks a cell that tells where in [`Column::lists`] the values are.
const IS_LIST: u32 = 1 << 31;

/// Below one member in so many values, sorting what is found is cheaper than a counter for each value.
const VALUES_PER_MEMBER: u64 = 8;

const FEW: &str = "a key has fewer than 2^31 values";

/// Texts in one piece.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<u32>,
    needs_escapes: bool,
}

impl Names {
    fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(u32::try_from(self.text.len()).expect("the values of a key take less than 4 GiB"));
        self.needs_escapes |= name.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
    }

    fn get(&self, place: u32) -> &str {
        let place = place as usize;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.text[start as usize..self.ends[place] as usize]
    }

    fn len(&self) -> usize {
        self.ends.len()
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut all = Self::default();
        names.into_iter().for_each(|name| all.push(name));
        all.text.shrink_to_fit();
        all.ends.shrink_to_fit();
        all
    }
}

/// The values of one facet with the number of entities that have each, sorted by value without regard to case.
#[derive(Clone, Default)]
pub struct FacetCounts {
    names: Arc<Names>,
    /// Places of names and counts above 0, ascending.
    counts: Vec<(u32, u32)>,
}

impl FacetCounts {
    /// Values and counts in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, u32)> {
        self.counts.iter().map(|&(place, count)| (self.names.get(place), count))
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether no entity has a value.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Whether a value may hold a character that JSON writes with a backslash.
    pub fn needs_escapes(&self) -> bool {
        self.names.needs_escapes
    }
}

impl<'a> FromIterator<(&'a str, u32)> for FacetCounts {
    /// Of values in their order.
    fn from_iter<I: IntoIterator<Item = (&'a str, u32)>>(counts: I) -> Self {
        let mut names = Names::default();
        let counts = counts.into_iter().map(|(name, count)| {
            names.push(name);
            count
        });
        let counts = (0..).zip(counts).collect();
        Self { names: Arc::new(names), counts }
    }
}

impl fmt::Debug for FacetCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for FacetCounts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for FacetCounts {}

/// The values of one key by entity. Null does not count.
///
/// A value is known by its place among all values of the key, so a column lives only as long as no value comes or goes.
/// Entities may gain and lose values meanwhile.
#[derive(Debug)]
pub(super) struct Column {
    names: Arc<Names>,
    /// By place, how many entities have the value.
    totals: Vec<u32>,
    /// By entity number: [`NONE`], the place of its only value, or [`IS_LIST`] and the start of a list.
    cells: Vec<u32>,
    /// Each list with its length before it.
    lists: Vec<u32>,
    /// How much of `lists` is not used any more.
    n_dead: usize,
}

impl Column {
    /// `values` are the names and postings of all values, in their order; entity numbers are below `n_slots`.
    pub(super) fn new<'a>(values: impl Iterator<Item = (&'a str, &'a Postings)> + Clone, n_slots: usize) -> Self {
        let names: Names = values.clone().map(|(name, _)| name).collect();
        // First how many values each entity has, so that the list of each is in one piece, and lists in their order.
        let mut cells = vec![0_u32; n_slots];
        values.clone().for_each(|(_, postings)| postings.for_each(|entity| cells[entity as usize] += 1));
        let n_listed = cells.iter().filter(|&&n_values| n_values > 1).map(|&n_values| n_values as usize + 1).sum();
        let mut lists: Vec<u32> = Vec::with_capacity(n_listed);
        for cell in &mut cells {
            let n_values = *cell as usize;
            *cell = NONE;
            if n_values > 1 {
                *cell = IS_LIST | u32::try_from(lists.len()).expect(FEW);
                lists.resize(lists.len() + n_values + 1, 0);
            }
        }
        let mut totals = Vec::with_capacity(names.len());
        for (place, (_, postings)) in (0..).zip(values) {
            totals.push(u32::try_from(postings.len()).expect("there are fewer than 2^32 entities"));
            postings.for_each(|entity| match cells[entity as usize] {
                NONE => cells[entity as usize] = place,
                cell => {
                    let start = (cell & !IS_LIST) as usize;
                    lists[start] += 1;
                    let at = start + lists[start] as usize;
                    lists[at] = place;
                }
            });
        }
        Self { names: Arc::new(names), totals, cells, lists, n_dead: 0 }
    }

    /// Gives an entity other values, by their places.
    pub(super) fn set(&mut self, entity: EntityNumber, places: &[u32]) {
        let entity = entity as usize;
        if entity >= self.cells.len() {
            self.cells.resize(entity + 1, NONE);
        }
        let before = self.cells[entity];
        for &place in places_of(before, &self.lists, &mut [0]) {
            self.totals[place as usize] -= 1;
        }
        if before != NONE && before & IS_LIST != 0 {
            self.n_dead += self.lists[(before & !IS_LIST) as usize] as usize + 1;
        }
        places.iter().for_each(|&place| self.totals[place as usize] += 1);
        self.cells[entity] = match *places {
            [] => NONE,
            [place] => place,
            _ => {
                let start = u32::try_from(self.lists.len()).expect(FEW);
                self.lists.push(u32::try_from(places.len()).expect(FEW));
                self.lists.extend_from_slice(places);
                IS_LIST | start
            }
        };
    }

    /// So much of the lists is not used any more that building anew is better.
    pub(super) fn is_stale(&self) -> bool {
        self.n_dead > 64 && self.n_dead * 2 > self.lists.len()
    }

    /// How many of `members` have each value; of all entities, which are `alive`, where there are no members.
    pub(super) fn count(&self, members: Option<&RoaringBitmap>, alive: &RoaringBitmap) -> FacetCounts {
        let counts = match members {
            None => above_zero(&self.totals),
            Some(members) if members.len() * VALUES_PER_MEMBER < self.totals.len() as u64 => self.count_few(members),
            Some(members) if members.len() * 2 > alive.len() => {
                let mut counts = self.totals.clone();
                self.visit(&(alive - members), |place| counts[place as usize] -= 1);
                above_zero(&counts)
            }
            Some(members) => {
                let mut counts = vec![0; self.totals.len()];
                self.visit(members, |place| counts[place as usize] += 1);
                above_zero(&counts)
            }
        };
        FacetCounts { names: Arc::clone(&self.names), counts }
    }

    fn count_few(&self, members: &RoaringBitmap) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        self.visit(members, |place| found.push(place));
        found.sort_unstable();
        let count = |same: &[u32]| (same[0], u32::try_from(same.len()).expect("there are fewer than 2^32 entities"));
        found.chunk_by(|a, b| a == b).map(count).collect()
    }

    fn visit(&self, members: &RoaringBitmap, mut visit: impl FnMut(u32)) {
        // A loop would ask the set for each member, which takes it much longer than to hand over all of them.
        members.iter().for_each(|entity| match self.cells.get(entity as usize).copied().unwrap_or(NONE) {
            NONE => {}
            place if place & IS_LIST == 0 => visit(place),
            list => {
                let start = (list & !IS_LIST) as usize;
                let n_values = self.lists[start] as usize;
                self.lists[start + 1..=start + n_values].iter().for_each(|&place| visit(place));
            }
        });
    }
}

/// What a cell stands for. `single` is where the place of an only value is put.
fn places_of<'a>(cell: u32, lists: &'a [u32], single: &'a mut [u32; 1]) -> &'a [u32] {
    match cell {
        NONE => &[],
        place if place & IS_LIST == 0 => {
            single[0] = place;
            single
        }
        list => {
            let start = (list & !IS_LIST) as usize;
            &lists[start + 1..=start + lists[start] as usize]
        }
    }
}

fn above_zero(counts: &[u32]) -> Vec<(u32, u32)> {
    (0..).zip(counts).filter(|(_, count)| **count > 0).map(|(place, count)| (place, *count)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// The sets of values of some entities, as a column is made from them.
    fn column(rows: &[BTreeSet<u32>], n_values: u32) -> Column {
        let values: Vec<(String, Postings)> = (0..n_values)
            .map(|value| {
                let mut postings = Postings::new();
                let holders = (0..).zip(rows).filter(|(_, row)| row.contains(&value));
                holders.for_each(|(entity, _)| postings.insert(entity));
                (format!("v{value}"), postings)
            })
            .collect();
        Column::new(values.iter().map(|(name, postings)| (name.as_str(), postings)), rows.len())
    }

    fn counts(rows: &[BTreeSet<u32>], members: &RoaringBitmap, n_values: u32) -> Vec<(String, u32)> {
        let count = |value| members.iter().filter(|&entity| rows[entity as usize].contains(&value)).count();
        let counts = (0..n_values).map(|value| (format!("v{value}"), u32::try_from(count(value)).unwrap()));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    proptest! {
        #[test]
        fn a_column_counts_what_entities_have(
            rows in prop::collection::vec(prop::collection::btree_set(0u32..20, 0..4), 1..60),
            steps in prop::collection::vec((0usize..70, prop::collection::btree_set(0u32..20, 0..4)), 0..40),
            chosen in prop::collection::btree_set(0u32..70, 0..70),
        ) {
            let mut rows = rows;
            let mut column = column(&rows, 20);
            for (entity, row) in steps {
                rows.resize(rows.len().max(entity + 1), BTreeSet::new());
                column.set(u32::try_from(entity).unwrap(), &row.iter().copied().collect::<Vec<_>>());
                rows[entity] = row;
            }
            let alive: RoaringBitmap = (0..u32::try_from(rows.len()).unwrap()).collect();
            let members: RoaringBitmap = chosen.into_iter().filter(|entity| alive.contains(*entity)).collect();
            for (members, set) in [(None, &alive), (Some(&members), &members), (Some(&alive), &alive)] {
                let found = column.count(members, &alive);
                let found: Vec<_> = found.iter().map(|(name, count)| (name.to_owned(), count)).collect();
                prop_assert_eq!(found, counts(&rows, set, 20));
            }
        }
    }

    #[test]
    fn lists_that_nobody_uses_make_a_column_stale() {
        let row = BTreeSet::from([0, 1, 2]);
        let mut column = column(&vec![row; 40], 3);
        assert!(!column.is_stale());
        (0..40).for_each(|entity| column.set(entity, &[1, 2]));
        assert!(column.is_stale());
    }
}
