//! `/api/catalog`: parse, call, answer.

use actix_web::http::header::{HeaderValue, LINK};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use shared::api::catalog::{
    EntitiesByRefs, EntitiesByRefsResult, EntitiesPage, EntitiesQuery, EntityFacets, EntityFacetsQuery, OrderMissing,
    PageInfo, TotalItems,
};
use shared::api::error::ErrorBody;
use shared::entity::{Entity, EntityRef, PartialEntity};
use shared::filter::{FieldSelection, Filter, OrderField, TextFilter, parse_filter_params, parse_predicate};

use utoipa_actix_web::service_config::ServiceConfig;

use super::answers;
use super::cursor::{Cursor, OffsetCursor, Remembered, cursors, parse_missing};
use super::events::stream_changes;
use super::index::{EntityOrder, EntityQuery, Missing, Window};
use super::service::CatalogService;
use super::{
    changes_routes, count_routes, csv_routes, definition, explain, graph_routes, locations, overview_routes,
    source_routes,
};
use crate::auth::Caller;
use crate::platform::http::{ApiError, JsonObject, QueryParams, bytes_with_etag};
use crate::platform::stop::Stopping;

/// Page size of `by-query` where the request names none.
///
/// Source: contract `catalog.md`, section 5.2.
const DEFAULT_LIMIT: usize = 200;

/// Registers the routes below `/api/catalog`. They need a `Data<CatalogService>`, a `Data<LocationService>` and a
/// `Data<Stopping>`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(entities_list)
        .service(entities_by_query)
        .service(entities_by_predicate)
        .service(entities_by_refs)
        .service(entity_get_by_uid)
        .service(entity_get_by_name)
        .service(entity_facets)
        .service(entity_facets_by_predicate)
        .service(catalog_events)
        .configure(changes_routes::configure)
        .configure(overview_routes::configure)
        .configure(definition::configure)
        .configure(count_routes::configure)
        .configure(csv_routes::configure)
        .configure(graph_routes::configure)
        .configure(source_routes::configure)
        .configure(locations::configure)
        .configure(explain::configure);
}

/// Lists entities.
///
/// Every match is returned, in no order that means anything, unless `limit`, `offset` or `after` asks for a page; then
/// they are ordered by reference, and a `Link` header leads to the next page. `order` is `asc:FIELD` or `desc:FIELD`;
/// entities without the field come last.
#[utoipa::path(
    tag = "catalog",
    params(
        ("filter" = Option<Vec<String>>, Query, description = "Conditions `key` or `key=value`, joined by commas: all must hold. Repeat it for alternatives."),
        ("fields" = Option<String>, Query, description = "Dotted paths to keep, joined by commas."),
        ("limit" = Option<u64>, Query, minimum = 1, description = "Entities a page."),
        ("offset" = Option<u64>, Query, description = "Entities to skip."),
        ("after" = Option<String>, Query, description = "The cursor of a `Link` header. It wins over `limit` and `offset`."),
        ("order" = Option<Vec<String>>, Query, description = "`asc:FIELD` or `desc:FIELD`. Only the first one counts."),
    ),
    responses(
        (status = 200, description = "The entities, or the parts of them that `fields` names.", body = Vec<PartialEntity>,
            headers(("Link" = String, description = "The address of the next page, relative to `/api/catalog`, where there is one."))),
        (status = 400, description = "A parameter is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/entities")]
async fn entities_list(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let allowed = ["filter", "fields", "limit", "offset", "after", "order"];
    let params = QueryParams::parse(request.query_string(), &allowed)?;
    let after = params.text("after")?.map(OffsetCursor::decode).transpose()?;
    let limit = params.count("limit")?;
    let offset = params.count("offset")?;
    if limit == Some(0) {
        return Err(ApiError::input("Invalid limit, must be greater than zero"));
    }
    let (limit, offset) = match after {
        Some(after) => (after.limit.or(limit), after.offset.or(offset)),
        None => (limit, offset),
    };
    let is_paged = limit.is_some() || offset.is_some();
    let order = match params.all("order").next() {
        Some(order) => EntityOrder::Field { field: OrderField::parse_entities(order)?, missing: Missing::Last },
        None if is_paged => EntityOrder::EntityRef,
        None => EntityOrder::Uid,
    };
    let window = match is_paged {
        true => Window::Offset { offset: offset.unwrap_or(0), limit: limit.unwrap_or(usize::MAX) },
        false => Window::All,
    };
    let query = EntityQuery { filter: filter_of(&params)?, order, text: None, window };
    let page = catalog.entity_query(&caller, &query);
    let fields = fields_of(&params)?;
    let n_items = page.documents.len();
    let mut response = answers::entities(page.documents, fields.as_ref())?;
    if let Some(limit) = limit.filter(|_| page.has_next) {
        let next = OffsetCursor { limit: Some(limit), offset: Some(offset.unwrap_or(0) + n_items) };
        response.headers_mut().insert(LINK, next_link(&params, &next)?);
    }
    Ok(response)
}

