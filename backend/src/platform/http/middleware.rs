//! What every request goes through, outermost first: request id, log line, panics, error bodies, security headers.

use std::future::{Ready, ready};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, Uri};
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError, web};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use shared::api::error::ErrorRequest;
use tracing::{Instrument, Level};

use super::cors::{Cors, CorsAnswer};
use super::error::ApiError;
use super::json::{JSON_CONTENT_TYPE, weak_etag};
use super::measure::{HttpMetrics, InFlight};
use super::mount::url_in_mount;
use super::security::SecurityHeaders;
use crate::platform::ids::Ids;

/// The header that carries the id of a request, both ways.
pub static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Bodies beyond this are refused with 413, in bytes. A route that takes more says so by its own configuration.
pub const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// Longest request id that is taken over from a client, in bytes.
const MAX_REQUEST_ID_BYTES: usize = 128;

/// The id of this request, in the extensions of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Who asks, for the log line; the middleware that finds the caller puts it into the extensions of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerLabel(pub Arc<str>);

/// The outermost middleware.
///
/// Answers preflights of pages that may call the API, before anyone asks for credentials.
/// Writes the body of every error: an [`ApiError`] from a handler, a refusal of an extractor, an error of an inner
/// middleware, a panic. Answers that are not errors to actix, such as an empty 404, pass unchanged.
/// `HEAD` below `/api` and `/.backstage` is routed as `GET`; the server leaves the body out.
#[derive(Clone, Debug)]
pub struct RequestFrame {
    ids: Ids,
    security: Rc<SecurityHeaders>,
    cors: Cors,
    metrics: Arc<HttpMetrics>,
}

impl RequestFrame {
    /// Request ids and log ids come from `ids`; `cors` decides about pages of other origins; requests are counted in
    /// `metrics`.
    pub fn new(ids: Ids, cors: Cors, metrics: Arc<HttpMetrics>) -> Self {
        Self { ids, security: Rc::new(SecurityHeaders::default()), cors, metrics }
    }
}

/// Limits what extractors read of a body.
pub fn configure_body_limits(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PayloadConfig::new(MAX_BODY_BYTES))
        .app_data(web::JsonConfig::default().limit(MAX_BODY_BYTES))
        .app_data(web::FormConfig::default().limit(MAX_BODY_BYTES));
}

impl<S, B> Transform<S, ServiceRequest> for RequestFrame
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = FrameService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(FrameService { inner, frame: self.clone() }))
    }
}

/// [`RequestFrame`] at work.
#[derive(Debug)]
pub struct FrameService<S> {
    inner: S,
    frame: RequestFrame,
}

impl<S, B> Service<ServiceRequest> for FrameService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Self::Error>>;

    forward_ready!(inner);

    fn call(&self, mut req: ServiceRequest) -> Self::Future {
        let id = request_id(req.headers()).unwrap_or_else(|| self.frame.ids.uuid().simple().to_string());
        // No clone of the request may be alive while it is routed, so its facts are copied for the case of a panic.
        let facts = Facts {
            started: Instant::now(),
            method: req.method().clone(),
            uri: req.uri().clone(),
            id,
            cors: self.frame.cors.answer(req.method(), req.headers()),
            _in_flight: self.frame.metrics.begin(),
        };
        req.extensions_mut().insert(RequestId(facts.id.clone()));
        if facts.method == Method::HEAD && (req.path().starts_with("/api/") || req.path().starts_with("/.backstage/")) {
            req.head_mut().method = Method::GET;
        }
        let span = tracing::error_span!("request", id = %facts.id);
        let frame = self.frame.clone();
        if let Some(status) = frame.cors.preflight_status(&facts.cors) {
            let answer = req.into_response(HttpResponse::new(status));
            return ready(Ok(span.in_scope(|| frame.finish(&facts, answer)))).boxed_local();
        }
        let routed = AssertUnwindSafe(self.inner.call(req)).catch_unwind();
        let framed = async move {
            match routed.await {
                Ok(Ok(response)) => Ok(frame.finish(&facts, response.map_into_boxed_body())),
                Ok(Err(error)) => Err(frame.lost(&facts, &error)),
                Err(panic) => {
                    let source = anyhow::anyhow!("a handler panicked: {}", panic_text(panic.as_ref()));
                    Err(frame.lost(&facts, &ApiError::internal(source).into()))
                }
            }
        };
        framed.instrument(span).boxed_local()
    }
}

/// What is known of a request before it is routed.
struct Facts {
    started: Instant,
    method: Method,
    uri: Uri,
    id: String,
    cors: CorsAnswer,
    _in_flight: InFlight,
}

