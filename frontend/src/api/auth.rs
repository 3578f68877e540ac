//! The guest session: one token for the page, renewed before it ends.

use leptos::prelude::*;
use shared::api::auth::Session;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::http::{HttpRequest, Method};
use super::offline::{Remembered, forget_everything};
use super::{ApiClient, ClientError, decode};
use crate::browser;
use crate::paths;
use crate::state::session::{SignIn, remember_signed_out};
use crate::state::tabs::News;

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
    /// Those who wait until somebody signs in.
    waiting: Vec<js_sys::Function>,
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
        if self.session.sign_in.with_untracked(|sign_in| matches!(sign_in, SignIn::Out)) {
            return Err(ClientError::SignedOut);
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
            if self.session.sign_in.with_untracked(|sign_in| matches!(sign_in, SignIn::Out)) {
                return ClientError::SignedOut;
            }
            let error = self.tokens.with_value(|store| store.error.clone());
            error.unwrap_or_else(|| ClientError::NoSignIn("the session holds no token".to_owned()))
        })
    }

    /// Signs in because the person asked for it; the outcome is in the session's state.
    pub async fn sign_in_now(self) {
        remember_signed_out(false);
        self.session.sign_in.set(SignIn::Pending);
        if self.token().await.is_ok() {
            self.tabs.tell(&News::SignedIn);
        }
    }

    /// Signs in because another tab did.
    pub async fn sign_in_again(self) {
        self.session.sign_in.set(SignIn::Pending);
        // The outcome is in the session's state.
        drop(self.token().await);
    }

    /// Signs out in all tabs of this browser, and leads to the page for signing in, which leads back to `next`.
    ///
    /// The page is loaded anew, so that nothing of what the person saw stays in memory.
    pub fn sign_out(self, next: &str) {
        remember_signed_out(true);
        self.tabs.tell(&News::SignedOut);
        let address = paths::signin(next);
        leptos::task::spawn_local(async move {
            // What this person read is not for whoever comes next.
            forget_everything().await;
            browser::load(&address);
        });
    }

    /// Waits until somebody has signed in.
    pub(super) async fn until_signed_in(self) {
        if !self.session.sign_in.with_untracked(SignIn::is_needed) {
            return;
        }
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            self.tokens.update_value(|store| store.waiting.push(resolve));
        });
        // Nothing rejects it.
        drop(JsFuture::from(promise).await);
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
        if !self.session.sign_in.with_untracked(SignIn::is_needed) {
            let waiting = self.tokens.try_update_value(|store| std::mem::take(&mut store.waiting)).unwrap_or_default();
            for resolve in waiting {
                drop(resolve.call0(&wasm_bindgen::JsValue::UNDEFINED));
            }
        }
    }

    /// Learns what the server says of itself, where that is not known yet.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn load_app(self) -> Result<(), ClientError> {
        if self.session.app.with_untracked(Option::is_none) {
            let app = self.app_config().await?;
            self.session.app.set(Some(app));
        }
        Ok(())
    }

    async fn sign_in(self) -> Result<Session, ClientError> {
        let offered = || {
            let providers =
                self.session.app.with_untracked(|app| app.as_ref().map(|app| app.sign_in_providers.clone()));
            providers.unwrap_or_default()
        };
        let has_guest = |providers: &[String]| providers.iter().any(|provider| provider == "guest");
        if !has_guest(&offered()) {
            // Nothing is known yet, or there was no way in; the server may have been started anew since.
            let app = self.app_config().await?;
            self.session.app.set(Some(app));
        }
        let providers = offered();
        if !has_guest(&providers) {
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
