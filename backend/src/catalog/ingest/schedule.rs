//! When locations are read again without being asked.

use std::time::Duration;

use super::flights::Flights;
use super::graph::{Graph, LocationId, Node};
use crate::catalog::location::PROVIDER;

/// Scheduled reads are spread over this share of the interval, so that they do not come all at once.
const JITTER: f64 = 0.5;
/// A failing address is asked at least this often, in milliseconds, unless the interval is longer.
const LONGEST_PAUSE_MS: i64 = 60 * 60 * 1000;

/// The locations whose next scheduled read has come, and is not under way.
pub fn due(graph: &Graph, flights: &Flights, now_ms: i64, interval: Duration) -> Vec<LocationId> {
    let readable = graph.nodes().filter(|node| node.location.location_type != PROVIDER);
    let is_due = |node: &&Node| next_read_ms(node, interval).is_none_or(|next| now_ms >= next);
    readable.filter(|node| !flights.contains(node.id)).filter(is_due).map(|node| node.id).collect()
}

/// When a location is read again, in milliseconds since 1970; `None` for as soon as possible.
///
/// Between one and one and a half times the interval after the last read. An address that fails is asked ever more
/// seldom, down to once an hour, and not before its server wants to be asked.
pub fn next_read_ms(node: &Node, interval: Duration) -> Option<i64> {
    let interval_ms = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
    let doublings = node.n_failures.saturating_sub(1).min(30);
    let pause_ms = interval_ms.saturating_mul(1 << doublings).min(LONGEST_PAUSE_MS.max(interval_ms));
    // The number of a location is as good as a random one here, and needs no state.
    let share = (node.id.wrapping_mul(2_654_435_761).rem_euclid(1_000)) as f64 / 1_000.0;
    let wait_ms = pause_ms.saturating_add((pause_ms as f64 * JITTER * share) as i64);
    let next = node.attempted_at_ms?.saturating_add(wait_ms);
    Some(next.max(node.retry_at_ms.unwrap_or(next)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::ingest::graph::{Parent, Target};
    use crate::catalog::location::LocationRef;

    const MINUTE: i64 = 60_000;

    /// How long after its last read, in minutes, an address is read again.
    fn pause(n_failures: u32, retry_at_ms: Option<i64>) -> i64 {
        let mut graph = Graph::default();
        let parent = Parent { location: graph.provider("config"), entity_ref: "location:default/a".into() };
        let target = Target { location: LocationRef::url("https://example.com/a"), is_optional: false };
        let id = graph.connect(&parent, &[target]).to_read[0];
        assert_eq!(due(&graph, &Flights::default(), 0, Duration::from_secs(60)), [id], "never read");
        let node = graph.node_mut(id).unwrap();
        node.attempted_at_ms = Some(0);
        (node.n_failures, node.retry_at_ms) = (n_failures, retry_at_ms);
        let next = next_read_ms(node, Duration::from_secs(60)).unwrap();
        assert!(due(&graph, &Flights::default(), next - 1, Duration::from_secs(60)).is_empty());
        assert_eq!(due(&graph, &Flights::default(), next, Duration::from_secs(60)), [id]);
        next / MINUTE
    }

    #[test]
    fn a_failing_address_is_asked_ever_more_seldom() {
        assert_eq!(pause(0, None), 1);
        assert_eq!(pause(1, None), 1);
        assert!((2..=3).contains(&pause(2, None)));
        assert!((8..=12).contains(&pause(4, None)));
        assert!((60..=90).contains(&pause(20, None)));
        assert!((60..=90).contains(&pause(u32::MAX, None)));
    }

    #[test]
    fn a_server_that_wants_to_be_left_alone_is() {
        assert_eq!(pause(1, Some(45 * MINUTE)), 45);
        assert_eq!(pause(0, Some(-1)), 1);
    }
}
