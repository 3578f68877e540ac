//! Opening, writing and mending the index.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{Mutex, RwLock};
use tantivy::indexer::IndexWriterOptions;
use tantivy::{
    Index, IndexBuilder, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher, TantivyError, Term,
};
use tracing::{debug, info, warn};
use uuid::Uuid;

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
/// Lock order: `writer` before `live`. Readers take `live` for a moment only, to get a snapshot.
pub struct EmbeddedIndex {
    home: Home,
    pub(super) fields: Fields,
    live: RwLock<Live>,
    /// `None` for a moment within [`EmbeddedIndex::renew`], and after it failed.
    writer: Mutex<Option<IndexWriter>>,
    /// Something could not be read or written; the index must be made anew.
    is_damaged: AtomicBool,
    is_checked: AtomicBool,
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
    index: Index,
    reader: IndexReader,
    lately: Arc<Lately>,
}

impl EmbeddedIndex {
    /// Opens the index below a folder, or makes an empty one.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let layout = folder.join(format!("layout-{LAYOUT}"));
        remove_others(folder, &layout);
        let (home, opened) = match open_folder(&layout) {
            Ok(opened) => (Home::Folder(layout), opened),
            Err(TantivyError::LockFailure(..)) => {
                warn!(folder = %layout.display(), "another process holds the search index; this one keeps its own in memory");
                (Home::Memory, with_index(new_index().create_in_ram()?)?)
            }
            Err(cause) => {
                warn!(%cause, folder = %layout.display(), "the search index cannot be read and is made anew");
                let opened = make_anew(&layout)?;
                (Home::Folder(layout), opened)
            }
        };
        let (live, writer) = opened;
        let mark = Uuid::new_v4();
        Ok(Self {
            home,
            fields: Fields::new().0,
            live: RwLock::new(live),
            writer: Mutex::new(Some(writer)),
            is_damaged: AtomicBool::new(false),
            is_checked: AtomicBool::new(false),
            pre_tag: format!("<{mark}>"),
            post_tag: format!("</{mark}>"),
        })
    }

    /// What is in the index. The first time, all files are read to see whether they are what was written.
    pub fn contents(&self) -> Contents {
        let read = match self.is_damaged.load(Ordering::Acquire) {
            true => return Contents::Unusable,
            false => self.check().and_then(|()| self.versions()),
        };
        read.map(Contents::Versions).unwrap_or_else(|cause| {
            warn!(%cause, "the search index is damaged and is made anew");
            self.is_damaged.store(true, Ordering::Release);
            Contents::Unusable
        })
    }

    fn check(&self) -> Result<(), TantivyError> {
        if self.is_checked.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let index = match &self.home {
            // Apart from the one that answers, so that the memory does not go on holding all that was read for this.
            Home::Folder(layout) => Index::open_in_dir(layout)?,
            Home::Memory => self.live.read().index.clone(),
        };
        let damaged = index.validate_checksum()?;
        match damaged.into_iter().next() {
            None => Ok(()),
            Some(file) => Err(TantivyError::DataCorruption(tantivy::error::DataCorruption::new(
                file,
                "the checksum differs".to_owned(),
            ))),
        }
    }

    fn versions(&self) -> Result<HashMap<u64, u64>, TantivyError> {
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

    /// Puts an empty index in the place of this one.
    ///
    /// # Errors
    /// When the folder cannot be written to. The old index goes on answering then, as far as it can.
    pub fn renew(&self) -> Result<(), SearchError> {
        let mut writer = self.writer.lock();
        // The old writer holds the lock of the folder.
        drop(writer.take());
        let (live, new_writer) = match &self.home {
            Home::Folder(layout) => make_anew(layout)?,
            Home::Memory => with_index(new_index().create_in_ram()?)?,
        };
        *self.live.write() = live;
        *writer = Some(new_writer);
        self.is_damaged.store(false, Ordering::Release);
        Ok(())
    }

    /// Replaces the documents of entities, and takes out those of entities that are named by their number only. All of it
    /// is found when the call returns, or none of it.
    ///
    /// # Errors
    /// When the index cannot be written. It counts as damaged from then on.
    pub fn apply(&self, changed: &[EntityDocuments], gone: &[u64]) -> Result<(), SearchError> {
        let mut writer = self.writer.lock();
        let written = match writer.as_mut() {
            Some(writer) => self.write(writer, changed, gone),
            None => Err(TantivyError::SystemError("the index was not made anew".to_owned())),
        };
        let written = written.and_then(|()| self.live.read().reader.reload());
        if written.is_err() {
            self.is_damaged.store(true, Ordering::Release);
        }
        Ok(written?)
    }

    fn write(&self, writer: &mut IndexWriter, changed: &[EntityDocuments], gone: &[u64]) -> Result<(), TantivyError> {
        for &number in gone {
            writer.delete_term(Term::from_field_u64(self.fields.entity, number));
        }
        for EntityDocuments { entity_ref, version, changed_at_ms, documents } in changed {
            writer.delete_term(self.fields.of_entity(entity_ref));
            for document in documents {
                writer.add_document(self.fields.document(document, *version, *changed_at_ms))?;
            }
        }
        writer.commit()?;
        Ok(())
    }

    /// Joins the segments of the index, so that a question has one place to look.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn settle(&self) -> Result<(), SearchError> {
        let mut writer = self.writer.lock();
        let Some(writer) = writer.as_mut() else { return Ok(()) };
        let segments = self.live.read().index.searchable_segment_ids()?;
        if segments.len() > 1
            && let Err(cause) = writer.merge(&segments).wait()
        {
            // Some of them are being joined already, which serves as well.
            debug!(%cause, "the segments of the search index are not joined");
        }
        self.live.read().reader.reload()?;
        Ok(())
    }

    /// Answers a question.
    ///
    /// # Errors
    /// When the index cannot be read. It counts as damaged from then on.
    pub fn find(&self, question: &Question) -> Result<Found, SearchError> {
        self.answer(question).inspect_err(|_| self.is_damaged.store(true, Ordering::Release))
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

/// An empty index in the place of whatever is there.
fn make_anew(layout: &Path) -> Result<(Live, IndexWriter), SearchError> {
    match fs::remove_dir_all(layout) {
        Ok(()) => {}
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
        Err(source) => return Err(SearchError::Folder { folder: layout.to_owned(), source }),
    }
    Ok(open_folder(layout)?)
}

fn open_folder(folder: &Path) -> Result<(Live, IndexWriter), TantivyError> {
    fs::create_dir_all(folder).map_err(|cause| TantivyError::IoError(Arc::new(cause)))?;
    let directory = tantivy::directory::MmapDirectory::open(folder)?;
    with_index(new_index().open_or_create(directory)?)
}

fn new_index() -> IndexBuilder {
    let settings = IndexSettings { docstore_blocksize: STORE_BLOCK_BYTES, ..IndexSettings::default() };
    Index::builder().schema(Fields::new().1).settings(settings)
}

fn with_index(index: Index) -> Result<(Live, IndexWriter), TantivyError> {
    index.tokenizers().register(WORDS, WordTokenizer);
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .memory_budget_per_thread(WRITER_BYTES)
        .num_merge_threads(1)
        .build();
    let writer = index.writer_with_options(options)?;
    // What a process left that was killed while it wrote: files of the same names will be written again.
    writer.garbage_collect_files().wait()?;
    // Reloaded by the writer, so that what is written is found as soon as the call returns.
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok((Live { index, reader, lately: Arc::default() }, writer))
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
