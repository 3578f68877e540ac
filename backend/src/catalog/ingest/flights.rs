//! Reads that wait for other servers. They go on beside the ingestion task, which takes in what they find.
//!
//! Each location is under way at most once. What arrives is held until the task takes it, together with the permit of
//! its host: so a host that answers faster than the catalog can write is waited for, and memory stays bounded.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{AbortHandle, Id, JoinSet};
use tracing::error;

use super::error::ProcessingError;
use super::graph::LocationId;
use super::reader::{Job, Outcome, Reader, Said};
use super::settle::Effort;
use crate::catalog::location::FILE;

/// How many locations of one host are under way at a time. The reader of addresses has its own limits within these.
const READS_PER_HOST: usize = 32;

/// All reads that are under way. Dropping it ends them.
#[derive(Debug, Default)]
pub struct Flights {
    tasks: JoinSet<Landed>,
    by_location: HashMap<LocationId, Flight>,
    by_task: HashMap<Id, LocationId>,
    hosts: HashMap<String, Arc<Semaphore>>,
}

#[derive(Debug)]
struct Flight {
    job: Job,
    task: AbortHandle,
    /// Someone asked again while it was under way.
    is_asked_again: bool,
}

#[derive(Debug)]
struct Landed {
    outcome: Outcome,
    _permit: Option<OwnedSemaphorePermit>,
}

/// A read that has ended.
#[derive(Debug)]
pub struct Arrival {
    /// What was asked for.
    pub job: Job,
    /// What was found.
    pub outcome: Outcome,
    /// It must be read once more: someone asked for it after this read had begun.
    pub is_asked_again: bool,
}

impl Flights {
    /// Starts to read a location. One that is under way already is read again after that where this is needed.
    pub fn start(&mut self, reader: &Reader, job: Job, effort: Effort) {
        if let Some(flight) = self.by_location.get_mut(&job.id) {
            // A file is only asked for when it may have changed, and this read may have seen it before that.
            let is_file = job.location.location_type == FILE;
            flight.is_asked_again |= effort == Effort::Always || is_file || flight.job.origin != job.origin;
            return;
        }
        let host = host_of(&job.location.target);
        let host = self.hosts.entry(host).or_insert_with(|| Arc::new(Semaphore::new(READS_PER_HOST)));
        let (host, reader, for_task) = (Arc::clone(host), reader.clone(), job.clone());
        let task = self.tasks.spawn(async move {
            // Never closed; without a permit the read is no less right.
            let permit = host.acquire_owned().await.ok();
            Landed { outcome: reader.read(&for_task).await, _permit: permit }
        });
        self.by_task.insert(task.id(), job.id);
        self.by_location.insert(job.id, Flight { job, task, is_asked_again: false });
    }

    /// Whether a location is under way.
    pub fn contains(&self, id: LocationId) -> bool {
        self.by_location.contains_key(&id)
    }

    /// How many are under way.
    pub fn len(&self) -> usize {
        self.by_location.len()
    }

    /// Whether none is under way.
    pub fn is_empty(&self) -> bool {
        self.by_location.is_empty()
    }

    /// Forgets a location. What is found of it does not arrive.
    pub fn cancel(&mut self, id: LocationId) {
        if let Some(flight) = self.by_location.remove(&id) {
            self.by_task.remove(&flight.task.id());
            flight.task.abort();
        }
    }

    /// Forgets all.
    pub fn cancel_all(&mut self) {
        *self = Self::default();
    }

    /// Waits for the next one to end. `None` when none is under way. Nothing is lost when the waiting is given up.
    pub async fn next(&mut self) -> Option<Arrival> {
        while let Some(ended) = self.tasks.join_next_with_id().await {
            if let Some(arrival) = self.arrival(ended) {
                return Some(arrival);
            }
        }
        None
    }

    /// The next one that has ended already.
    pub fn try_next(&mut self) -> Option<Arrival> {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            if let Some(arrival) = self.arrival(ended) {
                return Some(arrival);
            }
        }
        None
    }

    fn arrival(&mut self, ended: Result<(Id, Landed), tokio::task::JoinError>) -> Option<Arrival> {
        let (task, landed) = match ended {
            Ok((task, landed)) => (task, Ok(landed)),
            Err(cause) => (cause.id(), Err(cause)),
        };
        // A forgotten one.
        let id = self.by_task.remove(&task)?;
        let Flight { job, is_asked_again, .. } = self.by_location.remove(&id)?;
        self.hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.available_permits() < READS_PER_HOST);
        let outcome = match landed {
            Ok(landed) => landed.outcome,
            Err(cause) => {
                error!(%cause, location = %job.location, "reading a location stopped unexpectedly");
                let error = ProcessingError::new("ReadError", "reading stopped unexpectedly; the log tells more");
                Outcome { id, said: Said::Failed(error.into()), validators: None }
            }
        };
        Some(Arrival { job, outcome, is_asked_again })
    }
}

/// Host and port of an address; a text that all files share for anything else.
fn host_of(target: &str) -> String {
    let rest = target.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_address_has_its_port_and_no_secrets() {
        for (target, host) in [
            ("https://user:pass@Example.com:8443/a?b@c", "example.com:8443"),
            ("https://example.com", "example.com"),
            ("/srv/a.yaml", ""),
        ] {
            assert_eq!(host_of(target), host);
        }
    }
}
