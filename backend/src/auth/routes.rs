//! `/api/auth` and the key sets.

use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, ETAG};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Route, get, post, web};
use serde::{Deserialize, Serialize};
use shared::api::auth::{Session, UserInfo};
use shared::api::error::ErrorBody;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::AuthError;
use super::keys::PublicKey;
use super::middleware::bearer_token;
use super::service::AuthService;
use crate::platform::http::{ApiError, json, json_with_etag, weak_etag};

/// The keys that verify tokens of this server.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct KeySet {
    /// Newest first.
    pub keys: Vec<PublicKey>,
}

/// What clients of OpenID Connect look up before they verify tokens.
///
/// ```json
/// {"issuer":"http://localhost:7007/api/auth","jwks_uri":"http://localhost:7007/api/auth/.well-known/jwks.json", …}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OpenIdConfiguration {
    /// The `iss` of user tokens.
    pub issuer: String,
    /// Where tokens would be exchanged; not served yet.
    pub token_endpoint: String,
    /// The address of the key set.
    pub jwks_uri: String,
    /// The address that tells whom a token stands for.
    pub userinfo_endpoint: String,
    /// Always `id_token`.
    pub response_types_supported: Vec<String>,
    /// Always `public`.
    pub subject_types_supported: Vec<String>,
    /// Always `ES256`.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Always `openid`.
    pub scopes_supported: Vec<String>,
    /// None: tokens come from the refresh of a provider.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// `sub` and `ent`.
    pub claims_supported: Vec<String>,
    /// None.
    pub grant_types_supported: Vec<String>,
}

/// Registers the routes. Call it before the scopes of other slices: their key sets are answered here. A scope that comes
/// earlier answers its own by [`plugin_key_set`].
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(plugin_key_set_get).configure(super::personal::configure).service(
        scope("/api/auth")
            .service(key_set_get)
            .service(openid_configuration_get)
            .service(user_info_get)
            .service(session_refresh)
            .service(session_refresh_by_get)
            .service(session_start)
            .service(session_handle)
            .service(session_handle_by_post)
            .service(session_logout)
            .default_service(web::to(provider_unknown)),
    );
}

/// Where the key set of a plugin is, below its mount.
pub const PLUGIN_KEY_SET: &str = "/.backstage/auth/v1/jwks.json";

/// The key set of a plugin, for a scope that comes before [`configure`].
///
/// A pattern with a parameter takes longer to compare than all plain ones together, so the paths that are asked most come
/// before it.
pub fn plugin_key_set() -> Route {
    web::get().to(async |auth: Data<AuthService>, request: HttpRequest| key_set(&auth, &request).await)
}

async fn key_set(auth: &AuthService, request: &HttpRequest) -> Result<HttpResponse, ApiError> {
    json_with_etag(request, &KeySet { keys: auth.keys_published().await? })
}

/// Names the bearer token in the OpenAPI document, and asks for it on every operation that does not say otherwise.
pub fn add_security_scheme(api: &mut OpenApi) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
        "A user token of `POST /api/auth/guest/refresh`, a personal token of `POST /api/personal-tokens`, or a static token of \
         `backend.auth.externalAccess`",
    ));
    let components = api.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    api.security.get_or_insert_default().push(SecurityRequirement::new("bearer", Vec::<String>::new()));
}

/// The keys of this server
///
/// Verify user tokens with them. A key that no longer signs stays until its last token has ended.
#[utoipa::path(tag = "auth", security(()), responses((status = 200, description = "The keys", body = KeySet), (status = 500, description = "The server failed", body = ErrorBody)))]
#[get("/.well-known/jwks.json")]
async fn key_set_get(auth: Data<AuthService>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    key_set(&auth, &request).await
}

/// The keys of one plugin
///
/// All plugins run in one process and share one set of keys.
#[utoipa::path(
    tag = "auth", security(()),
    params(("plugin" = String, Path, description = "The id of a plugin, such as `catalog`")),
    responses((status = 200, description = "The keys", body = KeySet), (status = 404, description = "No such plugin"), (status = 500, description = "The server failed", body = ErrorBody)))]
#[get("/api/{plugin}/.backstage/auth/v1/jwks.json")]
async fn plugin_key_set_get(
    auth: Data<AuthService>,
    plugin: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    if !auth.mounts().contains(&plugin) {
        return Ok(HttpResponse::NotFound().finish());
    }
    key_set(&auth, &request).await
}

/// How tokens of this server are verified
///
/// The discovery document of OpenID Connect.
#[utoipa::path(tag = "auth", security(()), responses((status = 200, description = "The configuration", body = OpenIdConfiguration), (status = 500, description = "The server failed", body = ErrorBody)))]
#[get("/.well-known/openid-configuration")]
async fn openid_configuration_get(auth: Data<AuthService>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let issuer = auth.issuer();
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    let configuration = OpenIdConfiguration {
        issuer: issuer.to_owned(),
        token_endpoint: format!("{issuer}/v1/token"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        userinfo_endpoint: format!("{issuer}/v1/userinfo"),
        response_types_supported: list(&["id_token"]),
        subject_types_supported: list(&["public"]),
        id_token_signing_alg_values_supported: list(&["ES256"]),
        scopes_supported: list(&["openid"]),
        token_endpoint_auth_methods_supported: Vec::new(),
        claims_supported: list(&["sub", "ent"]),
        grant_types_supported: Vec::new(),
    };
    json_with_etag(&request, &configuration)
}

/// Whom a token stands for
///
/// Takes full and limited user tokens. `ent` lists the user and its direct groups as of the last sign-in.
#[utoipa::path(
    tag = "auth", security(("bearer" = [])),
    responses((status = 200, description = "The user", body = UserInfo), (status = 400, description = "The token is not of a user", body = ErrorBody),
        (status = 401, description = "No token, or one that does not hold", body = ErrorBody),
        (status = 404, description = "Nothing is stored about the user; plain text", body = String, content_type = "text/plain")))]
