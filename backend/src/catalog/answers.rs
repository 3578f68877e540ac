//! Writes answers out of stored documents, without parsing them unless a projection is asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{Bytes, BytesMut};
use futures_util::stream;
use serde_json::Value;
use shared::api::catalog::PageInfo;
use shared::entity::EntityRef;
use shared::filter::FieldSelection;

use super::index::{Document, FacetCounts};
use super::service::Descent;
use crate::platform::http::{ApiError, JSON_CONTENT_TYPE, json_bytes};

/// How much of a streamed list is joined before it is sent, in bytes.
const CHUNK_BYTES: usize = 64 * 1024;
/// Lists up to this many entities are sent in one piece.
const STREAM_FROM: usize = 500;

/// One entity.
pub fn entity(document: Document) -> HttpResponse {
    json_bytes(document)
}

/// A list of entities: `[…]`. A long one is streamed, so that it is never in memory twice.
///
/// # Errors
/// 500 when a stored document is not JSON and a projection is asked for.
pub fn entities(documents: Vec<Document>, fields: Option<&FieldSelection>) -> Result<HttpResponse, ApiError> {
    let documents = project_all(documents, fields)?;
    if documents.len() < STREAM_FROM {
        let mut body = Vec::with_capacity(length(&documents) + 2);
        body.push(b'[');
        join(&mut body, &documents);
        body.push(b']');
        return Ok(json_bytes(body));
    }
    let mut rest = documents.into_iter();
    let mut next = Some(BytesMut::from(&b"["[..]));
    let chunks = std::iter::from_fn(move || {
        let mut chunk = next.take()?;
        loop {
            let Some(document) = rest.next() else {
                chunk.extend_from_slice(b"]");
                return Some(chunk.freeze());
            };
            chunk.extend_from_slice(&document);
            if rest.len() > 0 {
                chunk.extend_from_slice(b",");
            }
            if chunk.len() >= CHUNK_BYTES {
                next = Some(BytesMut::with_capacity(CHUNK_BYTES + 4_096));
                return Some(chunk.freeze());
            }
        }
    });
    let stream = stream::iter(chunks.map(Ok::<Bytes, actix_web::Error>));
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, HeaderValue::from_static(JSON_CONTENT_TYPE))).streaming(stream))
}

/// A page of entities: `{"items":[…],"totalItems":42,"pageInfo":{…}}`. Cursors are base64.
///
/// # Errors
/// 500 when a stored document is not JSON and a projection is asked for.
pub fn page(
    documents: Vec<Document>,
    fields: Option<&FieldSelection>,
    n_total: usize,
    page_info: &PageInfo,
) -> Result<HttpResponse, ApiError> {
    let documents = project_all(documents, fields)?;
    let cursors = page_info.next_cursor.iter().chain(&page_info.prev_cursor);
    let n_bytes = length(&documents) + cursors.map(String::len).sum::<usize>() + 128;
    let mut body = Vec::with_capacity(n_bytes);
    body.extend_from_slice(b"{\"items\":[");
    join(&mut body, &documents);
    body.extend_from_slice(b"],\"totalItems\":");
    serde_json::to_writer(&mut body, &n_total).map_err(ApiError::internal)?;
    body.extend_from_slice(b",\"pageInfo\":{");
    // Base64 needs no escapes.
    for (name, cursor) in [("nextCursor", &page_info.next_cursor), ("prevCursor", &page_info.prev_cursor)] {
        let Some(cursor) = cursor else { continue };
        if !body.ends_with(b"{") {
            body.push(b',');
        }
        for part in ["\"", name, "\":\"", cursor, "\""] {
            body.extend_from_slice(part.as_bytes());
        }
    }
    body.extend_from_slice(b"}}");
    Ok(json_bytes(body))
}

