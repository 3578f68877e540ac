//! Counts requests, how long their answers take to begin, and the bytes of answers.
//!
//! Each worker shares one table of atomics with a place for every route, method and status, so that counting a request
//! takes some tens of nanoseconds and no memory. Places are made when first used.

use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;

use super::route_label::{RouteLabels, RouteNumber};
use crate::platform::metrics::{Counter, Exposition, Histogram, Kind};

/// Upper bounds in microseconds. Most answers come from memory, so they start low.
static BOUNDS_US: [u64; 13] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// Methods that are told apart; the last one stands for all others, since a client may invent any.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"];

/// Statuses that are told apart; 0 stands for all others.
const STATUSES: [u16; 24] = [
    200, 201, 202, 204, 206, 301, 302, 304, 400, 401, 403, 404, 405, 406, 409, 413, 416, 429, 500, 501, 502, 503, 504,
    0,
];

/// Counts of all requests of a process. Share it behind an `Arc`.
#[derive(Debug)]
pub struct HttpMetrics {
    routes: RouteLabels,
    /// By route, method and status.
    series: Vec<OnceLock<Arc<Series>>>,
    n_in_flight: Arc<AtomicI64>,
}

/// What is known of the requests with one route, method and status.
#[derive(Debug)]
struct Series {
    durations: Histogram<13>,
    bytes: Counter,
}

