//! The one shape of an error on the wire.

use serde::{Deserialize, Serialize};

/// Every error of the API.
///
/// ```json
/// {"error":{"name":"NotFoundError","message":"…"},"request":{"method":"GET","url":"/entities/by-uid/1"},"response":{"statusCode":404}}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
    /// What was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<ErrorRequest>,
    /// How it was answered.
    pub response: ErrorResponse,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorDetail {
    /// The stable name that clients branch on: `InputError`, `NotFoundError`, `ConflictError` …
    pub name: String,
    /// What was wrong and what to do. The wording may change.
    pub message: String,
    /// The error that this one wraps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub cause: Option<Box<ErrorDetail>>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorRequest {
    /// The HTTP method.
    pub method: String,
    /// Path and query, relative to the mount of the plugin (`/api/catalog` …).
    pub url: String,
}

/// How it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorResponse {
    /// The HTTP status, repeated for clients that only see the body.
    pub status_code: u16,
}
