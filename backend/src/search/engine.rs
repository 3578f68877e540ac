//! What an engine must be able to do. There are two: one in this process, and one in a server of its own.

use std::collections::HashMap;

use async_trait::async_trait;

use super::document::EntityDocuments;
use super::error::SearchError;
use super::question::{Found, Question};

/// What is in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// The version of every entity that has documents, both as numbers; see [`super::document::entity_number`].
    Versions(HashMap<u64, u64>),
    /// There is no index, or it is damaged, or of another layout: it must be made anew.
    Unusable,
}

/// An index with the means to ask it. One [`super::Follower`] writes; everybody reads.
#[async_trait]
pub trait SearchEngine: Send + Sync {
    /// The name, as the configuration has it.
    fn name(&self) -> &'static str;

    /// Answers a question. What the caller may see is part of it.
    ///
    /// # Errors
    /// [`SearchError::Unanswered`] when only this question was not answered, [`SearchError::Away`] when the engine does not
    /// answer now, others when it answers what is not understood.
    async fn find(&self, question: Question) -> Result<Found, SearchError>;

    /// What is in the index. Makes it ready to be written where that needs something.
    ///
    /// # Errors
    /// As [`SearchEngine::find`]. Damage is no error, but [`Contents::Unusable`].
    async fn contents(&self) -> Result<Contents, SearchError>;

    /// Begins a new index. What is applied from now on goes there; where the old one can still be read, it answers until
    /// [`SearchEngine::rebuild_end`]. A rebuild that was begun before is forgotten.
    ///
    /// # Errors
    /// As [`SearchEngine::find`].
    async fn rebuild_begin(&self) -> Result<(), SearchError>;

    /// Has the new index answer from now on.
    ///
    /// # Errors
    /// As [`SearchEngine::find`].
    async fn rebuild_end(&self) -> Result<(), SearchError>;

    /// Replaces the documents of entities, and takes out those of entities that are named by their number only. All of it
    /// is found when the call returns.
    ///
    /// # Errors
    /// As [`SearchEngine::find`]. Applying the same again does no harm.
    async fn apply(&self, changed: Vec<EntityDocuments>, gone: Vec<u64>) -> Result<(), SearchError>;

    /// Puts in order what was written in many pieces. Called after much was written; questions are quicker afterwards.
    ///
    /// # Errors
    /// As [`SearchEngine::find`].
    async fn settle(&self) -> Result<(), SearchError>;

    /// How many documents there are; `None` where the engine does not tell.
    async fn n_documents(&self) -> Option<u64>;
}
