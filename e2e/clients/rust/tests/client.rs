//! The generated client against the real server.

use callboard_client::*;
use serde_json::json;

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run ./justw test clients"))
}

fn anonymous() -> CallboardClient {
    CallboardClient::with_base_url(variable("CALLBOARD_URL")).unwrap()
}

fn portal() -> CallboardClient {
    anonymous().with_bearer(variable("CALLBOARD_CLIENTS_TOKEN"))
}

#[track_caller]
fn ok<T, E: std::fmt::Debug>(answer: ApiResponse<T, E>) -> T {
    match answer {
        ApiResponse::Ok(value) => value,
        ApiResponse::BadRequest(error) | ApiResponse::Unauthorized(error) | ApiResponse::NotFound(error) => {
            panic!("refused: {error:?}")
        }
        _ => panic!("another answer than the document has"),
    }
}

fn name_of(entity: &PartialEntity) -> &str {
    entity.metadata.as_ref().and_then(|metadata| metadata.name.as_deref()).expect("every entity has a name")
}

fn by_name(name: &str) -> EntityGetByNameRequest {
    let path =
        EntityGetByNameRequestPath { kind: "component".into(), namespace: "default".into(), name: name.to_owned() };
    EntityGetByNameRequest { path }
}

#[tokio::test]
async fn entities_are_listed() {
    let query = EntitiesListRequestQuery { filter: Some(vec!["kind=component".into()]), ..Default::default() };
    let answer = ok(portal().entities_list(EntitiesListRequest { query }).await.unwrap());
    let entities = answer.body;
    assert!(entities.iter().any(|entity| name_of(entity) == "booking-api"));
    assert!(entities.iter().all(|entity| entity.kind.as_deref() == Some("Component")));
}

#[tokio::test]
async fn one_entity_has_all_of_its_parts() {
    let entity = ok(portal().entity_get_by_name(by_name("booking-api")).await.unwrap());
    assert_eq!((entity.kind.as_str(), entity.metadata.name.as_str()), ("Component", "booking-api"));
    assert_eq!(entity.spec.unwrap()["type"], json!("service"));
}

#[tokio::test]
async fn an_error_tells_its_name() {
    let answer = portal().entity_get_by_name(by_name("nope")).await.unwrap();
    let ApiResponse::NotFound(body) = answer else { panic!("there is no such entity: {answer:?}") };
    assert_eq!(body.error.name, "NotFoundError");
    let answer = anonymous().entity_get_by_name(by_name("booking-api")).await.unwrap();
    let ApiResponse::Unauthorized(body) = answer else { panic!("it came without a token: {answer:?}") };
    assert_eq!(body.error.name, "AuthenticationError");
}

#[tokio::test]
async fn pages_follow_each_other_by_cursor() {
    let client = portal();
    let mut names = Vec::new();
    let mut query = EntitiesByQueryRequestQuery {
        filter: Some(vec!["kind=user".into()]),
        order_field: Some(vec!["metadata.name".into()]),
        limit: Some(10),
        ..Default::default()
    };
    let n_total = loop {
        let page = ok(client.entities_by_query(EntitiesByQueryRequest { query }).await.unwrap());
        names.extend(page.items.iter().map(|entity| name_of(entity).to_owned()));
        if page.page_info.next_cursor.is_none() {
            break page.total_items;
        }
        query = EntitiesByQueryRequestQuery { cursor: page.page_info.next_cursor, limit: Some(10), ..Default::default() };
    };
    assert_eq!(names.len(), usize::try_from(n_total).unwrap());
    assert!(names.is_sorted() && names.len() > 10, "{names:?}");
}

#[tokio::test]
async fn predicates_and_references_are_bodies() {
    let client = portal();
    let body = EntitiesQuery {
        query: Some([("kind".to_owned(), json!("component"))].into()),
        fields: Some(vec!["metadata.name".into()]),
        order_by: Some(vec![OrderField { field: "metadata.name".into(), order: SortOrder::Desc }]),
        limit: Some(3),
        ..Default::default()
    };
    let page = ok(client.entities_by_predicate(EntitiesByPredicateRequest { body }).await.unwrap());
    assert_eq!(page.items.len(), 3);
    assert!(page.items.iter().all(|entity| entity.kind.is_none() && !name_of(entity).is_empty()));
    let entity_refs = ["component:default/nope", "component:default/booking-api"].map(str::to_owned).to_vec();
    let request = EntitiesByRefsRequest {
        body: EntitiesByRefs { entity_refs, ..Default::default() },
        query: Default::default(),
    };
    let found = ok(client.entities_by_refs(request).await.unwrap()).items;
    let [None, Some(entity)] = found.as_slice() else { panic!("not found: {found:?}") };
    assert_eq!(name_of(entity), "booking-api");
}

#[tokio::test]
async fn health_needs_no_token() {
    let answer = anonymous().readiness_get(ReadinessGetRequest {}).await.unwrap();
    assert_eq!(ok(answer).status, "ok");
}