/// Lists entities page by page, with the number of all matches.
///
/// `orderField` is `FIELD` or `FIELD,desc`; entities without that field are left out, unless `orderMissing=last` keeps
/// them at the end. A `cursor` brings back condition and order of the first request; `limit` and `fields` are given anew.
#[utoipa::path(
    tag = "catalog",
    params(
        ("filter" = Option<Vec<String>>, Query, description = "Conditions `key` or `key=value`, joined by commas: all must hold. Repeat it for alternatives."),
        ("fields" = Option<String>, Query, description = "Dotted paths to keep, joined by commas."),
        ("limit" = Option<u64>, Query, description = "Entities a page, 200 by default."),
        ("offset" = Option<u64>, Query, description = "Entities to skip on the first request."),
        ("orderField" = Option<Vec<String>>, Query, description = "`FIELD`, `FIELD,asc` or `FIELD,desc`. Only the first one counts."),
        ("orderMissing" = Option<OrderMissing>, Query, description = "`omit` (default) or `last`: what becomes of entities without the field of the order. An extension of this server."),
        ("cursor" = Option<String>, Query, description = "From `pageInfo` of an earlier answer."),
        ("totalItems" = Option<TotalItems>, Query, description = "`include` (default) or `exclude`."),
        ("fullTextFilterTerm" = Option<String>, Query, description = "Text that must occur in one of the fields, in any case."),
        ("fullTextFilterFields" = Option<String>, Query, description = "The fields to search, joined by commas; by default the field of the order."),
    ),
    responses(
        (status = 200, description = "A page of entities.", body = EntitiesPage),
        (status = 400, description = "A parameter is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/entities/by-query")]
async fn entities_by_query(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let allowed = [
        "filter",
        "fields",
        "limit",
        "offset",
        "orderField",
        "orderMissing",
        "cursor",
        "totalItems",
        "fullTextFilterTerm",
        "fullTextFilterFields",
    ];
    let params = QueryParams::parse(request.query_string(), &allowed)?;
    let missing = parse_missing(params.text("orderMissing")?)?;
    let order = params.all("orderField").next().map(OrderField::parse_by_query).transpose()?;
    let asked = PageRequest {
        filter: filter_of(&params)?,
        order: order.map_or(EntityOrder::Uid, |field| EntityOrder::Field { field, missing }),
        text: text_of(&params)?,
        fields: fields_of(&params)?,
        limit: params.count("limit")?,
        offset: params.count("offset")?,
        cursor: params.text("cursor")?.map(str::to_owned),
        is_counted: is_counted(params.text("totalItems")?)?,
    };
    answer_page(&catalog, &caller, asked)
}

