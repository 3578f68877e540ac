//! `GET /api/catalog/graph`.

use shared::api::graph::EntityGraph;

use super::{ApiClient, ClientError};
use crate::paths;

impl ApiClient {
    /// The entities around some others; `query` holds the parameters of `GET /graph`.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn entity_graph(self, query: &[(String, String)]) -> Result<EntityGraph, ClientError> {
        self.get(format!("/api/catalog/graph?{}", paths::query_text(query))).await
    }
}
