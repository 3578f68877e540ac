//! One request, with its redirects.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{
    ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, LOCATION,
};
use reqwest::{Client, RequestBuilder, Response, Url};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

use super::FetchLimits;
use super::address::{host_and_port, literal_ip, parse_address, shown};
use super::allow::{AllowRule, reach_of};
use super::budget::Budgets;
use super::credential::Credential;
use super::error::{FetchError, FetcherError};
use super::guard::Reach;
use super::names::{GuardedNames, Names, OutOfReach};
use crate::platform::clock::Clock;

/// Longest validator that is kept and sent back, in bytes.
const MAX_VALIDATOR_BYTES: usize = 1024;

/// What a [`Fetcher`] is made from.
#[derive(Clone, Debug, Default)]
pub struct FetchSettings {
    /// Where requests may go; nowhere when empty.
    pub allow: Vec<AllowRule>,
    /// What one request may cost.
    pub limits: FetchLimits,
    /// Who resolves names.
    pub names: Names,
    /// The time.
    pub clock: Clock,
}

/// What lets a server say "the same as before".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag` of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified` of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// A request: GET, or POST where it has a form.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The address.
    pub url: Url,
    /// Media type that is asked for; any when it is left out.
    pub accept: Option<&'static str>,
    /// Sent to the origin of `url`, and not to others that it redirects to.
    pub credential: Option<&'a Credential>,
    /// What the last answer said of itself.
    pub known: Option<&'a Validators>,
    /// Sent as the body. Such a request is neither redirected nor tried again.
    pub form: Option<&'a Form>,
    /// Longest answer, in bytes after decompression.
    pub max_bytes: u64,
}

impl<'a> Request<'a> {
    /// A GET request for an answer of up to `max_bytes`.
    #[must_use]
    pub fn get(url: Url, max_bytes: u64) -> Self {
        Self { url, accept: None, credential: None, known: None, form: None, max_bytes }
    }

    /// The same with a credential.
    #[must_use]
    pub fn with_credential(self, credential: Option<&'a Credential>) -> Self {
        Self { credential, ..self }
    }
}

/// Fields of a form. They may be secret, so they are not printed.
#[derive(Clone)]
pub struct Form(String);

impl Form {
    /// Encodes names and values.
    #[must_use]
    pub fn new(fields: &[(&str, &str)]) -> Self {
        let mut query = form_urlencoded::Serializer::new(String::new());
        Self(query.extend_pairs(fields).finish())
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Form(<secret>)")
    }
}

/// A good answer.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// 304: the same as before.
    Same,
    /// The whole answer.
    Answer {
        /// The status, 200 to 299.
        status: u16,
        /// All headers.
        headers: HeaderMap,
        /// The body, decompressed.
        bytes: Vec<u8>,
    },
}

/// Sends requests to other servers. Clones share everything.
#[derive(Clone, Debug)]
pub struct Fetcher {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// One client for each reach, so that a connection that one may use is never used by another.
    internet: Client,
    network: Client,
    budgets: Budgets,
    settings: FetchSettings,
}

impl Fetcher {
    /// Prepares the clients.
    ///
    /// # Errors
    /// When the certificates of the machine cannot be used.
    pub fn new(settings: FetchSettings) -> Result<Self, FetcherError> {
        let client = |reach| {
            Client::builder()
                .user_agent(concat!("callboard/", env!("CARGO_PKG_VERSION")))
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .connect_timeout(settings.limits.connect)
                .dns_resolver(Arc::new(GuardedNames { names: settings.names.clone(), reach }))
                .build()
                .map_err(|error| FetcherError(root_cause(&error)))
        };
        let (internet, network) = (client(Reach::Internet)?, client(Reach::Network)?);
        let budgets = Budgets::new(settings.limits.clone(), settings.clock.clone());
        Ok(Self { shared: Arc::new(Shared { internet, network, budgets, settings }) })
    }

    /// The time that pauses and limits are counted in.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.settings.clock
    }

    /// Sends a request and reads the answer. What may pass is tried once more.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch(&self, request: &Request<'_>) -> Result<Fetched, FetchError> {
        let limits = &self.shared.settings.limits;
        let mut time_left = limits.total;
        match self.follow(request, &mut time_left).await {
            Err(error) if error.is_passing() && request.form.is_none() && time_left > limits.retry_delay => {
                tokio::time::sleep(limits.retry_delay).await;
                time_left -= limits.retry_delay;
                self.follow(request, &mut time_left).await
            }
            done => done,
        }
    }

    async fn follow(&self, request: &Request<'_>, time_left: &mut Duration) -> Result<Fetched, FetchError> {
        let limits = &self.shared.settings.limits;
        let mut url = request.url.clone();
        for _ in 0..=limits.n_redirects {
            let client = self.client_for(&url)?;
            let turn = self.shared.budgets.turn(&host_and_port(&url)).await?;
            let start = Instant::now();
            let step = timeout(*time_left, self.step(client, request, &url)).await;
            drop(turn);
            *time_left = time_left.saturating_sub(start.elapsed());
            match step.map_err(|_| FetchError::TimedOut(limits.total.as_secs()))?? {
                Step::Done(fetched) => return Ok(fetched),
                Step::Redirect(target) => url = target,
            }
        }
        Err(FetchError::Failed(format!("it redirects more than {} times", limits.n_redirects)))
    }

    /// Sends one request and reads its answer, without following where it leads.
    async fn step(&self, client: &Client, request: &Request<'_>, url: &Url) -> Result<Step, FetchError> {
        let response = request_to(client, request, url).send().await.map_err(|error| failure(&error))?;
        self.shared.budgets.heed(&host_and_port(url), response.status(), response.headers())?;
        if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(Step::Done(answer(response, request.max_bytes).await?));
        }
        if request.form.is_some() {
            return Err(FetchError::Failed("it redirects a form, which may hold a secret".to_owned()));
        }
        Ok(Step::Redirect(redirect_target(response.headers().get(LOCATION), url)?))
    }

    /// The client with which an address may be asked for.
    fn client_for(&self, url: &Url) -> Result<&Client, FetchError> {
        let Some(reach) = reach_of(&self.shared.settings.allow, url) else {
            return Err(FetchError::NotAllowed(format!(
                "`{}` may not be read: no entry of `integrations` or `backend.reading.allow` names it",
                shown(url)
            )));
        };
        // A number is connected to without asking for its name.
        if literal_ip(url).is_some_and(|ip| !reach.includes(ip)) {
            return Err(not_on_the_internet(&host_and_port(url)));
        }
        Ok(if reach == Reach::Internet { &self.shared.internet } else { &self.shared.network })
    }
}

