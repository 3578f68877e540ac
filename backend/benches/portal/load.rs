//! Many connections that ask as fast as they are answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::http::Connection;

/// How long is asked before the clock counts: connections open, orders are built.
const WARM_UP: Duration = Duration::from_millis(500);

/// What somebody wants to know: one request, or several, each sent when the one before is answered.
pub type Question = Vec<Vec<u8>>;

/// Questions of one sort. They are asked in turn, so that no two in a row are the same.
#[derive(Clone)]
pub struct Questions(pub Arc<[Question]>);

impl Questions {
    pub fn of(requests: Vec<Vec<u8>>) -> Self {
        Self(requests.into_iter().map(|request| vec![request]).collect())
    }

    pub fn first(&self) -> &[u8] {
        &self.0[0][0]
    }
}

/// How questions were answered.
#[derive(Debug)]
pub struct Load {
    pub n_answers: usize,
    pub n_bytes: usize,
    pub elapsed: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

impl Load {
    pub fn per_second(&self) -> f64 {
        self.n_answers as f64 / self.elapsed.as_secs_f64()
    }

    /// The time within which this share of the questions was answered.
    pub fn quantile(&self, share: f64) -> Duration {
        let place = (self.latencies.len() as f64 * share) as usize;
        self.latencies.get(place.min(self.latencies.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    /// Two stretches of the same questions as one.
    pub fn and(mut self, other: Self) -> Self {
        self.n_answers += other.n_answers;
        self.n_bytes += other.n_bytes;
        self.elapsed += other.elapsed;
        self.latencies.extend(other.latencies);
        self.latencies.sort_unstable();
        self
    }
}

/// Asks on `n_connections` for `duration`. Every answer must be a 200.
pub async fn run(address: SocketAddr, questions: &Questions, n_connections: usize, duration: Duration) -> Result<Load> {
    run_from(address, questions, 0, n_connections, WARM_UP, duration).await
}

/// The same, beginning with the question of that number, with a warm-up of any length.
pub async fn run_from(
    address: SocketAddr,
    questions: &Questions,
    first: usize,
    n_connections: usize,
    warm_up: Duration,
    duration: Duration,
) -> Result<Load> {
    let next = Arc::new(AtomicUsize::new(first));
    let from = Instant::now() + warm_up;
    let until = from + duration;
    let connections: Vec<_> = (0..n_connections)
        .map(|_| tokio::spawn(ask(address, questions.clone(), Arc::clone(&next), from, until)))
        .collect();
    let mut load = Load { n_answers: 0, n_bytes: 0, elapsed: duration, latencies: Vec::new() };
    for connection in connections {
        let (latencies, n_bytes) = connection.await??;
        load.n_answers += latencies.len();
        load.n_bytes += n_bytes;
        load.latencies.extend(latencies);
    }
    load.latencies.sort_unstable();
    Ok(load)
}

async fn ask(
    address: SocketAddr,
    questions: Questions,
    next: Arc<AtomicUsize>,
    from: Instant,
    until: Instant,
) -> Result<(Vec<Duration>, usize)> {
    let mut connection = Connection::open(address).await?;
    let (mut latencies, mut n_bytes) = (Vec::new(), 0);
    loop {
        let question = &questions.0[next.fetch_add(1, Ordering::Relaxed) % questions.0.len()];
        let started = Instant::now();
        let mut n_here = 0;
        for request in question {
            let answer = connection.ask(request).await?;
            let line = || String::from_utf8_lossy(request.split(|byte| *byte == b'\r').next().unwrap_or_default());
            ensure!(answer.status == 200, "`{}` was answered with {}", line(), answer.status);
            n_here += answer.n_bytes;
        }
        let ended = Instant::now();
        // What ends within the time counts, also when it began before: over many answers both ends even out.
        if ended >= until {
            return Ok((latencies, n_bytes));
        }
        if ended >= from {
            latencies.push(ended - started);
            n_bytes += n_here;
        }
    }
}
