//! Requests whose answer waits for addresses.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::graph::{Graph, LocationId};
use crate::catalog::store::StoreError;

/// How long an answer is put off. The read goes on after that.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the answer to a request goes: whether what it is about exists.
pub type Done = oneshot::Sender<Result<bool, StoreError>>;

/// All requests whose answer waits for addresses.
#[derive(Debug, Default)]
pub struct Waiting(Vec<Request>);

#[derive(Debug)]
struct Request {
    /// The locations that are under way.
    awaited: BTreeSet<LocationId>,
    until: Instant,
    done: Done,
}

impl Waiting {
    /// Answers with yes as soon as `awaited`, and what they lead to, have been read.
    pub fn add(&mut self, awaited: BTreeSet<LocationId>, done: Done) {
        self.0.push(Request { awaited, until: Instant::now() + PATIENCE, done });
        self.answer_all_that_can_be(Instant::now());
    }

    /// `landed` were taken in, and `started` are under way since then.
    pub fn go_on(&mut self, landed: &[LocationId], started: &BTreeSet<LocationId>, graph: &Graph) {
        for request in &mut self.0 {
            for landed in landed.iter().filter(|landed| request.awaited.remove(landed)).collect::<Vec<_>>() {
                let below = started.iter().filter(|id| graph.leads_to(*landed, **id));
                request.awaited.extend(below);
            }
        }
        self.answer_all_that_can_be(Instant::now());
    }

    /// `landed` could not be written. Who waits for one is told that it did not work.
    pub fn fail(&mut self, landed: &[LocationId]) {
        // Without an answer the caller reads that nothing was done and that it may try again.
        self.0.retain(|request| !landed.iter().any(|id| request.awaited.contains(id)));
    }

    /// Locations that do not arrive any more.
    pub fn forget(&mut self, gone: LocationId) {
        for request in &mut self.0 {
            request.awaited.remove(&gone);
        }
    }

    /// Nothing is read here any more.
    pub fn drop_all(&mut self) {
        self.0.clear();
    }

    /// Answers who has waited long enough, or for nothing any more.
    pub fn answer_all_that_can_be(&mut self, now: Instant) {
        let is_over =
            |request: &mut Request| request.awaited.is_empty() || request.until <= now || request.done.is_closed();
        for request in self.0.extract_if(.., is_over) {
            // Whoever has stopped waiting needs no answer.
            drop(request.done.send(Ok(true)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_ever() {
        let mut waiting = Waiting::default();
        let (done, mut outcome) = oneshot::channel();
        let start = Instant::now();
        waiting.add(BTreeSet::from([1]), done);
        waiting.answer_all_that_can_be(start + PATIENCE - Duration::from_millis(1));
        assert!(outcome.try_recv().is_err());
        waiting.answer_all_that_can_be(start + PATIENCE * 2);
        assert!(outcome.try_recv().unwrap().unwrap());
    }

    #[test]
    fn who_waits_for_what_cannot_be_written_gets_no_answer() {
        let mut waiting = Waiting::default();
        let (done, outcome) = oneshot::channel();
        let (other, mut untouched) = oneshot::channel();
        waiting.add(BTreeSet::from([1]), done);
        waiting.add(BTreeSet::from([2]), other);
        waiting.fail(&[1]);
        assert!(outcome.blocking_recv().is_err());
        waiting.forget(2);
        waiting.answer_all_that_can_be(Instant::now());
        assert!(untouched.try_recv().unwrap().unwrap());
    }
}
