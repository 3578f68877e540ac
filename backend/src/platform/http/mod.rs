//! The HTTP surface that all slices share: errors, middleware, JSON, query strings.

mod error;
mod json;
mod middleware;
mod mount;
mod query;
mod security;

pub use error::ApiError;
pub use json::{JSON_CONTENT_TYPE, bytes_with_etag, is_none_match_hit, json, json_bytes, json_with_etag, weak_etag};
pub use middleware::{CallerLabel, MAX_BODY_BYTES, RequestFrame, RequestId, configure_body_limits};
pub use mount::{ApiPath, api_path, url_in_mount};
pub use query::QueryParams;
pub use security::{content_security_policy, inline_script_hashes};

#[cfg(test)]
mod tests;
