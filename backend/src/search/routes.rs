//! `/api/search`: parse, call, answer.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use shared::api::error::ErrorBody;
use shared::api::search::{SearchAnswer, SearchStatus, SearchSuggestions};
use utoipa_actix_web::service_config::ServiceConfig;

use super::params::{SearchParams, SuggestParams};
use super::service::SearchService;
use crate::auth::Caller;
use crate::platform::http::{ApiError, json_with_etag};

/// Registers the routes below `/api/search`. They need a `Data<SearchService>`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(search_query).service(search_suggest).service(search_status);
}

/// Finds entities, and what belongs to them.
///
/// A document is found when it has every word of the term: whole, as the beginning of a word, or with a typo (one in words of
/// four letters and more, two from eight on). Words end at `-`, `_`, `.`, `/` and at humps, so `playback order` finds
/// `playback-order-svc` and `PlaybackOrder`. Whole names come first, then titles, words of names, keywords and text; what the
/// caller owns or has starred and what changed lately comes a little earlier, what is deprecated later. Without a term,
/// everything is found.
///
/// While the search engine does not answer, entities whose texts hold the term are found, and `limitation` says so.
///
/// Lists are written `types[0]=…` or `types[]=…`. Parameters that are not named here are ignored.
#[utoipa::path(
    tag = "search",
    params(
        ("term" = Option<String>, Query, description = "What is looked for; at most `search.maxTermLength` characters."),
        ("types[]" = Option<Vec<String>>, Query, description = "Types of documents, such as `software-catalog` and `api-operation`; all where left out."),
        ("filters" = Option<String>, Query, description = "Values that fields must have, as `filters[kind]=Component`, `filters[lifecycle][0]=a`, or as one JSON object. Several values of a field are alternatives. Upper and lower case differ."),
        ("changedSince" = Option<String>, Query, description = "Only what changed since this day, as `2026-05-31`, or time of RFC 3339. Extension."),
        ("facets[]" = Option<Vec<String>>, Query, description = "Fields whose values are counted among everything that is found; `types` counts types of documents. A field that is filtered is counted as if it were not. Extension."),
        ("pageLimit" = Option<usize>, Query, description = "How many results a page has: 25 where left out, at most `search.maxPageLimit`."),
        ("pageCursor" = Option<String>, Query, description = "From another page of the same question. One that is not understood finds nothing."),
    ),
    responses(
        (status = 200, description = "A page of what was found.", body = SearchAnswer),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "A parameter is not understood; the message holds a list of what is wrong.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/query")]
async fn search_query(
    search: Data<SearchService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let params = SearchParams::parse(request.query_string(), search.types(), search.limits())?;
    json_with_etag(&request, &search.search_query(&caller, params).await)
}

/// Suggests what somebody who is typing may be looking for.
///
/// Only names, titles and keywords are looked at, and the last word may be unfinished; typos are forgiven where too little is
/// found without. Made to be asked at every key stroke. An extension of this server.
#[utoipa::path(
    tag = "search",
    params(
        ("term" = Option<String>, Query, description = "What was typed so far. Without it, what is nearest to the caller is suggested."),
        ("types[]" = Option<Vec<String>>, Query, description = "Types of documents; all where left out."),
        ("filters" = Option<String>, Query, description = "Values that fields must have, as `filters[kind]=User`; see `/api/search/query`."),
        ("limit" = Option<usize>, Query, description = "How many suggestions to make: 8 where left out, at most 20."),
    ),
    responses(
        (status = 200, description = "The likeliest first.", body = SearchSuggestions),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "A parameter is not understood; the message holds a list of what is wrong.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/suggest")]
async fn search_suggest(
    search: Data<SearchService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let params = SuggestParams::parse(request.query_string(), search.types(), search.limits())?;
    json_with_etag(&request, &search.search_suggest(&caller, params).await)
}

/// Tells which engine answers, and whether its index is current.
///
/// An extension of this server.
#[utoipa::path(
    tag = "search",
    responses(
        (status = 200, description = "How search is doing.", body = SearchStatus),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/status")]
async fn search_status(
    search: Data<SearchService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    json_with_etag(&request, &search.search_status(&caller).await)
}
