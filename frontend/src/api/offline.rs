//! What was read from the server, kept on the device for times when the server is away.
//!
//! Each person has a store of their own, which others who sign in on the same device never see: it is deleted when somebody else
//! signs in, when the server no longer lets this person in, and on request. It holds a bounded number of answers of bounded
//! size. Tokens are never in it.

use std::cell::Cell;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use leptos::leptos_dom::helpers::window;
use serde::{Deserialize, Serialize};
use shared::api::auth::Session;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::http::{HttpRequest, Method};
use crate::browser;

/// Answers that are kept of a person; the oldest go first.
const MAX_ANSWERS: u32 = 200;
/// Answers that are looked after before the oldest are dropped once more.
const TIDY_EVERY: u32 = 20;
/// Longer answers are not kept.
const MAX_BYTES: usize = 512 * 1024;
/// Stores of people begin with this.
const STORE_PREFIX: &str = "callboard-data:";
/// Says when an answer was read.
const READ_AT: &str = "x-callboard-read-at";
/// Who was signed in last on this device.
pub const PERSON_KEY: &str = "callboard.person";

/// An answer that was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The body.
    pub body: String,
    /// When it was read, in milliseconds since 1970.
    pub read_at_ms: f64,
}

/// Ends of paths to which a question is sent as a body. Asking changes nothing.
const QUESTIONS: [&str; 4] = ["/by-query", "/by-refs", "/entity-counts", "/multiget"];

/// The name under which the answer to a request is kept; `None` for requests that change something, and for those that follow
/// what is typed.
pub fn name_of(request: &HttpRequest) -> Option<String> {
    let path = request.url.split('?').next().unwrap_or_default();
    let is_data = path.starts_with("/api/catalog/") || path.starts_with("/api/user-settings/");
    if request.cancel.is_some() || !is_data {
        return None;
    }
    match (request.method, &request.body) {
        (Method::Get, None) => Some(request.url.clone()),
        (Method::Post, Some(body)) if QUESTIONS.iter().any(|end| path.ends_with(end)) => {
            let mut hasher = DefaultHasher::new();
            body.hash(&mut hasher);
            Some(format!("{path}?body={:x}", hasher.finish()))
        }
        _ => None,
    }
}

/// The answers of one person on this device.
#[derive(Debug, Default)]
pub struct OfflineStore {
    person: Option<String>,
    n_kept: u32,
}

impl OfflineStore {
    /// The person whose answers these are.
    pub fn person(&self) -> Option<String> {
        self.person.clone()
    }

    /// Whether it is time to drop the oldest answers.
    pub fn count_one(&mut self) -> bool {
        self.n_kept += 1;
        self.n_kept % TIDY_EVERY == 1
    }

    /// Somebody has signed in: what others left is deleted.
    pub fn begin(&mut self, person: &str) {
        let is_new = self.person.as_deref() != Some(person);
        self.person = Some(person.to_owned());
        if is_new {
            HAS_FORGOTTEN.set(false);
            forget_others(person.to_owned());
        }
    }
}

thread_local! {
    /// Whether everything was forgotten on request: from then on this page keeps nothing, until it is opened anew or
    /// somebody else signs in.
    static HAS_FORGOTTEN: Cell<bool> = const { Cell::new(false) };
}

/// Keeps an answer. A device that does not allow it keeps nothing.
pub async fn keep(person: String, name: String, body: String, is_tidying: bool) {
    if body.len() > MAX_BYTES || HAS_FORGOTTEN.get() {
        return;
    }
    if let Err(error) = put(&person, &name, &body, is_tidying).await {
        leptos::logging::warn!("An answer is not kept for times offline: {error:?}");
    }
    // It was on its way when everything else went.
    if HAS_FORGOTTEN.get() {
        forget_stores().await;
    }
}

async fn put(person: &str, name: &str, body: &str, is_tidying: bool) -> Result<(), JsValue> {
    let Some(store) = open(person).await? else { return Ok(()) };
    let headers = web_sys::Headers::new()?;
    headers.append(READ_AT, &browser::now_ms().to_string())?;
    let init = web_sys::ResponseInit::new();
    init.set_headers(&headers);
    let answer = web_sys::Response::new_with_opt_str_and_init(Some(body), &init)?;
    JsFuture::from(store.put_with_str(name, &answer)).await?;
    if is_tidying {
        let names: js_sys::Array = JsFuture::from(store.keys()).await?.unchecked_into();
        // In the order in which they were kept for the first time.
        for index in 0..names.length().saturating_sub(MAX_ANSWERS) {
            let name: web_sys::Request = names.get(index).unchecked_into();
            JsFuture::from(store.delete_with_request(&name)).await?;
        }
    }
    Ok(())
}

/// Finds an answer that was kept.
pub async fn find(person: &str, name: &str) -> Option<Kept> {
    let found = async {
        let Some(store) = open(person).await? else { return Ok(None) };
        let answer = JsFuture::from(store.match_with_str(name)).await?;
        let Ok(answer) = answer.dyn_into::<web_sys::Response>() else { return Ok(None) };
        let read_at_ms = answer.headers().get(READ_AT)?.and_then(|text| text.parse().ok()).unwrap_or_default();
        let body = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
        Ok::<_, JsValue>(Some(Kept { body, read_at_ms }))
    };
    found.await.unwrap_or_else(|error| {
        leptos::logging::warn!("What was kept cannot be read: {error:?}");
        None
    })
}