impl RequestFrame {
    /// Turns an error into its body, adds the headers and writes the log line.
    fn finish(&self, facts: &Facts, mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        if let Some(error) = response.response().error().filter(|_| response.status().as_u16() >= 400) {
            let rendered = self.render(facts, error);
            response = response.into_response(rendered);
        }
        self.add_headers(facts, response.headers_mut());
        let caller = response.request().extensions().get::<CallerLabel>().cloned();
        log_request(facts, response.status(), caller.as_ref().map(|label| &*label.0));
        let status = response.status();
        response.map_body(|_, body| self.count(facts, status, body))
    }

    /// The request is gone with the failed service, so the whole answer travels inside the error.
    fn lost(&self, facts: &Facts, error: &Error) -> Error {
        let mut response = self.render(facts, error);
        self.add_headers(facts, response.headers_mut());
        let status = response.status();
        log_request(facts, status, None);
        let response = response.map_body(|_, body| self.count(facts, status, body));
        Finished { status, answer: std::cell::RefCell::new(Some(response)) }.into()
    }

    fn count(&self, facts: &Facts, status: StatusCode, body: BoxBody) -> BoxBody {
        self.metrics.count(&facts.method, facts.uri.path(), status, facts.started.elapsed(), body)
    }

    fn render(&self, facts: &Facts, error: &Error) -> HttpResponse {
        match error.as_error::<ApiError>() {
            Some(error) => self.render_api_error(facts, error),
            None => self.render_api_error(facts, &ApiError::from_actix(error)),
        }
    }

    fn render_api_error(&self, facts: &Facts, error: &ApiError) -> HttpResponse {
        let log_id = self.ids.log_id();
        log_error(error, &log_id);
        let target = facts.uri.path_and_query().map_or("/", |target| target.as_str());
        let request = ErrorRequest { method: facts.method.to_string(), url: url_in_mount(target) };
        let body = serde_json::to_vec(&error.body(request, &log_id)).expect("an error body is text and numbers");
        HttpResponse::build(error.status())
            .insert_header((CONTENT_TYPE, HeaderValue::from_static(JSON_CONTENT_TYPE)))
            .insert_header((ETAG, weak_etag(&body)))
            .body(body)
    }

    fn add_headers(&self, facts: &Facts, headers: &mut HeaderMap) {
        self.security.apply(headers);
        self.cors.apply(&facts.cors, headers);
        if let Ok(id) = HeaderValue::from_str(&facts.id) {
            headers.insert(REQUEST_ID.clone(), id);
        }
    }
}

/// The one place where an error of the HTTP surface is logged.
fn log_error(error: &ApiError, log_id: &str) {
    let source = error.log_source().map(|source| format!("{source:#}"));
    let source = source.as_deref().unwrap_or("none");
    if error.status() == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(log_id, error.source = source, "a request failed on our side");
    } else if error.status().is_server_error() {
        tracing::warn!(
            error.name = error.name(),
            error.message = error.message(),
            error.source = source,
            "a request could not be served"
        );
    } else {
        tracing::debug!(
            error.name = error.name(),
            error.message = error.message(),
            error.source = source,
            "a request was refused"
        );
    }
}

/// One line a request: reads that went well at debug, everything else at info. The query is left out: it may be private.
fn log_request(facts: &Facts, status: StatusCode, caller: Option<&str>) {
    let is_quiet = facts.method.is_safe() && status.as_u16() < 400;
    let duration_ms = facts.started.elapsed().as_secs_f64() * 1000.0;
    let (method, path, status) = (facts.method.as_str(), facts.uri.path(), status.as_u16());
    let caller = caller.unwrap_or("none");
    if is_quiet {
        if tracing::enabled!(Level::DEBUG) {
            tracing::debug!(method, path, status, duration_ms, caller, "request");
        }
    } else {
        tracing::info!(method, path, status, duration_ms, caller, "request");
    }
}

/// The id that the client sent, where it is short and made of characters that are safe in a log.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(&REQUEST_ID)?.to_str().ok()?;
    let is_sane = !text.is_empty()
        && text.len() <= MAX_REQUEST_ID_BYTES
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte));
    is_sane.then(|| text.to_owned())
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}

/// An answer that is finished, on its way through actix's error path.
struct Finished {
    status: StatusCode,
    answer: std::cell::RefCell<Option<HttpResponse>>,
}

impl std::fmt::Debug for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finished").field("status", &self.status).finish_non_exhaustive()
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "answered with {}", self.status)
    }
}

impl ResponseError for Finished {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.answer.take().unwrap_or_else(|| HttpResponse::new(self.status))
    }
}
