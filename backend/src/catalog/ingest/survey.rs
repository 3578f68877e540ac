//! Reads locations and all that they lead to, each once, without storing anything.
//!
//! What `callboard check` and the dry run of a registration share with ingestion is [`Reader`]; what they share with each
//! other is the way through the targets.

use std::collections::{HashSet, VecDeque};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesOrdered, StreamExt};

use super::circle_error;
use super::error::ProcessingError;
use super::graph::Target;
use super::process::{Processed, ProcessedDocument};
use super::reader::{Job, Outcome, Reader, Said};
use crate::catalog::location::LocationRef;

/// How many locations are read at a time.
const READS_AT_A_TIME: usize = 8;

/// How far a survey goes.
#[derive(Clone, Copy, Debug)]
pub struct SurveyLimits {
    /// Locations that are read; others are not looked at, and named in one error.
    pub max_locations: usize,
    /// Steps from a starting point; 1 is the starting point itself.
    pub max_depth: usize,
}

impl SurveyLimits {
    /// For the person at the keyboard, who can stop it.
    pub const NONE: Self = Self { max_locations: usize::MAX, max_depth: usize::MAX };
}

/// A walk through locations.
pub struct Survey {
    reader: Reader,
    limits: SurveyLimits,
    queue: VecDeque<Step>,
    reads: FuturesOrdered<BoxFuture<'static, (Step, Outcome)>>,
    seen: HashSet<LocationRef>,
    n_begun: usize,
}

/// What one location says.
#[derive(Debug)]
pub struct Surveyed {
    /// The location.
    pub location: LocationRef,
    /// The documents that name an entity, good or not.
    pub documents: Vec<ProcessedDocument>,
    /// What is wrong with the location, apart from those documents.
    pub errors: Vec<ProcessingError>,
    /// Whether it holds documents and could be read.
    pub is_read: bool,
}

/// A location to read, and how it was come by.
struct Step {
    location: LocationRef,
    /// What counts as the registered location.
    origin: LocationRef,
    /// A missing target is no error.
    is_optional: bool,
    /// The locations that led here, from the starting point.
    way: Vec<LocationRef>,
}

impl Survey {
    /// A walk that has not begun.
    pub fn new(reader: Reader, limits: SurveyLimits) -> Self {
        let (queue, reads, seen) = (VecDeque::new(), FuturesOrdered::new(), HashSet::new());
        Self { reader, limits, queue, reads, seen, n_begun: 0 }
    }

    /// Adds a starting point.
    pub fn start(&mut self, location: LocationRef) {
        self.queue.push_back(Step { origin: location.clone(), location, is_optional: false, way: vec![] });
    }

    /// The next location, level by level. `None` when everything has been seen.
    pub async fn next(&mut self) -> Option<Surveyed> {
        self.begin();
        let (step, outcome) = self.reads.next().await?;
        let (mut found, targets) = surveyed(&step, outcome.said);
        let Step { location, origin, way, .. } = step;
        let way: Vec<LocationRef> = way.into_iter().chain([location]).collect();
        let mut n_left_out = 0;
        for Target { location, is_optional } in targets {
            if let Some(start) = way.iter().position(|above| *above == location) {
                let circle: Vec<LocationRef> = way[start..].iter().cloned().chain([location]).collect();
                found.errors.push(placed(&found.location, circle_error(&circle)));
            } else if way.len() >= self.limits.max_depth {
                let message = format!(
                    "`{}` is more than {} steps away; name it in a location of its own",
                    location.target, self.limits.max_depth
                );
                found.errors.push(placed(&found.location, ProcessingError::new("InputError", message)));
            } else if self.n_begun + self.queue.len() >= self.limits.max_locations {
                n_left_out += 1;
            } else {
                self.queue.push_back(Step { location, origin: origin.clone(), is_optional, way: way.clone() });
            }
        }
        if n_left_out > 0 {
            let message = format!(
                "{n_left_out} targets are beyond the {} locations that are looked at; register parts of it",
                self.limits.max_locations
            );
            found.errors.push(placed(&found.location, ProcessingError::new("InputError", message)));
        }
        Some(found)
    }

    fn begin(&mut self) {
        while self.reads.len() < READS_AT_A_TIME
            && let Some(step) = self.queue.pop_front()
        {
            // Several locations may lead to the same one.
            if !self.seen.insert(step.location.clone()) {
                continue;
            }
            self.n_begun += 1;
            let reader = self.reader.clone();
            let job = Job::first(step.location.clone(), step.origin.clone());
            self.reads.push_back(async move { (step, reader.read(&job).await) }.boxed());
        }
    }
}

fn surveyed(step: &Step, said: Said) -> (Surveyed, Vec<Target>) {
    let mut found = Surveyed { location: step.location.clone(), documents: vec![], errors: vec![], is_read: false };
    let targets = match said {
        Said::Documents { processed: Processed { documents, errors, .. }, .. } => {
            found.is_read = true;
            found.errors = errors;
            found.documents = documents;
            found.documents.iter_mut().flat_map(|document| std::mem::take(&mut document.targets)).collect()
        }
        Said::Matches { locations, .. } => {
            locations.into_iter().map(|location| Target { location, is_optional: false }).collect()
        }
        Said::Failed(failure) => {
            if !(step.is_optional && failure.error.name == "NotFoundError") {
                found.errors.push(placed(&step.location, failure.error));
            }
            vec![]
        }
        // Only of a location that is known, or of a file without its addresses.
        Said::Same | Said::Wanting => vec![],
    };
    (found, targets)
}

fn placed(location: &LocationRef, error: ProcessingError) -> ProcessingError {
    ProcessingError { file: error.file.or_else(|| Some(location.target.clone())), ..error }
}
