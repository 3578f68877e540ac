//! Notices changed files, so that a saved descriptor is visible at once.
//!
//! Folders are watched rather than files: editors replace a file instead of writing into it, and a file that does
//! not exist yet cannot be watched. What the watch misses (network drives, too many folders) the schedule finds.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tracing::warn;

use super::graph::{Graph, LocationId, Node};
use super::status::WatchedFolders;
use crate::catalog::location::{FILE, is_address};

/// How long further changes are awaited: one save is often three events, one checkout thousands.
const QUIET: Duration = Duration::from_millis(50);
/// How often it is looked for folders that came or went unnoticed, while nothing else happens.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How long a stream of changes can put off the reading.
const PATIENCE: Duration = Duration::from_millis(400);

/// Watches the folders of the locations.
pub struct FileWatch {
    watcher: Option<RecommendedWatcher>,
    watched: WatchedFolders,
    is_warned: bool,
    /// The version of the graph that was followed last, and when.
    followed: Option<(u64, Instant)>,
}

impl FileWatch {
    /// Calls `changed` with the files that changed, until it answers false, and keeps `watched` up to date.
    pub fn start<F, R>(watched: WatchedFolders, changed: F) -> Self
    where
        F: Fn(Vec<PathBuf>) -> R + Send + 'static,
        R: Future<Output = bool> + Send + 'static,
    {
        let (sender, mut events) = mpsc::unbounded_channel::<PathBuf>();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            for path in event.paths {
                // The other end only goes away when the process stops.
                drop(sender.send(path));
            }
        });
        let watcher =
            watcher.map_err(|cause| warn!(%cause, "changed files are not noticed at once, only on schedule")).ok();
        tokio::spawn(async move {
            while let Some(first) = events.recv().await {
                let mut files = HashSet::from([first]);
                let deadline = tokio::time::Instant::now() + PATIENCE;
                while let Ok(Some(next)) =
                    tokio::time::timeout_at(deadline.min(tokio::time::Instant::now() + QUIET), events.recv()).await
                {
                    files.insert(next);
                }
                if !changed(files.into_iter().collect()).await {
                    return;
                }
            }
        });
        Self { watcher, watched, is_warned: false, followed: None }
    }

    /// Has the next [`FileWatch::follow`] look at every folder: files have changed, and with them perhaps folders.
    pub fn look_again(&mut self) {
        self.followed = None;
    }

    /// Watches exactly the folders that `graph` needs.
    ///
    /// With many locations that takes milliseconds, and scheduled reads come every second, so the same graph is only
    /// looked at now and then.
    pub fn follow(&mut self, graph: &Graph) {
        let is_followed = |(version, at): (u64, Instant)| version == graph.version() && at.elapsed() < LOOK_AGAIN;
        if self.followed.is_some_and(is_followed) {
            return;
        }
        self.followed = Some((graph.version(), Instant::now()));
        let Some(watcher) = &mut self.watcher else { return };
        let wanted = wanted_folders(graph);
        let mut watched = self.watched.lock();
        watched.retain(|folder, mode| {
            let is_wanted = wanted.get(folder) == Some(mode);
            if !is_wanted {
                // A folder that is gone is not watched any more, which is what was asked for.
                drop(watcher.unwatch(folder));
            }
            is_wanted
        });
        for (folder, mode) in wanted {
            if watched.contains_key(&folder) {
                continue;
            }
            match watcher.watch(&folder, mode) {
                Ok(()) => {
                    watched.insert(folder, mode);
                }
                Err(cause) if !self.is_warned => {
                    self.is_warned = true;
                    warn!(%cause, folder = %folder.display(), "changes in this folder, and perhaps others, are noticed only on schedule");
                }
                Err(_) => {}
            }
        }
    }
}

impl fmt::Debug for FileWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileWatch").field("watched", &self.watched).finish_non_exhaustive()
    }
}

/// The locations that changed files may concern.
pub fn affected(graph: &Graph, files: &[PathBuf]) -> Vec<LocationId> {
    let changed: HashSet<&Path> = files.iter().map(PathBuf::as_path).collect();
    let folders: HashSet<&Path> = changed.iter().filter_map(|file| file.parent()).collect();
    let mut exact = HashSet::new();
    let mut ids = Vec::new();
    let mut beside = Vec::new();
    for node in graph.nodes().filter(|node| node.location.location_type == FILE) {
        let target = Path::new(&node.location.target);
        if node.location.is_glob() {
            let folder = node.location.folder();
            if changed.iter().any(|file| file.starts_with(&folder)) {
                ids.push(node.id);
            }
            continue;
        }
        let own = std::iter::once(target).chain(files_of(node).map(Path::new));
        let mut is_hit = false;
        for file in own {
            if changed.contains(file) {
                exact.insert(file);
                is_hit = true;
            }
            is_hit |= file.ancestors().skip(1).any(|folder| changed.contains(folder));
        }
        if is_hit {
            ids.push(node.id);
        } else if target.parent().is_some_and(|folder| folders.contains(folder)) {
            beside.push((node.id, target.parent()));
        }
    }
    // A change that names no known file may still swap one, by a symbolic link beside it. Looking costs little.
    let unknown: HashSet<_> = changed.difference(&exact).filter_map(|file| file.parent()).collect();
    ids.extend(
        beside
            .into_iter()
            .filter(|(_, folder)| folder.is_some_and(|folder| unknown.contains(folder)))
            .map(|(id, _)| id),
    );
    ids
}

/// The files that a descriptor pulls in.
fn files_of(node: &Node) -> impl Iterator<Item = &String> {
    node.depends_on.iter().filter(|name| !is_address(name))
}

fn wanted_folders(graph: &Graph) -> HashMap<PathBuf, RecursiveMode> {
    let mut wanted: HashMap<PathBuf, RecursiveMode> = HashMap::new();
    let files = || graph.nodes().filter(|node| node.location.location_type == FILE);
    for glob in files().filter(|node| node.location.is_glob()) {
        let folder = glob.location.folder();
        // Not a whole disk.
        if folder.components().count() > 2 && folder.is_dir() {
            wanted.insert(folder, RecursiveMode::Recursive);
        }
    }
    let mut single = HashSet::new();
    for node in files().filter(|node| !node.location.is_glob()) {
        let own = std::iter::once(&node.location.target).chain(files_of(node));
        single.extend(own.filter_map(|file| Path::new(file).parent()));
    }
    for folder in single {
        // The nearest folder that exists: a missing one may be made later.
        let Some(folder) = folder.ancestors().find(|folder| folder.is_dir()) else { continue };
        if !folder.ancestors().any(|above| wanted.get(above) == Some(&RecursiveMode::Recursive)) {
            wanted.insert(folder.to_owned(), RecursiveMode::NonRecursive);
        }
    }
    wanted
}