/// Entities at their places: `{"items":[{…},null]}`.
///
/// # Errors
/// 500 when a stored document is not JSON and a projection is asked for.
pub fn by_refs(documents: Vec<Option<Document>>, fields: Option<&FieldSelection>) -> Result<HttpResponse, ApiError> {
    let documents: Result<Vec<Document>, ApiError> = documents
        .into_iter()
        .map(|document| match (document, fields) {
            (None, _) => Ok(Bytes::from_static(b"null")),
            (Some(document), None) => Ok(document),
            (Some(document), Some(fields)) => project(&document, fields),
        })
        .collect();
    let documents = documents?;
    let mut body = Vec::with_capacity(length(&documents) + 16);
    body.extend_from_slice(b"{\"items\":[");
    join(&mut body, &documents);
    body.extend_from_slice(b"]}");
    Ok(json_bytes(body))
}

/// An entity and its ancestors: `{"rootEntityRef":"…","items":[{"entity":{…},"parentEntityRefs":[…]}]}`.
///
/// # Errors
/// 500 when a reference has no JSON form, which does not happen.
pub fn ancestry(root: &EntityRef, items: &[Descent]) -> Result<Bytes, ApiError> {
    let mut body = BytesMut::new();
    body.extend_from_slice(b"{\"rootEntityRef\":");
    body.extend_from_slice(&serde_json::to_vec(root).map_err(ApiError::internal)?);
    body.extend_from_slice(b",\"items\":[");
    for (number, (document, parents)) in items.iter().enumerate() {
        body.extend_from_slice(if number > 0 { b",{\"entity\":" } else { b"{\"entity\":" });
        body.extend_from_slice(document);
        body.extend_from_slice(b",\"parentEntityRefs\":");
        body.extend_from_slice(&serde_json::to_vec(parents).map_err(ApiError::internal)?);
        body.extend_from_slice(b"}");
    }
    body.extend_from_slice(b"]}");
    Ok(body.freeze())
}

/// Values and counts, each field once: `{"facets":{"spec.type":[{"value":"service","count":3}]}}`.
///
/// # Errors
/// 500 when a text has no JSON form, which does not happen.
pub fn facets(fields: &[String], counts: &[Arc<FacetCounts>]) -> Result<Bytes, ApiError> {
    let sorted: BTreeMap<&String, &Arc<FacetCounts>> = fields.iter().zip(counts).collect();
    let n_values: usize = sorted.values().map(|counts| counts.len()).sum();
    let mut body = Vec::with_capacity(n_values * 48 + 64);
    body.extend_from_slice(b"{\"facets\":{");
    for (place, (field, counts)) in sorted.into_iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        serde_json::to_writer(&mut body, field).map_err(ApiError::internal)?;
        body.extend_from_slice(b":[");
        let needs_escapes = counts.needs_escapes();
        for (place, (value, count)) in counts.iter().enumerate() {
            body.extend_from_slice(if place > 0 { b",{\"value\":" } else { b"{\"value\":" });
            if needs_escapes {
                serde_json::to_writer(&mut body, value).map_err(ApiError::internal)?;
            } else {
                body.push(b'"');
                body.extend_from_slice(value.as_bytes());
                body.push(b'"');
            }
            body.extend_from_slice(b",\"count\":");
            serde_json::to_writer(&mut body, &count).map_err(ApiError::internal)?;
            body.push(b'}');
        }
        body.push(b']');
    }
    body.extend_from_slice(b"}}");
    Ok(Bytes::from(body))
}

fn project_all(documents: Vec<Document>, fields: Option<&FieldSelection>) -> Result<Vec<Document>, ApiError> {
    match fields {
        None => Ok(documents),
        Some(fields) => documents.iter().map(|document| project(document, fields)).collect(),
    }
}

fn project(document: &Document, fields: &FieldSelection) -> Result<Document, ApiError> {
    let value: Value = serde_json::from_slice(document).map_err(ApiError::internal)?;
    let kept = serde_json::to_vec(&fields.project(&value)).map_err(ApiError::internal)?;
    Ok(Bytes::from(kept))
}

/// The bytes of the documents and the commas between them.
fn length(documents: &[Document]) -> usize {
    documents.iter().map(|document| document.len() + 1).sum()
}

fn join(body: &mut Vec<u8>, documents: &[Document]) {
    for (number, document) in documents.iter().enumerate() {
        if number > 0 {
            body.extend_from_slice(b",");
        }
        body.extend_from_slice(document);
    }
}
