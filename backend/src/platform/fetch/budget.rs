//! How much of another server's time is taken: requests at once, requests a second, and pauses that it asks for.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::info;

use super::FetchLimits;
use super::error::FetchError;
use crate::platform::clock::Clock;

/// Hosts that are remembered before idle ones are forgotten.
const MAX_HOSTS: usize = 1024;
/// Pause where a server asks for one and does not say how long, in milliseconds. Source: GitHub's advice on rate limits.
const DEFAULT_PAUSE_MS: i64 = 60_000;
/// Bounds of a pause, in milliseconds: a server does not talk us into asking at once, nor into never asking again.
const MIN_PAUSE_MS: i64 = 1_000;
const MAX_PAUSE_MS: i64 = 3_600_000;

/// The budgets of all hosts.
#[derive(Debug)]
pub(super) struct Budgets {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    limits: FetchLimits,
    clock: Clock,
}

#[derive(Debug)]
struct Host {
    slots: Arc<Semaphore>,
    times: Mutex<Times>,
}

/// In milliseconds since 1970.
#[derive(Debug)]
struct Times {
    /// When the next request would start if requests came evenly. Requests start earlier by as much as a burst allows.
    next: i64,
    /// Until when the host is left alone.
    paused_until: i64,
}

/// The right to one request; held until its answer is read.
#[derive(Debug)]
pub(super) struct Turn {
    _slot: OwnedSemaphorePermit,
}

impl Budgets {
    pub(super) fn new(limits: FetchLimits, clock: Clock) -> Self {
        Self { hosts: Mutex::default(), limits, clock }
    }

    /// Waits for a turn at a host.
    ///
    /// # Errors
    /// [`FetchError::RateLimited`] while the host is paused, and when the wait would be longer than the limit.
    pub(super) async fn turn(&self, host: &str) -> Result<Turn, FetchError> {
        let host = self.host(host);
        self.check_pause(&host)?;
        let Ok(slot) = Arc::clone(&host.slots).acquire_owned().await else {
            return Err(FetchError::Failed("requests have ended".to_owned()));
        };
        // The pause may have begun while this request waited for others.
        self.check_pause(&host)?;
        tokio::time::sleep(self.reserve(&host)?).await;
        self.check_pause(&host)?;
        Ok(Turn { _slot: slot })
    }

    /// Leaves a host alone, when its answer asks for that.
    ///
    /// # Errors
    /// [`FetchError::RateLimited`] when it does.
    pub(super) fn heed(&self, host: &str, status: StatusCode, headers: &HeaderMap) -> Result<(), FetchError> {
        let now = self.now_ms();
        let Some(until) = pause_until(status, headers, now) else { return Ok(()) };
        let until = until.clamp(now + MIN_PAUSE_MS, now + MAX_PAUSE_MS);
        info!(host, pause_ms = until - now, "a server asks for fewer requests and is left alone for a while");
        let known = self.host(host);
        let mut times = known.times.lock();
        times.paused_until = times.paused_until.max(until);
        Err(FetchError::RateLimited { retry_at_ms: times.paused_until })
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock();
        if hosts.len() >= MAX_HOSTS && !hosts.contains_key(name) {
            let now = self.now_ms();
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.times.lock().paused_until > now);
        }
        let new = || {
            let slots = Arc::new(Semaphore::new(self.limits.n_at_once));
            Arc::new(Host { slots, times: Mutex::new(Times { next: i64::MIN, paused_until: i64::MIN }) })
        };
        Arc::clone(hosts.entry(name.to_owned()).or_insert_with(new))
    }

    fn check_pause(&self, host: &Host) -> Result<(), FetchError> {
        let paused_until = host.times.lock().paused_until;
        if paused_until > self.now_ms() { Err(FetchError::RateLimited { retry_at_ms: paused_until }) } else { Ok(()) }
    }

    /// How long the next request waits, so that the host sees no more than its share.
    fn reserve(&self, host: &Host) -> Result<Duration, FetchError> {
        let interval = 1000 / i64::from(self.limits.n_per_second.max(1));
        let ahead = interval * i64::from(self.limits.n_burst.saturating_sub(1));
        let now = self.now_ms();
        let mut times = host.times.lock();
        let next = times.next.max(now);
        let wait = u64::try_from(next - ahead - now).unwrap_or(0);
        if Duration::from_millis(wait) > self.limits.max_wait {
            return Err(FetchError::RateLimited { retry_at_ms: next - ahead });
        }
        times.next = next + interval;
        Ok(Duration::from_millis(wait))
    }

    fn now_ms(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }
}

