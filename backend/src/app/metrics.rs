//! `/metrics`: what this process counts, in the text format of Prometheus.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use shared::api::error::ErrorBody;
use utoipa_actix_web::service_config::ServiceConfig;

use std::sync::Arc;

use crate::auth::{self, AuthService};
use crate::catalog::CatalogService;
use crate::config::callboard::MetricsAccess;
use crate::platform::db::Db;
use crate::platform::http::{ApiError, HttpMetrics};
use crate::platform::metrics::{EXPOSITION_CONTENT_TYPE, Exposition, Kind, tell_process};

/// The name by which a restricted token allows reading the metrics.
const PLUGIN: &str = "metrics";

/// Everything that is asked for its numbers. Clones share everything.
#[derive(Clone)]
pub(super) struct MetricsSources {
    pub access: MetricsAccess,
    pub http: Arc<HttpMetrics>,
    pub catalog: CatalogService,
    pub db: Db,
}

/// Registers the route. It needs a `Data<MetricsSources>` and a `Data<AuthService>`.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(metrics_get);
}

/// What this process counts
///
/// In the text format of Prometheus. Open to everyone unless `callboard.metrics` says otherwise: it holds numbers, and no
/// names but those of routes and kinds.
#[utoipa::path(
    tag = "health", security(()),
    responses(
        (status = 200, description = "The numbers.", body = String, content_type = "text/plain"),
        (status = 401, description = "Only for programs with a token, and none that holds came along.", body = ErrorBody),
        (status = 403, description = "Only for programs, or for other ones.", body = ErrorBody),
        (status = 404, description = "Nobody may read the numbers of this server.", body = ErrorBody),
    )
)]
#[get("/metrics")]
async fn metrics_get(
    sources: Data<MetricsSources>,
    auth: Data<AuthService>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    match sources.access {
        MetricsAccess::Enabled => {}
        MetricsAccess::Authenticated => auth.program_check(request.headers(), PLUGIN).await?,
        MetricsAccess::Off => {
            return Err(ApiError::not_found("metrics are off, see `callboard.metrics` in the configuration"));
        }
    }
    // Away from the requests of this worker: it reads files of the system, and writes some hundred kilobytes of text.
    let text = web::block(move || sources.text()).await.map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, EXPOSITION_CONTENT_TYPE)).body(text))
}

impl MetricsSources {
    fn text(&self) -> String {
        let mut exposition = Exposition::default();
        let build = "callboard_build_info";
        exposition.metric(build, Kind::Gauge, "Always 1; tells the version.");
        exposition.value(build, &[("version", env!("CARGO_PKG_VERSION"))], 1);
        self.http.tell(&mut exposition);
        self.catalog.tell_metrics(&mut exposition);
        auth::tell_metrics(&mut exposition);
        let (n_open, n_idle) = self.db.pool_size();
        let pool = "callboard_database_connections";
        exposition.metric(pool, Kind::Gauge, "Open connections to the database, by what they do.");
        exposition.value(pool, &[("state", "idle")], n_idle);
        exposition.value(pool, &[("state", "used")], n_open.saturating_sub(n_idle));
        tell_process(&mut exposition);
        exposition.into_text()
    }
}
