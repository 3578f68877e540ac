//! The entities around some others, for pictures and tables of what depends on what.

use std::collections::HashSet;

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use shared::api::error::ErrorBody;
use shared::api::graph::EntityGraph;
use shared::entity::{EntityRef, forward_of};
use utoipa_actix_web::service_config::ServiceConfig;

use super::graph::{Direction, GraphQuery};
use super::service::CatalogService;
use crate::auth::Caller;
use crate::platform::http::{ApiError, QueryParams, json_with_etag};

/// Steps where the request names none.
const DEFAULT_DEPTH: usize = 1;
/// Longer chains are followed by asking again from their end.
const MAX_DEPTH: usize = 10;
/// Nodes where the request names none.
const DEFAULT_LIMIT: usize = 500;
/// What a page can draw, and a server can look at within some 20 ms.
const MAX_LIMIT: usize = 2_000;
/// Roots of one request.
const MAX_ROOTS: usize = 100;

/// Registers these routes below `/api/catalog`.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(entity_graph);
}

/// Returns the entities around some others, and how they are related.
///
/// The walk starts at the roots and goes `depth` steps along the relations that are asked for. Each relation is told
/// once, by its forward name: `ownedBy`, not `ownerOf`. What is referred to and does not exist is a node as well. With
/// `layout=layered` the answer also says where to draw it. An extension of this server.
#[utoipa::path(
    tag = "catalog",
    params(
        ("root" = Vec<String>, Query, description = "A reference, such as `component:default/booking-api`. Repeat it for more, up to 100."),
        ("depth" = Option<u64>, Query, maximum = 10, description = "Steps to go, 1 by default."),
        ("direction" = Option<String>, Query, description = "`both` (default), `outgoing` (from a component to its owner), `incoming`, `downstream` (to what is needed, and from a whole to its parts) or `upstream`."),
        ("relation" = Option<Vec<String>>, Query, description = "Relations to follow, by either name. Repeat it for more; all by default."),
        ("kind" = Option<Vec<String>>, Query, description = "Kinds to show. Repeat it for more; all by default."),
        ("end" = Option<Vec<String>>, Query, description = "Kinds to show and not to go beyond, unless they are roots. Repeat it for more; none by default."),
        ("layout" = Option<String>, Query, description = "`layered` to get a place for each node and a way for each relation; `none` by default."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 2000, description = "Nodes at most, 500 by default."),
    ),
    responses(
        (status = 200, description = "Nodes and relations.", body = EntityGraph),
        (status = 304, description = "The same as the tag in `If-None-Match`."),
        (status = 400, description = "A parameter is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[get("/graph")]
async fn entity_graph(
    catalog: Data<CatalogService>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = parse(request.query_string())?;
    // A large graph takes milliseconds, which other requests need not wait for.
    let graph = web::block(move || catalog.entity_graph(&caller, &query)).await.map_err(ApiError::internal)?;
    json_with_etag(&request, &graph)
}

fn parse(query: &str) -> Result<GraphQuery, ApiError> {
    let params =
        QueryParams::parse(query, &["root", "depth", "direction", "relation", "kind", "end", "layout", "limit"])?;
    let roots: Result<Vec<String>, _> =
        params.required("root")?.into_iter().map(|root| root.parse().map(|root: EntityRef| root.to_string())).collect();
    let roots = roots.map_err(|error| ApiError::input(error.to_string()))?;
    if roots.len() > MAX_ROOTS {
        return Err(ApiError::input(format!("request/query/root must NOT have more than {MAX_ROOTS} items")));
    }
    let at_most = |name: &str, default: usize, maximum: usize| match params.count(name)? {
        Some(count) if count > maximum => Err(ApiError::input(format!("request/query/{name} must be <= {maximum}"))),
        count => Ok(count.unwrap_or(default)),
    };
    let limit = at_most("limit", DEFAULT_LIMIT, MAX_LIMIT)?;
    if limit == 0 {
        return Err(ApiError::input("request/query/limit must be >= 1"));
    }
    let direction = match params.text("direction")? {
        None => Direction::default(),
        Some(text) => Direction::parse(text).ok_or_else(|| {
            ApiError::input(format!(
                "`{text}` is not a direction; write `both`, `outgoing`, `incoming`, `downstream` or `upstream`"
            ))
        })?,
    };
    let has_layout = match params.text("layout")? {
        None | Some("none") => false,
        Some("layered") => true,
        Some(text) => return Err(ApiError::input(format!("`{text}` is not a layout; write `none` or `layered`"))),
    };
    let lists =
        |name| params.all(name).flat_map(|list: &str| list.split(',')).map(str::trim).filter(|item| !item.is_empty());
    Ok(GraphQuery {
        roots,
        depth: at_most("depth", DEFAULT_DEPTH, MAX_DEPTH)?,
        direction,
        relations: lists("relation").map(|name| forward_of(name).unwrap_or(name).to_owned()).collect::<HashSet<_>>(),
        kinds: lists("kind").map(str::to_lowercase).collect(),
        ends: lists("end").map(str::to_lowercase).collect(),
        limit,
        has_layout,
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
    fn references_are_completed_and_relations_turned_forward() {
        let query = parse("root=Component%3AA&relation=ownerOf,partOf&kind=API&depth=0&end=Group,user&layout=layered");
        let query = query.unwrap();
        assert_eq!((query.roots, query.depth), (vec!["component:default/a".to_owned()], 0));
        assert_eq!(query.relations, HashSet::from(["ownedBy".to_owned(), "partOf".to_owned()]));
        assert_eq!(query.kinds, HashSet::from(["api".to_owned()]));
        assert_eq!((query.ends.len(), query.has_layout), (2, true));
        assert_eq!((query.direction, query.limit), (Direction::Both, DEFAULT_LIMIT));
    }

    #[test]
    fn what_would_be_too_much_is_refused() {
        refused("depth=1", "request/query must have required property 'root'");
        refused("root=component:a&depth=11", "request/query/depth must be <= 10");
        refused("root=component:a&limit=0", "request/query/limit must be >= 1");
        refused("root=component:a&limit=2001", "request/query/limit must be <= 2000");
        refused(
            "root=component:a&direction=up",
            "`up` is not a direction; write `both`, `outgoing`, `incoming`, `downstream` or `upstream`",
        );
        refused("root=component:a&layout=force", "`force` is not a layout; write `none` or `layered`");
        assert!(parse("root=a").is_err(), "a reference needs its kind");
        assert!(parse(&vec!["root=component:a"; 101].join("&")).is_err());
    }
}
