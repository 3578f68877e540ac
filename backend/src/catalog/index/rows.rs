//! From a document to its rows, before the lock is taken.

use std::thread;

use serde_json::Value;
use shared::entity::EntityRef;
use shared::filter::{IndexValue, fold_case, index_rows};

use super::change::{IndexChange, IndexError, StoredEntity};
use super::vocabulary::ValueText;

/// Below this many documents, starting threads costs more than it saves.
const MIN_PARALLEL: usize = 128;

/// A change with its document parsed.
pub(super) enum PreparedChange {
    Put(StoredEntity, DocumentRows),
    Remove(EntityRef),
}

/// The rows of one document in a single buffer, so that rows cost no allocation of their own.
#[derive(Default)]
pub(super) struct DocumentRows {
    /// Per row: key, value in lower case, and the original value where it differs.
    buffer: String,
    rows: Vec<RowSpan>,
}

struct RowSpan {
    key_end: usize,
    folded_end: usize,
    end: usize,
    is_null: bool,
}

impl DocumentRows {
    fn of(document: &Value) -> Self {
        let mut rows = Self::default();
        index_rows(document, &mut |key, value| rows.push(key, value));
        rows
    }

    fn push(&mut self, key: &str, value: IndexValue<'_>) {
        self.buffer.push_str(&fold_case(key));
        let key_end = self.buffer.len();
        let mut folded_end = key_end;
        if let IndexValue::Text(text) = value {
            let folded = fold_case(text);
            self.buffer.push_str(&folded);
            folded_end = self.buffer.len();
            if folded != text {
                self.buffer.push_str(text);
            }
        }
        let is_null = value == IndexValue::Null;
        self.rows.push(RowSpan { key_end, folded_end, end: self.buffer.len(), is_null });
    }

    /// Key (in lower case) and value of each row.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, ValueText<'_>)> {
        let mut start = 0;
        self.rows.iter().map(move |row| {
            let key = &self.buffer[start..row.key_end];
            start = row.end;
            let value = if row.is_null {
                ValueText::NULL
            } else {
                ValueText::new(&self.buffer[row.key_end..row.end], row.folded_end - row.key_end)
            };
            (key, value)
        })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// Parses the documents of all changes, on all cores where there are many.
pub(super) fn prepare_all(changes: Vec<IndexChange>) -> Result<Vec<PreparedChange>, IndexError> {
    let n_threads =
        if changes.len() < MIN_PARALLEL { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    if n_threads == 1 {
        return changes.into_iter().map(prepare).collect();
    }
    let chunk_size = changes.len().div_ceil(n_threads);
    let mut changes = changes.into_iter();
    let chunks: Vec<Vec<_>> = (0..n_threads).map(|_| changes.by_ref().take(chunk_size).collect()).collect();
    thread::scope(|scope| {
        let handles: Vec<_> = chunks
            .into_iter()
            .map(|chunk| scope.spawn(move || chunk.into_iter().map(prepare).collect::<Result<Vec<_>, _>>()))
            .collect();
        let mut prepared = Vec::new();
        for handle in handles {
            prepared.extend(handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(prepared)
    })
}

fn prepare(change: IndexChange) -> Result<PreparedChange, IndexError> {
    match change {
        IndexChange::Remove(entity_ref) => Ok(PreparedChange::Remove(entity_ref)),
        IndexChange::Put(entity) => match serde_json::from_slice(&entity.document) {
            Ok(document) => {
                let rows = DocumentRows::of(&document);
                Ok(PreparedChange::Put(entity, rows))
            }
            Err(source) => Err(IndexError::Document { entity_ref: entity.entity_ref, source }),
        },
    }
}
