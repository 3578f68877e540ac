//! The rules of the catalog: who may ask what, and which part of the read model answers.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shared::api::catalog::CatalogChange;
use shared::api::explain::{EntityExplanation, LocationExplanation, ProblemsPage};
use shared::api::graph::EntityGraph;
use shared::entity::EntityRef;
use shared::filter::{Filter, TextFilter};
use tokio::sync::broadcast;

use super::error::CatalogError;
use super::explain::{Explainer, LocationKey, ProblemsQuery, Sight};
use super::feed::{Feed, OpenStream};
use super::graph::{GraphQuery, lay_out};
use super::index::{Document, EntityIndex, EntityPage, EntityQuery, FacetCounts, Visibility};
use super::ingest::IngestHandle;
use super::metrics;
use super::store::CatalogStore;
use crate::auth::Caller;
use crate::permissions::{
    CATALOG_ENTITY_DELETE, CATALOG_ENTITY_READ, CATALOG_ENTITY_REFRESH, Decision, Permission, Permissions,
};
use crate::platform::metrics::Exposition;

/// An entity, and the references of those that emitted it.
pub type Descent = (Document, Vec<String>);

/// Answers questions about the catalog.
#[derive(Clone, Debug)]
pub struct CatalogService {
    pub(super) store: CatalogStore,
    feed: Arc<Feed>,
    pub(super) permissions: Permissions,
    ingest: IngestHandle,
    pub(super) explainer: Explainer,
}

