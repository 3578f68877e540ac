//! Whether this process runs, and whether it takes requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::ApiError;
use super::json::{json, json_with_etag};

const STARTING: u8 = 0;
const READY: u8 = 1;
const STOPPING: u8 = 2;

/// Where the process is in its life. Clones share one state, which starts as "starting".
#[derive(Clone, Debug, Default)]
pub struct Health {
    phase: Arc<AtomicU8>,
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
        self.phase.store(READY, Ordering::Release);
    }

    /// The process finishes what it began: send no more requests.
    pub fn set_stopping(&self) {
        self.phase.store(STOPPING, Ordering::Release);
    }

    /// Why no requests should be sent; `None` when ready.
    pub fn refusal(&self) -> Option<&'static str> {
        match self.phase.load(Ordering::Acquire) {
            STARTING => Some("Backend has not started yet"),
            READY => None,
            _ => Some("Backend is shutting down"),
        }
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
    responses((status = 200, body = HealthStatus), (status = 503, description = "Starting or stopping", body = HealthStatus)))]
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
    responses((status = 200, body = HealthStatus), (status = 500, body = shared::api::error::ErrorBody)))]
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
}
