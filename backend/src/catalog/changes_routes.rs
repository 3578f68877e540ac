//! What happened in the catalog lately.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use shared::api::changes::{ChangeKind, ChangesPage};
use shared::api::error::ErrorBody;
use utoipa_actix_web::service_config::ServiceConfig;

use super::changes::ChangesQuery;
use super::service::CatalogService;
use super::store::ChangesFilter;
use crate::auth::Caller;
use crate::platform::http::{ApiError, QueryParams, json_with_etag};

/// Changes where the request names no number.
const DEFAULT_LIMIT: usize = 50;
/// What a list for people needs at most.
const MAX_LIMIT: usize = 500;
/// Kinds of one request, and words of what happened.
const MAX_WORDS: usize = 50;

/// Registers these routes below `/api/catalog`.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(changes_list);
}

/// Lists what happened to entities, the newest first.
///
/// Entities that came, changed, broke, were mended, or went, with the time at which the catalog took it in and the
/// location that says so. The newest 200,000 changes are kept. Who may see only a part of the catalog is told of what is
/// there and in that part. An extension of this server.
#[utoipa::path(
    tag = "catalog",
    params(
        ("kind" = Option<Vec<String>>, Query, description = "Kinds of entities, such as `component`. Repeat it for more; all by default."),
        ("change" = Option<Vec<String>>, Query, description = "What happened: `added`, `changed`, `broken`, `mended`, `related`, `removed`. Repeat it for more; all by default."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 500, description = "Changes a page, 50 by default."),
        ("after" = Option<String>, Query, description = "`pageInfo.nextCursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of changes.", body = ChangesPage),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "A parameter is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/changes")]
async fn changes_list(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = parse(request.query_string())?;
    json_with_etag(&request, &catalog.changes_list(&caller, &query).await?)
}

fn parse(query: &str) -> Result<ChangesQuery, ApiError> {
    let params = QueryParams::parse(query, &["kind", "change", "limit", "after"])?;
    let lists =
        |name| params.all(name).flat_map(|list: &str| list.split(',')).map(str::trim).filter(|item| !item.is_empty());
    for name in ["kind", "change"] {
        if lists(name).count() > MAX_WORDS {
            return Err(ApiError::input(format!("request/query/{name} must NOT have more than {MAX_WORDS} items")));
        }
    }
    let known = |word: &str| {
        ChangeKind::parse(word).ok_or_else(|| {
            let words = ChangeKind::ALL.map(ChangeKind::as_str).join("`, `");
            ApiError::input(format!("`{word}` is not a change; write one of `{words}`"))
        })
    };
    let changes: Result<Vec<ChangeKind>, ApiError> = lists("change").map(known).collect();
    let limit = params.count("limit")?.unwrap_or(DEFAULT_LIMIT);
    if limit == 0 || limit > MAX_LIMIT {
        return Err(ApiError::input(format!("request/query/limit must be between 1 and {MAX_LIMIT}")));
    }
    let number = |text: &str| text.parse().ok().filter(|&seq: &i64| seq > 0);
    let cursor = |text| number(text).ok_or_else(|| ApiError::input("Malformed after cursor, could not be parsed"));
    Ok(ChangesQuery {
        filter: ChangesFilter { kinds: lists("kind").map(str::to_lowercase).collect(), changes: changes? },
        before: params.text("after")?.map(cursor).transpose()?,
        limit,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(query: &str, message: &str) {
        assert_eq!(parse(query).unwrap_err().message(), message);
    }

    #[test]
    fn lists_are_joined_by_commas_or_repeated() {
        let query = parse("kind=API,component&kind=group&change=added&after=17&limit=5").unwrap();
        assert_eq!(query.filter.kinds, ["api", "component", "group"]);
        assert_eq!((query.filter.changes, query.before, query.limit), (vec![ChangeKind::Added], Some(17), 5));
        assert_eq!(parse("").unwrap(), ChangesQuery { limit: DEFAULT_LIMIT, ..ChangesQuery::default() });
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        refused("limit=0", "request/query/limit must be between 1 and 500");
        refused("limit=501", "request/query/limit must be between 1 and 500");
        let many = format!("kind={}", "a,".repeat(51));
        refused(&many, "request/query/kind must NOT have more than 50 items");
        refused("after=-1", "Malformed after cursor, could not be parsed");
        refused(
            "change=new",
            "`new` is not a change; write one of `added`, `changed`, `broken`, `mended`, `related`, `removed`",
        );
    }
}
