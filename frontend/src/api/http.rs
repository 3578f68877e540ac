//! One request and its answer, with a time limit.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use gloo_net::http::{RequestBuilder, Response};
use leptos::leptos_dom::helpers::set_timeout_with_handle;
use web_sys::AbortController;

use super::ClientError;

/// How long a request may take before the page gives up.
const LIMIT_SECS: u32 = 20;

/// The verbs that the page uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Sends a body.
    Post,
    /// Sends a body that replaces what is there.
    Put,
    /// Takes away what is there.
    Delete,
}

/// A request before the token is added.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    /// The verb.
    pub method: Method,
    /// Path and query on this server.
    pub url: String,
    /// JSON text.
    pub body: Option<String>,
    /// Ends the request early.
    pub cancel: Option<CancelToken>,
}

impl HttpRequest {
    /// A request that reads.
    pub fn get(url: String) -> Self {
        Self { method: Method::Get, url, body: None, cancel: None }
    }
}

/// Ends a request that nobody waits for any more.
#[derive(Clone, Debug)]
pub struct CancelToken(AbortController);

impl CancelToken {
    /// One for one or more requests.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] in a browser that cannot end requests.
    pub fn new() -> Result<Self, ClientError> {
        AbortController::new().map(Self).map_err(|error| ClientError::Unreachable(format!("{error:?}")))
    }

    /// What a request listens to.
    pub fn controller(&self) -> &AbortController {
        &self.0
    }

    /// Ends the requests. Those that are over do not notice.
    pub fn cancel(&self) {
        self.0.abort();
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: String,
}

impl HttpAnswer {
    /// The body of a good answer.
    ///
    /// # Errors
    /// [`ClientError::Refused`] for every status but 2xx.
    pub fn accept(self) -> Result<String, ClientError> {
        if (200..300).contains(&self.status) {
            Ok(self.body)
        } else {
            Err(ClientError::from_answer(self.status, &self.body))
        }
    }
}

/// Sends a request and reads the whole answer.
///
/// # Errors
/// [`ClientError::Unreachable`] and [`ClientError::TimedOut`]; a status that reports an error is an answer, see
/// [`HttpAnswer::accept`].
pub async fn send(request: &HttpRequest, token: Option<&str>) -> Result<HttpAnswer, ClientError> {
    let limit = TimeLimit::start(request.cancel.as_ref())?;
    let read = async {
        let response = start(request, token, "application/json", &limit.controller).await?;
        let body = response.text().await.map_err(|error| ClientError::Unreachable(error.to_string()))?;
        Ok(HttpAnswer { status: response.status(), body })
    };
    read.await.map_err(|error| if limit.is_over.get() { ClientError::TimedOut(LIMIT_SECS) } else { error })
}

/// Sends a request and hands back the answer before its body has come.
///
/// # Errors
/// [`ClientError::Unreachable`].
pub async fn start(
    request: &HttpRequest,
    token: Option<&str>,
    accept: &str,
    controller: &AbortController,
) -> Result<Response, ClientError> {
    let unreachable = |error: gloo_net::Error| ClientError::Unreachable(error.to_string());
    let method = match request.method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Put => gloo_net::http::Method::PUT,
        Method::Delete => gloo_net::http::Method::DELETE,
    };
    let mut builder = RequestBuilder::new(&request.url)
        .method(method)
        .header("Accept", accept)
        .abort_signal(Some(&controller.signal()));
    if let Some(token) = token {
        builder = builder.header("Authorization", &format!("Bearer {token}"));
    }
    let built = match &request.body {
        Some(body) => builder.header("Content-Type", "application/json").body(body.as_str()),
        None => builder.build(),
    };
    built.map_err(unreachable)?.send().await.map_err(unreachable)
}

/// Aborts a request that takes too long, unless it is dropped before.
struct TimeLimit {
    controller: AbortController,
    is_over: Rc<Cell<bool>>,
    timer: leptos::leptos_dom::helpers::TimeoutHandle,
}

impl TimeLimit {
    fn start(cancel: Option<&CancelToken>) -> Result<Self, ClientError> {
        let no_timer = |error| ClientError::Unreachable(format!("{error:?}"));
        let controller = match cancel {
            Some(CancelToken(controller)) => controller.clone(),
            None => AbortController::new().map_err(no_timer)?,
        };
        let is_over = Rc::new(Cell::new(false));
        let timer = {
            let (controller, is_over) = (controller.clone(), is_over.clone());
            let abort = move || {
                is_over.set(true);
                controller.abort();
            };
            set_timeout_with_handle(abort, Duration::from_secs(LIMIT_SECS.into())).map_err(no_timer)?
        };
        Ok(Self { controller, is_over, timer })
    }
}

impl Drop for TimeLimit {
    fn drop(&mut self) {
        self.timer.clear();
    }
}