/// Lists entities page by page, by a predicate.
///
/// The same as the GET form, with the richer language of predicates: `$all`, `$any`, `$not`, `$in`, `$exists`,
/// `$hasPrefix`, `$contains`.
#[utoipa::path(
    tag = "catalog",
    request_body = EntitiesQuery,
    responses(
        (status = 200, description = "A page of entities.", body = EntitiesPage),
        (status = 400, description = "The body is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[post("/entities/by-query")]
async fn entities_by_predicate(
    catalog: Data<CatalogService>,
    caller: Caller,
    body: JsonObject<EntitiesQuery>,
) -> Result<HttpResponse, ApiError> {
    let JsonObject(body) = body;
    let missing = body.order_missing.unwrap_or_default().into();
    let order = body.order_by.into_iter().next();
    let asked = PageRequest {
        filter: body.query.as_ref().map(parse_predicate).transpose()?,
        order: order.map_or(EntityOrder::Uid, |field| EntityOrder::Field { field, missing }),
        text: body.full_text_filter.and_then(|text| TextFilter::new(&text.term, &text.fields)),
        fields: FieldSelection::parse(&body.fields.unwrap_or_default())?,
        limit: body.limit,
        offset: body.offset,
        cursor: body.cursor,
        is_counted: body.total_items.unwrap_or_default() == TotalItems::Include,
    };
    answer_page(&catalog, &caller, asked)
}

/// Returns entities by their references.
///
/// `items` is as long as `entityRefs` and in its order, with `null` where nothing is found. References are looked up as
/// they are: full and in lower case.
#[utoipa::path(
    tag = "catalog",
    params(("filter" = Option<Vec<String>>, Query, description = "Conditions that the entities must meet as well.")),
    request_body = EntitiesByRefs,
    responses(
        (status = 200, description = "One item for each reference.", body = EntitiesByRefsResult),
        (status = 400, description = "The request is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[post("/entities/by-refs")]
async fn entities_by_refs(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
    body: JsonObject<EntitiesByRefs>,
) -> Result<HttpResponse, ApiError> {
    let JsonObject(body) = body;
    let params = QueryParams::parse(request.query_string(), &["filter"])?;
    let fields = FieldSelection::parse(body.fields.as_deref().unwrap_or_default())?;
    let query = body.query.as_ref().map(parse_predicate).transpose()?;
    let filter = match (filter_of(&params)?, query) {
        (Some(filter), Some(query)) => Some(filter.and(query)),
        (filter, query) => filter.or(query),
    };
    let documents = catalog.entities_by_refs(&caller, &body.entity_refs, filter.as_ref());
    answers::by_refs(documents, fields.as_ref())
}

/// Returns one entity by its uid.
#[utoipa::path(
    tag = "catalog",
    params(("uid" = String, Path, description = "`metadata.uid` of the entity.")),
    responses(
        (status = 200, description = "The entity.", body = Entity),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 404, description = "There is none, or the caller may not see it.", body = ErrorBody),
    )
)]
#[get("/entities/by-uid/{uid}")]
async fn entity_get_by_uid(
    catalog: Data<CatalogService>,
    caller: Caller,
    uid: Path<String>,
) -> Result<HttpResponse, ApiError> {
    Ok(answers::entity(catalog.entity_get_by_uid(&caller, &uid)?))
}

/// Returns one entity by kind, namespace and name, in any case.
#[utoipa::path(
    tag = "catalog",
    params(
        ("kind" = String, Path, description = "Such as `component`."),
        ("namespace" = String, Path, description = "Such as `default`."),
        ("name" = String, Path, description = "`metadata.name` of the entity."),
    ),
    responses(
        (status = 200, description = "The entity.", body = Entity),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 404, description = "There is none, or the caller may not see it.", body = ErrorBody),
    )
)]
#[get("/entities/by-name/{kind}/{namespace}/{name}")]
async fn entity_get_by_name(
    catalog: Data<CatalogService>,
    caller: Caller,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (kind, namespace, name) = path.into_inner();
    Ok(answers::entity(catalog.entity_get(&caller, &EntityRef::new(&kind, &namespace, &name))?))
}

/// Counts the values of fields over the entities that match.
#[utoipa::path(
    tag = "catalog",
    params(
        ("facet" = Vec<String>, Query, description = "A field, such as `spec.type`. Repeat it for more."),
        ("filter" = Option<Vec<String>>, Query, description = "Conditions `key` or `key=value`, joined by commas: all must hold. Repeat it for alternatives."),
        ("fullTextFilterTerm" = Option<String>, Query, description = "Text that must occur in one of the fields, in any case. An extension of this server."),
        ("fullTextFilterFields" = Option<String>, Query, description = "The fields to search, joined by commas. An extension of this server."),
    ),
    responses(
        (status = 200, description = "Values and counts, spelled as asked for.", body = EntityFacets),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "A parameter is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/entity-facets")]
async fn entity_facets(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let allowed = ["facet", "filter", "fullTextFilterTerm", "fullTextFilterFields"];
    let params = QueryParams::parse(request.query_string(), &allowed)?;
    let facets: Vec<String> = params.required("facet")?.into_iter().map(str::to_owned).collect();
    let filter = filter_of(&params)?;
    let text = text_of(&params)?;
    answer_facets(&catalog, &caller, &request, &facets, filter.as_ref(), text.as_ref())
}

