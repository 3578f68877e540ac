//! Opening, writing and mending the index.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use parking_lot::{Mutex, RwLock};
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, MergePolicy, NoMergePolicy};
use tantivy::{
    FutureResult, Index, IndexBuilder, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher, SegmentMeta,
    TantivyError, Term,
};
use tracing::{info, warn};
use uuid::Uuid;

use super::directory::CheckedDirectory;
use super::lately::Lately;
use super::schema::{Fields, LAYOUT};
use super::tokenizer::{WORDS, WordTokenizer};
use crate::search::document::EntityDocuments;
use crate::search::engine::Contents;
use crate::search::error::SearchError;
use crate::search::question::{Found, Question};

/// How much memory the writer may use before it writes to the disk: the least that the engine allows.
const WRITER_BYTES: usize = 15_000_000;
/// How much is unpacked to read one document. A page of results stands in as many places as it has results, so that large
/// blocks would be unpacked for nothing.
const STORE_BLOCK_BYTES: usize = 2_048;

/// The index.
///
/// Lock order: `writing` before `live`. Readers take `live` for a moment only, to get a snapshot.
pub struct EmbeddedIndex {
    pub(super) fields: Fields,
    live: RwLock<Live>,
    writing: Mutex<Writing>,
    /// Something could not be read or written; the index must be made anew.
    is_damaged: AtomicBool,
    /// Not even questions are answered as they should be.
    is_unreadable: AtomicBool,
    /// It was made anew since this process opened it. What it does not answer then is the fault of the question.
    is_renewed: AtomicBool,
    pub(super) pre_tag: String,
    pub(super) post_tag: String,
}

/// Where the index is.
#[derive(Debug)]
enum Home {
    Folder(PathBuf),
    Memory,
}

/// What readers use.
struct Live {
    reader: IndexReader,
    lately: Arc<Lately>,
}

/// What the one who writes uses.
struct Writing {
    home: Home,
    /// `None` for a moment within [`EmbeddedIndex::renew`], and after it failed.
    writer: Option<Writer>,
    /// The index that is being made while the old one answers.
    next: Option<Live>,
}

/// What is used when an index is opened.
type Opened = (Live, Writer);

