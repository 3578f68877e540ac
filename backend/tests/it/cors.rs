//! Pages of other origins, as their browsers ask.

use reqwest::Method;
use reqwest::header::HeaderName;

use crate::support::{Answer, Setup, TestApp, run, spawn_app};

const CORS: &str = "
backend:
  cors:
    origin: [http://localhost:3000, 'https://*.example.com']
    credentials: true
    exposedHeaders: [Link, X-Request-Id]
    maxAge: 600
";

async fn portal(config: &str) -> TestApp {
    Setup { config, ..Setup::default() }.spawn().await
}

/// The origin that may read this answer.
fn allowed(answer: &Answer) -> Option<&str> {
    answer.header("access-control-allow-origin")
}

/// All headers that have to do with pages of other origins.
fn cors_headers(answer: &Answer) -> Vec<String> {
    let names = answer.headers.keys().map(HeaderName::as_str);
    names.filter(|name| name.starts_with("access-control-")).map(str::to_owned).collect()
}

async fn list_from(app: &TestApp, origin: &str) -> Answer {
    app.guest().await.get_with("/api/catalog/entities", ("origin", origin)).await
}

#[tokio::test]
async fn nothing_is_said_unless_configured() {
    let app = spawn_app().await;
    let answer = list_from(&app, "http://localhost:3000").await;
    assert_eq!((answer.status, cors_headers(&answer)), (200, vec![]));
    assert!(!answer.header("vary").unwrap_or_default().to_lowercase().contains("origin"));
    let asked = [("origin", "http://localhost:3000"), ("access-control-request-method", "GET")];
    let preflight = app.anonymous().send_with(Method::OPTIONS, "/api/catalog/entities", &asked).await;
    assert_eq!((preflight.status, cors_headers(&preflight)), (401, vec![]));
}

#[tokio::test]
async fn an_allowed_page_reads_answers_and_errors() {
    let app = portal(CORS).await;
    for origin in ["http://localhost:3000", "https://portal.example.com", "HTTPS://Portal.Example.com"] {
        let answer = list_from(&app, origin).await;
        assert_eq!((answer.status, allowed(&answer)), (200, Some(origin)));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(answer.header("access-control-expose-headers"), Some("Link,X-Request-Id"));
        assert_eq!(answer.header("vary"), Some("Origin, accept-encoding"));
        assert_eq!(answer.header("access-control-allow-methods"), None, "only a preflight asks for it");
    }
    let origin = ("origin", "http://localhost:3000");
    let refused = app.anonymous().get_with("/api/catalog/entities", origin).await;
    assert_eq!((refused.status, allowed(&refused)), (401, Some("http://localhost:3000")));
    assert_eq!(refused.header("access-control-allow-credentials"), Some("true"));
    let missing = app.anonymous().get_with("/api/nope", origin).await;
    assert_eq!((missing.status, allowed(&missing)), (404, Some("http://localhost:3000")));
    let probe = app.anonymous().get_with("/.backstage/health/v1/liveness", origin).await;
    assert_eq!((probe.status, allowed(&probe)), (200, Some("http://localhost:3000")));
    let tag = ("if-none-match", probe.header("etag").unwrap());
    let same = app.anonymous().send_with(Method::GET, "/.backstage/health/v1/liveness", &[origin, tag]).await;
    assert_eq!((same.status, allowed(&same)), (304, Some("http://localhost:3000")));
}

#[tokio::test]
async fn no_other_page_is_let_in() {
    let app = portal(CORS).await;
    for origin in [
        "null",
        "*",
        "https://example.com",
        "https://evil.example.com.attacker.io",
        "https://attacker.io/.example.com",
        "https://portal.example.com:8443",
        "http://portal.example.com",
        "http://localhost:3001",
        "http://localhost:30000",
        "http://localhost",
        "http://localhost:3000, https://attacker.io",
        "http://localhost:3000/",
        "",
    ] {
        let answer = list_from(&app, origin).await;
        assert_eq!((answer.status, cors_headers(&answer)), (200, vec![]), "{origin}");
        assert_eq!(answer.header("vary"), Some("Origin, accept-encoding"), "a cache keeps it apart");
        let asked = [("origin", origin), ("access-control-request-method", "GET")];
        let preflight = app.anonymous().send_with(Method::OPTIONS, "/api/catalog/entities", &asked).await;
        assert_eq!((preflight.status, cors_headers(&preflight)), (401, vec![]), "{origin}");
    }
}

#[tokio::test]
async fn a_preflight_is_answered_before_credentials_are_asked_for() {
    let app = portal(CORS).await;
    let asked = [
        ("origin", "https://portal.example.com"),
        ("access-control-request-method", "DELETE"),
        ("access-control-request-headers", "authorization,content-type"),
    ];
    for path in ["/api/catalog/entities", "/api/nope", "/api/user-settings/buckets/a/keys/b"] {
        let answer = app.anonymous().send_with(Method::OPTIONS, path, &asked).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{path}");
        assert_eq!(allowed(&answer), Some("https://portal.example.com"));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET,HEAD,PUT,PATCH,POST,DELETE"));
        assert_eq!(answer.header("access-control-allow-headers"), Some("authorization,content-type"));
        assert_eq!(answer.header("access-control-max-age"), Some("600"));
        assert_eq!(answer.header("vary"), Some("Origin, Access-Control-Request-Headers"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn preflights_follow_the_configuration() {
    let config = "
backend:
  cors:
    origin: '*'
    methods: [GET]
    allowedHeaders: [Authorization, X-Team]
    optionsSuccessStatus: 200
";
    let app = portal(config).await;
    let asked = [("origin", "https://anywhere.io"), ("access-control-request-headers", "x-secret")];
    let answer = app.anonymous().send_with(Method::OPTIONS, "/api/catalog/entities", &asked).await;
    assert_eq!((answer.status, allowed(&answer)), (200, Some("*")));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("Authorization,X-Team"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert_eq!(answer.header("access-control-max-age"), None);
    let list = list_from(&app, "null").await;
    assert_eq!((list.status, allowed(&list)), (200, Some("*")));

    let app = portal("backend: { cors: { origin: 'http://a', preflightContinue: true } }").await;
    let asked = [("origin", "http://a"), ("access-control-request-method", "GET")];
    let answer = app.anonymous().send_with(Method::OPTIONS, "/api/catalog/entities", &asked).await;
    assert_eq!((answer.status, allowed(&answer)), (401, Some("http://a")), "the route answers");
}

#[tokio::test]
async fn dangerous_and_useless_settings_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (cors, message) in [
        ("{ origin: '*', credentials: true }", "list the origins that may instead of `*`"),
        ("{ origin: [https://a.io, '*'], credentials: true }", "list the origins that may instead of `*`"),
        ("{ origin: portal.example.com }", "write scheme and host"),
        ("{ origin: 'https://a.io/' }", "leave it out"),
        ("{ origin: 'https://a.io', optionsSuccessStatus: 404 }", "from 200 to 299"),
    ] {
        std::fs::write(folder.path().join("app-config.yaml"), format!("backend:\n  cors: {cors}\n")).unwrap();
        let outcome = run(folder.path(), &["config", "check"]).await;
        assert_eq!(outcome.code, Some(2), "{cors}: {outcome:?}");
        assert!(outcome.stderr.contains(message), "{cors}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("app-config.yaml:2:"), "{}", outcome.stderr);
    }
}
