//! What is known of a location, in words.

use chrono::{DateTime, SecondsFormat};
use shared::api::explain::{
    ExplainedError, ExplainedLocation, ExplainedStep, ExplainedTarget, LocationOutcome, Step, StepOutcome,
};

use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::ingest::graph::Node;
use crate::catalog::ingest::schedule::next_read_ms;
use crate::catalog::ingest::status::IngestStatus;
use crate::catalog::location::FILE;

/// How many errors are told of one thing.
const MAX_ERRORS: usize = 100;

/// How the last read of a location went.
pub fn outcome(node: &Node) -> LocationOutcome {
    match (node.attempted_at_ms, &node.content_hash) {
        (None, _) => LocationOutcome::Unread,
        (Some(_), Some(_)) if node.errors.is_empty() => LocationOutcome::Good,
        (Some(_), Some(_)) => LocationOutcome::Broken,
        (Some(_), None) if !node.errors.is_empty() => LocationOutcome::Failed,
        (Some(_), None) if node.is_optional => LocationOutcome::Absent,
        // An entity was taken out, and what described it is to be read anew.
        (Some(_), None) => LocationOutcome::Unread,
    }
}

/// A kind that the rules do not allow keeps the whole location out.
pub fn is_refused(node: &Node) -> bool {
    node.errors.iter().any(|error| error.step == Some(Step::Rules))
}

/// The facts of a location.
pub fn location(node: &Node, status: &IngestStatus) -> ExplainedLocation {
    let is_watched = status.is_watched(&node.location);
    let next_run = status.interval().and_then(|interval| next_read_ms(node, interval));
    ExplainedLocation {
        id: node.id.to_string(),
        location_type: node.location.location_type.clone(),
        target: node.location.target.clone(),
        is_pattern: node.location.is_glob(),
        origin: node.origin.as_ref().map(ToString::to_string),
        is_optional: node.is_optional,
        outcome: outcome(node),
        last_attempt: node.attempted_at_ms.map(time),
        last_success: node.succeeded_at_ms.map(time),
        next_run: next_run.map(time),
        next_run_reason: next_run_reason(node, status, is_watched),
        is_watched,
        content_hash: node.content_hash.clone(),
        depends_on: node.depends_on.clone(),
    }
}

/// A location that something leads to.
pub fn target(node: &Node) -> ExplainedTarget {
    ExplainedTarget {
        location: node.location.to_string(),
        location_id: node.id.to_string(),
        outcome: outcome(node),
        n_errors: node.errors.len(),
    }
}

/// Errors as they are told, the first 100 of them.
pub fn errors(errors: Vec<ProcessingError>) -> Vec<ExplainedError> {
    errors.into_iter().take(MAX_ERRORS).map(ProcessingError::explained).collect()
}

/// How far the newest version of something came: read, parsed, checked, allowed, stored. `errors` are those that concern
/// it; `stored` says how storing went, where it got so far.
pub fn steps(node: &Node, errors: &[ProcessingError], stored: (StepOutcome, String)) -> Vec<ExplainedStep> {
    let mut is_reached = true;
    let mut steps = Vec::with_capacity(5);
    for (step, good) in [
        (Step::Read, read_well(node)),
        (Step::Parse, "the text is YAML without mistakes of syntax".to_owned()),
        (Step::Check, "it keeps the rules of its kind".to_owned()),
        (Step::Rules, "the registered location may bring in such entities".to_owned()),
    ] {
        let failure = errors.iter().filter(|error| error.step == Some(step)).collect::<Vec<_>>();
        let (outcome, message) = match failure.first() {
            // A step before may have failed for another document of the same file.
            Some(first) => (StepOutcome::Failed, counted(&first.message, failure.len())),
            None if is_reached => (StepOutcome::Ok, good),
            None => (StepOutcome::Skipped, "not reached".to_owned()),
        };
        let is_unread = step == Step::Read && outcome == StepOutcome::Ok && node.attempted_at_ms.is_none();
        let outcome = if is_unread { StepOutcome::Skipped } else { outcome };
        // A mistake of syntax stops its own document only.
        is_reached &= outcome == StepOutcome::Ok || step == Step::Parse;
        steps.push(ExplainedStep { step, outcome, message });
    }
    let (outcome, message) = stored;
    steps.push(ExplainedStep { step: Step::Store, outcome, message });
    steps
}

/// Milliseconds since 1970 as RFC 3339.
pub fn time(at_ms: i64) -> String {
    let time = DateTime::from_timestamp_millis(at_ms).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A message, and that there are more.
pub fn counted(first: &str, n_all: usize) -> String {
    match n_all {
        0 | 1 => first.to_owned(),
        2 => format!("{first} (and 1 more)"),
        more => format!("{first} (and {} more)", more - 1),
    }
}

fn read_well(node: &Node) -> String {
    match outcome(node) {
        LocationOutcome::Unread => "it was not read yet".to_owned(),
        LocationOutcome::Absent => "it does not exist, and need not (`presence: optional`)".to_owned(),
        LocationOutcome::Good | LocationOutcome::Broken | LocationOutcome::Failed => {
            node.attempted_at_ms.map_or_else(|| "it was read".to_owned(), |at| format!("it was read at {}", time(at)))
        }
    }
}

fn next_run_reason(node: &Node, status: &IngestStatus, is_watched: Option<bool>) -> String {
    let saved = match is_watched {
        Some(true) => "when it is saved, ",
        Some(false) => "",
        None if node.location.location_type != FILE => "",
        None => "when it is saved (if its folder can be watched), ",
    };
    match status.interval() {
        Some(interval) => {
            let secs = interval.as_secs_f64();
            let pause = match node.n_failures {
                0 | 1 => "",
                _ => ", and more seldom while it fails, down to once an hour",
            };
            format!("{saved}on request, and {secs} to {} seconds after the last read{pause}", secs * 1.5)
        }
        None => format!("{saved}and on request; `catalog.processingInterval` is `false`, so there is no schedule"),
    }
}
