//! The one error type of the HTTP surface.
//!
//! A handler returns [`ApiError`]; it knows nothing of the request. The middleware [`super::RequestFrame`] adds method
//! and address and writes the body, so extractor failures and panics get the same shape as everything else.

use std::borrow::Cow;
use std::fmt;

use actix_web::error::{JsonPayloadError, PayloadError, UrlencodedError};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use shared::api::error::{ErrorBody, ErrorDetail, ErrorRequest, ErrorResponse};
use shared::entity::EntityRefError;

/// What a route answers with instead of its result.
///
/// Text of [`ApiError::internal`] never leaves the process: the client gets an id, the log gets the id and the cause.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    name: Cow<'static, str>,
    message: String,
    cause: Option<Box<ErrorDetail>>,
    /// What the log tells in addition.
    source: Option<anyhow::Error>,
    is_masked: bool,
}

impl ApiError {
    /// An error with a name of its own; use the named constructors where one fits.
    pub fn new(status: StatusCode, name: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, name: name.into(), message: message.into(), cause: None, source: None, is_masked: false }
    }

    /// 400: the request is not understood, or against a rule of the model.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InputError", message)
    }

    /// 401: it is not known who asks.
    pub fn authentication(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "AuthenticationError", message)
    }

    /// 403: the caller is known and may not.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "NotAllowedError", message)
    }

    /// 404: absent, or hidden from the caller.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFoundError", message)
    }

    /// 409: the state is not what the caller assumed.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "ConflictError", message)
    }

    /// 501: this server does not do that.
    pub fn not_implemented(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplementedError", message)
    }

    /// 503: something this server depends on is away; trying again later helps.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailableError", message)
    }

    /// 500: our fault. The source is logged, never sent.
    pub fn internal(source: impl Into<anyhow::Error>) -> Self {
        let mut error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Error", "An internal error occurred");
        error.source = Some(source.into());
        error.is_masked = true;
        error
    }

    /// Names the error that this one wraps, which the client is told: in the message and as `cause`.
    #[must_use]
    pub fn caused_by(mut self, name: impl Into<String>, message: impl Into<String>) -> Self {
        let cause = ErrorDetail { name: name.into(), message: message.into(), cause: None };
        self.message = format!("{}; caused by {}: {}", self.message, cause.name, cause.message);
        self.cause = Some(Box::new(cause));
        self
    }

    /// Adds what only the log is told.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<anyhow::Error>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable name, such as `NotFoundError`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The message for the client, without the log id of an internal error.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What only the log is told.
    pub(super) fn log_source(&self) -> Option<&anyhow::Error> {
        self.source.as_ref()
    }

    /// The body for the client. `log_id` ties an internal error to its line in the log.
    pub(super) fn body(&self, request: ErrorRequest, log_id: &str) -> ErrorBody {
        let message = if self.is_masked { format!("{} logId={log_id}", self.message) } else { self.message.clone() };
        ErrorBody {
            error: ErrorDetail { name: self.name.clone().into_owned(), message, cause: self.cause.clone() },
            request: Some(request),
            response: ErrorResponse { status_code: self.status.as_u16() },
        }
    }

    /// Reads an error that actix made, such as a body that an extractor refused.
    ///
    /// Every refusal of the content is 400, also a wrong or missing content type; only a body that is too large is 413.
    pub(super) fn from_actix(error: &actix_web::Error) -> Self {
        if let Some(json) = error.as_error::<JsonPayloadError>() {
            return Self::from_json(json);
        }
        let status = error.as_response_error().status_code();
        let is_overflow = matches!(error.as_error::<PayloadError>(), Some(PayloadError::Overflow))
            || matches!(error.as_error::<UrlencodedError>(), Some(UrlencodedError::Overflow { .. }));
        if is_overflow || status == StatusCode::PAYLOAD_TOO_LARGE {
            Self::too_large(error.to_string())
        } else if status.is_server_error() {
            Self::internal(anyhow::anyhow!("{error:?}"))
        } else {
            Self::input(error.to_string())
        }
    }

    /// 413: the body is larger than this server reads.
    fn too_large(message: String) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeError", message)
    }

    fn from_json(error: &JsonPayloadError) -> Self {
        match error {
            JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
                Self::too_large(error.to_string())
            }
            JsonPayloadError::Payload(PayloadError::Overflow) => Self::too_large(error.to_string()),
            JsonPayloadError::ContentType => {
                Self::input("the body must be JSON; send the header `Content-Type: application/json`")
            }
            // Handlers ask for an object and read it by the rules of `body`, so this is about the outermost value.
            JsonPayloadError::Deserialize(source) if source.is_data() => Self::input("request/body must be object"),
            JsonPayloadError::Deserialize(source) => Self::input(format!("the body is not valid JSON: {source}")),
            other => Self::input(format!("the body could not be read: {other}")),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// Only the status: [`super::RequestFrame`] writes the body, since it knows the request.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status)
    }
}

impl From<EntityRefError> for ApiError {
    fn from(error: EntityRefError) -> Self {
        Self::input(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request() -> ErrorRequest {
        ErrorRequest { method: "GET".into(), url: "/x".into() }
    }

    #[test]
    fn a_cause_is_named_in_the_message_and_nested() {
        let error = ApiError::authentication("Refresh failed").caused_by("InputError", "Missing session cookie");
        let body = serde_json::to_value(error.body(request(), "")).unwrap();
        let cause = json!({"name": "InputError", "message": "Missing session cookie"});
        let message = "Refresh failed; caused by InputError: Missing session cookie";
        assert_eq!(body["error"], json!({"name": "AuthenticationError", "message": message, "cause": cause}));
    }

    #[test]
    fn an_internal_error_tells_its_id_only() {
        let body = ApiError::internal(anyhow::anyhow!("password is wrong")).body(request(), "0123456789abcdef0123");
        assert_eq!(body.error.message, "An internal error occurred logId=0123456789abcdef0123");
        assert_eq!(body.error.cause, None);
    }
}
