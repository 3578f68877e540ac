//! The HTTP surface that all slices share: errors, middleware, JSON, query strings.

mod encoding;
mod error;
mod health;
mod json;
mod middleware;
mod mount;
mod query;
mod security;
mod spa;

pub use error::ApiError;
pub use health::{Health, HealthStatus, configure_health};
pub use json::{JSON_CONTENT_TYPE, bytes_with_etag, is_none_match_hit, json, json_bytes, json_with_etag, weak_etag};
pub use middleware::{CallerLabel, MAX_BODY_BYTES, RequestFrame, RequestId, configure_body_limits};
pub use mount::{ApiPath, api_path, url_in_mount};
pub use query::QueryParams;
pub use spa::{Page, PageFile, page_or_not_found};

#[cfg(test)]
mod tests;
