//! The embedded engine: an index in a folder of its own, which can be made again from the catalog at any time.
//!
//! A folder for each layout; one that cannot be read is deleted and made anew. Where another process holds the folder, the
//! index is kept in memory.

mod facets;
mod query;
mod schema;
mod spelling;
#[cfg(test)]
mod tests;
mod tokenizer;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use tantivy::collector::{Collector, Count, FilterCollector, TopDocs};
use tantivy::query::Query;
use tantivy::schema::Value as _;
use tantivy::{
    DocAddress, DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, Searcher, SegmentReader, TantivyDocument,
    TantivyError,
};
use tracing::{info, warn};
use uuid::Uuid;

use self::facets::{Counts, FacetCollector};
use self::schema::{Fields, LAYOUT};
use self::tokenizer::{WORDS, WordTokenizer};
use super::document::SearchDocument;
use super::error::SearchError;
use super::highlight::Highlighter;
use super::question::{Found, Hit, Question, Sight};

pub use self::schema::{entity_number, version_number};

/// How much memory the writer may use before it writes to the disk: the least that the engine allows.
const WRITER_BYTES: usize = 15_000_000;
/// How much a document with one more word in its shortest name counts less, of the score of a match.
const LESS_BY_WORD: f32 = 0.02;
/// From which number of words on the length of a name makes no more difference.
const MAX_COUNTED_WORDS: u64 = 10;

/// What was found, before the documents are read.
type Ranked = (Vec<(Score, DocAddress)>, usize, Option<Counts>);

/// The documents of an entity as they are now; without documents, it is gone.
#[derive(Clone, Debug)]
pub struct EntityDocuments {
    /// Whose documents they are.
    pub entity_ref: String,
    /// See [`version_number`].
    pub version: u64,
    /// All of them.
    pub documents: Vec<SearchDocument>,
}

/// The index.
pub struct EmbeddedIndex {
    fields: Fields,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    pre_tag: String,
    post_tag: String,
}

