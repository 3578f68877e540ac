use chrono::TimeDelta;

use super::*;

#[tokio::test]
async fn a_host_that_asks_for_a_pause_is_left_alone() {
    let limited = |request: &testing::Received| match request.n_before {
        0 => reply(429, &[("retry-after", "30")], ""),
        _ => reply(200, &[], "ok"),
    };
    let (server, other) = (StandIn::start(limited).await, StandIn::start(|_| reply(200, &[], "other")).await);
    let settings = settings(&[&server.host, &other.host]);
    let clock = settings.clock.clone();
    let fetcher = Fetcher::new(settings).unwrap();
    let paused = FetchError::RateLimited { retry_at_ms: 1_000_030_000 };
    for _ in 0..3 {
        assert_eq!(fetcher.fetch(&get(&server.url("/"))).await.unwrap_err(), paused);
    }
    assert_eq!(server.received().len(), 1, "the host is not asked during its pause");
    assert_eq!(text(fetcher.fetch(&get(&other.url("/"))).await), "other");
    clock.advance(TimeDelta::seconds(30));
    assert_eq!(text(fetcher.fetch(&get(&server.url("/"))).await), "ok");
}

#[tokio::test]
async fn a_refusal_for_too_many_requests_is_not_taken_for_one_of_rights() {
    let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1000090")];
    let server = StandIn::start(move |_| reply(403, &headers, "")).await;
    let error = fetcher(&[&server.host]).fetch(&get(&server.url("/"))).await.unwrap_err();
    assert_eq!(error, FetchError::RateLimited { retry_at_ms: 1_000_090_000 });
}

#[tokio::test]
async fn a_burst_is_spread_over_time() {
    let server = StandIn::start(|_| reply(200, &[], "ok")).await;
    let mut settings = settings(&[&server.host]);
    settings.limits = FetchLimits { n_per_second: 20, n_burst: 2, ..settings.limits };
    let fetcher = Fetcher::new(settings).unwrap();
    let start = tokio::time::Instant::now();
    for _ in 0..4 {
        assert_eq!(text(fetcher.fetch(&get(&server.url("/"))).await), "ok");
    }
    // The clock stands still, so the third waits one interval and the fourth two.
    assert!(start.elapsed() >= Duration::from_millis(150), "{:?}", start.elapsed());
}
