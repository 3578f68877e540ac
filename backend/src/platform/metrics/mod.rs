//! Numbers about this process, in the text format of Prometheus.
//!
//! What is counted lives in statics of the slice that counts: atomics, so that counting takes nanoseconds and no memory.
//! What can be looked up is looked up when someone asks. A slice tells both through one function, `tell(&mut Exposition)`.
//!
//! Written here instead of taken from the crates `metrics` and `metrics-exporter-prometheus`: those bring 18 packages,
//! keep every measured duration in memory until somebody collects them, and look labels up at each measurement.

mod exposition;
mod process;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub use exposition::{EXPOSITION_CONTENT_TYPE, Exposition, Kind};
pub use process::tell as tell_process;

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Starts at 0.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// One more.
    pub fn increment(&self) {
        self.add(1);
    }

    /// That many more.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that is set.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Starts at 0.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// From now on this.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// What was set last.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many durations fell between each two of `N` fixed bounds.
///
/// Its values are read one after the other, so one that is recorded meanwhile may be seen in a bucket and not yet in the
/// sum. The next look has both.
#[derive(Debug)]
pub struct Histogram<const N: usize> {
    /// Upper bounds in microseconds, the smallest first.
    bounds_us: &'static [u64; N],
    /// Not cumulative.
    buckets: [AtomicU64; N],
    beyond: AtomicU64,
    sum_ns: AtomicU64,
}

impl<const N: usize> Histogram<N> {
    /// Without any duration.
    pub const fn new(bounds_us: &'static [u64; N]) -> Self {
        Self {
            bounds_us,
            buckets: [const { AtomicU64::new(0) }; N],
            beyond: AtomicU64::new(0),
            sum_ns: AtomicU64::new(0),
        }
    }

    /// One more duration.
    pub fn record(&self, duration: Duration) {
        let us = u64::try_from(duration.as_nanos().div_ceil(1_000)).unwrap_or(u64::MAX);
        let bucket = self.bounds_us.iter().position(|bound| us <= *bound);
        bucket.map_or(&self.beyond, |bucket| &self.buckets[bucket]).fetch_add(1, Ordering::Relaxed);
        // Wraps after 584 years.
        self.sum_ns.fetch_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How many durations there are.
    pub fn count(&self) -> u64 {
        self.buckets.iter().chain([&self.beyond]).map(|bucket| bucket.load(Ordering::Relaxed)).sum()
    }

    fn sum_secs(&self) -> f64 {
        Duration::from_nanos(self.sum_ns.load(Ordering::Relaxed)).as_secs_f64()
    }

    /// `(bound in seconds, durations up to it)`, without the last bucket, which has no bound.
    fn cumulative(&self) -> impl Iterator<Item = (f64, u64)> {
        let mut n_so_far = 0;
        self.bounds_us.iter().zip(&self.buckets).map(move |(bound, bucket)| {
            n_so_far += bucket.load(Ordering::Relaxed);
            (Duration::from_micros(*bound).as_secs_f64(), n_so_far)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_falls_below_the_first_bound_that_holds_it() {
        static BOUNDS: [u64; 2] = [1_000, 5_000];
        let histogram = Histogram::new(&BOUNDS);
        for us in [0, 1_000, 1_001, 5_000, 5_001, u64::MAX / 1_000_000] {
            histogram.record(Duration::from_micros(us));
        }
        histogram.record(Duration::from_nanos(1_000_001));
        assert_eq!(histogram.cumulative().collect::<Vec<_>>(), [(0.001, 2), (0.005, 5)]);
        assert_eq!(histogram.count(), 7);
    }
}
