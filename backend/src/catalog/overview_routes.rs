//! What somebody has in the catalog, and what of it needs attention.

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use shared::api::error::ErrorBody;
use shared::api::overview::CatalogOverview;
use shared::entity::EntityRef;
use utoipa_actix_web::service_config::ServiceConfig;

use super::overview::OverviewQuery;
use super::service::CatalogService;
use crate::auth::Caller;
use crate::platform::http::{ApiError, QueryParams, json_with_etag};

/// Items where the request names no number.
const DEFAULT_LIMIT: usize = 20;
/// What a list for people needs at most.
const MAX_LIMIT: usize = 200;
/// Owners of one request; a person has fewer groups.
const MAX_OWNERS: usize = 100;

/// Registers these routes below `/api/catalog`.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(catalog_overview);
}

/// Tells what some owners have in the catalog, and what of it needs attention.
///
/// Counts by kind, in all and for each owner; entities and sources with errors, with an owner that does not exist or
/// with none, orphans, and those without a description or documentation. Without `owner` it is about everything that the
/// caller sees. Entities without an owner count for those who own the system or domain that they are part of. An
/// extension of this server.
#[utoipa::path(
    tag = "catalog",
    params(
        ("owner" = Option<Vec<String>>, Query, description = "A full reference, such as `group:default/team-a`. Repeat it for more, up to 100."),
        ("limit" = Option<u64>, Query, maximum = 200, description = "Items that need attention, 20 by default."),
    ),
    responses(
        (status = 200, description = "What there is.", body = CatalogOverview),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "A parameter is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/overview")]
async fn catalog_overview(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = parse(request.query_string())?;
    let problems = catalog.problems_of(&caller, &query.owners).await?;
    // Counting in a large catalog takes milliseconds, which other requests need not wait for.
    let overview = web::block(move || catalog.overview(&caller, &query, problems)).await.map_err(ApiError::internal)?;
    json_with_etag(&request, &overview)
}

fn parse(query: &str) -> Result<OverviewQuery, ApiError> {
    let params = QueryParams::parse(query, &["owner", "limit"])?;
    let owners: Result<Vec<String>, _> =
        params.all("owner").map(|owner| owner.parse().map(|owner: EntityRef| owner.to_string())).collect();
    let owners = owners.map_err(|error| ApiError::input(error.to_string()))?;
    if owners.len() > MAX_OWNERS {
        return Err(ApiError::input(format!("request/query/owner must NOT have more than {MAX_OWNERS} items")));
    }
    let limit = params.count("limit")?.unwrap_or(DEFAULT_LIMIT);
    if limit > MAX_LIMIT {
        return Err(ApiError::input(format!("request/query/limit must be <= {MAX_LIMIT}")));
    }
    Ok(OverviewQuery { owners, limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_full_references() {
        let query = parse("owner=Group%3ATeam-A&owner=user%3Aops%2Fann&limit=3").unwrap();
        assert_eq!((query.owners, query.limit), (vec!["group:default/team-a".into(), "user:ops/ann".into()], 3));
        assert!(parse("owner=team-a").is_err(), "a reference needs its kind");
        assert!(parse(&vec!["owner=group:a"; 101].join("&")).is_err());
        assert_eq!(parse("limit=201").unwrap_err().message(), "request/query/limit must be <= 200");
    }
}