/// A request that is being answered. Counts as such until it is dropped, also when its client goes away.
#[derive(Debug)]
pub(super) struct InFlight(Arc<AtomicI64>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for HttpMetrics {
    /// Knows of no route.
    fn default() -> Self {
        Self::new(&[])
    }
}

impl HttpMetrics {
    /// Tells these routes apart: patterns such as `/api/catalog/entities/by-uid/{uid}`.
    pub fn new(patterns: &[String]) -> Self {
        let routes = RouteLabels::new(patterns);
        let series = (0..routes.len() * METHODS.len() * STATUSES.len()).map(|_| OnceLock::new()).collect();
        Self { routes, series, n_in_flight: Arc::default() }
    }

    pub(super) fn begin(&self) -> InFlight {
        self.n_in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(Arc::clone(&self.n_in_flight))
    }

    /// Counts an answer whose head is finished, and sees to it that the bytes of its body are counted.
    pub(super) fn count(
        &self,
        method: &Method,
        path: &str,
        status: StatusCode,
        duration: Duration,
        body: BoxBody,
    ) -> BoxBody {
        let series = self.series(self.routes.find(path), method, status);
        series.durations.record(duration);
        match body.size() {
            // The server leaves the body out.
            _ if method == Method::HEAD => body,
            BodySize::None => body,
            BodySize::Sized(n_bytes) => {
                series.bytes.add(n_bytes);
                body
            }
            BodySize::Stream => BoxBody::new(CountedBody { body, series: Arc::clone(series) }),
        }
    }

    fn series(&self, route: RouteNumber, method: &Method, status: StatusCode) -> &Arc<Series> {
        let method = METHODS.iter().position(|known| *known == method.as_str()).unwrap_or(METHODS.len() - 1);
        let status = STATUSES.iter().position(|known| *known == status.as_u16()).unwrap_or(STATUSES.len() - 1);
        let place = &self.series[(route * METHODS.len() + method) * STATUSES.len() + status];
        place.get_or_init(|| Arc::new(Series { durations: Histogram::new(&BOUNDS_US), bytes: Counter::new() }))
    }

    /// Tells all counts.
    pub fn tell(&self, exposition: &mut Exposition) {
        let (requests, duration, bytes) = (
            "callboard_http_requests_total",
            "callboard_http_request_duration_seconds",
            "callboard_http_response_bytes_total",
        );
        exposition.metric(requests, Kind::Counter, "Requests that were answered.");
        self.for_each(|labels, series| exposition.value(requests, labels, series.durations.count()));
        exposition.metric(duration, Kind::Histogram, "Time from the head of a request to the head of its answer.");
        self.for_each(|labels, series| exposition.histogram(duration, labels, &series.durations));
        exposition.metric(bytes, Kind::Counter, "Bytes of the bodies of answers, compressed.");
        self.for_each(|labels, series| exposition.value(bytes, labels, series.bytes.get()));
        exposition.single(
            "callboard_http_requests_in_flight",
            Kind::Gauge,
            "Requests whose answer has not begun.",
            self.n_in_flight.load(Ordering::Relaxed),
        );
    }

    fn for_each(&self, mut tell: impl FnMut(&[(&str, &str)], &Series)) {
        for (place, series) in self.series.iter().enumerate() {
            let Some(series) = series.get() else { continue };
            let (rest, status) = (place / STATUSES.len(), STATUSES[place % STATUSES.len()]);
            let (route, method) = (rest / METHODS.len(), METHODS[rest % METHODS.len()]);
            let status = if status == 0 { "other".to_owned() } else { status.to_string() };
            tell(&[("method", method), ("route", self.routes.label(route)), ("status", &status)], series);
        }
    }
}

/// A body whose length is not known before it was sent.
struct CountedBody {
    body: BoxBody,
    series: Arc<Series>,
}

impl MessageBody for CountedBody {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let body = self.get_mut();
        let next = Pin::new(&mut body.body).poll_next(context);
        if let Poll::Ready(Some(Ok(bytes))) = &next {
            body.series.bytes.add(bytes.len() as u64);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::BodyStream;
    use futures_util::stream;

    use super::*;

    fn text(metrics: &HttpMetrics) -> String {
        let mut exposition = Exposition::default();
        metrics.tell(&mut exposition);
        exposition.into_text()
    }

    #[actix_web::test]
    async fn requests_are_counted_by_route_and_never_by_path() {
        let metrics = HttpMetrics::new(&["/api/things/{id}".to_owned()]);
        let took = Duration::from_micros(700);
        for id in 0..100 {
            let body = BoxBody::new("12345");
            metrics.count(&Method::GET, &format!("/api/things/{id}"), StatusCode::OK, took, body);
        }
        let invented = Method::from_bytes(b"BREW").unwrap();
        metrics.count(&invented, "/x", StatusCode::IM_A_TEAPOT, took, BoxBody::new(()));
        metrics.count(&Method::HEAD, "/x", StatusCode::OK, took, BoxBody::new("12345"));
        let text = text(&metrics);
        for line in [
            r#"callboard_http_requests_total{method="GET",route="/api/things/{id}",status="200"} 100"#,
            r#"callboard_http_request_duration_seconds_bucket{method="GET",route="/api/things/{id}",status="200",le="0.0005"} 0"#,
            r#"callboard_http_request_duration_seconds_bucket{method="GET",route="/api/things/{id}",status="200",le="0.001"} 100"#,
            r#"callboard_http_request_duration_seconds_sum{method="GET",route="/api/things/{id}",status="200"} 0.07"#,
            r#"callboard_http_response_bytes_total{method="GET",route="/api/things/{id}",status="200"} 500"#,
            r#"callboard_http_requests_total{method="other",route="page",status="other"} 1"#,
            r#"callboard_http_response_bytes_total{method="HEAD",route="page",status="200"} 0"#,
            "callboard_http_requests_in_flight 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert_eq!(text.matches("callboard_http_requests_total{").count(), 3);
    }

    #[actix_web::test]
    async fn streams_are_counted_as_they_are_sent() {
        let metrics = HttpMetrics::new(&[]);
        let parts = ["abc", "de"].map(|part| Ok::<_, std::io::Error>(Bytes::from_static(part.as_bytes())));
        let body = BoxBody::new(BodyStream::new(stream::iter(parts)));
        let body = metrics.count(&Method::GET, "/", StatusCode::OK, Duration::ZERO, body);
        let bytes = r#"callboard_http_response_bytes_total{method="GET",route="page",status="200"}"#;
        assert!(text(&metrics).contains(&format!("{bytes} 0\n")));
        assert_eq!(actix_web::body::to_bytes(body).await.unwrap(), "abcde");
        assert!(text(&metrics).contains(&format!("{bytes} 5\n")));
    }

    #[test]
    fn a_request_that_is_given_up_is_not_in_flight() {
        let metrics = HttpMetrics::new(&[]);
        let first = metrics.begin();
        let second = metrics.begin();
        assert!(text(&metrics).ends_with("in_flight 2\n"));
        drop((first, second));
        assert!(text(&metrics).ends_with("in_flight 0\n"));
    }
}
