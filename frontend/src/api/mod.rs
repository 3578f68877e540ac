//! The client of the portal's API: sign-in, requests with the token, answers in the types of `shared`.

mod app;
mod auth;
mod catalog;
mod download;
mod error;
mod events;
mod graph;
mod http;
mod offline;
mod personal_tokens;
mod search;
mod settings;
mod sources;
mod sse;

pub use catalog::EntityDocument;
pub use error::ClientError;
pub use events::follow_changes;
pub use http::CancelToken;
pub use offline::{PERSON_KEY, forget_everything};

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use shared::api::app::AppConfig;

use crate::state::connection::Connection;
use crate::state::session::SessionState;
use crate::state::tabs::Tabs;
use auth::TokenStore;
use http::{HttpAnswer, HttpRequest, Method};
use offline::OfflineStore;

/// Speaks to the server for the whole page. Copies share one session.
#[derive(Clone, Copy)]
pub struct ApiClient {
    tokens: StoredValue<TokenStore, LocalStorage>,
    session: SessionState,
    tabs: Tabs,
    connection: Connection,
    kept: StoredValue<OfflineStore>,
}

impl ApiClient {
    /// Provides the client to the whole page.
    pub fn provide(session: SessionState, connection: Connection) -> Self {
        let client = Self {
            tokens: StoredValue::new_local(TokenStore::default()),
            session,
            tabs: Tabs::of_page(),
            connection,
            kept: StoredValue::new(OfflineStore::default()),
        };
        provide_context(client);
        client
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What the server says of itself. Needs no session.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn app_config(self) -> Result<AppConfig, ClientError> {
        let answer = self.ask(&HttpRequest::get("/api/app/config".to_owned()), None).await?;
        decode(&answer.accept()?)
    }

    /// Takes something away with the session's token.
    async fn delete(self, url: String) -> Result<(), ClientError> {
        self.send(HttpRequest { method: Method::Delete, ..HttpRequest::get(url) }).await.map(drop)
    }

    /// Reads something with the session's token.
    async fn get<T: DeserializeOwned>(self, url: String) -> Result<T, ClientError> {
        decode(&self.send(HttpRequest::get(url)).await?)
    }

    /// Sends a JSON body with the session's token.
    async fn post<B: serde::Serialize, T: DeserializeOwned>(self, url: &str, body: &B) -> Result<T, ClientError> {
        decode(&self.send_json(Method::Post, url, body).await?)
    }

    /// Sends a JSON body with the session's token; the answer says nothing.
    async fn post_only<B: serde::Serialize>(self, url: &str, body: &B) -> Result<(), ClientError> {
        self.send_json(Method::Post, url, body).await.map(drop)
    }

    async fn send_json<B: serde::Serialize>(self, method: Method, url: &str, body: &B) -> Result<String, ClientError> {
        let body = serde_json::to_string(body).map_err(|error| ClientError::Unreadable(error.to_string()))?;
        self.send(HttpRequest { method, url: url.to_owned(), body: Some(body), cancel: None }).await
    }

    /// Sends a request. While the server is away, what was read earlier on this device is the answer.
    ///
    /// It is behind a pointer, so that it is compiled once and not into each operation.
    fn send(self, request: HttpRequest) -> Pin<Box<dyn Future<Output = Result<String, ClientError>>>> {
        Box::pin(self.send_or_find(request))
    }

    async fn send_or_find(self, request: HttpRequest) -> Result<String, ClientError> {
        let outcome = self.send_with_token(&request).await;
        let Some(name) = offline::name_of(&request) else { return outcome };
        let Some(person) = self.kept.try_with_value(OfflineStore::person).flatten() else { return outcome };
        match outcome {
            Ok(body) => {
                let is_tidying = self.kept.try_update_value(OfflineStore::count_one).unwrap_or_default();
                spawn_local(offline::keep(person, name, body.clone(), is_tidying));
                Ok(body)
            }
            Err(error) if error.is_away() && self.connection.is_away_now() => {
                match offline::find(&person, &name).await {
                    Some(kept) => {
                        self.connection.shows_saved(kept.read_at_ms);
                        Ok(kept.body)
                    }
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Sends a request; a token that the server no longer takes is renewed once.
    async fn send_with_token(self, request: &HttpRequest) -> Result<String, ClientError> {
        let token = self.token().await?;
        let answer = self.ask(request, Some(&token)).await?;
        if answer.status != 401 {
            return answer.accept();
        }
        self.forget_token(&token);
        let token = self.token().await?;
        self.ask(request, Some(&token)).await.and_then(HttpAnswer::accept)
    }

    /// Sends a request as it is, and notes whether the server answers at all.
    async fn ask(self, request: &HttpRequest, token: Option<&str>) -> Result<HttpAnswer, ClientError> {
        let outcome = http::send(request, token).await;
        match &outcome {
            Ok(_) => self.connection.answered(),
            // A request that nobody waits for any more says nothing of the server.
            Err(error) if error.is_away() && request.cancel.is_none() => self.connection.unanswered(),
            Err(_) => {}
        }
        outcome
    }
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, ClientError> {
    serde_json::from_str(text).map_err(|error| ClientError::Unreadable(error.to_string()))
}
