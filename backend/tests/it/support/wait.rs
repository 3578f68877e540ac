//! Waiting for something to become true.

use std::time::Duration;

use tokio::time::{Instant, interval};

/// How long anything may take on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Looks until there is something to see; panics with `what` when nothing is there in time.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    let mut looks = interval(LOOK_EVERY);
    loop {
        looks.tick().await;
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(started.elapsed() < DEADLINE, "{what}: still waiting after {DEADLINE:?}");
    }
}
