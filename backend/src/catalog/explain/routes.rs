//! `/api/catalog/explain`: parse, call, answer.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use shared::api::error::ErrorBody;
use shared::api::explain::{EntityExplanation, LocationExplanation, ProblemsPage, Step};
use shared::entity::EntityRef;
use utoipa_actix_web::service_config::ServiceConfig;

use super::problems::ProblemKey;
use super::{LocationKey, ProblemsQuery};
use crate::auth::Caller;
use crate::catalog::CatalogService;
use crate::catalog::location::LocationRef;
use crate::platform::http::{ApiError, QueryParams, json_with_etag};

/// Stands for problems without an owner, and for those that no step has found.
const NONE: &str = "none";
/// How many problems a page has where the request names no number.
const DEFAULT_LIMIT: usize = 100;
/// How many problems a page has at most.
const MAX_LIMIT: usize = 1_000;

/// Registers these routes below `/api/catalog`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(entity_explain).service(location_explain).service(problems_list);
}

/// Explains one entity.
///
/// Tells who describes it, whose description counts and why, the way up to the registered location, when that was read
/// and is read again, and what is wrong. Also for documents that never became an entity, and for names that only others
/// refer to. An extension of this server.
#[utoipa::path(
    tag = "catalog",
    params(
        ("kind" = String, Path, description = "Such as `component`."),
        ("namespace" = String, Path, description = "Such as `default`."),
        ("name" = String, Path, description = "`metadata.name` of the entity."),
    ),
    responses(
        (status = 200, description = "What is known.", body = EntityExplanation),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 404, description = "Nobody describes such an entity or refers to it.", body = ErrorBody),
    )
)]
#[get("/explain/entities/{kind}/{namespace}/{name}")]
async fn entity_explain(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (kind, namespace, name) = path.into_inner();
    let explanation = catalog.entity_explain(&caller, &EntityRef::new(&kind, &namespace, &name)).await?;
    json_with_etag(&request, &explanation)
}

/// Explains one location.
///
/// Any location that is read, also the files that a pattern stands for. Name it by `location` or by `id`. An extension of
/// this server.
#[utoipa::path(
    tag = "catalog",
    params(
        ("location" = Option<String>, Query, description = "The location as `type:target`, such as `file:/srv/catalog-info.yaml`."),
        ("id" = Option<String>, Query, description = "The number of the location, from another explanation."),
    ),
    responses(
        (status = 200, description = "What is known.", body = LocationExplanation),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "A parameter is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
        (status = 404, description = "No such location is read.", body = ErrorBody),
    )
)]
#[get("/explain/locations")]
async fn location_explain(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let params = QueryParams::parse(request.query_string(), &["location", "id"])?;
    let key = match (params.text("location")?, params.text("id")?) {
        (Some(location), None) => {
            LocationKey::Location(LocationRef::parse(location).map_err(|error| ApiError::input(error.to_string()))?)
        }
        (None, Some(id)) => {
            LocationKey::Id(id.parse().map_err(|_| ApiError::input(format!("`{id}` is not the number of a location")))?)
        }
        _ => return Err(ApiError::input("name the location by one of `location` and `id`")),
    };
    json_with_etag(&request, &catalog.location_explain(&caller, &key).await?)
}

/// Lists everything that is wrong.
///
/// Sources that cannot be read or understood, and documents that break a rule, in the order of their places. Each with
/// its owner, where one can be told: that of the entity, or of the nearest Location entity above that has one. An
/// extension of this server.
#[utoipa::path(
    tag = "catalog",
    params(
        ("owner" = Option<Vec<String>>, Query, description = "Only problems of this owner: a full reference, such as `group:default/team-a`, or `none` for those that have no owner. Repeat it for any of several."),
        ("step" = Option<Vec<String>>, Query, description = "Only problems in which this step has found something: `read`, `parse`, `check`, `rules`, `store`, or `none` for what a good document leads to. Repeat it for any of several."),
        ("text" = Option<String>, Query, description = "Only problems that have this text in the name of the source or of the entity, or in what is wrong, in any case."),
        ("limit" = Option<u64>, Query, minimum = 1, description = "Problems a page: 100 by default, 1,000 at most."),
        ("after" = Option<String>, Query, description = "`pageInfo.nextCursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of problems.", body = ProblemsPage),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "A parameter is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/explain/problems")]
async fn problems_list(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let params = QueryParams::parse(request.query_string(), &["owner", "step", "text", "limit", "after"])?;
    let owner = |text: &str| match text {
        NONE => Ok(None),
        text => text.parse::<EntityRef>().map(|owner| Some(owner.to_string())),
    };
    let owners = params.all("owner").map(owner).collect::<Result<Vec<_>, _>>()?;
    let steps = params.all("step").map(step).collect::<Result<Vec<_>, _>>()?;
    let after = params.text("after")?.map(|text| {
        ProblemKey::decode(text).ok_or_else(|| ApiError::input("Malformed after cursor, could not be parsed"))
    });
    let limit = params.count("limit")?.unwrap_or(DEFAULT_LIMIT);
    if limit == 0 {
        return Err(ApiError::input("Invalid limit, must be greater than zero"));
    }
    let query = ProblemsQuery {
        owners,
        steps,
        text: params.text("text")?.map(str::to_lowercase),
        limit: limit.min(MAX_LIMIT),
        after: after.transpose()?,
    };
    json_with_etag(&request, &catalog.problems_list(&caller, &query).await?)
}

/// The step of a name; none for `none`.
fn step(name: &str) -> Result<Option<Step>, ApiError> {
    Ok(match name {
        "read" => Some(Step::Read),
        "parse" => Some(Step::Parse),
        "check" => Some(Step::Check),
        "rules" => Some(Step::Rules),
        "store" => Some(Step::Store),
        NONE => None,
        _ => {
            return Err(ApiError::input(format!(
                "`{}` is not a step; use `read`, `parse`, `check`, `rules`, `store` or `none`",
                name.escape_debug()
            )));
        }
    })
}