/// Until when an answer asks to be left alone, in milliseconds since 1970.
fn pause_until(status: StatusCode, headers: &HeaderMap, now_ms: i64) -> Option<i64> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let retry_after = text(RETRY_AFTER.as_str());
    let is_used_up = ["x-ratelimit-remaining", "ratelimit-remaining"].iter().any(|name| text(name) == Some("0"));
    let is_limit = match status.as_u16() {
        429 => true,
        // GitHub's answer to too many requests; without these headers a 403 is about rights.
        403 => retry_after.is_some() || is_used_up,
        503 => retry_after.is_some(),
        _ => false,
    };
    if !is_limit {
        return None;
    }
    let after = retry_after.and_then(|text| match text.parse::<i64>() {
        Ok(secs) => Some(now_ms.saturating_add(secs.saturating_mul(1000))),
        Err(_) => Some(DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc).timestamp_millis()),
    });
    // Seconds since 1970.
    let reset = || {
        let text = text("x-ratelimit-reset").or_else(|| text("ratelimit-reset"))?;
        Some(text.parse::<i64>().ok()?.saturating_mul(1000))
    };
    Some(after.or_else(reset).unwrap_or(now_ms + DEFAULT_PAUSE_MS))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn budgets(limits: FetchLimits) -> (Budgets, Clock) {
        let clock = Clock::stopped_at(DateTime::from_timestamp(1_000_000, 0).unwrap());
        (Budgets::new(limits, clock.clone()), clock)
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[track_caller]
    fn check(status: u16, pairs: &[(&'static str, &str)], expected_secs: Option<i64>) {
        let status = StatusCode::from_u16(status).unwrap();
        let until = pause_until(status, &headers(pairs), 1_000_000_000);
        assert_eq!(until.map(|until| until / 1000 - 1_000_000), expected_secs);
    }

    #[test]
    fn a_pause_is_asked_for_in_several_ways() {
        check(429, &[], Some(60));
        check(429, &[("retry-after", "7")], Some(7));
        check(429, &[("retry-after", "Mon, 12 Jan 1970 13:46:50 GMT")], Some(10));
        check(429, &[("retry-after", "soon")], Some(60));
        check(429, &[("x-ratelimit-reset", "1000300")], Some(300));
        check(429, &[("ratelimit-reset", "1000300")], Some(300));
        check(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1000300")], Some(300));
        check(403, &[("retry-after", "30")], Some(30));
        check(503, &[("retry-after", "30")], Some(30));
        check(403, &[("x-ratelimit-remaining", "59"), ("x-ratelimit-reset", "1000300")], None);
        check(403, &[], None);
        check(503, &[], None);
        check(200, &[("x-ratelimit-remaining", "0")], None);
    }

    #[tokio::test]
    async fn a_paused_host_is_left_alone_and_others_are_not() {
        let (budgets, clock) = budgets(FetchLimits::default());
        let error = budgets.heed("a", StatusCode::TOO_MANY_REQUESTS, &headers(&[("retry-after", "30")])).unwrap_err();
        let paused = FetchError::RateLimited { retry_at_ms: 1_000_030_000 };
        assert_eq!(error, paused);
        assert_eq!(budgets.turn("a").await.unwrap_err(), paused);
        budgets.turn("b").await.unwrap();
        clock.advance(TimeDelta::seconds(31));
        budgets.turn("a").await.unwrap();
    }

    #[test]
    fn a_server_does_not_ask_for_a_pause_without_end_or_for_none() {
        let (budgets, _) = budgets(FetchLimits::default());
        let until = |host: &str, secs: &str| match budgets.heed(
            host,
            StatusCode::TOO_MANY_REQUESTS,
            &headers(&[("retry-after", secs)]),
        ) {
            Err(FetchError::RateLimited { retry_at_ms }) => retry_at_ms - 1_000_000_000,
            other => panic!("{other:?}"),
        };
        assert_eq!(until("a", "9223372036854775807"), MAX_PAUSE_MS);
        assert_eq!(until("b", "-9223372036854775808"), MIN_PAUSE_MS);
        assert_eq!(until("c", "0"), MIN_PAUSE_MS);
    }

    #[test]
    fn requests_beyond_a_burst_are_spread_and_finally_refused() {
        let limits = FetchLimits {
            n_per_second: 10,
            n_burst: 3,
            max_wait: Duration::from_millis(200),
            ..FetchLimits::default()
        };
        let (budgets, clock) = budgets(limits);
        let host = budgets.host("a");
        let waits: Vec<_> = (0..6).map(|_| budgets.reserve(&host).map(|wait| wait.as_millis())).collect();
        let limited = Err(FetchError::RateLimited { retry_at_ms: 1_000_000_300 });
        assert_eq!(waits, [Ok(0), Ok(0), Ok(0), Ok(100), Ok(200), limited]);
        clock.advance(TimeDelta::seconds(10));
        assert_eq!(budgets.reserve(&host).unwrap(), Duration::ZERO);
    }

    #[tokio::test]
    async fn only_so_many_requests_are_under_way_at_once() {
        let (budgets, _) = budgets(FetchLimits { n_at_once: 1, ..FetchLimits::default() });
        let first = budgets.turn("a").await.unwrap();
        let second = tokio::time::timeout(Duration::from_millis(20), budgets.turn("a")).await;
        assert!(second.is_err(), "the second waits");
        drop(first);
        budgets.turn("a").await.unwrap();
    }
}
