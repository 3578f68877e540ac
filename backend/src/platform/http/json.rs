//! JSON answers: content type, entity tags and 304.

use actix_web::dev::Payload;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Json};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::body;
use super::error::ApiError;

/// The content type of every JSON answer.
pub const JSON_CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// A 200 with JSON that is serialised already.
pub fn json_bytes(body: impl Into<Bytes>) -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, HeaderValue::from_static(JSON_CONTENT_TYPE))).body(body.into())
}

/// A body that is a JSON object, read by the rules of [`body`].
#[derive(Debug)]
pub struct JsonObject<T>(pub T);

impl<T: DeserializeOwned> FromRequest for JsonObject<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let object = Json::<Map<String, Value>>::from_request(request, payload);
        Box::pin(async move {
            let object = Value::Object(object.await?.into_inner());
            body::read(object).map(Self).map_err(|error| ApiError::input(error.to_string()).into())
        })
    }
}

/// A JSON answer with a weak `ETag`, for requests that change something and for statuses other than 200.
///
/// # Errors
/// 500 when the value has no JSON form, such as a map with keys that are not text.
pub fn json<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Result<HttpResponse, ApiError> {
    let bytes = serde_json::to_vec(body).map_err(ApiError::internal)?;
    let tag = weak_etag(&bytes);
    let mut response = json_bytes(bytes);
    *response.status_mut() = status;
    set_etag(&mut response, tag);
    Ok(response)
}

/// A 200 with a weak `ETag`, or 304 with no body when the `If-None-Match` of a GET or HEAD names it.
///
/// A reload without the cache, which browsers ask for with `Cache-Control: no-cache`, gets the body in any case.
///
/// Costs one hash over the body: for answers of some kilobytes. Lists of entities are streamed without a tag.
///
/// # Errors
/// As [`json`].
pub fn json_with_etag<T: Serialize + ?Sized>(request: &HttpRequest, body: &T) -> Result<HttpResponse, ApiError> {
    let bytes = serde_json::to_vec(body).map_err(ApiError::internal)?;
    Ok(bytes_with_etag(request, bytes))
}

/// As [`json_with_etag`], for JSON that is serialised already.
pub fn bytes_with_etag(request: &HttpRequest, body: impl Into<Bytes>) -> HttpResponse {
    let body = body.into();
    let tag = weak_etag(&body);
    // The body of a POST is not what a GET of the address would answer (RFC 9110, section 13.1.2).
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if is_read && !is_reload(request.headers()) && is_none_match_hit(request.headers(), &tag) {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
    }
    let mut response = json_bytes(body);
    set_etag(&mut response, tag);
    response
}

fn set_etag(response: &mut HttpResponse, tag: String) {
    let tag = HeaderValue::try_from(tag).expect("a tag is made of digits and base64");
    response.headers_mut().insert(ETAG, tag);
}

fn is_reload(headers: &HeaderMap) -> bool {
    let values = headers.get_all(CACHE_CONTROL).filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|directive| directive.trim().eq_ignore_ascii_case("no-cache"))
}

/// `W/"<length in hex>-<hash>"`.
pub fn weak_etag(body: &[u8]) -> String {
    let hash = digest(&SHA256, body);
    format!("W/\"{:x}-{}\"", body.len(), URL_SAFE_NO_PAD.encode(&hash.as_ref()[..18]))
}

/// Whether `If-None-Match` names this tag, by the weak comparison of RFC 9110, section 8.8.3.2.
pub fn is_none_match_hit(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let wanted = opaque(tag);
    headers
        .get_all(IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|candidate| candidate.trim() == "*" || opaque(candidate) == wanted)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_same_bytes_are_not_sent_twice() {
        let first = bytes_with_etag(&TestRequest::default().to_http_request(), "{}");
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers().get(ETAG).unwrap().to_str().unwrap().to_owned();
        assert!(tag.starts_with("W/\"2-"), "{tag}");
        for sent in [tag.clone(), format!("\"other\", {tag}"), tag.trim_start_matches("W/").to_owned(), "*".into()] {
            let request = TestRequest::default().insert_header((IF_NONE_MATCH, sent.clone())).to_http_request();
            assert_eq!(bytes_with_etag(&request, "{}").status(), StatusCode::NOT_MODIFIED, "{sent}");
            assert_eq!(bytes_with_etag(&request, "{}").headers().get(ETAG).unwrap(), tag.as_str());
        }
        let request = || TestRequest::default().insert_header((IF_NONE_MATCH, tag.clone()));
        assert_eq!(bytes_with_etag(&request().to_http_request(), "[]").status(), StatusCode::OK);
        let post = bytes_with_etag(&request().method(Method::POST).to_http_request(), "{}");
        assert_eq!((post.status(), post.headers().get(ETAG).unwrap().to_str().unwrap()), (StatusCode::OK, &*tag));
        let reload = request().insert_header((CACHE_CONTROL, "max-age=0, no-cache")).to_http_request();
        assert_eq!(bytes_with_etag(&reload, "{}").status(), StatusCode::OK);
    }
}