impl CatalogService {
    /// Over a loaded read model and a running ingestion.
    pub fn new(store: CatalogStore, feed: Arc<Feed>, permissions: Permissions, ingest: IngestHandle) -> Self {
        let explainer = Explainer::new(store.clone(), ingest.status().clone());
        Self { store, feed, permissions, ingest, explainer }
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

    /// An entity and its ancestors, each once: who emitted it, and who emitted those, up to the registered locations.
    ///
    /// What the caller may not see is left out, with all that is only reached through it.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`] when the caller may not see the entity itself, [`CatalogError::EntityNotFound`] when
    /// there is none, [`CatalogError::Store`] when the database is away.
    pub async fn entity_ancestry(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<Vec<Descent>, CatalogError> {
        let visibility = self.visibility(caller);
        let may_see = self.index().entity_find(entity_ref, &visibility);
        let Some(entity) = may_see else {
            // Who sees nothing at all is not told what exists.
            let is_denied = visibility == Visibility::Nothing
                || self.index().entity_find(entity_ref, &Visibility::Everything).is_some();
            return Err(match is_denied {
                true => CatalogError::NotAllowed(CATALOG_ENTITY_READ),
                false => CatalogError::EntityNotFound(entity_ref.clone()),
            });
        };
        let root = entity_ref.to_string();
        let mut seen = HashSet::from([root.clone()]);
        let mut items = Vec::new();
        let mut level = vec![(root, entity)];
        while !level.is_empty() {
            let refs: Vec<String> = level.iter().map(|(entity_ref, _)| entity_ref.clone()).collect();
            let mut parents = self.store.parents_load(&refs).await?;
            let mut above = Vec::new();
            for (entity_ref, document) in level {
                let refs = parents.remove(&entity_ref).unwrap_or_default();
                let found = self.index().entities_by_refs(&refs, None, &visibility);
                let visible: Vec<(String, Document)> =
                    refs.into_iter().zip(found).filter_map(|(parent, found)| Some((parent, found?))).collect();
                items.push((document, visible.iter().map(|(parent, _)| parent.clone()).collect()));
                above.extend(visible.into_iter().filter(|(parent, _)| seen.insert(parent.clone())));
            }
            level = above;
        }
        Ok(items)
    }

    /// Has the locations that an entity comes from read again, and waits until readers see the outcome.
    ///
    /// The reference is turned to lower case, and not completed.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`], [`CatalogError::RefreshNotFound`], and [`CatalogError::Ingest`] when another process
    /// writes the catalog or the database is away.
    pub async fn entity_refresh(&self, caller: &Caller, entity_ref: &str) -> Result<(), CatalogError> {
        let entity_ref = entity_ref.to_lowercase();
        self.require(caller, CATALOG_ENTITY_REFRESH, |visibility| {
            self.index().entities_by_refs(std::slice::from_ref(&entity_ref), None, visibility).pop().flatten()
        })?;
        match self.ingest.refresh_entity(entity_ref.clone()).await? {
            true => Ok(()),
            false => Err(CatalogError::RefreshNotFound(entity_ref)),
        }
    }

    /// Takes out an entity. One that a location still describes comes back with another uid.
    ///
    /// That there is no such entity is no error.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`], and [`CatalogError::Ingest`] when another process writes the catalog or the database
    /// is away.
    pub async fn entity_delete(&self, caller: &Caller, uid: &str) -> Result<(), CatalogError> {
        self.require(caller, CATALOG_ENTITY_DELETE, |visibility| self.index().entity_find_by_uid(uid, visibility))?;
        self.ingest.delete(uid.to_owned()).await?;
        Ok(())
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
    ///
    /// A text, when there is one, must occur in the entities that are counted.
    pub fn entity_facets(
        &self,
        caller: &Caller,
        fields: &[String],
        filter: Option<&Filter>,
        text: Option<&TextFilter>,
    ) -> Vec<Arc<FacetCounts>> {
        let visibility = self.visibility(caller);
        match text {
            None => self.index().facets(fields, filter, &visibility),
            Some(text) => self.index().facets_of_text(fields, filter, text, &visibility),
        }
    }

    /// The entities around some others, and how they are related.
    pub fn entity_graph(&self, caller: &Caller, query: &GraphQuery) -> EntityGraph {
        let mut graph = query.walk(self.index(), &self.visibility(caller));
        if query.has_layout {
            graph.layout = Some(lay_out(&graph));
        }
        graph
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

    /// Why an entity is as it is, or is not there.
    ///
    /// # Errors
    /// [`CatalogError::EntityUnknown`], also for what the caller may not see, and [`CatalogError::Store`].
    pub async fn entity_explain(&self, caller: &Caller, name: &EntityRef) -> Result<EntityExplanation, CatalogError> {
        let visibility = self.visibility(caller);
        let found = self.explainer.entity_explain(Sight::new(self.index(), &visibility), name).await?;
        found.ok_or_else(|| CatalogError::EntityUnknown(name.clone()))
    }

    /// Why a location is as it is, or says nothing.
    ///
    /// # Errors
    /// [`CatalogError::LocationUnknown`], also for what the caller may not see, and [`CatalogError::Store`].
    pub async fn location_explain(
        &self,
        caller: &Caller,
        key: &LocationKey,
    ) -> Result<LocationExplanation, CatalogError> {
        let visibility = self.visibility(caller);
        let found = self.explainer.location_explain(Sight::new(self.index(), &visibility), key).await?;
        found.ok_or_else(|| CatalogError::LocationUnknown(key.clone()))
    }

    /// A page of everything that is wrong.
    ///
    /// # Errors
    /// [`CatalogError::Store`] when the database is away.
    pub async fn problems_list(&self, caller: &Caller, query: &ProblemsQuery) -> Result<ProblemsPage, CatalogError> {
        let visibility = self.visibility(caller);
        Ok(self.explainer.problems_list(Sight::new(self.index(), &visibility), query).await?)
    }

    /// Counts one more client that follows the changes, until the value is dropped.
    pub(super) fn stream_opened(&self) -> OpenStream {
        self.feed.stream_opened()
    }

    /// What changes from now on.
    pub fn changes(&self) -> broadcast::Receiver<Arc<CatalogChange>> {
        self.feed.subscribe()
    }

    /// The reference and the document of every entity, whoever asks: for what keeps an index of its own and filters its
    /// answers by [`CatalogService::readable`].
    pub fn documents(&self) -> Vec<(Box<str>, Document)> {
        self.index().documents()
    }

    /// The documents of some entities, whoever asks; see [`CatalogService::documents`]. `None` where there is none.
    pub fn documents_of(&self, refs: &[String]) -> Vec<Option<Document>> {
        self.index().entities_by_refs(refs, None, &Visibility::Everything)
    }

    /// When each entity changed last, in milliseconds since 1970, as far as that is known, whoever asks; see
    /// [`CatalogService::documents`].
    ///
    /// # Errors
    /// [`CatalogError::Store`] when the database is away.
    pub async fn entities_changed_at(&self) -> Result<HashMap<String, i64>, CatalogError> {
        Ok(self.store.last_changes().await?)
    }

    /// The entities that a caller may read.
    pub fn readable(&self, caller: &Caller) -> Readable {
        match self.visibility(caller) {
            Visibility::Everything => Readable::Everything,
            Visibility::Only(filter) => Readable::Only(self.index().refs_of(&filter).into_iter().collect()),
            Visibility::Nothing => Readable::Nothing,
        }
    }

    /// Tells the counts of the catalog, whoever asks.
    pub fn tell_metrics(&self, exposition: &mut Exposition) {
        metrics::tell(exposition, &self.feed, self.feed.n_streams());
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

    pub(super) fn index(&self) -> &EntityIndex {
        self.feed.index()
    }

    pub(super) fn visibility(&self, caller: &Caller) -> Visibility {
        self.reach(caller, CATALOG_ENTITY_READ)
    }

    /// The entities that a permission is given for.
    fn reach(&self, caller: &Caller, permission: Permission) -> Visibility {
        match self.permissions.decide(caller, permission) {
            Decision::Allow => Visibility::Everything,
            Decision::Deny => Visibility::Nothing,
            Decision::Only(filter) => Visibility::Only(filter),
        }
    }

    /// Refuses unless `permission` is given for the one entity that `find` finds.
    fn require(
        &self,
        caller: &Caller,
        permission: Permission,
        find: impl Fn(&Visibility) -> Option<Document>,
    ) -> Result<(), CatalogError> {
        let reach = self.reach(caller, permission);
        let is_allowed = match &reach {
            Visibility::Everything => true,
            Visibility::Nothing => false,
            // What does not exist is not refused: the answer to that is the same for everybody.
            Visibility::Only(_) => find(&reach).is_some() || find(&Visibility::Everything).is_none(),
        };
        if is_allowed { Ok(()) } else { Err(CatalogError::NotAllowed(permission)) }
    }
}

/// The entities that a caller may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readable {
    /// All of them.
    Everything,
    /// Those with these references.
    Only(HashSet<String>),
    /// None.
    Nothing,
}
