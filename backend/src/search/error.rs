//! What can go wrong with search.

use std::path::PathBuf;

use actix_web::http::StatusCode;
use tantivy::TantivyError;
use thiserror::Error;

use crate::platform::http::ApiError;

/// What can go wrong with search.
#[derive(Debug, Error)]
pub enum SearchError {
    /// The question is not understood.
    #[error("Invalid query string: {0}")]
    Query(String),
    /// The folder of the index cannot be written to.
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
    /// A document in the index is not what this version writes.
    #[error("the search index holds something unreadable")]
    Unreadable(#[source] serde_json::Error),
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Query(_) => Self::input(error.to_string()),
            SearchError::Folder { .. } | SearchError::Engine(_) | SearchError::Unreadable(_) => {
                let message = "There was a problem performing the search query";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Error", message).with_source(error)
            }
        }
    }
}
