//! The locations that were registered through the API: the roots of the provider `api`.
//!
//! The table `locations` is the truth, and the graph follows it. A row is written first, by any process; then the process
//! that writes the catalog takes it in: at once when it is told, within a second when another process wrote the row, and at
//! its start when it was killed in between. So the two never stay apart.
//!
//! A location that gets another target keeps its Location entity. What the old target led to stays until the new one has
//! been read, so that entities which both describe keep their uids.

use std::collections::{BTreeSet, HashMap};

use tracing::debug;

use super::graph::{LocationId, Parent, Target};
use super::waiting::Done;
use super::{Ingest, settle};
use crate::catalog::location::LocationRef;
use crate::catalog::locations::{LocationsMarker, RegisteredLocation};
use crate::catalog::store::{Claim, StoreError};

/// The provider of the locations that were registered through the API.
pub const API_PROVIDER: &str = "api";

/// The table as far as the graph follows it.
#[derive(Debug, Default)]
pub(super) struct Registered {
    /// By id.
    locations: HashMap<String, RegisteredLocation>,
    /// The state of the table that `locations` is at least as new as; `None` to compare everything.
    marker: Option<LocationsMarker>,
    /// The ids of those that still lead to a target that they had before.
    moving: BTreeSet<String>,
}

impl Ingest {
    /// Makes the roots of the provider exactly those of the table, whatever they were, and reads those that are new.
    pub(super) async fn submit_registered(&mut self) -> Result<usize, StoreError> {
        let (rows, marker) = self.store.locations_load().await?;
        self.registered = Registered::default();
        let provider_location = LocationRef::provider(API_PROVIDER);
        // Where nothing was ever registered, there is no provider.
        if rows.is_empty() && self.graph.find(&provider_location).is_none() {
            self.registered.marker = Some(marker);
            return Ok(0);
        }
        let provider = self.graph.provider(API_PROVIDER);
        let before = self.graph.naming_entities(provider);
        let named: BTreeSet<&str> = rows.iter().map(|row| row.entity_ref.as_str()).collect();
        let gone: Vec<String> = before.into_iter().filter(|entity_ref| !named.contains(entity_ref.as_str())).collect();
        let mut work = settle::Work::default();
        work.note([provider]);
        for entity_ref in gone {
            self.root_remove(&mut work, entity_ref);
        }
        let to_read = self.roots_put(&mut work, rows);
        let settled = self.settle(work, to_read, settle::Effort::IfChanged).await?;
        self.registered.marker = Some(marker);
        Ok(settled.n_changed)
    }

    /// Takes in what other processes registered, changed and removed.
    pub(super) async fn follow_registered(&mut self) {
        let outcome = match self.store.locations_marker().await {
            Ok(marker) if self.registered.marker == Some(marker) => return,
            Ok(_) if self.registered.marker.is_none() => self.submit_registered().await,
            Ok(_) => self.take_in_changes().await,
            Err(error) => Err(error),
        };
        if !self.report(outcome) {
            self.registered.marker = None;
        }
    }

    pub(super) async fn take_in_registered(&mut self, id: &str, done: Done) {
        let outcome = match self.store.location_find(id).await {
            // Taken in already, by a look at the table.
            Ok(Some(row)) if self.registered.locations.get(id) == Some(&row) => Ok(true),
            Ok(Some(row)) => self.follow_rows(vec![row], &[]).await.map(|_| true),
            Ok(None) => self.follow_rows(vec![], &[id.to_owned()]).await.map(|_| false),
            Err(error) => Err(error),
        };
        if done.send(outcome).is_err() {
            debug!(id, "nobody waits for this registered location any more");
        }
    }

    /// Compares the whole table with what is known of it.
    async fn take_in_changes(&mut self) -> Result<usize, StoreError> {
        let (rows, marker) = self.store.locations_load().await?;
        let left: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let known = self.registered.locations.keys();
        let gone: Vec<String> = known.filter(|id| !left.contains(id.as_str())).cloned().collect();
        let is_new = |row: &RegisteredLocation| self.registered.locations.get(&row.id) != Some(row);
        let new: Vec<RegisteredLocation> = rows.into_iter().filter(is_new).collect();
        let n_changed = self.follow_rows(new, &gone).await?;
        self.registered.marker = Some(marker);
        Ok(n_changed)
    }

