//! What the page must know before anyone has signed in, and what it tells of the program itself.

mod licences;

use actix_web::http::header::ContentType;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use shared::api::app::{AboutApp, AppConfig, Licences};
use shared::api::error::ErrorBody;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::platform::http::{ApiError, json_with_etag};

/// Registers the routes. They need a `Data<AppConfig>` and a `Data<AboutApp>`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(
        scope("/api/app")
            .service(app_config_get)
            .service(app_about_get)
            .service(licences_list)
            .service(licence_text_get),
    );
}

/// What runs here since `started_at`, which is RFC 3339.
pub fn about(started_at: String) -> AboutApp {
    AboutApp {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        // A build without it stays as it is for any commit, so that it need not be made anew.
        commit: option_env!("CALLBOARD_COMMIT").filter(|commit| !commit.is_empty()).map(str::to_owned),
        started_at,
        license: env!("CARGO_PKG_LICENSE").to_owned(),
    }
}

/// What the page must know before anyone has signed in
///
/// Open to everyone, so it holds nothing secret.
#[utoipa::path(tag = "app", security(()), responses((status = 200, description = "The configuration of the page", body = AppConfig), (status = 500, description = "The server failed", body = ErrorBody)))]
#[get("/config")]
async fn app_config_get(config: Data<AppConfig>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    json_with_etag(&request, config.get_ref())
}

/// What runs here
///
/// Version, commit and the start of the process. Open to everyone.
#[utoipa::path(tag = "app", security(()), responses((status = 200, description = "The program", body = AboutApp), (status = 500, description = "The server failed", body = ErrorBody)))]
#[get("/about")]
async fn app_about_get(about: Data<AboutApp>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    json_with_etag(&request, about.get_ref())
}

/// The licences of everything from others that is part of the portal
///
/// Crates of the server and of the page, fonts and the reader of the API. Open to everyone.
#[utoipa::path(tag = "app", security(()), responses((status = 200, description = "The packages and their licences", body = Licences), (status = 500, description = "The server failed", body = ErrorBody)))]
#[get("/licences")]
async fn licences_list(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    json_with_etag(&request, &licences::licences())
}

/// The text of a licence
#[utoipa::path(
    tag = "app", security(()),
    params(("number" = u32, Path, description = "A number that a package names")),
    responses((status = 200, description = "The text", body = String, content_type = "text/plain"),
        (status = 404, description = "No text has this number", body = ErrorBody)))]
#[get("/licences/texts/{number}")]
async fn licence_text_get(number: Path<String>) -> Result<HttpResponse, ApiError> {
    let text = number.parse().ok().and_then(licences::licence_text);
    let text = text.ok_or_else(|| ApiError::not_found(format!("no text has the number `{number}`")))?;
    Ok(HttpResponse::Ok().content_type(ContentType::plaintext()).body(text))
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::test::{TestRequest, call_and_read_body_json, init_service};
    use utoipa_actix_web::AppExt;

    use super::*;

    #[actix_web::test]
    async fn the_page_learns_its_title_and_the_ways_to_sign_in() {
        let expected = AppConfig {
            title: "Callboard".into(),
            organization: "Northwind Rail".into(),
            version: "0.1.0".into(),
            sign_in_providers: vec!["guest".into()],
            ..AppConfig::default()
        };
        let app = App::new().into_utoipa_app().app_data(Data::new(expected.clone())).configure(configure);
        let app = init_service(app.into_app()).await;
        let request = TestRequest::get().uri("/api/app/config").to_request();
        let answer: AppConfig = call_and_read_body_json(&app, request).await;
        assert_eq!(answer, expected);
    }
}
