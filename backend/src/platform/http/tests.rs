//! The shared HTTP surface, driven through a small application.

use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Compress;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, get, post, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::platform::ids::Ids;

#[get("/missing")]
async fn missing() -> Result<HttpResponse, ApiError> {
    Err(ApiError::not_found("No entity with uid 1"))
}

#[get("/broken")]
async fn broken() -> Result<HttpResponse, ApiError> {
    Err(ApiError::internal(anyhow::anyhow!("the password is hunter2")))
}

#[get("/panics")]
async fn panics() -> HttpResponse {
    panic!("unexpected");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Body {
    entity_refs: Vec<String>,
}

#[post("/body")]
async fn refs(sent: JsonObject<Body>) -> HttpResponse {
    HttpResponse::Ok().body(sent.0.entity_refs.join(","))
}

#[get("/number/{number}")]
async fn number(number: web::Path<u8>) -> HttpResponse {
    HttpResponse::Ok().body(number.to_string())
}

#[get("/tagged")]
async fn tagged(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    json_with_etag(&request, &json!({"status": "ok"}))
}

struct Answer {
    status: StatusCode,
    headers: actix_web::http::header::HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

async fn send(request: TestRequest) -> Answer {
    let scope = web::scope("/api/catalog")
        .service(missing)
        .service(broken)
        .service(panics)
        .service(refs)
        .service(number)
        .service(tagged);
    let app = App::new().configure(configure_body_limits).service(scope).wrap(Compress::default());
    let app = init_service(app.wrap(RequestFrame::new(Ids::counting(), Cors::default(), Arc::default()))).await;
    match actix_web::dev::Service::call(&app, request.to_request()).await {
        Ok(response) => {
            let (status, headers) = (response.status(), response.headers().clone());
            Answer { status, headers, body: String::from_utf8(read_body(response).await.to_vec()).unwrap() }
        }
        Err(error) => {
            let response = error.error_response();
            let (status, headers) = (response.status(), response.headers().clone());
            let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
            Answer { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
        }
    }
}

fn get(url: &str) -> TestRequest {
    TestRequest::get().uri(url)
}

#[actix_web::test]
async fn an_error_of_a_handler_names_the_request_within_its_plugin() {
    let answer = send(get("/api/catalog/missing?x=%2F")).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.headers.get("content-type").unwrap(), "application/json; charset=utf-8");
    let expected = json!({
        "error": {"name": "NotFoundError", "message": "No entity with uid 1"},
        "request": {"method": "GET", "url": "/missing?x=%2F"},
        "response": {"statusCode": 404},
    });
    assert_eq!(answer.json(), expected);
}

#[actix_web::test]
async fn an_internal_error_is_masked() {
    let answer = send(get("/api/catalog/broken")).await;
    assert_eq!(answer.status, 500);
    assert!(!answer.body.contains("hunter2"), "{}", answer.body);
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert_eq!(message, "An internal error occurred logId=00000000000000000002");
}

#[actix_web::test]
async fn a_panic_is_an_internal_error_with_all_headers() {
    let answer = send(get("/api/catalog/panics").insert_header(("x-request-id", "abc-1"))).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["request"], json!({"method": "GET", "url": "/panics"}));
    assert_eq!(answer.headers.get("x-request-id").unwrap(), "abc-1");
    assert_eq!(answer.headers.get("x-content-type-options").unwrap(), "nosniff");
}

#[actix_web::test]
async fn refusals_of_extractors_are_input_errors() {
    let post = |text: &'static str| TestRequest::post().uri("/api/catalog/body").set_payload(text);
    let as_json = |text| post(text).insert_header(("content-type", "application/json"));
    for (request, expected) in [
        (as_json("{}"), "request/body must have required property 'entityRefs'"),
        (as_json("{\"entityRefs\":[],\"x\":1}"), "request/body must NOT have additional properties"),
        (post("{}"), "the body must be JSON; send the header `Content-Type: application/json`"),
    ] {
        let answer = send(request).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["error"], json!({"name": "InputError", "message": expected}));
    }
    let answer = send(as_json("{\"entityRefs\":")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("not valid JSON"), "{}", answer.body);
    for (body, expected) in [
        ("{\"entityRefs\":7}", "request/body/entityRefs must be array"),
        ("[[\"component:default/a\"]]", "request/body must be object"),
        ("null", "request/body must be object"),
    ] {
        let answer = send(as_json(body)).await;
        assert_eq!(answer.json()["error"], json!({"name": "InputError", "message": expected}), "{body}");
    }
    let answer = send(get("/api/catalog/number/many")).await;
    assert_eq!((answer.status.as_u16(), answer.json()["error"]["name"].clone()), (400, json!("InputError")));
}

