//! The operations of `/api/search`.

use shared::api::search::{SearchAnswer, SearchSuggestions};

use super::http::HttpRequest;
use super::{ApiClient, CancelToken, ClientError, decode};
use crate::paths;

impl ApiClient {
    /// A page of what is found; `query` holds the parameters of `GET /query`. The token ends the request.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn search_query(
        self,
        query: &[(String, String)],
        cancel: &CancelToken,
    ) -> Result<SearchAnswer, ClientError> {
        let url = format!("/api/search/query?{}", paths::query_text(query));
        decode(&self.send(HttpRequest { cancel: Some(cancel.clone()), ..HttpRequest::get(url) }).await?)
    }

    /// What somebody who is typing may be looking for; `query` holds the parameters of `GET /suggest`. The token ends the
    /// request.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn search_suggest(
        self,
        query: &[(String, String)],
        cancel: &CancelToken,
    ) -> Result<SearchSuggestions, ClientError> {
        let url = format!("/api/search/suggest?{}", paths::query_text(query));
        decode(&self.send(HttpRequest { cancel: Some(cancel.clone()), ..HttpRequest::get(url) }).await?)
    }
}
