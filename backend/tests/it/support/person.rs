//! Someone, or something, who uses the portal: a method for each thing to do.

use std::net::SocketAddr;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::Answer;
use super::events::ChangeStream;

/// Someone who uses the portal, signed in or not.
#[derive(Clone, Debug)]
pub struct Person {
    http: Client,
    base: String,
    token: Option<String>,
}

/// Names and values of a query string.
pub type Query<'a> = &'a [(&'a str, &'a str)];

impl Person {
    /// Nobody in particular.
    pub fn anonymous(address: SocketAddr) -> Self {
        let http = Client::builder().no_proxy().build().expect("a client without special wishes can be made");
        Self { http, base: format!("http://{address}"), token: None }
    }

    /// The same with a token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The token that is sent along.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Signs in as the guest.
    pub async fn sign_in(&self) -> Self {
        let session = self.session_refresh("guest").await.json();
        self.with_token(session["backstageIdentity"]["token"].as_str().expect("a session has a token"))
    }

    pub async fn session_refresh(&self, provider: &str) -> Answer {
        self.post_nothing(&format!("/api/auth/{provider}/refresh")).await
    }

    pub async fn user_info_get(&self) -> Answer {
        self.get("/api/auth/v1/userinfo", &[]).await
    }

    pub async fn entities_list(&self, query: Query<'_>) -> Answer {
        self.get("/api/catalog/entities", query).await
    }

    pub async fn entities_by_query(&self, query: Query<'_>) -> Answer {
        self.get("/api/catalog/entities/by-query", query).await
    }

    pub async fn entities_by_predicate(&self, body: &Value) -> Answer {
        self.post("/api/catalog/entities/by-query", &[], body).await
    }

    pub async fn entities_by_refs(&self, query: Query<'_>, body: &Value) -> Answer {
        self.post("/api/catalog/entities/by-refs", query, body).await
    }

    pub async fn entity_get_by_uid(&self, uid: &str) -> Answer {
        self.get(&format!("/api/catalog/entities/by-uid/{uid}"), &[]).await
    }

    /// By `kind/namespace/name`.
    pub async fn entity_get(&self, path: &str) -> Answer {
        self.get(&format!("/api/catalog/entities/by-name/{path}"), &[]).await
    }

    /// By `kind/namespace/name`.
    pub async fn entity_ancestry(&self, path: &str) -> Answer {
        self.get(&format!("/api/catalog/entities/by-name/{path}/ancestry"), &[]).await
    }

    pub async fn entity_refresh(&self, body: &Value) -> Answer {
        self.post("/api/catalog/refresh", &[], body).await
    }

    pub async fn entity_delete(&self, uid: &str) -> Answer {
        self.ask("DELETE", &format!("/api/catalog/entities/by-uid/{uid}")).await
    }

    pub async fn entity_graph(&self, query: Query<'_>) -> Answer {
        self.get("/api/catalog/graph", query).await
    }

    pub async fn entity_counts(&self, body: &Value) -> Answer {
        self.post("/api/catalog/entity-counts", &[], body).await
    }

    pub async fn entities_csv(&self, body: &Value) -> Answer {
        self.post("/api/catalog/entities/csv", &[], body).await
    }

    pub async fn entity_facets(&self, query: Query<'_>) -> Answer {
        self.get("/api/catalog/entity-facets", query).await
    }

    pub async fn entity_facets_by_predicate(&self, body: &Value) -> Answer {
        self.post("/api/catalog/entity-facets", &[], body).await
    }

    pub async fn location_create(&self, query: Query<'_>, body: &Value) -> Answer {
        self.post("/api/catalog/locations", query, body).await
    }

    pub async fn location_preview(&self, target: &str) -> Answer {
        let body = serde_json::json!({"type": "url", "target": target});
        self.post("/api/catalog/locations/preview", &[], &body).await
    }

    pub async fn text_preview(&self, body: &Value) -> Answer {
        self.post("/api/catalog/locations/preview-text", &[], body).await
    }

    pub async fn location_removal(&self, id: &str) -> Answer {
        self.get(&format!("/api/catalog/locations/{id}/removal"), &[]).await
    }

    /// By `kind/namespace/name`.
    pub async fn entity_fields(&self, path: &str) -> Answer {
        self.get(&format!("/api/catalog/explain/fields/{path}"), &[]).await
    }

    pub async fn locations_list(&self) -> Answer {
        self.get("/api/catalog/locations", &[]).await
    }

    pub async fn locations_by_query(&self, body: &Value) -> Answer {
        self.post("/api/catalog/locations/by-query", &[], body).await
    }