    async fn follow_rows(&mut self, new: Vec<RegisteredLocation>, gone: &[String]) -> Result<usize, StoreError> {
        let mut work = settle::Work::default();
        for id in gone {
            self.registered.moving.remove(id);
            if let Some(location) = self.registered.locations.remove(id) {
                self.root_remove(&mut work, location.entity_ref);
            }
        }
        // The same target with another revision: somebody asked for it to be read again.
        let is_same = |row: &&RegisteredLocation| {
            self.registered.locations.get(&row.id).is_some_and(|known| known.location == row.location)
        };
        let again: Vec<LocationId> =
            new.iter().filter(is_same).filter_map(|row| self.graph.find(&row.location)).collect();
        let mut to_read = self.roots_put(&mut work, new);
        to_read.extend(again);
        let outcome = self.settle(work, to_read, settle::Effort::Always).await;
        if outcome.is_err() {
            // The graph is as it was stored, so the next look compares everything.
            self.registered.marker = None;
        }
        Ok(outcome?.n_changed)
    }

    /// Makes rows roots. Answers what has to be read.
    fn roots_put(&mut self, work: &mut settle::Work, rows: Vec<RegisteredLocation>) -> Vec<LocationId> {
        if rows.is_empty() {
            return vec![];
        }
        let provider = self.graph.provider(API_PROVIDER);
        work.note([provider]);
        work.say_again(provider, rows.iter().map(|row| self.claim(row)).collect());
        rows.into_iter().flat_map(|row| self.root_put(work, provider, row)).collect()
    }

    fn root_put(&mut self, work: &mut settle::Work, provider: LocationId, row: RegisteredLocation) -> Vec<LocationId> {
        let parent = Parent { location: provider, entity_ref: row.entity_ref.clone() };
        let old: Vec<Target> = self
            .graph
            .children_of(&parent)
            .filter(|node| node.location != row.location)
            .map(|node| Target { location: node.location.clone(), is_optional: node.is_optional })
            .collect();
        if old.is_empty() {
            self.registered.moving.remove(&row.id);
        } else {
            self.registered.moving.insert(row.id.clone());
        }
        let new = Target { location: row.location.clone(), is_optional: false };
        let targets: Vec<Target> = std::iter::once(new).chain(old).collect();
        let connected = self.graph.connect(&parent, &targets);
        work.note(connected.changed);
        self.registered.locations.insert(row.id.clone(), row);
        connected.to_read
    }

    fn root_remove(&mut self, work: &mut settle::Work, entity_ref: String) {
        let provider = self.graph.provider(API_PROVIDER);
        let parent = Parent { location: provider, entity_ref };
        work.note(self.graph.connect(&parent, &[]).changed);
        work.retract(provider, parent.entity_ref);
    }

    /// Lets go of the old targets of those locations whose new target has been read, with all that is below it.
    pub(super) fn finish_moves(&mut self, work: &mut settle::Work) {
        if self.registered.moving.is_empty() {
            return;
        }
        let provider = self.graph.provider(API_PROVIDER);
        let read_through = |id: &&String| {
            let row = self.registered.locations.get(*id);
            let target = row.and_then(|row| self.graph.find(&row.location));
            target.is_none_or(|target| self.graph.is_read_through(target))
        };
        let done: Vec<String> = self.registered.moving.iter().filter(read_through).cloned().collect();
        for id in done {
            self.registered.moving.remove(&id);
            let Some(row) = self.registered.locations.get(&id) else { continue };
            let parent = Parent { location: provider, entity_ref: row.entity_ref.clone() };
            let target = Target { location: row.location.clone(), is_optional: false };
            work.note(self.graph.connect(&parent, &[target]).changed);
            // What was wrong with the old target is not wrong any more.
            work.answer(parent.entity_ref);
        }
    }

    /// What a provider says of one Location entity.
    pub(super) fn provider_claims(&self, parent: &Parent) -> Vec<Claim> {
        let is_api = self.graph.find(&LocationRef::provider(API_PROVIDER)) == Some(parent.location);
        if is_api {
            let mut rows = self.registered.locations.values();
            return rows
                .find(|row| row.entity_ref == parent.entity_ref)
                .map(|row| self.claim(row))
                .into_iter()
                .collect();
        }
        self.graph
            .children_of(parent)
            .map(|root| settle::generated_claim(&root.location, &self.settings.urls))
            .collect()
    }

    fn claim(&self, row: &RegisteredLocation) -> Claim {
        let name = row.entity_ref.rsplit('/').next().unwrap_or_default();
        settle::named_claim(name, &row.location, &self.settings.urls)
    }
}