async fn open(person: &str) -> Result<Option<web_sys::Cache>, JsValue> {
    let Some(stores) = stores()? else { return Ok(None) };
    let store = JsFuture::from(stores.open(&format!("{STORE_PREFIX}{person}"))).await?;
    Ok(Some(store.unchecked_into()))
}

/// `None` on connections that are not safe, where browsers have no stores.
fn stores() -> Result<Option<web_sys::CacheStorage>, JsValue> {
    let has_stores = js_sys::Reflect::get(&window(), &JsValue::from_str("caches"))?.is_object();
    if has_stores { window().caches().map(Some) } else { Ok(None) }
}

fn forget_others(person: String) {
    leptos::task::spawn_local(async move {
        if let Err(error) = delete_stores(Some(&person)).await {
            leptos::logging::warn!("What others read here is not deleted: {error:?}");
        }
    });
}

/// Deletes everything that was read on this device, and who was signed in. What waits for the server goes, too. Nothing more is
/// kept until the page is opened anew.
pub async fn forget_everything() {
    HAS_FORGOTTEN.set(true);
    browser::store(PERSON_KEY, None);
    browser::remove_stored(crate::state::stars::WAITING_PREFIX);
    forget_stores().await;
}

async fn forget_stores() {
    if let Err(error) = delete_stores(None).await {
        leptos::logging::warn!("What was read here is not deleted: {error:?}");
    }
}

async fn delete_stores(but_of: Option<&str>) -> Result<(), JsValue> {
    let Some(stores) = stores()? else { return Ok(()) };
    let own = but_of.map(|person| format!("{STORE_PREFIX}{person}"));
    let names: js_sys::Array = JsFuture::from(stores.keys()).await?.unchecked_into();
    for name in names.iter().filter_map(|name| name.as_string()) {
        if name.starts_with(STORE_PREFIX) && Some(&name) != own.as_ref() {
            JsFuture::from(stores.delete(&name)).await?;
        }
    }
    Ok(())
}

/// A session as it is remembered on the device: who this is, without a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remembered(Session);

impl Remembered {
    /// Remembers who signed in.
    pub fn store(session: &Session) {
        let text = serde_json::to_string(&Self::of(session)).expect("a session has a JSON form");
        browser::store(PERSON_KEY, Some(&text));
    }

    fn of(session: &Session) -> Self {
        let mut session = session.clone();
        if let Some(identity) = &mut session.backstage_identity {
            identity.token.clear();
            identity.expires_in_seconds = 0;
        }
        Self(session)
    }

    /// Who signed in last on this device.
    pub fn load() -> Option<Session> {
        let Self(session) = serde_json::from_str(&browser::stored(PERSON_KEY)?).ok()?;
        session.backstage_identity.is_some().then_some(session)
    }
}

#[cfg(test)]
mod tests {
    use shared::api::auth::{Identity, Profile, SessionIdentity};

    use super::*;

    fn request(method: Method, url: &str, body: Option<&str>) -> Option<String> {
        name_of(&HttpRequest { method, url: url.to_owned(), body: body.map(str::to_owned), cancel: None })
    }

    #[test]
    fn reads_are_kept_and_what_changes_something_is_not() {
        let url = "/api/catalog/entities/by-query?limit=1";
        assert_eq!(request(Method::Get, url, None).as_deref(), Some(url));
        let by_refs = |body| request(Method::Post, "/api/catalog/entities/by-refs", Some(body));
        assert!(by_refs("a").is_some() && by_refs("a") == by_refs("a") && by_refs("a") != by_refs("b"));
        for url in ["/api/user-settings/multiget", "/api/catalog/entities/by-query", "/api/catalog/entity-counts"] {
            assert!(request(Method::Post, url, Some("{}")).is_some(), "{url}");
        }
        assert_eq!(request(Method::Post, "/api/catalog/entities/csv", Some("{}")), None);
        assert_eq!(request(Method::Post, "/api/catalog/refresh", Some("{}")), None);
        assert_eq!(request(Method::Put, "/api/user-settings/buckets/a/keys/b", Some("{}")), None);
        assert_eq!(request(Method::Post, "/api/auth/guest/refresh", None), None);
        assert_eq!(request(Method::Get, "/api/auth/v1/userinfo", None), None);
    }

    #[test]
    fn no_token_is_remembered() {
        let identity = Identity {
            identity_type: "user".to_owned(),
            user_entity_ref: "user:default/guest".to_owned(),
            ownership_entity_refs: Vec::new(),
        };
        let identity = SessionIdentity { token: "secret".to_owned(), expires_in_seconds: 3_600, identity };
        let session = Session { profile: Profile::default(), backstage_identity: Some(identity) };
        let text = serde_json::to_string(&Remembered::of(&session)).unwrap();
        assert!(!text.contains("secret") && text.contains("user:default/guest"), "{text}");
    }
}
