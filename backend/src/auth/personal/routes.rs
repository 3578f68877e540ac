//! `/api/personal-tokens`: parse, call, answer.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, get, post};
use shared::api::error::ErrorBody;
use shared::api::personal_tokens::{PersonalTokenCreate, PersonalTokenCreated, PersonalTokens};
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::caller::Caller;
use super::super::service::AuthService;
use crate::platform::http::{ApiError, JsonObject, json};

/// Registers the routes. They need a `Data<AuthService>`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(
        scope("/api/personal-tokens")
            .service(personal_tokens_list)
            .service(personal_token_create)
            .service(personal_token_delete),
    );
}

/// Lists the personal tokens of the person who asks
///
/// The newest first. An extension: it is for people who signed in, not for personal tokens themselves and not for programs.
#[utoipa::path(
    tag = "auth",
    responses(
        (status = 200, description = "The tokens, without their secrets.", body = PersonalTokens),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The token is that of a program, or a personal one.", body = ErrorBody),
    )
)]
#[get("")]
async fn personal_tokens_list(auth: Data<AuthService>, caller: Caller) -> Result<HttpResponse, ApiError> {
    json(StatusCode::OK, &auth.personal_tokens_list(&caller).await?)
}

/// Makes a personal token
///
/// Whoever sends it as `Authorization: Bearer …` acts in the name of the person who made it. The secret is in this answer and
/// nowhere else. An extension: guests may not make tokens unless `auth.personalTokens.allowGuest` says so.
#[utoipa::path(
    tag = "auth",
    request_body = PersonalTokenCreate,
    responses(
        (status = 201, description = "The token and its secret.", body = PersonalTokenCreated),
        (status = 400, description = "The name or the lifetime cannot be used.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller is a guest, a program or a personal token.", body = ErrorBody),
        (status = 409, description = "The person has as many tokens as allowed.", body = ErrorBody),
    )
)]
#[post("")]
async fn personal_token_create(
    auth: Data<AuthService>,
    caller: Caller,
    body: JsonObject<PersonalTokenCreate>,
) -> Result<HttpResponse, ApiError> {
    json(StatusCode::CREATED, &auth.personal_token_create(&caller, &body.0).await?)
}

/// Revokes a personal token
///
/// It is refused from now on; other replicas may take it for another second. An extension.
#[utoipa::path(
    tag = "auth",
    params(("id" = String, Path, description = "The id of the token.")),
    responses(
        (status = 204, description = "The token is gone."),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The token is that of a program, or a personal one.", body = ErrorBody),
        (status = 404, description = "The person has no token of this id.", body = ErrorBody),
    )
)]
#[delete("/{id}")]
async fn personal_token_delete(
    auth: Data<AuthService>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    auth.personal_token_delete(&caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
