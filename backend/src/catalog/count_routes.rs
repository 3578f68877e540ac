//! Every number of a page in one request: how many entities meet each of some questions, and by which values.

use actix_web::web::{self, Data};
use actix_web::{HttpResponse, post};
use shared::api::catalog::FacetValue;
use shared::api::counts::{EntityCount, EntityCounts, EntityCountsQuery, EntityCountsQuestion};
use shared::api::error::ErrorBody;
use shared::filter::{Filter, TextFilter, parse_predicate};
use utoipa_actix_web::service_config::ServiceConfig;

use super::index::{EntityOrder, EntityQuery, Window};
use super::service::CatalogService;
use crate::auth::Caller;
use crate::platform::http::{ApiError, JsonObject, json_bytes};

/// Questions of one request, and facets of one question.
const MAX_QUESTIONS: usize = 50;
/// Facets of all questions together.
const MAX_FACETS: usize = 200;

/// Registers these routes below `/api/catalog`.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(entity_counts);
}

/// Counts the entities that meet each of some predicates, and the values of their fields.
///
/// The same as many requests for facets and for the number of a list. A page with filters asks for the counts of a facet
/// without what is chosen in it, and so has a question for each. An extension of this server.
#[utoipa::path(
    tag = "catalog",
    request_body = EntityCountsQuery,
    responses(
        (status = 200, description = "One item for each question.", body = EntityCounts),
        (status = 400, description = "The body is not understood.", body = ErrorBody),
        (status = 401, description = "Credentials are missing or do not hold.", body = ErrorBody),
    )
)]
#[post("/entity-counts")]
async fn entity_counts(
    catalog: Data<CatalogService>,
    caller: Caller,
    body: JsonObject<EntityCountsQuery>,
) -> Result<HttpResponse, ApiError> {
    let JsonObject(EntityCountsQuery { questions }) = body;
    at_most("questions", questions.len())?;
    if questions.iter().map(|question| question.facets.len()).sum::<usize>() > MAX_FACETS {
        return Err(ApiError::input(format!(
            "request/body/questions must NOT have more than {MAX_FACETS} facets together"
        )));
    }
    let questions: Vec<Question> = questions.into_iter().map(Question::parse).collect::<Result<_, _>>()?;
    // Many questions at once take milliseconds, which other requests need not wait for.
    let counted = web::block(move || {
        let items = questions.iter().map(|question| question.answer(&catalog, &caller)).collect();
        serde_json::to_vec(&EntityCounts { items })
    });
    Ok(json_bytes(counted.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?))
}

fn at_most(name: &str, n_items: usize) -> Result<(), ApiError> {
    if n_items > MAX_QUESTIONS {
        return Err(ApiError::input(format!("request/body/{name} must NOT have more than {MAX_QUESTIONS} items")));
    }
    Ok(())
}

struct Question {
    filter: Option<Filter>,
    text: Option<TextFilter>,
    facets: Vec<String>,
}

impl Question {
    fn parse(asked: EntityCountsQuestion) -> Result<Self, ApiError> {
        at_most("questions/facets", asked.facets.len())?;
        Ok(Self {
            filter: asked.query.as_ref().map(parse_predicate).transpose()?,
            text: asked.full_text_filter.and_then(|text| TextFilter::new(&text.term, &text.fields)),
            facets: asked.facets,
        })
    }

    fn answer(&self, catalog: &CatalogService, caller: &Caller) -> EntityCount {
        let query = EntityQuery {
            filter: self.filter.clone(),
            order: EntityOrder::Uid,
            text: self.text.clone(),
            window: Window::Offset { offset: 0, limit: 0 },
        };
        let total = catalog.entity_query(caller, &query).n_total;
        if self.facets.is_empty() {
            return EntityCount { total, ..EntityCount::default() };
        }
        let counts = catalog.entity_facets(caller, &self.facets, self.filter.as_ref(), self.text.as_ref());
        let values = counts.iter().map(|counts| {
            counts.iter().map(|(value, count)| FacetValue { value: value.to_owned(), count: count as usize }).collect()
        });
        EntityCount { total, facets: self.facets.iter().cloned().zip(values).collect() }
    }
}