impl EmbeddedIndex {
    /// Opens the index below a folder, or makes an empty one. Where the folder cannot be used, the index is kept in
    /// memory.
    ///
    /// # Errors
    /// When there is no room in memory either.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let layout = folder.join(format!("layout-{LAYOUT}"));
        remove_others(folder, &layout);
        let (home, (live, writer)) = open_home(layout)?;
        let mark = Uuid::new_v4();
        Ok(Self {
            fields: Fields::new().0,
            live: RwLock::new(live),
            writing: Mutex::new(Writing { home, writer: Some(writer), next: None }),
            is_damaged: AtomicBool::new(false),
            is_unreadable: AtomicBool::new(false),
            is_renewed: AtomicBool::new(false),
            pre_tag: format!("<{mark}>"),
            post_tag: format!("</{mark}>"),
        })
    }

    /// What is in the index. One that was begun and never ended is to be begun again.
    pub fn contents(&self) -> Contents {
        if self.is_damaged.load(Ordering::Acquire) || self.writing.lock().next.is_some() {
            return Contents::Unusable;
        }
        caught(|| self.versions()).map(Contents::Versions).unwrap_or_else(|cause| {
            let cause: &dyn std::error::Error = &cause;
            warn!(cause, "the search index is damaged and is made anew");
            self.is_unreadable.store(true, Ordering::Release);
            self.is_damaged.store(true, Ordering::Release);
            Contents::Unusable
        })
    }

    fn versions(&self) -> Result<HashMap<u64, u64>, SearchError> {
        let searcher = self.searcher();
        let mut versions = HashMap::new();
        for segment in searcher.segment_readers() {
            let entities = segment.fast_fields().u64("entity")?;
            let numbers = segment.fast_fields().u64("version")?;
            for doc in segment.doc_ids_alive() {
                if let (Some(entity), Some(version)) = (entities.first(doc), numbers.first(doc)) {
                    versions.insert(entity, version);
                }
            }
        }
        Ok(versions)
    }

    /// Begins an empty index in the place of this one. Where this one can be read, it answers until
    /// [`EmbeddedIndex::finish`]: all of it is in memory. Where the folder cannot be used any more, the new one is kept
    /// in memory.
    ///
    /// # Errors
    /// When there is no room in memory either. The old index goes on answering then, as far as it can.
    pub fn renew(&self) -> Result<(), SearchError> {
        let mut writing = self.writing.lock();
        writing.next = None;
        // The old writer holds the lock of the folder, and what it is joining would come into the new one.
        if let Some(writer) = writing.writer.take() {
            writer.stop();
        }
        let (made, writer) = anew(&mut writing.home)?;
        writing.writer = Some(writer);
        self.is_renewed.store(true, Ordering::Release);
        if self.is_unreadable.swap(false, Ordering::AcqRel) {
            self.replace(made);
        } else {
            writing.next = Some(made);
        }
        self.is_damaged.store(false, Ordering::Release);
        Ok(())
    }

    /// Has the index that was begun answer from now on.
    pub fn finish(&self) {
        let mut writing = self.writing.lock();
        if let Some(made) = writing.next.take() {
            self.replace(made);
            self.is_unreadable.store(false, Ordering::Release);
        }
    }

    fn replace(&self, made: Live) {
        let old = std::mem::replace(&mut *self.live.write(), made);
        // It may be large, and nobody should wait for its end.
        drop(old);
    }

    /// Replaces the documents of entities, and takes out those of entities that are named by their number only. All of
    /// it is found when the call returns, or none of it; in an index that is being made, after
    /// [`EmbeddedIndex::finish`].
    ///
    /// # Errors
    /// When the index cannot be written. It counts as damaged from then on, but goes on answering.
    pub fn apply(&self, changed: &[EntityDocuments], gone: &[u64]) -> Result<(), SearchError> {
        let mut writing = self.writing.lock();
        caught(|| self.write(&mut writing, changed, gone))
            .inspect_err(|_| self.is_damaged.store(true, Ordering::Release))
    }

    fn write(&self, writing: &mut Writing, changed: &[EntityDocuments], gone: &[u64]) -> Result<(), SearchError> {
        let Some(writer) = writing.writer.as_mut() else {
            return Err(TantivyError::SystemError("the index was not made anew".to_owned()).into());
        };
        for &number in gone {
            writer.engine.delete_term(Term::from_field_u64(self.fields.entity, number));
        }
        for EntityDocuments { entity_ref, version, changed_at_ms, documents } in changed {
            writer.engine.delete_term(self.fields.of_entity(entity_ref));
            for document in documents {
                writer.engine.add_document(self.fields.document(document, *version, *changed_at_ms))?;
            }
        }
        writer.engine.commit()?;
        self.reload(writing.next.as_ref())?;
        writer.tidy()?;
        Ok(())
    }

    /// Has what was written be found: in the index that is being made, if there is one.
    fn reload(&self, next: Option<&Live>) -> Result<(), TantivyError> {
        match next {
            Some(next) => next.reader.reload(),
            None => self.live.read().reader.reload(),
        }
    }

    /// Joins the segments of the index, so that a question has one place to look.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn settle(&self) -> Result<(), SearchError> {
        let mut writing = self.writing.lock();
        let Writing { writer: Some(writer), next, .. } = &mut *writing else { return Ok(()) };
        caught(|| {
            writer.join_all()?;
            self.reload(next.as_ref())?;
            Ok(())
        })
    }

    /// Answers a question.
    ///
    /// # Errors
    /// When the index cannot be read. It counts as damaged from then on. [`SearchError::Unanswered`] after a panic, when it
    /// was made anew already, so that it must be the question: nobody should be able to have the index made again and again.
    pub fn find(&self, question: &Question) -> Result<Found, SearchError> {
        self.answered(|| self.answer(question))
    }

    /// See [`EmbeddedIndex::find`].
    pub(super) fn answered(&self, answer: impl FnOnce() -> Result<Found, SearchError>) -> Result<Found, SearchError> {
        caught(answer).map_err(|cause| {
            if matches!(cause, SearchError::Panicked) && self.is_renewed.load(Ordering::Acquire) {
                return SearchError::Unanswered(Box::new(cause));
            }
            self.is_unreadable.store(true, Ordering::Release);
            self.is_damaged.store(true, Ordering::Release);
            cause
        })
    }

    /// The index as it is now, and what was suggested from it.
    pub(super) fn now(&self) -> (Searcher, Arc<Lately>) {
        let live = self.live.read();
        (live.reader.searcher(), Arc::clone(&live.lately))
    }

    /// How many documents there are.
    pub fn n_documents(&self) -> u64 {
        self.searcher().num_docs()
    }

    /// The index as it is now.
    pub(super) fn searcher(&self) -> Searcher {
        self.live.read().reader.searcher()
    }
}

/// What writes.
///
/// Segments are joined when this says so, and not when the engine thinks fit: it does not tell which ones it is
/// joining, and where the same are joined twice, the second joining comes to nothing, with warnings.
struct Writer {
    engine: IndexWriter,
    /// Waits for segments that are being joined.
    joining: Option<JoinHandle<()>>,
}

impl Writer {
    /// Begins to join segments where there are many small ones, unless some are being joined.
    fn tidy(&mut self) -> Result<(), TantivyError> {
        if self.joining.as_ref().is_some_and(|joining| !joining.is_finished()) {
            return Ok(());
        }
        let segments = self.engine.index().searchable_segment_metas()?;
        let mut begun = Vec::new();
        for candidate in LogMergePolicy::default().compute_merge_candidates(&segments) {
            begun.push(self.engine.merge(&candidate.0));
        }
        if !begun.is_empty() {
            self.joining = Some(thread::spawn(move || begun.into_iter().for_each(wait_for)));
        }
        Ok(())
    }

    /// Joins all segments.
    fn join_all(&mut self) -> Result<(), TantivyError> {
        self.wait();
        let segments = self.engine.index().searchable_segment_ids()?;
        if segments.len() > 1 {
            wait_for(self.engine.merge(&segments));
        }
        Ok(())
    }

