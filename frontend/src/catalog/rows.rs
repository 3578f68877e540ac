//! The rows that the page has: pieces of a long list, read as they are needed.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use shared::entity::Entity;

/// Rows that are read in one request.
pub const CHUNK_ROWS: usize = 100;
/// Requests under way at a time. Whoever drags the scroll bar through the list asks only for what is in sight when one ends.
const MAX_PENDING: usize = 3;
/// Parts that are kept; those furthest from the newest go first.
const MAX_CHUNKS: usize = 60;

/// Pieces of one list. Old rows stay while newer ones are read.
#[derive(Clone, Debug, Default)]
pub struct RowCache {
    n_rows: Option<usize>,
    chunks: HashMap<usize, Chunk>,
    /// Chunks that are being read.
    pending: BTreeSet<usize>,
    /// Grows when everything has to be read again; answers to older requests do not count as fresh.
    generation: u64,
    /// Rows from before this generation belong to another view. They go as soon as the first newer ones are there.
    valid_since: u64,
}

#[derive(Clone, Debug)]
struct Chunk {
    rows: Vec<Arc<Entity>>,
    generation: u64,
}

/// One part of the list to ask the server for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkRequest {
    /// The number of the chunk.
    pub chunk: usize,
    /// To be handed back with the answer.
    pub generation: u64,
}

impl ChunkRequest {
    /// How many rows come before the part.
    pub fn offset(self) -> usize {
        self.chunk * CHUNK_ROWS
    }
}

impl RowCache {
    /// How many rows the list has; `None` until the server has said so.
    pub fn n_rows(&self) -> Option<usize> {
        self.n_rows
    }

    /// A row, if it has been read.
    pub fn row(&self, index: usize) -> Option<Arc<Entity>> {
        self.chunks.get(&(index / CHUNK_ROWS))?.rows.get(index % CHUNK_ROWS).cloned()
    }

    /// The parts of a range that are missing or outdated and not being read; they count as being read from now on. While too
    /// much is being read already, fewer are answered: ask again when something has come.
    pub fn request(&mut self, rows: &Range<usize>) -> Vec<ChunkRequest> {
        let chunks = rows.start / CHUNK_ROWS..=rows.end.saturating_sub(1).max(rows.start) / CHUNK_ROWS;
        let generation = self.generation;
        let n_free = MAX_PENDING.saturating_sub(self.pending.len());
        let wanted: Vec<usize> = chunks
            .filter(|chunk| {
                let is_fresh = self.chunks.get(chunk).is_some_and(|chunk| chunk.generation == generation);
                !is_fresh && !self.pending.contains(chunk)
            })
            .take(n_free)
            .collect();
        self.pending.extend(&wanted);
        wanted.into_iter().map(|chunk| ChunkRequest { chunk, generation }).collect()
    }

    /// Whether a request was made since the last [`RowCache::outdate`].
    pub fn is_current(&self, request: ChunkRequest) -> bool {
        request.generation == self.generation
    }

    /// Takes an answer. An answer from before the last [`RowCache::outdate`] is dropped.
    pub fn insert(&mut self, request: ChunkRequest, rows: Vec<Entity>, n_rows: usize) {
        if !self.is_current(request) {
            return;
        }
        self.pending.remove(&request.chunk);
        self.n_rows = Some(n_rows);
        let rows = rows.into_iter().map(Arc::new).collect();
        self.chunks.insert(request.chunk, Chunk { rows, generation: request.generation });
        let n_chunks = n_rows.div_ceil(CHUNK_ROWS);
        let valid_since = self.valid_since;
        self.chunks.retain(|number, chunk| *number < n_chunks.max(1) && chunk.generation >= valid_since);
        while self.chunks.len() > MAX_CHUNKS {
            let Some(&furthest) = self.chunks.keys().max_by_key(|number| number.abs_diff(request.chunk)) else { break };
            self.chunks.remove(&furthest);
        }
    }

    /// Gives up a request that failed, so that it can be asked again.
    pub fn abandon(&mut self, request: ChunkRequest) {
        if self.is_current(request) {
            self.pending.remove(&request.chunk);
        }
    }

    /// Marks all rows as outdated: they are shown until newer ones are there.
    pub fn outdate(&mut self) {
        self.generation += 1;
        self.pending.clear();
    }

    /// Starts another view of the same kind of rows: the old ones are shown until the first newer ones are there.
    pub fn start_view(&mut self) {
        self.outdate();
        self.valid_since = self.generation;
    }

    /// Starts a view from rows that were read earlier, or from none. They are read again.
    pub fn restore(&mut self, rows: Self) {
        let generation = self.generation.max(rows.generation) + 1;
        *self = Self { generation, valid_since: rows.valid_since, pending: BTreeSet::new(), ..rows };
    }

    /// Those of a range of rows that have been read, with their places.
    pub fn rows_of(&self, rows: &Range<usize>) -> Vec<(usize, Arc<Entity>)> {
        rows.clone().filter_map(|index| Some((index, self.row(index)?))).collect()
    }