impl EmbeddedIndex {
    /// Opens the index below a folder, or makes an empty one.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let layout = folder.join(format!("layout-{LAYOUT}"));
        remove_others(folder, &layout);
        match Self::open_folder(&layout) {
            Ok(index) => Ok(index),
            Err(TantivyError::LockFailure(..)) => {
                warn!(folder = %layout.display(), "another process holds the search index; this one keeps its own in memory");
                Ok(Self::with_index(Index::create_in_ram(Fields::new().1))?)
            }
            Err(cause) => {
                warn!(%cause, folder = %layout.display(), "the search index cannot be read and is made anew");
                let failed = |source| SearchError::Folder { folder: layout.clone(), source };
                fs::remove_dir_all(&layout).map_err(failed)?;
                Ok(Self::open_folder(&layout)?)
            }
        }
    }

    fn open_folder(folder: &Path) -> Result<Self, TantivyError> {
        fs::create_dir_all(folder).map_err(|cause| TantivyError::IoError(Arc::new(cause)))?;
        let (_, schema) = Fields::new();
        let directory = tantivy::directory::MmapDirectory::open(folder)?;
        Self::with_index(Index::open_or_create(directory, schema)?)
    }

    fn with_index(index: Index) -> Result<Self, TantivyError> {
        let (fields, _) = Fields::new();
        index.tokenizers().register(WORDS, WordTokenizer);
        let writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        // Reloaded by the writer, so that what is written is found as soon as the call returns.
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let mark = Uuid::new_v4();
        Ok(Self {
            fields,
            reader,
            writer: Mutex::new(writer),
            pre_tag: format!("<{mark}>"),
            post_tag: format!("</{mark}>"),
        })
    }

    /// The entities in the index, as numbers, with the version of each.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn versions(&self) -> Result<HashMap<u64, u64>, SearchError> {
        let searcher = self.reader.searcher();
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

    /// Replaces the documents of entities, and takes out those of entities that are named by their number only. All of it
    /// is found when the call returns, or none of it.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn apply(&self, changed: &[EntityDocuments], gone: &[u64]) -> Result<(), SearchError> {
        let mut writer = self.writer.lock();
        let written = self.write(&mut writer, changed, gone);
        if written.is_err() {
            writer.rollback()?;
        }
        written?;
        self.reader.reload()?;
        Ok(())
    }

    fn write(&self, writer: &mut IndexWriter, changed: &[EntityDocuments], gone: &[u64]) -> Result<(), TantivyError> {
        for &number in gone {
            writer.delete_term(tantivy::Term::from_field_u64(self.fields.entity, number));
        }
        for EntityDocuments { entity_ref, version, documents } in changed {
            writer.delete_term(self.fields.of_entity(entity_ref));
            for document in documents {
                writer.add_document(self.fields.document(document, *version))?;
            }
        }
        writer.commit()?;
        Ok(())
    }

    /// How many documents there are.
    pub fn n_documents(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Answers a question.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn find(&self, question: &Question) -> Result<Found, SearchError> {
        let searcher = self.reader.searcher();
        let words = query::term_words(&question.term);
        let (ranked, n_total, counts) = self.rank(&searcher, question)?;
        let typos = words.iter().map(|word| (word.clone(), query::n_typos(word))).collect();
        let highlighter = (!words.is_empty()).then(|| Highlighter::new(typos, &self.pre_tag, &self.post_tag));
        let hits = ranked.into_iter().map(|(_, address)| self.hit(&searcher, address, highlighter.as_ref()));
        let hits = hits.collect::<Result<Vec<_>, SearchError>>()?;
        let did_you_mean = match (&question.sight, n_total) {
            // Words of hidden names must not be told.
            (Sight::Everything, _) => spelling::did_you_mean(&searcher, &self.fields, &words)?,
            (Sight::Only(_) | Sight::Nothing, _) => None,
        };
        let facets = counts.map(|counts| facets::told(&question.facets, counts)).unwrap_or_default();
        Ok(Found { hits, n_total, facets, did_you_mean })
    }

    fn rank(&self, searcher: &Searcher, question: &Question) -> Result<Ranked, SearchError> {
        let query = query::query(&self.fields, question);
        let n_documents = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
        let is_behind = question.limit == 0 || question.offset >= n_documents;
        // The engine makes room for as many as it is asked for, so it is not asked for more than there are.
        let (limit, offset) = if is_behind { (1, 0) } else { (question.limit.min(n_documents), question.offset) };
        let top = TopDocs::with_limit(limit).and_offset(offset).tweak_score(tweak);
        let facets = (!question.facets.is_empty()).then(|| FacetCollector::new(&question.facets));
        let collector = (top, Count, facets);
        let (mut ranked, n_total, counts) = match &question.sight {
            Sight::Nothing => return Ok((vec![], 0, None)),
            Sight::Everything => search(searcher, &query, collector)?,
            Sight::Only(entity_refs) => {
                let numbers: HashSet<u64> = entity_refs.iter().map(|entity_ref| entity_number(entity_ref)).collect();
                let numbers = Arc::new(numbers);
                let is_visible = move |number: u64| numbers.contains(&number);
                search(searcher, &query, FilterCollector::new("entity".to_owned(), is_visible, collector))?
            }
        };
        if is_behind {
            ranked.clear();
        }
        Ok((ranked, n_total, counts))
    }

    fn hit(
        &self,
        searcher: &Searcher,
        address: DocAddress,
        highlighter: Option<&Highlighter>,
    ) -> Result<Hit, SearchError> {
        let row: TantivyDocument = searcher.doc(address)?;
        let stored = row.get_first(self.fields.stored).and_then(|value| value.as_bytes()).unwrap_or_default();
        let fields = serde_json::from_slice(stored).map_err(SearchError::Unreadable)?;
        let document_type = row.get_first(self.fields.document_type).and_then(|value| value.as_str());
        Ok(Hit {
            document_type: document_type.unwrap_or_default().to_owned(),
            highlight: highlighter.map(|highlighter| highlighter.highlight(&fields)),
            fields,
        })
    }
}

fn search<C: Collector>(searcher: &Searcher, query: &dyn Query, collector: C) -> Result<C::Fruit, SearchError> {
    Ok(searcher.search(query, &collector)?)
}

/// Weighs a match by its document: what is on its way out sinks, and a short name is matched by more of the term.
fn tweak(segment: &SegmentReader) -> impl Fn(DocId, Score) -> Score + use<> {
    let weights = segment.fast_fields().f64("weight").map(|column| column.first_or_default_col(1.0));
    let lengths = segment.fast_fields().u64("nWords").map(|column| column.first_or_default_col(1));
    move |doc, score| {
        let (Ok(weights), Ok(lengths)) = (&weights, &lengths) else { return score };
        let n_words = lengths.get_val(doc).min(MAX_COUNTED_WORDS);
        #[expect(clippy::cast_possible_truncation, reason = "weights lie between 0 and 1")]
        let weight = weights.get_val(doc) as f32;
        score * weight * (1.0 - LESS_BY_WORD * n_words as f32)
    }
}

/// Deletes the indexes of other layouts. What cannot be deleted only takes room.
fn remove_others(folder: &Path, own: &PathBuf) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path != own) {
        match fs::remove_dir_all(&path) {
            Ok(()) => info!(folder = %path.display(), "a search index of another layout is deleted"),
            Err(cause) => warn!(%cause, folder = %path.display(), "an old search index cannot be deleted"),
        }
    }
}
