//! The rules of the catalog: who may ask what, and which part of the read model answers.

use std::sync::Arc;

use shared::api::catalog::CatalogChange;
use shared::entity::EntityRef;
use shared::filter::Filter;
use tokio::sync::broadcast;

use super::error::CatalogError;
use super::feed::Feed;
use super::index::{Document, EntityIndex, EntityPage, EntityQuery, FacetCounts, Visibility};
use super::ingest::IngestHandle;
use crate::auth::Caller;
use crate::permissions::{CATALOG_ENTITY_READ, Decision, Permissions};

/// Answers questions about the catalog.
#[derive(Clone, Debug)]
pub struct CatalogService {
    feed: Arc<Feed>,
    permissions: Permissions,
    ingest: IngestHandle,
}

impl CatalogService {
    /// Over a loaded read model and a running ingestion.
    pub fn new(feed: Arc<Feed>, permissions: Permissions, ingest: IngestHandle) -> Self {
        Self { feed, permissions, ingest }
    }

    /// One entity by its reference.
    ///
    /// # Errors
    /// [`CatalogError::EntityNotFound`], also when the caller may not see it: a 404 does not tell.
    pub fn entity_get(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<Document, CatalogError> {
        let found = self.index().entity_find(entity_ref, &self.visibility(caller));
        found.ok_or_else(|| CatalogError::EntityNotFound(entity_ref.clone()))
    }

    /// One entity by its uid.
    ///
    /// # Errors
    /// [`CatalogError::UidNotFound`], also when the caller may not see it.
    pub fn entity_get_by_uid(&self, caller: &Caller, uid: &str) -> Result<Document, CatalogError> {
        let found = self.index().entity_find_by_uid(uid, &self.visibility(caller));
        found.ok_or_else(|| CatalogError::UidNotFound(uid.to_owned()))
    }

    /// Entities by their references, in the order of the request; `None` where there is none to see.
    pub fn entities_by_refs(&self, caller: &Caller, refs: &[String], filter: Option<&Filter>) -> Vec<Option<Document>> {
        self.index().entities_by_refs(refs, filter, &self.visibility(caller))
    }

    /// A part of a list of entities.
    pub fn entity_query(&self, caller: &Caller, query: &EntityQuery) -> EntityPage {
        self.index().query(query, &self.visibility(caller))
    }

    /// Values and counts of some fields, over the entities that meet a condition.
    pub fn entity_facets(&self, caller: &Caller, fields: &[String], filter: Option<&Filter>) -> Vec<Arc<FacetCounts>> {
        self.index().facets(fields, filter, &self.visibility(caller))
    }

    /// How many entities the catalog has, whoever asks.
    pub fn n_entities(&self) -> usize {
        self.index().len()
    }

    /// The groups of which a user is a direct member, for sign-in; `None` for a user that the catalog does not know.
    ///
    /// No caller: nobody has signed in yet.
    pub fn groups_of(&self, user: &EntityRef) -> Option<Vec<String>> {
        let relations = self.index().relations(&[user.to_string()], &Visibility::Everything);
        let edges = relations.into_iter().next()??.into_iter();
        let groups = edges.filter(|edge| edge.relation_type == "memberOf" && edge.target_ref.starts_with("group:"));
        Some(groups.map(|edge| edge.target_ref).collect())
    }

    /// What changes from now on.
    pub fn changes(&self) -> broadcast::Receiver<Arc<CatalogChange>> {
        self.feed.subscribe()
    }

    /// The part of a message that the caller may know. Who sees only some entities is told that something changed.
    pub fn change_for(&self, caller: &Caller, change: &CatalogChange) -> Option<CatalogChange> {
        match self.visibility(caller) {
            Visibility::Everything => Some(change.clone()),
            Visibility::Only(_) => Some(CatalogChange { seq: change.seq, entity_refs: vec![], is_reset: true }),
            Visibility::Nothing => None,
        }
    }

    /// Asks ingestion for work.
    pub fn ingest(&self) -> &IngestHandle {
        &self.ingest
    }

    fn index(&self) -> &EntityIndex {
        self.feed.index()
    }

    fn visibility(&self, caller: &Caller) -> Visibility {
        match self.permissions.decide(caller, CATALOG_ENTITY_READ) {
            Decision::Allow => Visibility::Everything,
            Decision::Deny => Visibility::Nothing,
            Decision::Only(filter) => Visibility::Only(filter),
        }
    }
}
