//! Whether this process runs, and whether it takes requests.

use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use actix_web::body::EitherBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse, get};
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::ApiError;
use super::json::{json, json_with_etag};
use super::mount::api_path;

const STARTING: u8 = 0;
const READY: u8 = 1;
const STOPPING: u8 = 2;

/// How long a request to the API waits for the start to finish. Source: contract `other.md`, section 1.
const MAX_HOLD: Duration = Duration::from_secs(5);

/// Where the process is in its life. Clones share one state, which starts as "starting".
#[derive(Clone, Debug, Default)]
pub struct Health {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    phase: AtomicU8,
    changed: tokio::sync::Notify,
}

/// The answer of both probes.
///
/// ```json
/// {"status":"ok"}
/// {"message":"Backend has not started yet","status":"error"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HealthStatus {
    /// Why the status is `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `ok` or `error`.
    pub status: String,
}

impl Health {
    /// The catalog can be read: send requests.
    pub fn set_ready(&self) {
        self.set(READY);
    }

    /// The process finishes what it began: send no more requests.
    pub fn set_stopping(&self) {
        self.set(STOPPING);
    }

    /// Why no requests should be sent; `None` when ready.
    pub fn refusal(&self) -> Option<&'static str> {
        match self.phase() {
            STARTING => Some("Backend has not started yet"),
            READY => None,
            _ => Some("Backend is shutting down"),
        }
    }

    fn set(&self, phase: u8) {
        self.state.phase.store(phase, Ordering::Release);
        self.state.changed.notify_waiters();
    }

    fn phase(&self) -> u8 {
        self.state.phase.load(Ordering::Acquire)
    }

    /// Waits until the start is over, at most `limit`; tells whether it is.
    async fn is_started_within(&self, limit: Duration) -> bool {
        let started = async {
            loop {
                // Asked for before the look at the phase, so that no change is missed in between.
                let changed = self.state.changed.notified();
                if self.phase() != STARTING {
                    break;
                }
                changed.await;
            }
        };
        tokio::time::timeout(limit, started).await.is_ok()
    }
}

/// Middleware that holds requests below `/api` while the process starts, and answers 503 when that takes too long.
#[derive(Clone, Debug)]
pub struct HoldUntilReady {
    health: Health,
    limit: Duration,
}

impl HoldUntilReady {
    /// Holds a request for 5 seconds at most.
    pub fn new(health: Health) -> Self {
        Self { health, limit: MAX_HOLD }
    }
}

impl<S, B> Transform<S, ServiceRequest> for HoldUntilReady
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = HoldService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(HoldService { inner: Rc::new(inner), hold: self.clone() }))
    }
}

/// [`HoldUntilReady`] at work.
#[derive(Debug)]
pub struct HoldService<S> {
    inner: Rc<S>,
    hold: HoldUntilReady,
}

impl<S, B> Service<ServiceRequest> for HoldService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Self::Error>>;

    forward_ready!(inner);

    fn call(&self, req: ServiceRequest) -> Self::Future {
        let (inner, hold) = (Rc::clone(&self.inner), self.hold.clone());
        Box::pin(async move {
            let is_held = hold.health.phase() == STARTING && api_path(req.path()).is_some();
            if is_held && !hold.health.is_started_within(hold.limit).await {
                let error = ApiError::unavailable("the portal is still starting, try again in a few seconds");
                return Ok(req.error_response(error).map_into_right_body());
            }
            inner.call(req).await.map(ServiceResponse::map_into_left_body)
        })
    }
}

/// Registers both probes. They need a `Data<Health>`.
pub fn configure_health(config: &mut ServiceConfig<'_>) {
    config.service(scope("/.backstage/health/v1").service(readiness_get).service(liveness_get));
}

/// Whether to send requests
///
/// For load balancers. Open to everyone.
#[utoipa::path(
    tag = "health", security(()),
    responses((status = 200, description = "It does", body = HealthStatus), (status = 503, description = "Starting or stopping", body = HealthStatus)))]
#[get("/readiness")]
async fn readiness_get(health: Data<Health>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    match health.refusal() {
        None => json_with_etag(&request, &ok()),
        Some(message) => {
            let status = HealthStatus { message: Some(message.to_owned()), status: "error".to_owned() };
            json(StatusCode::SERVICE_UNAVAILABLE, &status)
        }
    }
}

/// Whether the process answers at all
///
/// For supervisors that restart it. Open to everyone.
#[utoipa::path(
    tag = "health", security(()),
    responses((status = 200, description = "It does", body = HealthStatus), (status = 500, description = "The server failed", body = shared::api::error::ErrorBody)))]
#[get("/liveness")]
async fn liveness_get(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    json_with_etag(&request, &ok())
}

fn ok() -> HealthStatus {
    HealthStatus { message: None, status: "ok".to_owned() }
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use utoipa_actix_web::AppExt;

    use super::*;

    #[actix_web::test]
    async fn readiness_follows_the_life_of_the_process() {
        let health = Health::default();
        let app = App::new().into_utoipa_app().app_data(Data::new(health.clone())).configure(configure_health);
        let app = init_service(app.into_app()).await;
        let probe = async |path: &str| {
            let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
            let status = response.status().as_u16();
            (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
        };
        let readiness = "/.backstage/health/v1/readiness";
        let starting = r#"{"message":"Backend has not started yet","status":"error"}"#;
        assert_eq!(probe(readiness).await, (503, starting.to_owned()));
        assert_eq!(probe("/.backstage/health/v1/liveness").await.0, 200);
        health.set_ready();
        assert_eq!(probe(readiness).await, (200, r#"{"status":"ok"}"#.to_owned()));
        health.set_stopping();
        let stopping = r#"{"message":"Backend is shutting down","status":"error"}"#;
        assert_eq!(probe(readiness).await, (503, stopping.to_owned()));
    }

    #[actix_web::test]
    async fn requests_wait_for_the_start() {
        let health = Health::default();
        let hold = HoldUntilReady { health: health.clone(), limit: Duration::from_millis(20) };
        let route = actix_web::web::to(|| async { HttpResponse::Ok().body("served") });
        let app = init_service(App::new().route("/api/x", route).wrap(hold.clone())).await;
        let ask = async || call_service(&app, TestRequest::get().uri("/api/x").to_request()).await.status().as_u16();
        assert_eq!(ask().await, 503);
        let (status, ()) = futures_util::future::join(ask(), async { health.set_ready() }).await;
        assert_eq!(status, 200);
        health.set_stopping();
        assert_eq!(ask().await, 200, "a request that still arrives is served");
    }
}
