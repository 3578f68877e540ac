//! Which pages of other origins may call the API, and how their browsers are told.
//!
//! Answers as the package `cors` of npm does under Backstage: an origin that does not match gets no header at all, one
//! that matches gets its own name back, and any `OPTIONS` of it is answered at once, before credentials are looked at.
//! Source: contract `other.md`, sections 1 and 11.

use std::sync::Arc;

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};
use actix_web::http::{Method, StatusCode};
use globset::{GlobBuilder, GlobMatcher};

/// Stands for every origin, alone and without credentials.
const ANY: &str = "*";

/// What `backend.cors` says. Without it no header is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct CorsSettings {
    /// Allowed origins; none when empty.
    pub origins: Vec<OriginPattern>,
    /// Allowed methods.
    pub methods: Vec<String>,
    /// Allowed request headers; those that the browser asks for when empty.
    pub allowed_headers: Vec<String>,
    /// Response headers that pages may read.
    pub exposed_headers: Vec<String>,
    /// Whether browsers send credentials along.
    pub credentials: bool,
    /// How long browsers remember the answer to a preflight.
    pub max_age_secs: Option<u32>,
    /// Leaves the answer to a preflight to the route.
    pub preflight_continue: bool,
    /// The status of the answer to a preflight.
    pub preflight_status: StatusCode,
}

/// One origin, or a pattern of origins, without regard to case.
///
/// `*` and `?` stand for characters but `/`, `{a,b}` and `@(a|b)` for either, `?(a)` for `a` or nothing, `[a-z]` for one
/// character of a range. `*` alone stands for every origin.
#[derive(Clone, Debug)]
pub struct OriginPattern {
    text: String,
    matcher: GlobMatcher,
}

impl PartialEq for OriginPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl OriginPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words for the person who wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_bare_word = text != ANY && text != "null" && !text.contains("://");
        if is_bare_word {
            return Err(format!("`{text}` is not an origin; write scheme and host, such as `https://{text}`"));
        }
        if text != ANY && text.ends_with('/') {
            return Err(format!("`{text}` matches no origin, because origins do not end in `/`; leave it out"));
        }
        let glob = plain_glob(text)?;
        let glob =
            GlobBuilder::new(&glob).case_insensitive(true).literal_separator(true).empty_alternates(true).build();
        let glob = glob.map_err(|error| format!("`{text}` is not a pattern of origins: {}", error.kind()))?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is `*`.
    pub fn is_any(&self) -> bool {
        self.text == ANY
    }

    fn matches(&self, origin: &str) -> bool {
        // The same text also where it holds characters that mean something in a pattern, such as `http://[::1]:3000`.
        // The origin `null` is that of any sandboxed page, so no pattern stands for it.
        self.text.eq_ignore_ascii_case(origin) || (origin.contains("://") && self.matcher.is_match(origin))
    }
}

/// Writes the groups of the patterns that Backstage takes as alternatives: `?(s)` as `{s,}`, `@(a|b)` as `{a,b}`.
fn plain_glob(text: &str) -> Result<String, String> {
    let (mut glob, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(open) = rest.find('(') {
        let Some(close) = rest[open..].find(')').map(|close| open + close) else { break };
        let group = rest[open + 1..close].replace('|', ",");
        let before = &rest[..open];
        let (head, group) = match before.chars().next_back() {
            Some('?') => (&before[..open - 1], format!("{{{group},}}")),
            Some('@') => (&before[..open - 1], format!("{{{group}}}")),
            Some(sign @ ('*' | '+' | '!')) => {
                return Err(format!("`{text}` uses `{sign}(…)`, which is not supported; list the origins instead"));
            }
            _ => (before, format!("({group})")),
        };
        glob.push_str(head);
        glob.push_str(&group);
        rest = &rest[close + 1..];
    }
    glob.push_str(rest);
    // Two stars mean no more than one, as in Backstage.
    while glob.contains("**") {
        glob = glob.replace("**", "*");
    }
    Ok(glob)
}

/// [`CorsSettings`] with their header values made. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Cors {
    policy: Option<Arc<Policy>>,
}

#[derive(Debug)]
struct Policy {
    origins: Vec<OriginPattern>,
    is_any: bool,
    /// Sent with every answer to an allowed origin.
    always: Vec<(HeaderName, HeaderValue)>,
    /// Sent with the answer to a preflight as well.
    at_preflight: Vec<(HeaderName, HeaderValue)>,
    reflects_headers: bool,
    /// Absent where routes answer preflights.
    preflight_status: Option<StatusCode>,
}

/// What one request is told.
#[derive(Debug)]
pub(super) enum CorsAnswer {
    /// Nothing is configured.
    Off,
    /// No origin, or one that may not.
    Refused,
    /// The origin may.
    Allowed {
        /// The value of `Access-Control-Allow-Origin`.
        origin: HeaderValue,
        /// What the browser asks for, where the request is a preflight.
        preflight: Option<Option<HeaderValue>>,
    },
}

impl Cors {
    /// `None` sends no header at all.
    ///
    /// # Errors
    /// The method or header that cannot be sent.
    pub fn new(settings: Option<&CorsSettings>) -> Result<Self, String> {
        Ok(Self { policy: settings.map(Policy::new).transpose()?.map(Arc::new) })
    }

    /// What a request is told.
    pub(super) fn answer(&self, method: &Method, headers: &HeaderMap) -> CorsAnswer {
        let Some(policy) = &self.policy else { return CorsAnswer::Off };
        let origin = headers.get(ORIGIN).filter(|origin| origin.to_str().is_ok_and(|origin| policy.allows(origin)));
        let Some(origin) = origin else { return CorsAnswer::Refused };
        let origin = if policy.is_any { HeaderValue::from_static(ANY) } else { origin.clone() };
        let preflight = (method == Method::OPTIONS).then(|| headers.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned());
        CorsAnswer::Allowed { origin, preflight }
    }