#[actix_web::test]
async fn a_large_body_is_refused() {
    let request = TestRequest::post()
        .uri("/api/catalog/body")
        .insert_header(("content-type", "application/json"))
        .set_payload(vec![b' '; MAX_BODY_BYTES + 1]);
    let answer = send(request).await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.json()["error"]["name"], "PayloadTooLargeError");
}

#[actix_web::test]
async fn unknown_paths_and_methods_are_404_with_an_empty_body() {
    for request in [get("/api/nope"), get("/api/catalog/nope"), TestRequest::delete().uri("/api/catalog/missing")] {
        let answer = send(request).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (404, ""));
        assert!(answer.headers.get("content-type").is_none());
        assert!(answer.headers.get("content-security-policy").is_some());
    }
}

#[actix_web::test]
async fn a_request_id_is_taken_over_when_it_is_harmless() {
    for (sent, expected) in [("a.b-1", "a.b-1"), ("a b", ""), (&"x".repeat(129), ""), ("<script>", "")] {
        let answer = send(get("/api/nope").insert_header(("x-request-id", sent))).await;
        let given = answer.headers.get("x-request-id").unwrap().to_str().unwrap();
        let expected = if expected.is_empty() { "00000000000000000000000000000001" } else { expected };
        assert_eq!(given, expected, "{sent}");
    }
}

#[actix_web::test]
async fn head_is_answered_like_get() {
    let answer = send(TestRequest::default().method(Method::HEAD).uri("/api/catalog/tagged")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers.get("etag").is_some());
}

#[actix_web::test]
async fn errors_are_told_when_compression_is_on() {
    let app = App::new().service(web::scope("/api/catalog").service(missing)).wrap(Compress::default());
    let app = init_service(app.wrap(RequestFrame::new(Ids::counting(), Cors::default(), Arc::default()))).await;
    let request = get("/api/catalog/missing").insert_header(("accept-encoding", "br"));
    let response = call_service(&app, request.to_request()).await;
    assert!(response.headers().get("content-encoding").is_none());
    let body: Value = serde_json::from_slice(&read_body(response).await).unwrap();
    assert_eq!(body["error"]["message"], "No entity with uid 1");
}

#[actix_web::test]
async fn over_the_wire_head_has_no_body_and_a_panic_leaves_the_connection_usable() {
    let server = HttpServer::new(|| {
        let scope = web::scope("/api/catalog").service(panics).service(tagged);
        App::new().service(scope).wrap(Compress::default()).wrap(RequestFrame::new(
            Ids::random(),
            Cors::default(),
            Arc::default(),
        ))
    });
    let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let base = format!("http://{}/api/catalog", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let client = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();

    let head = client.head(format!("{base}/tagged")).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()["content-length"], "15");
    assert_eq!(head.text().await.unwrap(), "");
    let panicked = client.get(format!("{base}/panics")).send().await.unwrap();
    assert_eq!(panicked.status(), 500);
    assert_eq!(panicked.headers()["content-type"], JSON_CONTENT_TYPE);
    assert_eq!(panicked.headers()["x-frame-options"], "SAMEORIGIN");
    assert!(panicked.text().await.unwrap().contains("An internal error occurred logId="));
    let after = client.get(format!("{base}/tagged")).send().await.unwrap();
    assert_eq!((after.status().as_u16(), after.text().await.unwrap().as_str()), (200, r#"{"status":"ok"}"#));
    handle.stop(false).await;
}
