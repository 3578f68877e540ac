//! Tokens that are fetched with a client id and secret, and kept until they end.

use std::fmt;
use std::sync::Arc;

use reqwest::Url;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::platform::fetch::{Credential, FetchError, Fetched, Fetcher, Form, Request};

/// Longest answer with a token, in bytes.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;
/// How long before its end a token is not used any more, in seconds.
const MARGIN_SECS: i64 = 60;
/// How long a token is used whose end is not told, in seconds.
const DEFAULT_LIFETIME_SECS: i64 = 600;

/// How a host is signed in to.
#[derive(Clone, Debug, Default)]
pub(super) enum SignIn {
    /// Not at all.
    #[default]
    Nobody,
    /// With a token or password of the configuration.
    Fixed(Credential),
    /// With a token that is fetched first.
    Exchanged(ClientCredentials),
}

impl SignIn {
    pub async fn get(&self, fetcher: &Fetcher) -> Result<Option<Credential>, FetchError> {
        match self {
            Self::Nobody => Ok(None),
            Self::Fixed(credential) => Ok(Some(credential.clone())),
            Self::Exchanged(exchange) => exchange.token(fetcher).await.map(Some),
        }
    }
}

/// The exchange of an id and a secret for a token. Clones share the token.
#[derive(Clone)]
pub(super) struct ClientCredentials {
    url: Url,
    form: Form,
    credential: Option<Credential>,
    kept: Arc<Mutex<Option<Kept>>>,
}

struct Kept {
    credential: Credential,
    /// Until when it is used, in seconds since 1970.
    until: i64,
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: Option<i64>,
}

impl ClientCredentials {
    pub fn new(url: Url, form: Form, credential: Option<Credential>) -> Self {
        Self { url, form, credential, kept: Arc::default() }
    }

    /// The token, fetched anew when the last one ends. Those who ask meanwhile wait for the same one.
    async fn token(&self, fetcher: &Fetcher) -> Result<Credential, FetchError> {
        let mut kept = self.kept.lock().await;
        let now = fetcher.clock().now_secs();
        if let Some(kept) = kept.as_ref().filter(|kept| now < kept.until) {
            return Ok(kept.credential.clone());
        }
        let explain = |message: String| FetchError::Failed(format!("cannot sign in to read it: {message}"));
        let request = Request {
            accept: Some("application/json"),
            form: Some(&self.form),
            ..Request::get(self.url.clone(), MAX_ANSWER_BYTES).with_credential(self.credential.as_ref())
        };
        let bytes = match fetcher.fetch(&request).await {
            Ok(Fetched::Answer { bytes, .. }) => bytes,
            Ok(Fetched::Same) => return Err(explain("there was no token in the answer".to_owned())),
            Err(limited @ FetchError::RateLimited { .. }) => return Err(limited),
            Err(error) => return Err(explain(format!("{error}; check client id and secret in `integrations`"))),
        };
        // The cause would quote the answer, which holds the token.
        let answer: Answer =
            serde_json::from_slice(&bytes).map_err(|_| explain("there was no token in the answer".to_owned()))?;
        let credential = Credential::bearer(&answer.access_token).map_err(explain)?;
        let lifetime = answer.expires_in.unwrap_or(DEFAULT_LIFETIME_SECS);
        *kept = Some(Kept { credential: credential.clone(), until: now.saturating_add(lifetime - MARGIN_SECS) });
        Ok(credential)
    }
}
