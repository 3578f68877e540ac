//! Everything that is served: routes, their OpenAPI document, and a reader for it.

use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::Data;
use actix_web::{App, HttpRequest, HttpResponse, web};
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::SwaggerUi;

use super::document::text;
use super::{MoreRoutes, metrics};
use crate::platform::http::{bytes_with_etag, configure_body_limits, configure_health};
use crate::{app_config, auth, branding, catalog, search, user_settings};

/// What the document says of itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Callboard",
        description = "The API of a Callboard portal. Paths and shapes are those of Backstage, so its clients work unmodified; what goes beyond is marked as an extension.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "catalog", description = "Entities, and questions about them."),
        (name = "search", description = "Finding things."),
        (name = "auth", description = "Sign-in and tokens."),
        (name = "user-settings", description = "What the portal keeps for each person."),
        (name = "app", description = "What the web page must know."),
        (name = "health", description = "Probes for supervisors and load balancers, and numbers for monitoring."),
    )
)]
struct Document;

/// All routes, without the data and the middleware that they need. `more_routes` are not part of the document.
pub(super) fn application(
    more_routes: MoreRoutes,
) -> App<
    impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse, Error = actix_web::Error, InitError = ()>
    + use<>,
> {
    let (app, mut api) = App::new()
        .configure(move |config| more_routes(config))
        .into_utoipa_app()
        .openapi(Document::openapi())
        .map(|app| app.configure(configure_body_limits))
        // First, since it is asked most. Within the scope: nothing behind a scope is asked about paths below it.
        .service(
            scope("/api/catalog")
                .configure(catalog::configure)
                .route("/openapi.json", web::get().to(document_get))
                .route(auth::PLUGIN_KEY_SET, auth::plugin_key_set()),
        )
        .configure(configure_health)
        .configure(metrics::configure)
        // Before the other scopes: it answers `/api/<plugin>/.backstage/auth/v1/jwks.json`.
        .configure(auth::configure)
        .configure(app_config::configure)
        .service(scope("/api/search").configure(search::configure))
        .service(scope("/api/user-settings").configure(user_settings::configure))
        .split_for_parts();
    auth::add_security_scheme(&mut api);
    app.configure(branding::configure)
        .app_data(Data::new(DocumentText(web::Bytes::from(text(&api)))))
        .route("/api/openapi.json", web::get().to(document_get))
        .route(
            "/api/docs",
            web::get().to(|| async { HttpResponse::Found().insert_header(("Location", "/api/docs/")).finish() }),
        )
        .service(SwaggerUi::new("/api/docs/{_:.*}").config(utoipa_swagger_ui::Config::from("/api/openapi.json")))
}

/// The text of the document, which is made once for each worker.
struct DocumentText(web::Bytes);

async fn document_get(request: HttpRequest, document: Data<DocumentText>) -> HttpResponse {
    bytes_with_etag(&request, document.0.clone())
}

/// The OpenAPI document, as `openapi/callboard.json` holds it.
pub fn openapi_json() -> String {
    text(&document())
}

/// The patterns of all routes, to tell requests apart by.
pub(super) fn route_patterns() -> Vec<String> {
    let unlisted = ["/api/openapi.json", "/api/catalog/openapi.json"].map(str::to_owned);
    document().paths.paths.into_keys().chain(unlisted).collect()
}

fn document() -> utoipa::openapi::OpenApi {
    let (_, mut api) = App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .service(scope("/api/catalog").configure(catalog::configure))
        .configure(configure_health)
        .configure(metrics::configure)
        .configure(auth::configure)
        .configure(app_config::configure)
        .service(scope("/api/search").configure(search::configure))
        .service(scope("/api/user-settings").configure(user_settings::configure))
        .split_for_parts();
    auth::add_security_scheme(&mut api);
    api
}