    /// Whether anything is being read.
    pub fn is_loading(&self) -> bool {
        !self.pending.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entities(n_rows: usize) -> Vec<Entity> {
        (0..n_rows)
            .map(|row| {
                let document = json!({"apiVersion": "v", "kind": "Component", "metadata": {"name": format!("c{row}")}});
                serde_json::from_value(document).unwrap()
            })
            .collect()
    }

    fn chunks(requests: &[ChunkRequest]) -> Vec<usize> {
        requests.iter().map(|request| request.chunk).collect()
    }

    #[test]
    fn a_range_asks_for_each_missing_part_once() {
        let mut cache = RowCache::default();
        let first = cache.request(&(0..28));
        assert_eq!(chunks(&first), [0]);
        assert_eq!(cache.request(&(0..28)), []);
        cache.insert(first[0], entities(100), 250);
        assert_eq!(cache.n_rows(), Some(250));
        assert_eq!(chunks(&cache.request(&(90..210))), [1, 2]);
        assert!(cache.row(99).is_some() && cache.row(100).is_none());
    }

    #[test]
    fn few_parts_are_read_at_a_time() {
        let mut cache = RowCache::default();
        let first = cache.request(&(0..1));
        cache.insert(first[0], entities(100), 14_000);
        let dragged: Vec<_> = (1..100).flat_map(|chunk| cache.request(&(chunk * 100..chunk * 100 + 10))).collect();
        assert_eq!(chunks(&dragged), [1, 2, 3]);
        cache.insert(dragged[0], entities(100), 14_000);
        assert_eq!(chunks(&cache.request(&(9_900..9_910))), [99], "what is in sight now comes next");
    }

    #[test]
    fn parts_that_are_far_away_are_forgotten() {
        let mut cache = RowCache::default();
        for chunk in 0..140 {
            let request = cache.request(&(chunk * 100..chunk * 100 + 1))[0];
            cache.insert(request, entities(100), 14_000);
        }
        assert_eq!(cache.chunks.len(), MAX_CHUNKS);
        assert!(cache.row(13_900).is_some() && cache.row(0).is_none());
        assert_eq!(cache.rows_of(&(7_998..8_002)).len(), 2);
    }

    #[test]
    fn an_empty_range_asks_for_the_start() {
        assert_eq!(chunks(&RowCache::default().request(&(0..0))), [0]);
    }

    #[test]
    fn outdated_rows_stay_until_newer_ones_come() {
        let mut cache = RowCache::default();
        let old = cache.request(&(0..1))[0];
        cache.insert(old, entities(3), 3);
        cache.outdate();
        assert!(cache.row(2).is_some());
        let newer = cache.request(&(0..1))[0];
        cache.insert(old, entities(1), 1);
        assert_eq!(cache.n_rows(), Some(3), "a late answer changes nothing");
        cache.insert(newer, entities(2), 2);
        assert_eq!(cache.n_rows(), Some(2));
        assert!(cache.row(2).is_none() && !cache.is_loading());
    }

    #[test]
    fn rows_of_another_view_go_when_the_first_newer_ones_come() {
        let mut cache = RowCache::default();
        for request in cache.request(&(0..150)) {
            cache.insert(request, entities(100), 200);
        }
        cache.start_view();
        assert!(cache.row(150).is_some());
        let newer = cache.request(&(0..10))[0];
        cache.insert(newer, entities(100), 180);
        assert!(cache.row(99).is_some() && cache.row(150).is_none());
    }

    #[test]
    fn remembered_rows_are_shown_and_read_again() {
        let mut cache = RowCache::default();
        let first = cache.request(&(0..10))[0];
        cache.insert(first, entities(10), 10);
        let remembered = cache.clone();
        let mut other = RowCache::default();
        let late = other.request(&(0..10))[0];
        other.restore(remembered);
        assert!(other.row(9).is_some());
        other.insert(late, entities(1), 1);
        assert_eq!(other.n_rows(), Some(10), "an answer to the view before changes nothing");
        assert_eq!(chunks(&other.request(&(0..10))), [0]);
    }

    #[test]
    fn a_failed_part_can_be_asked_again() {
        let mut cache = RowCache::default();
        let request = cache.request(&(0..1))[0];
        cache.abandon(request);
        assert_eq!(chunks(&cache.request(&(0..1))), [0]);
    }

    #[test]
    fn a_shorter_list_forgets_the_rows_behind_its_end() {
        let mut cache = RowCache::default();
        let requests = cache.request(&(0..150));
        cache.insert(requests[0], entities(100), 150);
        cache.insert(requests[1], entities(50), 150);
        cache.outdate();
        let newer = cache.request(&(0..10))[0];
        cache.insert(newer, entities(20), 20);
        assert!(cache.row(120).is_none());
    }
}