    /// The status with which a preflight is answered at once; `None` when the request goes on to its route.
    pub(super) fn preflight_status(&self, answer: &CorsAnswer) -> Option<StatusCode> {
        match answer {
            CorsAnswer::Allowed { preflight: Some(_), .. } => self.policy.as_ref()?.preflight_status,
            _ => None,
        }
    }

    /// Adds the headers of an answer.
    pub(super) fn apply(&self, answer: &CorsAnswer, headers: &mut HeaderMap) {
        let Some(policy) = &self.policy else { return };
        // Also where the origin is refused or absent: a cache must not hand that answer to a page that is allowed.
        let mut vary = vec!["Origin"];
        if let CorsAnswer::Allowed { origin, preflight } = answer {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            let at_preflight = preflight.iter().flat_map(|_| &policy.at_preflight);
            for (name, value) in policy.always.iter().chain(at_preflight) {
                headers.insert(name.clone(), value.clone());
            }
            if let Some(asked) = preflight.as_ref().filter(|_| policy.reflects_headers) {
                vary.push("Access-Control-Request-Headers");
                if let Some(asked) = asked {
                    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
                }
            }
        }
        let mut vary = vary.join(", ");
        for value in headers.get_all(VARY).filter_map(|value| value.to_str().ok()) {
            vary.push_str(", ");
            vary.push_str(value);
        }
        if let Ok(vary) = HeaderValue::try_from(vary) {
            headers.insert(VARY, vary);
        }
    }
}

impl Policy {
    fn new(settings: &CorsSettings) -> Result<Self, String> {
        let header = |name: HeaderName, text: String| match HeaderValue::try_from(&text) {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(format!("`backend.cors`: `{text}` cannot be sent in a header")),
        };
        let (mut always, mut at_preflight) = (Vec::new(), Vec::new());
        if settings.credentials {
            always.push((ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true")));
        }
        if !settings.exposed_headers.is_empty() {
            always.push(header(ACCESS_CONTROL_EXPOSE_HEADERS, settings.exposed_headers.join(","))?);
        }
        at_preflight.push(header(ACCESS_CONTROL_ALLOW_METHODS, settings.methods.join(","))?);
        if !settings.allowed_headers.is_empty() {
            at_preflight.push(header(ACCESS_CONTROL_ALLOW_HEADERS, settings.allowed_headers.join(","))?);
        }
        if let Some(max_age_secs) = settings.max_age_secs {
            at_preflight.push((ACCESS_CONTROL_MAX_AGE, HeaderValue::from(max_age_secs)));
        }
        Ok(Self {
            is_any: settings.origins.iter().any(OriginPattern::is_any) && !settings.credentials,
            origins: settings.origins.clone(),
            always,
            at_preflight,
            reflects_headers: settings.allowed_headers.is_empty(),
            preflight_status: (!settings.preflight_continue).then_some(settings.preflight_status),
        })
    }

    fn allows(&self, origin: &str) -> bool {
        self.is_any || self.origins.iter().any(|pattern| !pattern.is_any() && pattern.matches(origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        let pattern = OriginPattern::parse(pattern).unwrap();
        for origin in matching {
            assert!(pattern.matches(origin), "{} should match {origin}", pattern.as_str());
        }
        for origin in others {
            assert!(!pattern.matches(origin), "{} should not match {origin}", pattern.as_str());
        }
    }

    #[test]
    fn an_origin_is_matched_as_a_whole() {
        check(
            "https://portal.example.com",
            &["https://portal.example.com", "HTTPS://Portal.Example.COM"],
            &[
                "http://portal.example.com",
                "https://portal.example.com:8443",
                "https://portal.example.com.attacker.io",
                "https://portal-example.com",
                "https://attacker.io/https://portal.example.com",
                "null",
                "",
                "*",
            ],
        );
        check("http://localhost:3000", &["http://localhost:3000"], &["http://localhost:30001", "http://localhost"]);
        check("http://[::1]:3000", &["http://[::1]:3000"], &["http://[::2]:3000"]);
    }

    #[test]
    fn a_star_stays_within_its_part() {
        check(
            "https://*.example.com",
            &["https://a.example.com", "https://a.b.example.com", "https://A.EXAMPLE.com"],
            &[
                "https://example.com",
                "https://evil.example.com.attacker.io",
                "https://attacker.io/.example.com",
                "https://a.example.com:444",
                "http://a.example.com",
            ],
        );
        check("http://localhost:*", &["http://localhost:1", "http://localhost:65535"], &["http://localhost"]);
        check("http?(s)://*.example.com", &["http://a.example.com", "https://a.example.com"], &["ftp://a.example.com"]);
        check("@(http|https)://a.io", &["http://a.io", "https://a.io"], &["://a.io", "httphttps://a.io"]);
        check("https://{a,b}.io", &["https://a.io", "https://b.io"], &["https://ab.io", "https://{a,b}.io/"]);
        check("http://**", &["http://a", "http://a:1"], &["http://a/b", "https://a"]);
    }

    #[test]
    fn the_origin_of_sandboxed_pages_must_be_named() {
        check("null", &["null"], &["https://null", "nulll"]);
        check("*://*", &["https://a"], &["null"]);
    }

    #[test]
    fn a_pattern_that_cannot_match_is_refused() {
        for (pattern, part) in [
            ("portal.example.com", "`https://portal.example.com`"),
            ("https://portal.example.com/", "do not end in `/`"),
            ("https://[a", "not a pattern of origins"),
            ("https://+(a|b).io", "list the origins"),
            ("https://!(a).io", "list the origins"),
        ] {
            let error = OriginPattern::parse(pattern).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