/// Counts the values of fields over the entities that meet a predicate.
#[utoipa::path(
    tag = "catalog",
    request_body = EntityFacetsQuery,
    responses(
        (status = 200, description = "Values and counts, spelled as asked for.", body = EntityFacets),
        (status = 400, description = "The body is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[post("/entity-facets")]
async fn entity_facets_by_predicate(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
    body: JsonObject<EntityFacetsQuery>,
) -> Result<HttpResponse, ApiError> {
    let JsonObject(EntityFacetsQuery { facets, query, full_text_filter }) = body;
    let filter = query.as_ref().map(parse_predicate).transpose()?;
    let text = full_text_filter.and_then(|text| TextFilter::new(&text.term, &text.fields));
    answer_facets(&catalog, &caller, &request, &facets, filter.as_ref(), text.as_ref())
}

/// Streams changes of the catalog as server-sent events.
///
/// Each event `change` carries `{"seq":7,"entityRefs":["component:default/a"],"isReset":false}`: the number of the newest
/// change, and the entities that appeared, changed or went. After `isReset` read again what you show. The stream does not
/// end by itself.
#[utoipa::path(
    tag = "catalog",
    responses(
        (status = 200, description = "Server-sent events.", content_type = "text/event-stream", body = String),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/events")]
async fn catalog_events(catalog: Data<CatalogService>, caller: Caller, stopping: Data<Stopping>) -> HttpResponse {
    stream_changes(catalog.get_ref().clone(), caller, stopping.get_ref().clone())
}

/// A request for a page, whichever way it was spelled.
struct PageRequest {
    filter: Option<Filter>,
    order: EntityOrder,
    text: Option<TextFilter>,
    fields: Option<FieldSelection>,
    limit: Option<usize>,
    offset: Option<usize>,
    cursor: Option<String>,
    is_counted: bool,
}

fn answer_page(catalog: &CatalogService, caller: &Caller, asked: PageRequest) -> Result<HttpResponse, ApiError> {
    let limit = asked.limit.unwrap_or(DEFAULT_LIMIT);
    let cursor = asked.cursor.as_deref().map(Cursor::decode).transpose()?;
    let (query, known) = match &cursor {
        Some(cursor) => {
            let position = cursor.position()?;
            let window = match cursor.is_previous() {
                true => Window::Before { position, limit },
                false => Window::After { position, limit },
            };
            let Remembered { filter, order, text, n_total, first } = cursor.remembered()?;
            (EntityQuery { filter, order, text, window }, Some((n_total, first)))
        }
        None => {
            let PageRequest { filter, order, text, .. } = asked;
            let window = Window::Offset { offset: asked.offset.unwrap_or(0), limit };
            (EntityQuery { filter, order, text, window }, None)
        }
    };
    let page = catalog.entity_query(caller, &query);
    let (n_total, first) =
        known.unwrap_or_else(|| (if asked.is_counted { page.n_total } else { 0 }, page.first.clone()));
    let EntityQuery { filter, order, text, .. } = query;
    let remembered = Remembered { filter, order, text, n_total, first };
    let is_previous = cursor.as_ref().is_some_and(Cursor::is_previous);
    let (next_cursor, prev_cursor) = cursors(&remembered, &page, is_previous);
    let page_info = PageInfo { next_cursor, prev_cursor };
    answers::page(page.documents, asked.fields.as_ref(), remembered.n_total, &page_info)
}

fn answer_facets(
    catalog: &CatalogService,
    caller: &Caller,
    request: &HttpRequest,
    facets: &[String],
    filter: Option<&Filter>,
    text: Option<&TextFilter>,
) -> Result<HttpResponse, ApiError> {
    let counts = catalog.entity_facets(caller, facets, filter, text);
    Ok(bytes_with_etag(request, answers::facets(facets, &counts)?))
}

fn filter_of(params: &QueryParams<'_>) -> Result<Option<Filter>, ApiError> {
    let filters: Vec<&str> = params.all("filter").collect();
    Ok(parse_filter_params(&filters)?)
}

fn text_of(params: &QueryParams<'_>) -> Result<Option<TextFilter>, ApiError> {
    let fields: Vec<String> = params.all("fullTextFilterFields").map(str::to_owned).collect();
    Ok(params.text("fullTextFilterTerm")?.and_then(|term| TextFilter::new(term, &fields)))
}

fn fields_of(params: &QueryParams<'_>) -> Result<Option<FieldSelection>, ApiError> {
    let fields: Vec<String> = params.all("fields").map(str::to_owned).collect();
    Ok(FieldSelection::parse(&fields)?)
}

fn is_counted(total_items: Option<&str>) -> Result<bool, ApiError> {
    match total_items {
        None | Some("include") => Ok(true),
        Some("exclude") => Ok(false),
        Some(other) => Err(ApiError::input(format!("`totalItems` is `{other}`; use `include` or `exclude`"))),
    }
}

/// The address of the next page, relative to the mount: the same request with `after` instead of `offset`.
fn next_link(params: &QueryParams<'_>, next: &OffsetCursor) -> Result<HeaderValue, ApiError> {
    let query = params.to_query_string_with("after", &next.encode(), &["offset", "after"]);
    HeaderValue::try_from(format!("</entities?{query}>; rel=\"next\"")).map_err(ApiError::internal)
}