#[get("/v1/userinfo")]
async fn user_info_get(auth: Data<AuthService>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let token = bearer_token(request.headers()).ok_or_else(|| ApiError::authentication("No token provided"))?;
    match auth.user_info_get(token).await {
        Ok(info) => json_with_etag(&request, &info),
        Err(error @ AuthError::UserInfoMissing(_)) => {
            let text = ApiError::from(error).message().to_owned();
            let tag = (ETAG, weak_etag(text.as_bytes()));
            Ok(HttpResponse::NotFound().content_type(ContentType::plaintext()).insert_header(tag).body(text))
        }
        Err(error) => Err(error.into()),
    }
}

/// Starts or renews a session
///
/// Guests need nothing to sign in. Send the token of the answer as `Authorization: Bearer …` with every request, and ask
/// again before it ends. The parameter `env` is accepted and has no meaning.
#[utoipa::path(
    tag = "auth", security(()),
    params(("provider" = String, Path, description = "The id of a sign-in provider: `guest`")),
    responses((status = 200, description = "The session", body = Session), (status = 403, description = "Guests may not sign in to this server", body = ErrorBody),
        (status = 404, description = "No such provider", body = ErrorBody), (status = 500, description = "The server failed", body = ErrorBody)))]
#[post("/{provider}/refresh")]
async fn session_refresh(auth: Data<AuthService>, provider: Path<String>) -> Result<HttpResponse, ApiError> {
    json(StatusCode::OK, &auth.session_refresh(&provider).await?)
}

/// Starts or renews a session, for clients that only read
///
/// The same as with POST.
#[utoipa::path(
    tag = "auth", security(()),
    params(("provider" = String, Path, description = "The id of a sign-in provider: `guest`")),
    responses((status = 200, description = "The session", body = Session), (status = 403, description = "Guests may not sign in to this server", body = ErrorBody),
        (status = 404, description = "No such provider", body = ErrorBody), (status = 500, description = "The server failed", body = ErrorBody)))]
#[get("/{provider}/refresh")]
async fn session_refresh_by_get(auth: Data<AuthService>, provider: Path<String>) -> Result<HttpResponse, ApiError> {
    json(StatusCode::OK, &auth.session_refresh(&provider).await?)
}

/// Starts the sign-in at an identity provider
///
/// Guests sign in without one, so this answers 501 for `guest`.
#[utoipa::path(
    tag = "auth", security(()),
    params(("provider" = String, Path, description = "The id of a sign-in provider")),
    responses((status = 404, description = "No such provider", body = ErrorBody),
        (status = 501, description = "The provider has no such step", body = ErrorBody)))]
#[get("/{provider}/start")]
async fn session_start(auth: Data<AuthService>, provider: Path<String>) -> Result<HttpResponse, ApiError> {
    no_redirects(&auth, &provider)
}

/// Where an identity provider sends people back
///
/// Guests sign in without one, so this answers 501 for `guest`.
#[utoipa::path(
    tag = "auth", security(()),
    params(("provider" = String, Path, description = "The id of a sign-in provider")),
    responses((status = 404, description = "No such provider", body = ErrorBody),
        (status = 501, description = "The provider has no such step", body = ErrorBody)))]
#[get("/{provider}/handler/frame")]
async fn session_handle(auth: Data<AuthService>, provider: Path<String>) -> Result<HttpResponse, ApiError> {
    no_redirects(&auth, &provider)
}

/// Where an identity provider posts its answer
///
/// Guests sign in without one, so this answers 501 for `guest`.
#[utoipa::path(
    tag = "auth", security(()),
    params(("provider" = String, Path, description = "The id of a sign-in provider")),
    responses((status = 404, description = "No such provider", body = ErrorBody),
        (status = 501, description = "The provider has no such step", body = ErrorBody)))]
#[post("/{provider}/handler/frame")]
async fn session_handle_by_post(auth: Data<AuthService>, provider: Path<String>) -> Result<HttpResponse, ApiError> {
    no_redirects(&auth, &provider)
}

/// Ends the session of a provider that keeps one
///
/// Guests have no session to end, so this answers 404 for `guest`; forget the token instead.
#[utoipa::path(
    tag = "auth", security(()),
    params(("provider" = String, Path, description = "The id of a sign-in provider")),
    responses((status = 404, description = "No provider of this name keeps sessions", body = ErrorBody)))]
#[post("/{provider}/logout")]
async fn session_logout(provider: Path<String>) -> Result<HttpResponse, ApiError> {
    Err(AuthError::ProviderUnknown(provider.into_inner()).into())
}

fn no_redirects(auth: &AuthService, provider: &str) -> Result<HttpResponse, ApiError> {
    if auth.is_provider(provider) {
        Err(AuthError::ProviderWithoutRedirects(provider.to_owned()).into())
    } else {
        Err(AuthError::ProviderUnknown(provider.to_owned()).into())
    }
}

/// Everything else below `/api/auth` is read as the name of a provider.
async fn provider_unknown(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let rest = request.path().strip_prefix("/api/auth/").unwrap_or_default();
    match rest.split('/').next() {
        Some(provider) if !provider.is_empty() => Err(AuthError::ProviderUnknown(provider.to_owned()).into()),
        _ => Ok(HttpResponse::NotFound().finish()),
    }
}
