//! What the page must know before anyone has signed in.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use shared::api::app::AppConfig;
use shared::api::error::ErrorBody;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::platform::http::{ApiError, json_with_etag};

/// Registers the route. It needs a `Data<AppConfig>`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(scope("/api/app").service(app_config_get));
}

/// What the page must know before anyone has signed in
///
/// Open to everyone, so it holds nothing secret.
#[utoipa::path(tag = "app", security(()), responses((status = 200, description = "The configuration of the page", body = AppConfig), (status = 500, description = "The server failed", body = ErrorBody)))]
#[get("/config")]
async fn app_config_get(config: Data<AppConfig>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    json_with_etag(&request, config.get_ref())
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
