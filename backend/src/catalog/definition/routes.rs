//! The definition of an API, read for people.

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use shared::api::definition::ApiDefinition;
use shared::api::error::ErrorBody;
use shared::entity::EntityRef;
use tokio::sync::Semaphore;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::Caller;
use crate::catalog::service::CatalogService;
use crate::platform::http::{ApiError, bytes_with_etag};

/// Definitions that are read at a time. A hostile one takes seconds, and some hundred megabytes for a moment.
static TURNS: Semaphore = Semaphore::const_new(4);

/// Registers this route below `/api/catalog`.
pub(in crate::catalog) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(entity_definition);
}

/// Returns what the definition of an API says, in one shape for OpenAPI, AsyncAPI, GraphQL and protocol buffers.
///
/// Operations come with parameters, bodies and samples; schemas refer to each other by id. A definition that cannot be read
/// gives an answer without operations and with `remarks` that say why. References to other documents are not followed. An
/// extension of this server.
#[utoipa::path(
    tag = "catalog",
    params(
        ("kind" = String, Path, description = "Such as `api`."),
        ("namespace" = String, Path, description = "Such as `default`."),
        ("name" = String, Path, description = "`metadata.name` of the entity."),
    ),
    responses(
        (status = 200, description = "What the definition says.", body = ApiDefinition),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 404, description = "There is no such entity, or the caller may not see it, or it has no definition.", body = ErrorBody),
    )
)]
#[get("/entities/by-name/{kind}/{namespace}/{name}/definition")]
async fn entity_definition(
    catalog: Data<CatalogService>,
    caller: Caller,
    path: Path<(String, String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (kind, namespace, name) = path.into_inner();
    let entity_ref = EntityRef::new(&kind, &namespace, &name);
    let document = catalog.entity_get(&caller, &entity_ref)?;
    let turn = TURNS.acquire().await.map_err(ApiError::internal)?;
    // A long definition takes a moment, which other requests need not wait for.
    let read = web::block(move || {
        // Kept until it is read, whether or not anybody still waits for it.
        let _turn = turn;
        let stored: Stored = serde_json::from_slice(&document)?;
        let Some(text) = stored.spec.definition.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
        serde_json::to_vec(&super::read(&stored.spec.api_type.unwrap_or_default(), &text)).map(Some)
    });
    match read.await.map_err(ApiError::internal)?.map_err(ApiError::internal)? {
        Some(body) => Ok(bytes_with_etag(&request, body)),
        None => Err(ApiError::not_found(format!("`{entity_ref}` has no definition"))),
    }
}

/// What is needed of a stored document.
#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    spec: StoredSpec,
}

#[derive(Default, Deserialize)]
struct StoredSpec {
    #[serde(default, rename = "type", deserialize_with = "text")]
    api_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    definition: Option<String>,
}

/// A text; anything else counts as nothing, since kinds that nobody knows may have any `spec`.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(match value {
        serde_json::Value::String(text) => Some(text),
        _ => None,
    })
}