impl Validators {
    /// Those of an answer; `None` when it has none.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name| {
            let value = headers.get(name)?.to_str().ok()?;
            (value.len() <= MAX_VALIDATOR_BYTES).then(|| value.to_owned())
        };
        let validators = Self { etag: text(ETAG), last_modified: text(LAST_MODIFIED) };
        (validators != Self::default()).then_some(validators)
    }
}

fn not_on_the_internet(host: &str) -> FetchError {
    FetchError::NotAllowed(format!(
        "`{host}` is in a network that descriptors do not reach; if it is meant, name exactly this host in `integrations` or `backend.reading.allow`"
    ))
}

/// What one request led to.
enum Step {
    Done(Fetched),
    Redirect(Url),
}

fn request_to(client: &Client, request: &Request<'_>, url: &Url) -> RequestBuilder {
    let mut headers = HeaderMap::new();
    if let Some(accept) = request.accept {
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
    }
    // A credential belongs to one origin: scheme, host and port.
    if let Some(credential) = request.credential.filter(|_| url.origin() == request.url.origin()) {
        let (name, value) = credential.parts();
        headers.insert(name, value);
    }
    let validators =
        request.known.map(|known| [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.last_modified)]);
    for (name, value) in validators.into_iter().flatten() {
        // What was kept comes from another server; one that cannot be sent is left out, and costs a full answer.
        if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    let Some(Form(fields)) = request.form else { return client.get(url.clone()).headers(headers) };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    client.post(url.clone()).headers(headers).body(fields.clone())
}

/// The address that an answer redirects to.
fn redirect_target(location: Option<&HeaderValue>, from: &Url) -> Result<Url, FetchError> {
    let unusable = || FetchError::Failed("it redirects to what is not an address".to_owned());
    let target = location.and_then(|value| value.to_str().ok()).ok_or_else(unusable)?;
    let target = from.join(target).map_err(|_| unusable())?;
    let target = parse_address(target.as_str()).map_err(|_| unusable())?;
    if from.scheme() == "https" && target.scheme() != "https" {
        return Err(FetchError::NotAllowed(format!(
            "it redirects from https to `{}`, which is not encrypted",
            shown(&target)
        )));
    }
    Ok(target)
}

async fn answer(mut response: Response, max_bytes: u64) -> Result<Fetched, FetchError> {
    let status = response.status();
    match status.as_u16() {
        304 => return Ok(Fetched::Same),
        200..=299 => {}
        404 | 410 => return Err(FetchError::NotFound(status.as_u16())),
        401 | 403 => return Err(FetchError::Denied(status.as_u16())),
        other => return Err(FetchError::Status(other)),
    }
    let announced = response.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > max_bytes) {
        return Err(FetchError::TooLarge(max_bytes));
    }
    let mut bytes = Vec::new();
    // Chunks are decompressed one by one, so that a small answer that unpacks to a huge one stops at the limit.
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if (bytes.len() + chunk.len()) as u64 > max_bytes {
            return Err(FetchError::TooLarge(max_bytes));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Fetched::Answer { status: status.as_u16(), headers: std::mem::take(response.headers_mut()), bytes })
}

/// What a failure of the client means. Its own text is not used: it holds the address with its query.
fn failure(error: &reqwest::Error) -> FetchError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<OutOfReach>() {
            return not_on_the_internet(&refused.host);
        }
        cause = inner.source();
    }
    let what = if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "no answer in time"
    } else {
        "the answer broke off or cannot be understood"
    };
    let message = format!("{what}: {}", root_cause(error));
    // What cannot be decoded is the same the next time, and a timeout has used the time up.
    if error.is_timeout() || error.is_decode() {
        FetchError::Failed(message)
    } else {
        FetchError::Disconnected(message)
    }
}

fn root_cause(error: &reqwest::Error) -> String {
    let Some(mut cause) = error.source() else { return "unknown cause".to_owned() };
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_token_leak_https_is_not_left() {
        let target = |from: &str, to: &'static str| {
            redirect_target(Some(&HeaderValue::from_static(to)), &Url::parse(from).unwrap())
        };
        assert_eq!(target("https://a.example/x", "/y").unwrap().as_str(), "https://a.example/y");
        assert_eq!(target("http://a.example/x", "https://b.example/y#z").unwrap().as_str(), "https://b.example/y");
        let error = target("https://a.example/x", "http://a.example/y?token=s3cret").unwrap_err();
        assert_eq!(error.to_string(), "it redirects from https to `http://a.example/y`, which is not encrypted");
    }
}
