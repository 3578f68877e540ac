//! `/api/catalog/locations`: parse, call, answer.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put};
use shared::api::error::{ErrorBody, ErrorDetail};
use shared::api::locations::{
    EntityErrors, EntityRefusal, EntityValidate, Location, LocationAnalysis, LocationAnalyze, LocationCreate,
    LocationCreated, LocationListItem, LocationUpdate, LocationsPage, LocationsPageInfo, LocationsQuery,
};
use shared::api::sources::{
    EntityFields, LocationPreview, LocationPreviewQuery, LocationRemoval, PreviewedSource, TextPreviewQuery,
};
use shared::entity::EntityRef;
use utoipa_actix_web::service_config::ServiceConfig;

use super::cursor::LocationsCursor;
use super::dry_run::DryRun;
use super::query::LocationFilter;
use super::service::{LocationConflict, LocationService};
use super::store::RegisteredLocation;
use crate::auth::Caller;
use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::location::LocationRef;
use crate::platform::http::{ApiError, JsonObject, QueryParams, json, json_with_etag};

/// Locations a page where the request names no limit.
///
/// Source: contract `catalog.md`, section 6.
const DEFAULT_LIMIT: u32 = 1_000;

/// Registers the routes below `/api/catalog`. They need a `Data<LocationService>`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(location_create)
        .service(locations_list)
        .service(locations_by_query)
        .service(location_preview)
        .service(text_preview)
        .service(location_removal)
        .service(entity_fields)
        .service(location_get_by_entity)
        .service(location_get)
        .service(location_update)
        .service(location_delete)
        .service(entity_validate)
        .service(location_analyze);
}

/// Registers a location.
///
/// The Location entity that stands for it is there when the answer comes; its target is read after that, so an address that
/// cannot be read shows as an error on that entity.
///
/// With `dryRun` nothing is stored: the target is read with all that it leads to (at most 500 locations, 16 steps, 5,000
/// entities and 30 seconds), and everything that is wrong with it is a 400.
#[utoipa::path(
    tag = "catalog",
    params(
        ("dryRun" = Option<bool>, Query, description = "Only read what would be registered, and answer with it."),
        ("onConflict" = Option<String>, Query, description = "What to do when the location is registered already: `reject` or `refresh`. By default what `catalog.defaultLocationConflictStrategy` says."),
    ),
    request_body = LocationCreate,
    responses(
        (status = 201, description = "The location is registered.", body = LocationCreated),
        (status = 400, description = "The request is not understood, or the location is not an address.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not register locations, or nobody may.", body = ErrorBody),
        (status = 409, description = "The location is registered already.", body = ErrorBody),
    )
)]
#[post("/locations")]
async fn location_create(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    body: JsonObject<LocationCreate>,
) -> Result<HttpResponse, ApiError> {
    let params = QueryParams::parse(request.query_string(), &["dryRun", "onConflict"])?;
    let is_dry = params.boolean("dryRun")?.unwrap_or(false);
    let on_conflict = match params.text("onConflict")? {
        None => None,
        Some("reject") => Some(LocationConflict::Reject),
        Some("refresh") => Some(LocationConflict::Refresh),
        Some(_) => {
            let message = "request/query/onConflict must be equal to one of the allowed values: refresh, reject";
            return Err(ApiError::input(message));
        }
    };
    let JsonObject(LocationCreate { location_type, target, presence: _ }) = body;
    let location = LocationRef { location_type, target };
    if is_dry {
        let DryRun { entity_ref, exists, entities } = locations.location_create_dry(&caller, &location).await?;
        let id = location.to_string();
        let LocationRef { location_type, target } = location;
        let location = Location { id, location_type, target, entity_ref };
        return json(StatusCode::CREATED, &LocationCreated { location, entities, exists: Some(exists) });
    }
    let row = locations.location_create(&caller, location, on_conflict).await?;
    let created = LocationCreated { location: on_the_wire(row), entities: vec![], exists: None };
    json(StatusCode::CREATED, &created)
}

/// Lists the registered locations.
///
/// Those that the configuration names are not among them.
#[utoipa::path(
    tag = "catalog",
    responses(
        (status = 200, description = "All of them, each in an object of its own.", body = Vec<LocationListItem>),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "There are no parameters.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/locations")]
async fn locations_list(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    let rows = locations.locations_list(&caller).await?;
    let items: Vec<_> = rows.into_iter().map(|row| LocationListItem { data: on_the_wire(row) }).collect();
    json_with_etag(&request, &items)
}

