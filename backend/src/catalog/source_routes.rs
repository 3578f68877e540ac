//! Where an entity comes from: who emitted it, reading that again, and taking the entity out.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use shared::api::catalog::{EntityAncestry, EntityRefresh};
use shared::api::error::ErrorBody;
use shared::entity::EntityRef;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers;
use super::service::CatalogService;
use crate::auth::Caller;
use crate::platform::http::{ApiError, JsonObject, bytes_with_etag};

/// Registers these routes below `/api/catalog`.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(entity_ancestry).service(entity_refresh).service(entity_delete);
}

/// Returns one entity and who emitted it.
///
/// The entity comes first, then the Location entities that lead to it, up to the one that stands for the registered
/// location, each once. What the caller may not see is left out, with all that is only reached through it.
#[utoipa::path(
    tag = "catalog",
    params(
        ("kind" = String, Path, description = "Such as `component`."),
        ("namespace" = String, Path, description = "Such as `default`."),
        ("name" = String, Path, description = "`metadata.name` of the entity."),
    ),
    responses(
        (status = 200, description = "The entity and its ancestors.", body = EntityAncestry),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not read the entity.", body = ErrorBody),
        (status = 404, description = "There is no such entity.", body = ErrorBody),
    )
)]
#[get("/entities/by-name/{kind}/{namespace}/{name}/ancestry")]
async fn entity_ancestry(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (kind, namespace, name) = path.into_inner();
    let entity_ref = EntityRef::new(&kind, &namespace, &name);
    let items = catalog.entity_ancestry(&caller, &entity_ref).await?;
    Ok(bytes_with_etag(&request, answers::ancestry(&entity_ref, &items)?))
}

/// Reads an entity again.
///
/// What describes the entity is read at once, and so are the locations that lead there. The answer comes when reads
/// show the outcome. The reference is taken in any case, and must be full.
#[utoipa::path(
    tag = "catalog",
    request_body = EntityRefresh,
    responses(
        (status = 200, description = "It was read."),
        (status = 400, description = "The body is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not refresh the entity.", body = ErrorBody),
        (status = 404, description = "No location names such an entity.", body = ErrorBody),
        (status = 503, description = "Another process writes the catalog.", body = ErrorBody),
    )
)]
#[post("/refresh")]
async fn entity_refresh(
    catalog: Data<CatalogService>,
    caller: Caller,
    body: JsonObject<EntityRefresh>,
) -> Result<HttpResponse, ApiError> {
    let JsonObject(EntityRefresh { entity_ref, authorization_token: _ }) = body;
    catalog.entity_refresh(&caller, &entity_ref).await?;
    Ok(HttpResponse::Ok().finish())
}

/// Deletes one entity.
///
/// What described it is read again at once: an entity that is still described comes back, with another uid. That there
/// is no such entity is no error.
#[utoipa::path(
    tag = "catalog",
    params(("uid" = String, Path, description = "`metadata.uid` of the entity.")),
    responses(
        (status = 204, description = "No entity has this uid any more."),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not delete the entity.", body = ErrorBody),
        (status = 503, description = "Another process writes the catalog.", body = ErrorBody),
    )
)]
#[delete("/entities/by-uid/{uid}")]
async fn entity_delete(
    catalog: Data<CatalogService>,
    caller: Caller,
    uid: Path<String>,
) -> Result<HttpResponse, ApiError> {
    catalog.entity_delete(&caller, &uid).await?;
    Ok(HttpResponse::NoContent().finish())
}
