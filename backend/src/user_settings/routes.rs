//! `/api/user-settings`: parse, call, answer.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put};
use shared::api::error::ErrorBody;
use shared::api::user_settings::{
    UserSetting, UserSettingName, UserSettingUpdate, UserSettingsMultiget, UserSettingsMultigetResult,
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::UserSettingsService;
use crate::auth::Caller;
use crate::platform::http::{ApiError, JsonObject, json, json_with_etag};

/// Registers the routes below `/api/user-settings`. They need a `Data<UserSettingsService>`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(user_setting_get)
        .service(user_setting_update)
        .service(user_setting_delete)
        .service(user_settings_multiget);
}

/// Returns one setting of the person who asks.
#[utoipa::path(
    tag = "user-settings",
    params(
        ("bucket" = String, Path, description = "The bucket, such as `default.starredEntities`; at most 255 characters."),
        ("key" = String, Path, description = "The name within the bucket. May contain `/`; at most 255 characters."),
    ),
    responses(
        (status = 200, description = "The setting.", body = UserSetting),
        (status = 400, description = "Bucket or key is too long.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The token is that of a program.", body = ErrorBody),
        (status = 404, description = "Nothing is stored there.", body = ErrorBody),
    )
)]
#[get("/buckets/{bucket}/keys/{key:.+}")]
async fn user_setting_get(
    settings: Data<UserSettingsService>,
    caller: Caller,
    path: Path<UserSettingName>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    json_with_etag(&request, &settings.user_setting_get(&caller, path.into_inner()).await?)
}

/// Saves one setting of the person who asks.
///
/// A value has at most 64 KiB, and a person at most 1,000 settings.
#[utoipa::path(
    tag = "user-settings",
    params(
        ("bucket" = String, Path, description = "The bucket, such as `default.starredEntities`; at most 255 characters."),
        ("key" = String, Path, description = "The name within the bucket. May contain `/`; at most 255 characters."),
    ),
    request_body = UserSettingUpdate,
    responses(
        (status = 200, description = "The setting as it is stored.", body = UserSetting),
        (status = 400, description = "The value is missing, or something is too large.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The token is that of a program.", body = ErrorBody),
    )
)]
#[put("/buckets/{bucket}/keys/{key:.+}")]
async fn user_setting_update(
    settings: Data<UserSettingsService>,
    caller: Caller,
    path: Path<UserSettingName>,
    body: JsonObject<UserSettingUpdate>,
) -> Result<HttpResponse, ApiError> {
    let JsonObject(update) = body;
    json(StatusCode::OK, &settings.user_setting_update(&caller, path.into_inner(), update).await?)
}

/// Deletes one setting of the person who asks, where it exists.
#[utoipa::path(
    tag = "user-settings",
    params(
        ("bucket" = String, Path, description = "The bucket, such as `default.starredEntities`; at most 255 characters."),
        ("key" = String, Path, description = "The name within the bucket. May contain `/`; at most 255 characters."),
    ),
    responses(
        (status = 204, description = "Nothing is stored there any more."),
        (status = 400, description = "Bucket or key is too long.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The token is that of a program.", body = ErrorBody),
    )
)]
#[delete("/buckets/{bucket}/keys/{key:.+}")]
async fn user_setting_delete(
    settings: Data<UserSettingsService>,
    caller: Caller,
    path: Path<UserSettingName>,
) -> Result<HttpResponse, ApiError> {
    settings.user_setting_delete(&caller, &path).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Returns many settings of the person who asks.
///
/// The answer is as long as the request, at most 100, with `null` where nothing is stored.
#[utoipa::path(
    tag = "user-settings",
    request_body = UserSettingsMultiget,
    responses(
        (status = 200, description = "One item for each setting asked for.", body = UserSettingsMultigetResult),
        (status = 400, description = "The body is not understood, or asks for too much.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The token is that of a program.", body = ErrorBody),
    )
)]
#[post("/multiget")]
async fn user_settings_multiget(
    settings: Data<UserSettingsService>,
    caller: Caller,
    body: JsonObject<UserSettingsMultiget>,
) -> Result<HttpResponse, ApiError> {
    json(StatusCode::OK, &settings.user_settings_multiget(&caller, &body.0.items).await?)
}
