//! The embedded engine: an index in a folder of its own, which can be made again from the catalog at any time.
//!
//! A folder for each layout; one that cannot be read is deleted and made anew. Where another process holds the folder,
//! or it cannot be used at all, the index is kept in memory. What is written is committed as a whole, so that a process
//! which is killed leaves the state of the last commit behind.
//!
//! Files are checked when they are opened and in memory from then on ([`directory`]), so that what happens to them is
//! an error of the one who writes, while questions go on being answered. What the engine panics over all the same
//! becomes an error at the edge of [`index`].

mod directory;
mod facets;
mod index;
mod lately;
mod query;
mod rank;
mod schema;
mod spelling;
#[cfg(test)]
mod tests;
mod tokenizer;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::task::spawn_blocking;

use self::index::EmbeddedIndex;
use super::document::EntityDocuments;
use super::engine::{Contents, SearchEngine};
use super::error::SearchError;
use super::question::{Depth, Found, Question};

pub use self::facets::{MAX_VALUES, sorted};

/// The embedded engine. Clones share everything.
#[derive(Clone)]
pub struct EmbeddedEngine {
    index: Arc<EmbeddedIndex>,
}

impl EmbeddedEngine {
    /// Opens the index below a folder, or makes an empty one. Where the folder cannot be used, the index is kept in
    /// memory.
    ///
    /// # Errors
    /// When there is no room in memory either.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        Ok(Self { index: Arc::new(EmbeddedIndex::open(folder)?) })
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&EmbeddedIndex) -> Result<T, SearchError> + Send + 'static,
    ) -> Result<T, SearchError> {
        let index = Arc::clone(&self.index);
        spawn_blocking(move || work(&index)).await.map_err(SearchError::Stopped)?
    }
}

#[async_trait]
impl SearchEngine for EmbeddedEngine {
    fn name(&self) -> &'static str {
        "embedded"
    }

    async fn find(&self, question: Question) -> Result<Found, SearchError> {
        match question.depth {
            // Quicker than going to another thread and back.
            Depth::Names => self.index.find(&question),
            Depth::Everything => self.blocking(move |index| index.find(&question)).await,
        }
    }

    async fn contents(&self) -> Result<Contents, SearchError> {
        self.blocking(|index| Ok(index.contents())).await
    }

    async fn rebuild_begin(&self) -> Result<(), SearchError> {
        self.blocking(EmbeddedIndex::renew).await
    }

    async fn rebuild_end(&self) -> Result<(), SearchError> {
        self.blocking(|index| {
            index.finish();
            Ok(())
        })
        .await
    }

    async fn apply(&self, changed: Vec<EntityDocuments>, gone: Vec<u64>) -> Result<(), SearchError> {
        self.blocking(move |index| index.apply(&changed, &gone)).await
    }

    async fn settle(&self) -> Result<(), SearchError> {
        self.blocking(EmbeddedIndex::settle).await
    }

    async fn n_documents(&self) -> Option<u64> {
        Some(self.index.n_documents())
    }
}
