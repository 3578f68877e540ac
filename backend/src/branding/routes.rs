//! Serves the style sheet, the pictures and the manifest. They are open to everyone, as the page is.

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::{Branding, Served};
use crate::platform::http::is_none_match_hit;

/// A picture that is opened by itself runs nothing, loads nothing and belongs to no origin.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Registers the routes. They need a `Data<Branding>`.
pub fn configure(config: &mut ServiceConfig) {
    for method in [Method::GET, Method::HEAD] {
        config
            .route("/branding.css", web::method(method.clone()).to(sheet_get))
            .route("/branding/logo", web::method(method.clone()).to(logo_get))
            .route("/branding/logo-dark", web::method(method.clone()).to(logo_dark_get))
            .route("/manifest.webmanifest", web::method(method).to(manifest_get));
    }
}

async fn sheet_get(branding: Data<Branding>, request: HttpRequest) -> HttpResponse {
    answer(&request, branding.sheet.as_ref(), None)
}

async fn logo_get(branding: Data<Branding>, request: HttpRequest) -> HttpResponse {
    answer(&request, branding.logo.as_ref(), Some(PICTURE_POLICY))
}

async fn logo_dark_get(branding: Data<Branding>, request: HttpRequest) -> HttpResponse {
    answer(&request, branding.logo_dark.as_ref(), Some(PICTURE_POLICY))
}

async fn manifest_get(branding: Data<Branding>, request: HttpRequest) -> HttpResponse {
    answer(&request, Some(&branding.manifest), None)
}

/// An address that names the version is kept forever; without it the browser asks each time.
fn answer(request: &HttpRequest, served: Option<&Served>, policy: Option<&str>) -> HttpResponse {
    let Some(served) = served else { return HttpResponse::NotFound().finish() };
    let tag = format!("W/\"{}\"", served.version);
    let is_versioned = request.query_string() == format!("v={}", served.version);
    let is_known = is_none_match_hit(request.headers(), &tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((CACHE_CONTROL, if is_versioned { "public, max-age=31536000, immutable" } else { "no-cache" }))
        .insert_header((ETAG, tag));
    if let Some(policy) = policy {
        response.insert_header((CONTENT_SECURITY_POLICY, policy));
    }
    if is_known {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, served.content_type)).body(served.bytes.clone())
}