    pub async fn location_get(&self, id: &str) -> Answer {
        self.get(&format!("/api/catalog/locations/{id}"), &[]).await
    }

    /// By `kind/namespace/name`.
    pub async fn location_get_by_entity(&self, path: &str) -> Answer {
        self.get(&format!("/api/catalog/locations/by-entity/{path}"), &[]).await
    }

    pub async fn location_update(&self, id: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, &format!("/api/catalog/locations/{id}")).json(body)).await
    }

    pub async fn location_delete(&self, id: &str) -> Answer {
        self.ask("DELETE", &format!("/api/catalog/locations/{id}")).await
    }

    pub async fn entity_validate(&self, body: &Value) -> Answer {
        self.post("/api/catalog/validate-entity", &[], body).await
    }

    pub async fn location_analyze(&self, body: &Value) -> Answer {
        self.post("/api/catalog/analyze-location", &[], body).await
    }

    pub async fn search_query(&self, query: Query<'_>) -> Answer {
        self.get("/api/search/query", query).await
    }

    pub async fn search_suggest(&self, query: Query<'_>) -> Answer {
        self.get("/api/search/suggest", query).await
    }

    pub async fn search_status(&self) -> Answer {
        self.get("/api/search/status", &[]).await
    }

    /// Follows the changes; when this returns, none is missed any more.
    pub async fn catalog_events(&self) -> ChangeStream {
        let response = self.request(Method::GET, "/api/catalog/events").send().await.expect("the portal answers");
        ChangeStream::open(response).await
    }

    /// By `bucket` and `key` as they stand in an address.
    pub async fn user_setting_get(&self, bucket: &str, key: &str) -> Answer {
        self.get(&user_setting(bucket, key), &[]).await
    }

    pub async fn user_setting_update(&self, bucket: &str, key: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, &user_setting(bucket, key)).json(body)).await
    }

    pub async fn user_setting_delete(&self, bucket: &str, key: &str) -> Answer {
        self.ask("DELETE", &user_setting(bucket, key)).await
    }

    pub async fn user_settings_multiget(&self, body: &Value) -> Answer {
        self.post("/api/user-settings/multiget", &[], body).await
    }

    pub async fn personal_tokens_list(&self) -> Answer {
        self.get("/api/personal-tokens", &[]).await
    }

    pub async fn personal_token_create(&self, body: &Value) -> Answer {
        self.post("/api/personal-tokens", &[], body).await
    }

    /// The body of a 201: a new token with its secret.
    pub async fn personal_token_created(&self, body: &Value) -> Value {
        let answer = self.personal_token_create(body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        serde_json::from_str(&answer.body).expect("the body is JSON")
    }

    pub async fn personal_token_delete(&self, id: &str) -> Answer {
        self.ask("DELETE", &format!("/api/personal-tokens/{id}")).await
    }

    pub async fn readiness_get(&self) -> Answer {
        self.get("/.backstage/health/v1/readiness", &[]).await
    }

    pub async fn liveness_get(&self) -> Answer {
        self.get("/.backstage/health/v1/liveness", &[]).await
    }

    pub async fn get(&self, path: &str, query: Query<'_>) -> Answer {
        self.send(self.request(Method::GET, path).query(query)).await
    }

    /// GET with one more header.
    pub async fn get_with(&self, path: &str, header: (&str, &str)) -> Answer {
        self.send(self.request(Method::GET, path).header(header.0, header.1)).await
    }

    /// Any method with more headers, without a body.
    pub async fn send_with(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.request(method, path);
        self.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
    }

    pub async fn post(&self, path: &str, query: Query<'_>, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).query(query).json(body)).await
    }

    /// POST with any bytes as any type.
    pub async fn post_as(&self, path: &str, content_type: Option<&str>, body: &str) -> Answer {
        let request = self.request(Method::POST, path).body(body.to_owned());
        self.send(match content_type {
            Some(content_type) => request.header("content-type", content_type),
            None => request,
        })
        .await
    }

    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// Any method, without a body.
    pub async fn ask(&self, method: &str, path: &str) -> Answer {
        self.send(self.request(method.parse().expect("a method"), path)).await
    }

    /// The answer, or `None` while nothing listens.
    pub async fn is_ready(&self) -> Option<()> {
        let request = self.request(Method::GET, "/.backstage/health/v1/readiness").send().await;
        request.ok().filter(|response| response.status().is_success()).map(drop)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("the address is one");
        let method = request.method().to_string();
        let response = self.http.execute(request).await.expect("the portal answers");
        Answer::read(&method, response).await
    }
}

fn user_setting(bucket: &str, key: &str) -> String {
    format!("/api/user-settings/buckets/{bucket}/keys/{key}")
}
