//! What the portal answered.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

/// What the portal answered.
#[derive(Debug)]
pub struct Answer {
    pub method: String,
    /// Path and query of the request.
    pub url: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn read(method: &str, response: reqwest::Response) -> Self {
        let url = response.url();
        let url = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.expect("the body arrives whole");
        Self { method: method.to_owned(), url, status, headers, body }
    }

    /// One header, where it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers are ASCII"))
    }

    /// The body of a success.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{} {}: {}", self.method, self.url, self.body);
        assert_eq!(self.header("content-type"), Some("application/json; charset=utf-8"), "{}", self.url);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Fails unless this is the error body of the contract with this name and message.
    #[track_caller]
    pub fn assert_error(&self, status: u16, name: &str, message: &str) {
        let found = self.error(status, name);
        assert_eq!(found, message, "{} {}", self.method, self.url);
    }

    /// The message, after a look at all the rest of the error body.
    #[track_caller]
    pub fn error(&self, status: u16, name: &str) -> String {
        assert_eq!(self.status, status, "{} {}: {}", self.method, self.url, self.body);
        assert_eq!(self.header("content-type"), Some("application/json; charset=utf-8"), "{}", self.url);
        let body: Value = serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body));
        let below = self.url.strip_prefix("/api/").expect("only the API answers with error bodies");
        let url = below.find('/').map_or("/", |slash| &below[slash..]);
        assert_eq!(body["request"], json!({"method": self.method, "url": url}));
        assert_eq!(body["response"], json!({"statusCode": status}));
        assert_eq!(body["error"]["name"], name, "{}", self.body);
        body["error"]["message"].as_str().expect("a message is text").to_owned()
    }

    /// The names of the entities in a list or a page, in its order.
    #[track_caller]
    pub fn names(&self) -> Vec<String> {
        let body = self.json();
        let items = body.as_array().or_else(|| body["items"].as_array()).expect("a list of entities");
        items.iter().map(|entity| entity["metadata"]["name"].as_str().unwrap_or_default().to_owned()).collect()
    }
}
