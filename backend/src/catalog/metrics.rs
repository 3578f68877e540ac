//! What the catalog counts.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use super::feed::Feed;
use super::index::Visibility;
use super::ingest::graph::Graph;
use super::ingest::reader::Said;
use super::location::PROVIDER;
use crate::platform::metrics::{Counter, Exposition, Gauge, Histogram, Kind};

/// Upper bounds of work in the background, in microseconds.
static BOUNDS_US: [u64; 10] =
    [1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 60_000_000];

/// Kinds that are told apart. Descriptors may invent kinds, and each one is a time series for ever.
const MAX_KINDS: usize = 50;

/// Reads of locations, by outcome.
static READS: [(&str, Histogram<10>); 4] = [
    ("unchanged", Histogram::new(&BOUNDS_US)),
    ("documents", Histogram::new(&BOUNDS_US)),
    ("files", Histogram::new(&BOUNDS_US)),
    ("failed", Histogram::new(&BOUNDS_US)),
];
/// Batches that were written.
static WRITES: Histogram<10> = Histogram::new(&BOUNDS_US);
/// Batches that could not be written.
static FAILED_WRITES: Counter = Counter::new();
static LOCATIONS: Gauge = Gauge::new();
static FAILING_LOCATIONS: Gauge = Gauge::new();
static IS_WRITER: Gauge = Gauge::new();
static FOLLOWED_AT_SECS: Gauge = Gauge::new();

/// Counts one read of a location.
pub(super) fn read_done(said: &Said, duration: Duration) {
    let outcome = match said {
        Said::Same => 0,
        Said::Documents { .. } => 1,
        Said::Matches { .. } => 2,
        Said::Failed(_) => 3,
        // It is read again with its addresses, and counted then.
        Said::Wanting => return,
    };
    READS[outcome].1.record(duration);
}

/// Counts one batch.
pub(super) fn write_done(is_written: bool, duration: Duration) {
    match is_written {
        true => WRITES.record(duration),
        false => FAILED_WRITES.increment(),
    }
}

/// Remembers how many locations there are, and how many of them cannot be read or hold errors.
pub(super) fn locations_known(graph: &Graph) {
    let locations = graph.nodes().filter(|node| node.location.location_type != PROVIDER);
    let (n_locations, n_failing) = locations.fold((0, 0), |(n_locations, n_failing), node| {
        (n_locations + 1, n_failing + u64::from(!node.errors.is_empty()))
    });
    LOCATIONS.set(n_locations);
    FAILING_LOCATIONS.set(n_failing);
}

/// Remembers whether this process writes the catalog. One that does not knows nothing current about locations.
pub(super) fn is_writer(is_writer: bool) {
    IS_WRITER.set(u64::from(is_writer));
    if !is_writer {
        LOCATIONS.set(0);
        FAILING_LOCATIONS.set(0);
    }
}

/// Remembers that the read model has every change that was committed before now.
pub(super) fn followed() {
    let since_1970 = UNIX_EPOCH.elapsed().unwrap_or_default();
    FOLLOWED_AT_SECS.set(since_1970.as_secs());
}

/// Tells the counts of the catalog.
pub(super) fn tell(exposition: &mut Exposition, feed: &Feed, n_streams: usize) {
    let entities = "callboard_catalog_entities";
    exposition.metric(entities, Kind::Gauge, "Entities, by kind in lower case.");
    for (kind, n_entities) in kinds(feed) {
        exposition.value(entities, &[("kind", &kind)], n_entities);
    }
    let mut gauge = |name: &str, help: &str, value: u64| exposition.single(name, Kind::Gauge, help, value);
    gauge(
        "callboard_catalog_is_writer",
        "1 where this process reads locations and writes the catalog.",
        IS_WRITER.get(),
    );
    gauge(
        "callboard_catalog_locations",
        "Locations that the catalog is read from; 0 in a process that does not write.",
        LOCATIONS.get(),
    );
    gauge(
        "callboard_catalog_failing_locations",
        "Locations that cannot be read or hold errors; 0 in a process that does not write.",
        FAILING_LOCATIONS.get(),
    );
    gauge(
        "callboard_catalog_change_number",
        "Number of the newest change that answers show; processes of one portal differ by the changes they are behind.",
        u64::try_from(feed.index().seq()).unwrap_or_default(),
    );
    gauge(
        "callboard_catalog_followed_timestamp_seconds",
        "When answers last showed every change of the database, in seconds since 1970; every half second while all is well.",
        FOLLOWED_AT_SECS.get(),
    );
    gauge("callboard_catalog_event_streams", "Clients that follow changes.", n_streams as u64);
    let reads = "callboard_catalog_location_read_duration_seconds";
    exposition.metric(reads, Kind::Histogram, "Reads of locations, by outcome.");
    for (outcome, histogram) in &READS {
        exposition.histogram(reads, &[("outcome", outcome)], histogram);
    }
    let writes = "callboard_catalog_write_duration_seconds";
    exposition.metric(writes, Kind::Histogram, "Batches that were written, each in one transaction.");
    exposition.histogram(writes, &[], &WRITES);
    exposition.single(
        "callboard_catalog_failed_writes_total",
        Kind::Counter,
        "Batches that could not be written.",
        FAILED_WRITES.get(),
    );
}

/// Kinds in lower case with the number of their entities; the rarest ones together as `other` where there are many.
fn kinds(feed: &Feed) -> Vec<(String, u32)> {
    let facets = feed.index().facets(&["kind".to_owned()], None, &Visibility::Everything);
    let mut by_kind: BTreeMap<String, u32> = BTreeMap::new();
    for (kind, n_entities) in facets.iter().flat_map(|counts| counts.iter()) {
        *by_kind.entry(kind.to_lowercase()).or_default() += n_entities;
    }
    capped(by_kind.into_iter().collect())
}

fn capped(mut kinds: Vec<(String, u32)>) -> Vec<(String, u32)> {
    if kinds.len() > MAX_KINDS {
        kinds.sort_by_key(|(_, n_entities)| std::cmp::Reverse(*n_entities));
        let n_others = kinds.drain(MAX_KINDS..).map(|(_, n_entities)| n_entities).sum();
        kinds.push(("other".to_owned(), n_others));
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_kinds_do_not_make_series_without_end() {
        let many = (0..10_000).map(|number| (format!("kind-{number}"), if number == 9_999 { 7 } else { 1 })).collect();
        let capped = capped(many);
        assert_eq!(capped.len(), MAX_KINDS + 1);
        assert_eq!(capped[0], ("kind-9999".to_owned(), 7));
        assert_eq!(capped.last().unwrap(), &("other".to_owned(), u32::try_from(10_000 - MAX_KINDS).unwrap()));
    }
}
