//! What can go wrong with search.

use std::path::PathBuf;

use actix_web::http::StatusCode;
use tantivy::TantivyError;
use thiserror::Error;

use crate::catalog::CatalogError;
use crate::platform::http::ApiError;

/// What can go wrong with search.
#[derive(Debug, Error)]
pub enum SearchError {
    /// The question is not understood.
    #[error("Invalid query string: {0}")]
    Query(String),
    /// The folder of the index cannot be used.
    #[error("cannot keep the search index in {}; check who owns the folder", folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The index cannot be read or written.
    #[error("the search index does not answer as expected")]
    Engine(#[from] TantivyError),
    /// The engine panicked: the index is not what it should be.
    #[error("the search index stopped unexpectedly")]
    Panicked,
    /// A document in the index is not what this version writes.
    #[error("the search index holds something unreadable")]
    Unreadable(#[source] serde_json::Error),
    /// The server of the index does not answer. Trying again later may help.
    #[error("the search server does not answer")]
    Away(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// This one question was not answered. The index may well answer others.
    #[error("the search index did not answer a question")]
    Unanswered(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server of the index refuses what is asked of it: the key, or the version, does not fit.
    #[error("the search server refuses: {0}")]
    Refused(String),
    /// The work was given up, because the process stops.
    #[error("search was stopped")]
    Stopped(#[source] tokio::task::JoinError),
    /// The catalog does not tell what is to be indexed.
    #[error("the catalog cannot be read for the search index")]
    Catalog(#[from] CatalogError),
    /// A setting cannot be used.
    #[error("{0}")]
    Setting(String),
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Query(_) => Self::input(error.to_string()),
            SearchError::Folder { .. }
            | SearchError::Engine(_)
            | SearchError::Panicked
            | SearchError::Unreadable(_)
            | SearchError::Away(_)
            | SearchError::Unanswered(_)
            | SearchError::Refused(_)
            | SearchError::Stopped(_)
            | SearchError::Catalog(_)
            | SearchError::Setting(_) => {
                let message = "There was a problem performing the search query";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Error", message).with_source(error)
            }
        }
    }
}
