//! A small application with one protected plugin, wired like the real one.

use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::middleware::Compress;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use actix_web::{App, HttpResponse, get, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use sea_orm::DatabaseConnection;
use serde_json::Value;
use utoipa_actix_web::AppExt;

use crate::auth::{AuthService, AuthSettings, Authenticate, Caller, GroupLookup, GuestSettings, Mounts, configure};
use crate::platform::clock::Clock;
use crate::platform::db::testing;
use crate::platform::http::{ApiError, Cors, QueryParams, RequestFrame};
use crate::platform::ids::Ids;

/// 2026-11-22T10:00:00Z.
pub const START_SECS: i64 = 1_795_341_600;

/// A database that goes away with the value.
pub struct TestDb {
    pub connection: DatabaseConnection,
    _db: testing::TestDb,
}

pub async fn database() -> TestDb {
    let db = testing::sqlite().await;
    TestDb { connection: db.db.connection().clone(), _db: db }
}

pub fn clock() -> Clock {
    Clock::stopped_at(DateTime::from_timestamp(START_SECS, 0).unwrap())
}

pub fn guest_settings() -> AuthSettings {
    AuthSettings { guest: Some(GuestSettings::default()), ..AuthSettings::default() }
}

pub fn no_groups() -> GroupLookup {
    Arc::new(|_| None)
}

pub async fn open(settings: AuthSettings, db: &TestDb, clock: &Clock) -> Data<AuthService> {
    open_with_groups(settings, db, clock, no_groups()).await
}

pub async fn open_with_groups(
    settings: AuthSettings,
    db: &TestDb,
    clock: &Clock,
    groups: GroupLookup,
) -> Data<AuthService> {
    let mounts = Mounts::new(&["catalog", "personal-tokens", "search"]);
    Data::new(
        AuthService::open(settings, mounts, db.connection.clone(), groups, clock.clone(), Ids::random()).await.unwrap(),
    )
}

/// The service alone, with guests, on a database of its own.
pub async fn guest_service() -> (Data<AuthService>, Clock, TestDb) {
    let (db, clock) = (database().await, clock());
    (open(guest_settings(), &db, &clock).await, clock, db)
}

/// Says who the caller is.
#[utoipa::path(tag = "test")]
#[get("/who")]
async fn who(caller: Caller, request: actix_web::HttpRequest) -> Result<HttpResponse, ApiError> {
    QueryParams::parse(request.query_string(), &["x"])?;
    Ok(HttpResponse::Ok().body(match caller {
        Caller::User(user) => format!("{} owns {}", user.entity_ref, user.ownership_refs.join(" ")),
        Caller::Service(service) => {
            let restrictions = service.restrictions.iter().flat_map(|list| list.iter());
            let plugins = restrictions.map(|restriction| format!(" for {}", restriction.plugin));
            format!("service {}{}", service.subject, plugins.collect::<String>())
        }
        Caller::Anonymous => "anonymous".to_owned(),
    }))
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Status and message of an error.
    #[track_caller]
    pub fn error(&self) -> (u16, String) {
        (self.status, self.json()["error"]["message"].as_str().unwrap().to_owned())
    }
}

/// Sends one request through an application that is wired like the real one.
pub async fn send(auth: &Data<AuthService>, request: TestRequest) -> Answer {
    let (app, _) = App::new()
        .into_utoipa_app()
        .app_data(auth.clone())
        .configure(configure)
        .service(utoipa_actix_web::scope("/api/catalog").service(who))
        .service(utoipa_actix_web::scope("/api/search").service(who))
        .service(utoipa_actix_web::scope("/api/app").service(who))
        .default_service(web::to(HttpResponse::NotFound))
        .split_for_parts();
    let app = app.wrap(Authenticate::new(auth.clone())).wrap(Compress::default()).wrap(RequestFrame::new(
        Ids::random(),
        Cors::default(),
        Arc::default(),
    ));
    let response = call_service(&init_service(app).await, request.to_request()).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: String::from_utf8(read_body(response).await.to_vec()).unwrap() }
}

pub fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

pub fn get_with(path: &str, token: &str) -> TestRequest {
    get(path).insert_header((AUTHORIZATION, format!("Bearer {token}")))
}

/// The token of a new guest session.
pub async fn guest_token(auth: &AuthService) -> String {
    auth.session_refresh("guest").await.unwrap().backstage_identity.unwrap().token
}

/// Part 0 (header) or 1 (claims) of a token.
pub fn token_part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
