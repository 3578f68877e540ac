//! The HTTP surface that all slices share: errors, middleware, JSON, query strings, health, the embedded page.
//!
//! How an application is put together. `wrap` adds on the outside, so the last one sees a request first:
//!
//! ```ignore
//! let (app, api) = App::new()
//!     .into_utoipa_app()
//!     .openapi(Api::openapi())                 // then auth::add_security_scheme(&mut api) on what comes out
//!     .map(|app| app.configure(configure_body_limits))
//!     .app_data(auth.clone())                  // Data<AuthService>; also Data<Health>, Data<Page>, Data<AppConfig> …
//!     .configure(configure_health)
//!     .configure(auth::configure)              // before other scopes: it answers /api/<plugin>/.backstage/auth/v1/jwks.json
//!     .configure(app_config::configure)
//!     .configure(catalog::configure)           // scope("/api/catalog") …
//!     .default_service(web::to(page_or_not_found))
//!     .split_for_parts();
//! app.wrap(Authenticate::new(auth))            // 401 before any extractor; leaves the Caller
//!     .wrap(HoldUntilReady::new(health))
//!     .wrap(Compress::default())
//!     .wrap(RequestFrame::new(ids, cors, metrics)) // outermost: request id, log line, counts, panics, error bodies, headers
//! ```
//!
//! Handlers take the `Caller` and a `HttpRequest`, and read the query with [`QueryParams::parse`] in their body.

mod body;
mod cors;
mod document_head;
mod encoding;
mod error;
mod health;
mod json;
mod measure;
mod middleware;
mod mount;
mod query;
mod route_label;
mod security;
mod spa;

pub use body::MAX_SAFE_INTEGER;
pub use cors::{Cors, CorsSettings, OriginPattern};
pub use document_head::{DocumentHead, Preview};
pub use error::ApiError;
pub use health::{Health, HealthStatus, HoldUntilReady, configure_health};
pub use json::{
    JSON_CONTENT_TYPE, JsonObject, bytes_with_etag, is_none_match_hit, json, json_bytes, json_with_etag, weak_etag,
};
pub use measure::HttpMetrics;
pub use middleware::{CallerLabel, MAX_BODY_BYTES, RequestFrame, RequestId, configure_body_limits};
pub use mount::{ApiPath, api_path, url_in_mount};
pub use query::QueryParams;
pub use spa::{Page, PageFile, page_or_not_found};

#[cfg(test)]
mod tests;
