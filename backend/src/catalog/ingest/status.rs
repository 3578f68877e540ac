//! What ingestion tells of its work while it goes on, to whoever explains the catalog.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use notify::RecursiveMode;
use parking_lot::{Mutex, RwLock};

use super::graph::{LocationId, Node};
use crate::catalog::location::{FILE, LocationRef};

/// When a location was read last, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Well or not.
    pub attempted_at_ms: i64,
    /// Well.
    pub succeeded_at_ms: Option<i64>,
}

impl Attempt {
    /// Keeps the later times.
    pub fn merge_into(&self, node: &mut Node) {
        node.attempted_at_ms = node.attempted_at_ms.max(Some(self.attempted_at_ms));
        node.succeeded_at_ms = node.succeeded_at_ms.max(self.succeeded_at_ms);
    }
}

/// What ingestion is at. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct IngestStatus {
    interval: Option<Duration>,
    is_reading: Arc<AtomicBool>,
    attempts: Arc<Mutex<HashMap<LocationId, Attempt>>>,
    watched: WatchedFolders,
}

/// The folders in which changes are noticed. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct WatchedFolders(Arc<RwLock<HashMap<PathBuf, RecursiveMode>>>);

impl IngestStatus {
    /// Of an ingestion that looks at every location once in `interval`.
    pub fn new(interval: Option<Duration>) -> Self {
        Self { interval, ..Self::default() }
    }

    /// The shortest time between two scheduled reads of a location; `None` where there are none.
    pub fn interval(&self) -> Option<Duration> {
        self.interval
    }

    /// A read that the database may not know of yet.
    pub fn attempt(&self, location: LocationId) -> Option<Attempt> {
        self.attempts.lock().get(&location).copied()
    }

    /// Whether a change of this location is noticed at once. `None` where this process does not read locations.
    pub fn is_watched(&self, location: &LocationRef) -> Option<bool> {
        if !self.is_reading.load(Ordering::Relaxed) {
            return None;
        }
        if location.location_type == FILE { self.watched.covers(location) } else { Some(false) }
    }

    pub(super) fn set_reading(&self, is_reading: bool) {
        self.is_reading.store(is_reading, Ordering::Relaxed);
    }

    pub(super) fn watched(&self) -> &WatchedFolders {
        &self.watched
    }

    /// Remembers that a location was read.
    pub(super) fn note(&self, node: &Node) {
        let Some(attempted_at_ms) = node.attempted_at_ms else { return };
        let attempt = Attempt { attempted_at_ms, succeeded_at_ms: node.succeeded_at_ms };
        self.attempts.lock().insert(node.id, attempt);
    }

    /// What is to be written. It stays here until [`IngestStatus::forget`] is told that it was written.
    pub(super) fn unwritten(&self) -> Vec<(LocationId, Attempt)> {
        self.attempts.lock().iter().map(|(id, attempt)| (*id, *attempt)).collect()
    }

    /// Drops what was written and is not newer by now.
    pub(super) fn forget(&self, written: &[(LocationId, Attempt)]) {
        let mut attempts = self.attempts.lock();
        for (id, attempt) in written {
            if attempts.get(id) == Some(attempt) {
                attempts.remove(id);
            }
        }
    }
}

impl WatchedFolders {
    /// To compare and to change.
    pub(super) fn lock(&self) -> parking_lot::RwLockWriteGuard<'_, HashMap<PathBuf, RecursiveMode>> {
        self.0.write()
    }

    /// `None` while the folders are being changed, which may take a moment.
    fn covers(&self, location: &LocationRef) -> Option<bool> {
        let watched = self.0.try_read()?;
        let folder = match location.is_glob() {
            true => location.folder(),
            false => match Path::new(&location.target).parent() {
                Some(folder) => folder.to_owned(),
                None => return Some(false),
            },
        };
        let is_deep = |folder: &Path| watched.get(folder) == Some(&RecursiveMode::Recursive);
        Some(folder.ancestors().any(is_deep) || (!location.is_glob() && watched.contains_key(&folder)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_watched_through_its_folder_or_one_above() {
        let status = IngestStatus::new(None);
        let file = |path: &str| LocationRef::file(Path::new(path));
        assert_eq!(status.is_watched(&file("/a/b.yaml")), None, "nobody reads here");
        status.set_reading(true);
        status.watched().lock().insert("/a".into(), RecursiveMode::NonRecursive);
        status.watched().lock().insert("/deep".into(), RecursiveMode::Recursive);
        for (path, expected) in [
            ("/a/b.yaml", true),
            ("/a/b/c.yaml", false),
            ("/a/*.yaml", false),
            ("/deep/x/y.yaml", true),
            ("/deep/**/*.yaml", true),
            ("/b.yaml", false),
        ] {
            assert_eq!(status.is_watched(&file(path)), Some(expected), "{path}");
        }
    }

    #[test]
    fn a_newer_attempt_is_not_forgotten_with_an_older_one() {
        let status = IngestStatus::new(None);
        let at = |attempted_at_ms| Attempt { attempted_at_ms, succeeded_at_ms: None };
        status.attempts.lock().insert(1, at(5));
        status.attempts.lock().insert(2, at(5));
        let written = status.unwritten();
        status.attempts.lock().insert(2, at(6));
        status.forget(&written);
        assert_eq!((status.attempt(1), status.attempt(2)), (None, Some(at(6))));
    }
}
