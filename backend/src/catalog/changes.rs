//! What happened in the catalog lately, as far as a caller may know.

use chrono::{DateTime, SecondsFormat};
use shared::api::catalog::PageInfo;
use shared::api::changes::{ChangesPage, RecordedChange};

use super::error::CatalogError;
use super::facts::Facts;
use super::index::{Document, EntityIndex, Visibility};
use super::service::CatalogService;
use super::store::{CatalogStore, ChangesFilter, StoreError, StoredChange};
use crate::auth::Caller;

/// How many changes are looked at for one answer, where most of them are hidden from the caller.
const MAX_LOOKED_AT: usize = 5_000;
/// How many changes are read at a time.
const CHANGES_PER_READ: usize = 500;

/// Which changes are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangesQuery {
    /// Of what and what.
    pub filter: ChangesFilter,
    /// Only those with a smaller number.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: usize,
}

impl CatalogService {
    /// What happened lately, as far as the caller may know; see [`list`].
    ///
    /// # Errors
    /// [`CatalogError::Store`] when the database is away.
    pub async fn changes_list(&self, caller: &Caller, query: &ChangesQuery) -> Result<ChangesPage, CatalogError> {
        Ok(list(&self.store, self.index(), &self.visibility(caller), query).await?)
    }
}

/// What happened lately, the newest first.
///
/// Who may see everything is told everything that is kept. Who may see a part is told of entities that are there and in
/// that part: nobody can say of what is gone whether it belonged to it. An answer may hold fewer changes than were asked
/// for and still have a next page, where much is hidden.
///
/// # Errors
/// When the database is away.
pub(super) async fn list(
    store: &CatalogStore,
    index: &EntityIndex,
    visibility: &Visibility,
    query: &ChangesQuery,
) -> Result<ChangesPage, StoreError> {
    if *visibility == Visibility::Nothing {
        return Ok(ChangesPage::default());
    }
    let mut items: Vec<RecordedChange> = Vec::with_capacity(query.limit);
    let mut before = query.before;
    let mut n_looked_at = 0;
    let mut read_size = query.limit.clamp(1, CHANGES_PER_READ);
    let next = loop {
        let read = store.changes_before(before, &query.filter, read_size as u64).await?;
        let is_last = read.len() < read_size;
        n_looked_at += read.len();
        let refs: Vec<String> = read.iter().map(|change| change.entity_ref.clone()).collect();
        let present = index.entities_by_refs(&refs, None, visibility);
        for (change, document) in read.into_iter().zip(present) {
            if items.len() == query.limit {
                break;
            }
            before = Some(change.seq);
            if document.is_some() || *visibility == Visibility::Everything {
                items.push(told(change, document.as_ref()));
            }
        }
        if items.len() == query.limit {
            let more = store.changes_before(before, &query.filter, 1).await?;
            break before.filter(|_| !more.is_empty());
        }
        if is_last {
            break None;
        }
        if n_looked_at >= MAX_LOOKED_AT {
            break before;
        }
        // Much is hidden: a few more reads must do.
        read_size = CHANGES_PER_READ;
    };
    let next_cursor = next.map(|seq| seq.to_string());
    Ok(ChangesPage { items, page_info: PageInfo { next_cursor, prev_cursor: None } })
}

fn told(change: StoredChange, document: Option<&Document>) -> RecordedChange {
    let facts = document.map(|document| Facts::read(document)).unwrap_or_default();
    let changed_at = DateTime::from_timestamp_millis(change.changed_at_ms).unwrap_or_default();
    RecordedChange {
        seq: change.seq,
        entity_ref: change.entity_ref,
        change: change.change,
        changed_at: changed_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        title: facts.title.or(change.removed_title),
        spec_type: facts.spec_type,
        source: facts.source.or(change.removed_source),
        is_present: document.is_some(),
    }
}
