//! A whole list as a table for spreadsheets.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, post};
use futures_util::stream;
use serde_json::Value;
use shared::api::error::ErrorBody;
use shared::api::export::EntitiesCsv;
use shared::filter::{TextFilter, parse_predicate};
use utoipa_actix_web::service_config::ServiceConfig;

use super::csv::{write_head, write_row};
use super::index::{EntityOrder, EntityQuery, Window};
use super::service::CatalogService;
use crate::auth::Caller;
use crate::platform::http::{ApiError, JsonObject};

/// Columns of one table.
const MAX_COLUMNS: usize = 50;
/// Bytes of the path of a field. It is looked for in every entity.
const MAX_FIELD_BYTES: usize = 1_000;
/// Entities that are written at a time, which takes about a millisecond.
const CHUNK_ENTITIES: usize = 100;

/// Registers these routes below `/api/catalog`.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(entities_csv);
}

/// Writes all matching entities as comma-separated values.
///
/// RFC 4180 in UTF-8: a line of headings, then a line for each entity, streamed. Several values of a field stand in one
/// cell. A cell that a spreadsheet would take for a formula, because it begins with `=`, `+`, `-` or `@`, has an
/// apostrophe before it. An extension of this server.
#[utoipa::path(
    tag = "catalog",
    request_body = EntitiesCsv,
    responses(
        (status = 200, description = "The table.", content_type = "text/csv", body = String),
        (status = 400, description = "The body is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[post("/entities/csv")]
async fn entities_csv(
    catalog: Data<CatalogService>,
    caller: Caller,
    body: JsonObject<EntitiesCsv>,
) -> Result<HttpResponse, ApiError> {
    let JsonObject(body) = body;
    if body.columns.is_empty() || body.columns.len() > MAX_COLUMNS {
        return Err(ApiError::input(format!("request/body/columns must have 1 to {MAX_COLUMNS} items")));
    }
    if body.columns.iter().any(|column| column.field.len() > MAX_FIELD_BYTES) {
        return Err(ApiError::input(format!(
            "request/body/columns/field must NOT have more than {MAX_FIELD_BYTES} bytes"
        )));
    }
    let missing = body.order_missing.unwrap_or_default().into();
    let query = EntityQuery {
        filter: body.query.as_ref().map(parse_predicate).transpose()?,
        order: match body.order_by.into_iter().next() {
            Some(field) => EntityOrder::Field { field, missing },
            None => EntityOrder::EntityRef,
        },
        text: body.full_text_filter.and_then(|text| TextFilter::new(&text.term, &text.fields)),
        window: Window::All,
    };
    let mut rest = catalog.entity_query(&caller, &query).documents.into_iter();
    let columns = body.columns;
    let mut head = String::new();
    write_head(&columns, &mut head);
    let rows = std::iter::from_fn(move || {
        let mut chunk = String::new();
        for document in rest.by_ref().take(CHUNK_ENTITIES) {
            match serde_json::from_slice::<Value>(&document) {
                Ok(entity) => write_row(&columns, &entity, &mut chunk),
                // The status has been sent: the broken connection tells the client.
                Err(error) => return Some(Err(actix_web::Error::from(ApiError::internal(error)))),
            }
        }
        (!chunk.is_empty()).then(|| Ok(Bytes::from(chunk)))
    });
    let chunks = std::iter::once(Ok(Bytes::from(head))).chain(rows);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8; header=present"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"catalog.csv\""))
        .streaming(stream::iter(chunks)))
}
