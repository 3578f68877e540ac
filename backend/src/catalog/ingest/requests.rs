//! What callers of the API ask ingestion for: to read an entity again, and to take one out.

use std::collections::BTreeSet;

use thiserror::Error;
use tokio::sync::oneshot;
use tracing::debug;

use super::graph::{LocationId, Parent};
use super::{Command, Ingest, IngestHandle, settle};
use crate::catalog::location::PROVIDER;
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

/// Where the answer to a request goes: whether there is such an entity.
type Done = oneshot::Sender<Result<bool, StoreError>>;

impl IngestHandle {
    /// Reads what an entity comes from again now, changed or not, and waits until readers see the outcome.
    ///
    /// False when no location names the entity.
    ///
    /// # Errors
    /// [`RequestError`]; what readers see stays as it was.
    pub async fn refresh_entity(&self, entity_ref: String) -> Result<bool, RequestError> {
        self.request(|done| Command::RefreshEntity(entity_ref, done)).await
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
    pub(super) async fn refresh_entity(&mut self, entity_ref: &str, done: Done) {
        let outcome = self.read_around(entity_ref).await;
        if done.send(outcome).is_err() {
            debug!(entity_ref, "nobody waits for this refresh any more");
        }
    }

    async fn read_around(&mut self, entity_ref: &str) -> Result<bool, StoreError> {
        let locations = self.store.locations_of(entity_ref).await?;
        if locations.is_empty() {
            return Ok(false);
        }
        let around: BTreeSet<LocationId> =
            locations.into_iter().flat_map(|location| self.graph.around(location, entity_ref)).collect();
        self.settle(settle::Work::default(), around.into_iter().collect(), settle::Effort::Always).await?;
        Ok(true)
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
        if done.send(outcome).is_err() {
            debug!(uid, "nobody waits for this entity to go any more");
        }
        if let Some(deleted) = deleted {
            let outcome = self.read_again(deleted).await;
            self.report(outcome);
        }
    }

    /// Reads what named an entity that was taken out.
    async fn read_again(&mut self, Deleted { entity_ref, locations }: Deleted) -> Result<usize, StoreError> {
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