    /// Ends, and leaves nobody behind who writes to the folder.
    fn stop(mut self) {
        self.wait();
    }

    fn wait(&mut self) {
        if let Some(joining) = self.joining.take()
            && joining.join().is_err()
        {
            warn!("joining segments of the search index stopped unexpectedly");
        }
    }
}

/// Waits until segments are joined. Where they cannot be, the index is as good as before, and a little slower.
fn wait_for(joining: FutureResult<Option<SegmentMeta>>) {
    if let Err(cause) = joining.wait() {
        warn!(%cause, "segments of the search index cannot be joined");
    }
}

/// Turns a panic into an error: that is what the engine makes of an index that is not what it should be.
fn caught<T>(work: impl FnOnce() -> Result<T, SearchError>) -> Result<T, SearchError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(SearchError::Panicked))
}

/// Opens the index in its folder, or an empty one where there is none that can be read.
fn open_home(layout: PathBuf) -> Result<(Home, Opened), SearchError> {
    match open_folder(&layout) {
        Ok(opened) => return Ok((Home::Folder(layout), opened)),
        Err(SearchError::Engine(TantivyError::LockFailure(LockError::LockBusy, _))) => {
            warn!(folder = %layout.display(), "another process holds the search index; this one keeps its own in memory");
            return Ok((Home::Memory, in_memory()?));
        }
        Err(cause) if layout.exists() => {
            let cause: &dyn std::error::Error = &cause;
            warn!(cause, folder = %layout.display(), "the search index cannot be read and is made anew");
        }
        // It is the folder, then, and whoever makes the index anew tells of it.
        Err(_) => {}
    }
    let mut home = Home::Folder(layout);
    let opened = anew(&mut home)?;
    Ok((home, opened))
}

/// An empty index in the place of whatever is there; in memory, from now on, where the folder cannot be used.
fn anew(home: &mut Home) -> Result<Opened, SearchError> {
    if let Home::Folder(layout) = &*home {
        match make_anew(layout) {
            Ok(opened) => return Ok(opened),
            Err(cause) => {
                let cause: &dyn std::error::Error = &cause;
                let folder = layout.display();
                warn!(cause, %folder, "the search index cannot be kept in its folder, but in memory only");
            }
        }
    }
    *home = Home::Memory;
    in_memory()
}

fn in_memory() -> Result<Opened, SearchError> {
    Ok(with_index(&new_index().create_in_ram()?)?)
}

fn make_anew(layout: &Path) -> Result<Opened, SearchError> {
    match fs::remove_dir_all(layout) {
        Ok(()) => {}
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
        Err(source) => return Err(SearchError::Folder { folder: layout.to_owned(), source }),
    }
    open_folder(layout).map_err(|cause| of_folder(layout, cause))
}

fn open_folder(folder: &Path) -> Result<Opened, SearchError> {
    caught(|| {
        fs::create_dir_all(folder).map_err(TantivyError::from)?;
        let directory = CheckedDirectory::open(folder).map_err(TantivyError::from)?;
        Ok(with_index(&new_index().open_or_create(directory)?)?)
    })
}

/// Tells what the system has against a folder, where that is the cause.
fn of_folder(folder: &Path, cause: SearchError) -> SearchError {
    let source = match cause {
        SearchError::Engine(
            TantivyError::IoError(source)
            | TantivyError::LockFailure(LockError::IoError(source), _)
            | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error: source, .. })
            | TantivyError::OpenReadError(OpenReadError::IoError { io_error: source, .. })
            | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: source, .. }),
        ) => source,
        cause => return cause,
    };
    SearchError::Folder { folder: folder.to_owned(), source: io::Error::new(source.kind(), source) }
}

fn new_index() -> IndexBuilder {
    let settings = IndexSettings { docstore_blocksize: STORE_BLOCK_BYTES, ..IndexSettings::default() };
    Index::builder().schema(Fields::new().1).settings(settings)
}

fn with_index(index: &Index) -> Result<Opened, TantivyError> {
    index.tokenizers().register(WORDS, WordTokenizer);
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .memory_budget_per_thread(WRITER_BYTES)
        .num_merge_threads(1)
        .build();
    let engine: IndexWriter = index.writer_with_options(options)?;
    engine.set_merge_policy(Box::new(NoMergePolicy));
    // What a process left that was killed while it wrote: files of the same names will be written again.
    engine.garbage_collect_files().wait()?;
    // Reloaded by the writer, so that what is written is found as soon as the call returns.
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok((Live { reader, lately: Arc::default() }, Writer { engine, joining: None }))
}

/// Deletes the indexes of other layouts. What cannot be deleted only takes room.
fn remove_others(folder: &Path, own: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path != own) {
        match fs::remove_dir_all(&path) {
            Ok(()) => info!(folder = %path.display(), "a search index of another layout is deleted"),
            Err(cause) => warn!(%cause, folder = %path.display(), "an old search index cannot be deleted"),
        }
    }
}
