//! The guest session: one token for the page, renewed before it ends.

use leptos::prelude::*;
use shared::api::auth::Session;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::http::{HttpRequest, Method};
use super::offline::{Remembered, forget_everything};
use super::{ApiClient, ClientError, decode};
use crate::browser;
use crate::state::session::SignIn;

/// A token is renewed this long before it ends, so that no request races its end.
const RENEW_EARLY_MS: f64 = 60_000.0;

/// The token, and the renewal under way.
#[derive(Default)]
pub struct TokenStore {
    token: Option<Token>,
    /// Why there is none.
    error: Option<ClientError>,
    /// Requests that start together wait for one renewal.
    renewal: Option<js_sys::Promise>,
}

#[derive(Clone)]
struct Token {
    text: String,
    renew_at_ms: f64,
}

impl ApiClient {
    /// A token that is good for the next minute.
    ///
    /// # Errors
    /// Whatever the sign-in answered.
    pub(super) async fn token(self) -> Result<String, ClientError> {
        if let Some(token) = self.fresh_token() {
            return Ok(token);
        }
        let running = self.tokens.with_value(|store| store.renewal.clone());
        let renewal = running.unwrap_or_else(|| {
            let promise = future_to_promise(async move {
                self.renew().await;
                Ok(wasm_bindgen::JsValue::UNDEFINED)
            });
            self.tokens.update_value(|store| store.renewal = Some(promise.clone()));
            promise
        });
        JsFuture::from(renewal).await.map_err(|error| ClientError::Unreachable(format!("{error:?}")))?;
        self.fresh_token().ok_or_else(|| {
            let error = self.tokens.with_value(|store| store.error.clone());
            error.unwrap_or_else(|| ClientError::NoSignIn("the session holds no token".to_owned()))
        })
    }

    /// Drops a token that the server no longer takes, unless it was replaced meanwhile.
    pub(super) fn forget_token(self, rejected: &str) {
        self.tokens.update_value(|store| {
            if store.token.as_ref().is_some_and(|token| token.text == rejected) {
                store.token = None;
            }
        });
    }

    fn fresh_token(self) -> Option<String> {
        let token = self.tokens.with_value(|store| store.token.clone())?;
        (browser::now_ms() < token.renew_at_ms).then_some(token.text)
    }

    /// Asks for a session; the outcome is in the store and in the session's state.
    async fn renew(self) {
        let outcome = self.sign_in().await;
        self.tokens.update_value(|store| {
            store.renewal = None;
            store.token = outcome.as_ref().ok().and_then(|session| token_of(session, browser::now_ms()));
            store.error = outcome.as_ref().err().cloned();
        });
        let sign_in = match outcome {
            Ok(session) => {
                Remembered::store(&session);
                SignIn::Done(session)
            }
            // Nobody can be asked who this is: it is who it was, with what this device remembers and nothing else.
            Err(error) if error.is_away() => Remembered::load().map_or(SignIn::Failed(error), SignIn::Done),
            Err(error) => {
                // Whoever is not let in any more does not keep what they read before.
                if matches!(error, ClientError::Refused { status: 401 | 403, .. } | ClientError::NoSignIn(_)) {
                    forget_everything().await;
                }
                SignIn::Failed(error)
            }
        };
        if let SignIn::Done(session) = &sign_in
            && let Some(identity) = &session.backstage_identity
        {
            self.kept.update_value(|kept| kept.begin(&identity.identity.user_entity_ref));
        }
        self.session.sign_in.set(sign_in);
    }

    async fn sign_in(self) -> Result<Session, ClientError> {
        if self.session.app.with_untracked(Option::is_none) {
            let app = self.app_config().await?;
            self.session.app.set(Some(app));
        }
        let providers = self.session.app.with_untracked(|app| app.as_ref().map(|app| app.sign_in_providers.clone()));
        let providers = providers.unwrap_or_default();
        if !providers.iter().any(|provider| provider == "guest") {
            return Err(ClientError::NoSignIn(format!("offered: {}", providers.join(", "))));
        }
        let request =
            HttpRequest { method: Method::Post, url: "/api/auth/guest/refresh".to_owned(), body: None, cancel: None };
        decode(&self.ask(&request, None).await?.accept()?)
    }
}

/// The token of a session and when to renew it; a token that lives shorter than two minutes is renewed halfway.
fn token_of(session: &Session, now_ms: f64) -> Option<Token> {
    let identity = session.backstage_identity.as_ref()?;
    #[expect(clippy::cast_precision_loss, reason = "a token does not live for millions of years")]
    let lifetime_ms = identity.expires_in_seconds as f64 * 1_000.0;
    let renew_at_ms = now_ms + (lifetime_ms - RENEW_EARLY_MS).max(lifetime_ms / 2.0);
    Some(Token { text: identity.token.clone(), renew_at_ms })
}

#[cfg(test)]
mod tests {
    use shared::api::auth::{Identity, Profile, SessionIdentity};

    use super::*;

    fn session(expires_in_seconds: i64) -> Session {
        let identity = Identity {
            identity_type: "user".to_owned(),
            user_entity_ref: "user:default/guest".to_owned(),
            ownership_entity_refs: Vec::new(),
        };
        let backstage_identity = Some(SessionIdentity { token: "t".to_owned(), expires_in_seconds, identity });
        Session { profile: Profile::default(), backstage_identity }
    }

    #[test]
    fn a_token_is_renewed_a_minute_early_or_halfway() {
        let renew_at = |secs| token_of(&session(secs), 1_000.0).map(|token| token.renew_at_ms);
        assert_eq!(renew_at(3_600), Some(1_000.0 + 3_540_000.0));
        assert_eq!(renew_at(60), Some(1_000.0 + 30_000.0));
    }
}