/// Lists registered locations page by page.
///
/// They come in the order of their ids. A `cursor` brings back `limit` and `query` of the first request.
#[utoipa::path(
    tag = "catalog",
    request_body = LocationsQuery,
    responses(
        (status = 200, description = "A page of locations.", body = LocationsPage),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "The body is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[post("/locations/by-query")]
async fn locations_by_query(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    body: JsonObject<LocationsQuery>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    let JsonObject(LocationsQuery { cursor, limit, query }) = body;
    if limit == Some(0) {
        return Err(ApiError::input("request/body/limit must be >= 1"));
    }
    let (limit, query, after_id) = match cursor.as_deref().map(LocationsCursor::decode).transpose()? {
        Some(LocationsCursor { limit, after_id, query }) => (limit, query, Some(after_id)),
        None => (limit.unwrap_or(DEFAULT_LIMIT), query, None),
    };
    let filter = query.as_ref().map_or_else(|| Ok(LocationFilter::everything()), LocationFilter::parse)?;
    // One more than asked for tells whether there is a next page.
    let most = u64::from(limit) + 1;
    let (mut rows, total_items) = locations.locations_query(&caller, &filter, after_id.as_deref(), most).await?;
    let has_next = rows.len() as u64 == most;
    if has_next {
        rows.pop();
    }
    let next = rows.last().filter(|_| has_next).map(|last| LocationsCursor { limit, after_id: last.id.clone(), query });
    let page_info = LocationsPageInfo { next_cursor: next.as_ref().map(LocationsCursor::encode) };
    let items = rows.into_iter().map(on_the_wire).collect();
    json_with_etag(&request, &LocationsPage { items, total_items, page_info })
}

/// Tells what registering an address would change.
///
/// The address is read as a dry run reads it, within the same limits; that of a repository or folder is searched for
/// descriptors, which needs the permission to analyze locations. Every document is told with what the catalog has of its
/// entity, and everything that is wrong is a part of the answer. Where nothing describes anything, a descriptor to begin
/// with is proposed. An extension of this server.
#[utoipa::path(
    tag = "catalog",
    request_body = LocationPreviewQuery,
    responses(
        (status = 200, description = "What would come, document by document.", body = LocationPreview),
        (status = 400, description = "The request is not understood, the location is not an address, or a repository cannot be searched.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not register or analyze locations.", body = ErrorBody),
    )
)]
#[post("/locations/preview")]
async fn location_preview(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    body: JsonObject<LocationPreviewQuery>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    let JsonObject(LocationPreviewQuery { location_type, target }) = body;
    let preview = locations.location_preview(&caller, &LocationRef { location_type, target }).await?;
    json(StatusCode::OK, &preview)
}

/// Checks the text of a descriptor, and tells what it would change.
///
/// The text is understood as one that is registered would be, with the rules of `catalog.rules`. What it leads to is not
/// read. An extension of this server.
#[utoipa::path(
    tag = "catalog",
    request_body = TextPreviewQuery,
    responses(
        (status = 200, description = "What the text says, document by document, and what is wrong with it.", body = PreviewedSource),
        (status = 400, description = "The request is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not validate entities.", body = ErrorBody),
    )
)]
#[post("/locations/preview-text")]
async fn text_preview(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    body: JsonObject<TextPreviewQuery>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    let JsonObject(TextPreviewQuery { text, file_name }) = body;
    let preview = locations.text_preview(&caller, text, file_name.as_deref()).await?;
    json(StatusCode::OK, &preview)
}

/// Tells what removing a registered location would take away.
///
/// The entities that only it leads to go with it; those that another source describes, too, are taken over. An extension
/// of this server.
#[utoipa::path(
    tag = "catalog",
    params(("id" = String, Path, description = "The id of the location.")),
    responses(
        (status = 200, description = "What would go, and what would refer to nothing.", body = LocationRemoval),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "There are no parameters.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 404, description = "There is none, or the caller may not read locations.", body = ErrorBody),
    )
)]
#[get("/locations/{id}/removal")]
async fn location_removal(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    json_with_etag(&request, &locations.location_removal(&caller, &id).await?)
}

/// Tells where each field of an entity comes from.
///
/// The source of the entity is read for this, and nothing is stored. Only the document of the entity is told of it. An
/// extension of this server.
#[utoipa::path(
    tag = "catalog",
    params(
        ("kind" = String, Path, description = "Such as `component`."),
        ("namespace" = String, Path, description = "Such as `default`."),
        ("name" = String, Path, description = "`metadata.name` of the entity."),
    ),
    responses(
        (status = 200, description = "The entity line by line, and its document in the source.", body = EntityFields),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "There are no parameters.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 404, description = "There is no such entity, or the caller may not see it.", body = ErrorBody),
    )
)]
#[get("/explain/fields/{kind}/{namespace}/{name}")]
async fn entity_fields(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    let (kind, namespace, name) = path.into_inner();
    json_with_etag(&request, &locations.entity_fields(&caller, &EntityRef::new(&kind, &namespace, &name)).await?)
}

