//! What callers of the API ask ingestion for: to read an entity again, and to take one out.

use std::collections::BTreeSet;

use thiserror::Error;
use tokio::sync::oneshot;
use tracing::debug;

use super::graph::{LocationId, Parent};
use super::settle::Settled;
use super::waiting::Done;
use super::{Command, Ingest, IngestHandle, settle};
use crate::catalog::location::{LocationRef, PROVIDER};
use crate::catalog::store::{Deleted, StoreError};

/// Why a request to ingestion was not carried out.
#[derive(Debug, Error)]
pub enum RequestError {
    /// Another process writes the catalog, or this one is stopping.
    #[error("This process does not write the catalog at present; ask the one that does, or try again in a few seconds")]
    NotWriting,
    /// The tables of the catalog cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IngestHandle {
    /// Reads what an entity comes from again now, changed or not, and waits until readers see the outcome. Addresses are
    /// waited for at most ten seconds; reading goes on after that.
    ///
    /// False when no location names the entity.
    ///
    /// # Errors
    /// [`RequestError`]; what readers see stays as it was.
    pub async fn refresh_entity(&self, entity_ref: String) -> Result<bool, RequestError> {
        self.request(|done| Command::RefreshEntity(entity_ref, done)).await
    }

    /// Reads a location again now, changed or not, and waits as [`IngestHandle::refresh_entity`] does.
    ///
    /// False when the catalog does not know the location.
    ///
    /// # Errors
    /// [`RequestError`]; what readers see stays as it was.
    pub async fn refresh(&self, location: LocationRef) -> Result<bool, RequestError> {
        self.request(|done| Command::Refresh(location, done)).await
    }

    /// Takes out an entity, and waits until readers do not see it any more. What it came from is read again right after
    /// that, so an entity that is still described comes back, with another uid.
    ///
    /// False when no entity has this uid.
    ///
    /// # Errors
    /// [`RequestError`]; the entity is still there, unless only readers could not be told.
    pub async fn delete(&self, uid: String) -> Result<bool, RequestError> {
        self.request(|done| Command::Delete(uid, done)).await
    }

    /// Takes in what the table of registered locations says of one of them now, and waits until readers see the outcome:
    /// the Location entity, but not what its target holds; or nothing of it any more.
    ///
    /// # Errors
    /// [`RequestError`]. The table is followed anyway: by the process that writes, within a second.
    pub async fn registered(&self, id: String) -> Result<(), RequestError> {
        self.request(|done| Command::Registered(id, done)).await.map(|_| ())
    }

    async fn request(&self, command: impl FnOnce(Done) -> Command) -> Result<bool, RequestError> {
        let (done, outcome) = oneshot::channel();
        // A process that does not write drops the command, and the channel with it.
        self.commands.send(command(done)).await.map_err(|_| RequestError::NotWriting)?;
        Ok(outcome.await.map_err(|_| RequestError::NotWriting)??)
    }
}

impl Ingest {
    pub(super) async fn refresh(&mut self, location: &LocationRef, done: Done) {
        let Some(id) = self.graph.find(location) else { return answer(done, Ok(false), &location.target) };
        match self.settle(settle::Work::default(), vec![id], settle::Effort::Always).await {
            Ok(settled) => self.waiting.add(settled.in_flight, done),
            Err(error) => answer(done, Err(error), &location.target),
        }
    }

    pub(super) async fn refresh_entity(&mut self, entity_ref: &str, done: Done) {
        match self.read_around(entity_ref).await {
            Ok(Some(settled)) => self.waiting.add(settled.in_flight, done),
            outcome => answer(done, outcome.map(|_| false), entity_ref),
        }
    }

    /// `None` when no location names the entity.
    async fn read_around(&mut self, entity_ref: &str) -> Result<Option<Settled>, StoreError> {
        let locations = self.store.locations_of(entity_ref).await?;
        if locations.is_empty() {
            return Ok(None);
        }
        let around: BTreeSet<LocationId> =
            locations.into_iter().flat_map(|location| self.graph.around(location, entity_ref)).collect();
        let around = around.into_iter().collect();
        Ok(Some(self.settle(settle::Work::default(), around, settle::Effort::Always).await?))
    }

    /// Answers before it reads again, so that a slow location does not keep the caller waiting.
    pub(super) async fn delete(&mut self, uid: &str, done: Done) {
        let mut deleted = None;
        let outcome = match self.store.entity_delete(uid, &self.settings.apply).await {
            Ok(found) => {
                let is_found = found.is_some();
                deleted = found;
                // Also when readers cannot be told now: they follow the numbered change by themselves.
                self.feed.catch_up().await.map(|()| is_found)
            }
            Err(error) => Err(error),
        };
        answer(done, outcome, uid);
        if let Some(deleted) = deleted {
            let outcome = self.read_again(deleted).await;
            self.report(outcome);
        }
    }

    /// Reads what named an entity that was taken out.
    async fn read_again(&mut self, Deleted { entity_ref, locations }: Deleted) -> Result<Settled, StoreError> {
        let mut work = settle::Work::default();
        let mut to_read = Vec::new();
        for location in locations {
            let Some(node) = self.graph.node_mut(location) else { continue };
            // As in the database.
            node.content_hash = None;
            if node.location.location_type == PROVIDER {
                let claims = self.provider_claims(&Parent { location, entity_ref: entity_ref.clone() });
                work.say_again(location, claims);
            } else {
                to_read.push(location);
            }
        }
        self.settle(work, to_read, settle::Effort::Always).await
    }
}

fn answer(done: Done, outcome: Result<bool, StoreError>, of: &str) {
    if done.send(outcome).is_err() {
        debug!(of, "nobody waits for this answer any more");
    }
}
