//! Carries the requests of the SDK with the HTTP client of the portal, so that there is one such client and one TLS.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::io::{AsyncRead, AsyncReadExt};
use meilisearch_sdk::errors::Error;
use meilisearch_sdk::request::{HttpClient, Method, parse_response};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::search::error::SearchError;

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a request may take. Questions have a shorter limit of their own.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends requests.
#[derive(Clone, Debug)]
pub struct Carrier {
    http: reqwest::Client,
}

impl Carrier {
    /// With a key, where there is one. It goes into a header and nowhere else.
    ///
    /// # Errors
    /// [`SearchError::Setting`] for a key that no header can hold.
    pub fn new(api_key: Option<&str>) -> Result<Self, SearchError> {
        let mut headers = HeaderMap::new();
        if let Some(key) = api_key {
            let refused =
                |_| SearchError::Setting("`search.meilisearch.apiKey` has characters that no key has".to_owned());
            let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(refused)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let http = reqwest::Client::builder()
            .default_headers(headers)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|cause| SearchError::Setting(format!("no HTTP client can be made: {cause}")))?;
        Ok(Self { http })
    }

    async fn send<Output: DeserializeOwned>(
        &self,
        url: &str,
        verb: reqwest::Method,
        query: Vec<(String, String)>,
        body: Option<(Vec<u8>, &str)>,
        expected_status_code: u16,
    ) -> Result<Output, Error> {
        let mut request = self.http.request(verb, url);
        if !query.is_empty() {
            request = request.query(&query);
        }
        if let Some((body, content_type)) = body {
            request = request.header(CONTENT_TYPE, content_type).body(body);
        }
        let response = request.send().await.map_err(other)?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(other)?;
        let text = if text.is_empty() { "null" } else { &text };
        parse_response(status, expected_status_code, text, url.to_owned())
    }
}

#[async_trait]
impl HttpClient for Carrier {
    async fn request<Query, Body, Output>(
        &self,
        url: &str,
        method: Method<Query, Body>,
        expected_status_code: u16,
    ) -> Result<Output, Error>
    where
        Query: Serialize + Send + Sync,
        Body: Serialize + Send + Sync,
        Output: DeserializeOwned + 'static + Send,
    {
        let (verb, query) = (verb(&method), query(method.query())?);
        let body = method.into_body().map(|body| serde_json::to_vec(&body)).transpose()?;
        let body = body.map(|body| (body, "application/json"));
        self.send(url, verb, query, body, expected_status_code).await
    }

    async fn stream_request<
        Query: Serialize + Send + Sync,
        Body: AsyncRead + Send + Sync + 'static,
        Output: DeserializeOwned + 'static,
    >(
        &self,
        url: &str,
        method: Method<Query, Body>,
        content_type: &str,
        expected_status_code: u16,
    ) -> Result<Output, Error> {
        let (verb, query) = (verb(&method), query(method.query())?);
        let body = match method.into_body() {
            None => None,
            Some(body) => {
                let mut bytes = Vec::new();
                std::pin::pin!(body).read_to_end(&mut bytes).await.map_err(other)?;
                Some((bytes, content_type))
            }
        };
        self.send(url, verb, query, body, expected_status_code).await
    }
}

fn other(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(cause))
}

fn verb<Q, B>(method: &Method<Q, B>) -> reqwest::Method {
    match method {
        Method::Get { .. } => reqwest::Method::GET,
        Method::Post { .. } => reqwest::Method::POST,
        Method::Patch { .. } => reqwest::Method::PATCH,
        Method::Put { .. } => reqwest::Method::PUT,
        Method::Delete { .. } => reqwest::Method::DELETE,
    }
}

/// The query as names and values; the items of a list are joined by commas.
fn query(query: &impl Serialize) -> Result<Vec<(String, String)>, Error> {
    let Value::Object(fields) = serde_json::to_value(query)? else { return Ok(vec![]) };
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(","),
        value => value.to_string(),
    };
    Ok(fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, text(value))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn queries_are_written_as_the_server_reads_them() {
        let written = query(&json!({"limit": 5, "fields": ["entity", "version"], "none": null})).unwrap();
        let expected = [("limit", "5"), ("fields", "entity,version")];
        assert_eq!(written, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(query(&()).unwrap(), vec![]);
    }

    #[test]
    fn a_key_that_is_none_is_told() {
        assert!(Carrier::new(Some("line\nbreak")).is_err());
        assert!(Carrier::new(Some("aSampleMasterKey")).is_ok());
    }
}