/// Returns the registered location that an entity comes from.
#[utoipa::path(
    tag = "catalog",
    params(
        ("kind" = String, Path, description = "Such as `component`."),
        ("namespace" = String, Path, description = "Such as `default`."),
        ("name" = String, Path, description = "`metadata.name` of the entity."),
    ),
    responses(
        (status = 200, description = "The location.", body = Location),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "There are no parameters.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 404, description = "There is no such entity, or it does not come from a registered location.", body = ErrorBody),
    )
)]
#[get("/locations/by-entity/{kind}/{namespace}/{name}")]
async fn location_get_by_entity(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    let (kind, namespace, name) = path.into_inner();
    let row = locations.location_get_by_entity(&caller, &EntityRef::new(&kind, &namespace, &name)).await?;
    json_with_etag(&request, &on_the_wire(row))
}

/// Returns one registered location.
#[utoipa::path(
    tag = "catalog",
    params(("id" = String, Path, description = "The id of the location.")),
    responses(
        (status = 200, description = "The location.", body = Location),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "There are no parameters.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 404, description = "There is none, or the caller may not read locations.", body = ErrorBody),
    )
)]
#[get("/locations/{id}")]
async fn location_get(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    json_with_etag(&request, &on_the_wire(locations.location_get(&caller, &id).await?))
}

/// Gives a registered location another target.
///
/// Its id and its Location entity stay. What the old target led to stays until the new one has been read.
#[utoipa::path(
    tag = "catalog",
    params(("id" = String, Path, description = "The id of the location.")),
    request_body = LocationUpdate,
    responses(
        (status = 200, description = "The location as it is now.", body = Location),
        (status = 400, description = "The request is not understood, or the location is not an address.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not register locations, or nobody may.", body = ErrorBody),
        (status = 404, description = "There is no such location.", body = ErrorBody),
        (status = 409, description = "Another location has this target.", body = ErrorBody),
    )
)]
#[put("/locations/{id}")]
async fn location_update(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    id: Path<String>,
    body: JsonObject<LocationUpdate>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    let JsonObject(LocationUpdate { location_type, target }) = body;
    let row = locations.location_update(&caller, &id, LocationRef { location_type, target }).await?;
    json(StatusCode::OK, &on_the_wire(row))
}

/// Removes a registered location.
///
/// All entities that only it leads to are gone when the answer comes.
#[utoipa::path(
    tag = "catalog",
    params(("id" = String, Path, description = "The id of the location.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 400, description = "There are no parameters.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not remove locations, or nobody may.", body = ErrorBody),
        (status = 404, description = "There is no such location.", body = ErrorBody),
    )
)]
#[delete("/locations/{id}")]
async fn location_delete(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    locations.location_delete(&caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Checks one entity without storing it.
///
/// It goes the way of an entity that was read: placeholders are replaced by what they name beside `location`, and the targets
/// of a Location entity are tried. Whether `catalog.rules` let its kind in is not asked.
#[utoipa::path(
    tag = "catalog",
    request_body = EntityValidate,
    responses(
        (status = 200, description = "Nothing is wrong with it."),
        (status = 400, description = "What is wrong with it. A body that is not understood gets the usual error.", body = EntityRefusal),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not validate entities.", body = ErrorBody),
    )
)]
#[post("/validate-entity")]
async fn entity_validate(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    body: JsonObject<EntityValidate>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    let JsonObject(EntityValidate { entity, location }) = body;
    let errors = locations.entity_validate(&caller, entity, &location).await?;
    if errors.is_empty() {
        return Ok(HttpResponse::Ok().finish());
    }
    let detail = |error: ProcessingError| ErrorDetail { name: error.name, message: error.message, cause: None };
    json(StatusCode::BAD_REQUEST, &EntityErrors { errors: errors.into_iter().map(detail).collect() })
}

/// Looks for descriptors in a repository.
///
/// Where there are some, their entities are returned as they would be read; else an entity is proposed. Repositories are
/// searched on the hosts of `integrations`, at the version and below the folder that the address names. The address of a
/// YAML file is that of a descriptor. At most 50 descriptors are looked at, within 30 seconds.
#[utoipa::path(
    tag = "catalog",
    request_body = LocationAnalyze,
    responses(
        (status = 200, description = "What was found, or a proposal.", body = LocationAnalysis),
        (status = 400, description = "The request is not understood, or what was found is not good.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 403, description = "The caller may not analyze locations.", body = ErrorBody),
    )
)]
#[post("/analyze-location")]
async fn location_analyze(
    locations: Data<LocationService>,
    caller: Caller,
    request: HttpRequest,
    body: JsonObject<LocationAnalyze>,
) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &[])?;
    let JsonObject(LocationAnalyze { location, catalog_filename }) = body;
    let location = LocationRef { location_type: location.location_type, target: location.target };
    let analysis = locations.location_analyze(&caller, &location, catalog_filename.as_deref()).await?;
    json(StatusCode::OK, &analysis)
}

/// A row as clients see it.
pub(super) fn on_the_wire(row: RegisteredLocation) -> Location {
    let LocationRef { location_type, target } = row.location;
    Location { id: row.id, location_type, target, entity_ref: row.entity_ref }
}
