//! The read model: every entity's stored JSON text, and an inverted index over its rows, in memory.
//!
//! All reads of the catalog are answered here, without SQL. The index is a cache: it can be dropped and rebuilt from the
//! stored documents at any time, and every answer is the same afterwards.
//!
//! How an answer comes about: filter → set of entity numbers ([`evaluate`]) → order ([`sequence`]) → page ([`page`]) →
//! stored bytes. What the caller may not see is taken out of the set first, so no count and no page tells of it.
//!
//! One lock guards everything. Readers share it for the microseconds of one answer; a writer parses documents before it
//! takes the lock and only moves numbers while it holds it. Nothing in here waits while holding the lock.
//!
//! Source: contract `catalog.md`, sections 3 and 5.

mod answers;
mod apply;
mod change;
mod column;
mod entities;
mod evaluate;
mod facets;
mod growth;
mod listing;
mod page;
mod postings;
mod query;
mod relations;
mod rows;
mod sequence;
mod set;
mod sorted;
mod state;
#[cfg(test)]
mod tests;
mod text;
mod vocabulary;

use std::fmt;
use std::sync::Arc;

use parking_lot::RwLock;
use shared::entity::{EntityRef, Relation};
use shared::filter::{Filter, TextFilter};

pub use change::{Document, EntityRebuild, IndexChange, IndexError, StoredEntity};
pub use column::FacetCounts;
pub use query::{EntityOrder, EntityPage, EntityQuery, Missing, Position, Visibility, Window};

use apply::Delta;
use rows::prepare_all;
use state::State;

/// The read model. Share it behind an `Arc`; every method takes `&self`.
pub struct EntityIndex {
    state: RwLock<State>,
}

impl Default for EntityIndex {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for EntityIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntityIndex").field("n_entities", &self.len()).field("seq", &self.seq()).finish()
    }
}

impl EntityIndex {
    /// An index without entities, at sequence number 0.
    pub fn new() -> Self {
        Self { state: RwLock::new(State::new()) }
    }

    /// Takes over changes in their order, all at once: no reader sees a part of them.
    ///
    /// `seq` is the number of the last of these changes in the change feed. [`EntityIndex::seq`] never goes back, so
    /// changes may be applied again. An entity that comes with the uid of another one replaces it.
    ///
    /// # Errors
    /// [`IndexError::Document`] when a document cannot be read. Nothing is changed then.
    pub fn apply(&self, changes: Vec<IndexChange>, seq: i64) -> Result<(), IndexError> {
        let changes = prepare_all(changes)?;
        let mut state = self.state.write();
        let mut delta = Delta::default();
        for change in changes {
            state.change(change, &mut delta);
        }
        state.finish(delta);
        state.seq = state.seq.max(seq);
        Ok(())
    }

    /// Replaces everything by what `rebuild` collected. Readers see the old entities until then, and `seq` may go back.
    pub fn replace(&self, rebuild: EntityRebuild, seq: i64) {
        let mut state = rebuild.into_state();
        state.seq = seq;
        let old = std::mem::replace(&mut *self.state.write(), state);
        drop(old); // After the lock is free: giving back the memory of a large catalog takes a while.
    }

    /// Replaces everything by these entities. [`EntityRebuild`] does the same for entities that come in batches.
    ///
    /// # Errors
    /// [`IndexError::Document`] when a document cannot be read. Nothing is changed then.
    pub fn replace_all(&self, entities: Vec<StoredEntity>, seq: i64) -> Result<(), IndexError> {
        let mut rebuild = EntityRebuild::new();
        rebuild.add(entities)?;
        self.replace(rebuild, seq);
        Ok(())
    }

    /// The number of the last change that was applied.
    pub fn seq(&self) -> i64 {
        self.state.read().seq
    }

    /// How many entities there are, visible or not.
    pub fn len(&self) -> usize {
        self.state.read().entities.len()
    }

    /// Whether there are no entities at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The document of one entity; `None` when it does not exist or is hidden from the caller.
    pub fn entity_find(&self, entity_ref: &EntityRef, visibility: &Visibility) -> Option<Document> {
        let state = self.state.read();
        let number = state.entities.find_by_ref(&entity_ref.to_string())?;
        state.is_visible(number, visibility).then(|| state.entities.document(number))
    }

    /// The document of the entity with this uid; `None` when it does not exist or is hidden from the caller.
    pub fn entity_find_by_uid(&self, uid: &str, visibility: &Visibility) -> Option<Document> {
        let state = self.state.read();
        let number = state.entities.find_by_uid(uid)?;
        state.is_visible(number, visibility).then(|| state.entities.document(number))
    }

    /// The documents of these entities, one place per reference, in the same order.
    ///
    /// References are looked up as they are: full and in lower case. A place is `None` when the entity does not exist,
    /// does not meet `filter`, or is hidden from the caller.
    pub fn entities_by_refs(
        &self,
        entity_refs: &[String],
        filter: Option<&Filter>,
        visibility: &Visibility,
    ) -> Vec<Option<Document>> {
        let state = self.state.read();
        let members = state.members(filter, visibility);
        let find = |entity_ref: &String| {
            let number = state.entities.find_by_ref(entity_ref)?;
            let is_member = members.as_deref().is_none_or(|members| members.contains(number));
            is_member.then(|| state.entities.document(number))
        };
        entity_refs.iter().map(find).collect()
    }

    /// One page of the entities that meet a query, and how many do.
    pub fn query(&self, query: &EntityQuery, visibility: &Visibility) -> EntityPage {
        self.state.read().query(query, visibility)
    }

    /// The values of each of these fields among the entities that meet `filter`, with the number of entities that have
    /// them. One list per field, in the order of `fields`; empty for a field that no entity has.
    ///
    /// Spellings that differ in case are counted apart, each as it was written, since that is what can be shown. They
    /// stand beside each other. Null and over-long values are left out.
    pub fn facets(&self, fields: &[String], filter: Option<&Filter>, visibility: &Visibility) -> Vec<Arc<FacetCounts>> {
        self.state.read().facets(fields, filter, None, visibility)
    }

    /// The same among those entities only in which a text occurs. Where the text names no field, it is looked for in the
    /// uid.
    pub fn facets_of_text(
        &self,
        fields: &[String],
        filter: Option<&Filter>,
        text: &TextFilter,
        visibility: &Visibility,
    ) -> Vec<Arc<FacetCounts>> {
        self.state.read().facets(fields, filter, Some(text), visibility)
    }

    /// The relations of each of these entities, in the order of its document: the next step of a walk over the graph.
    ///
    /// A place is `None` when the entity does not exist or is hidden from the caller. The targets are not checked: they may
    /// not exist or be hidden, which a look-up of them tells.
    pub fn relations(&self, entity_refs: &[String], visibility: &Visibility) -> Vec<Option<Vec<Relation>>> {
        let documents = self.entities_by_refs(entity_refs, None, visibility);
        documents.iter().map(|document| document.as_ref().map(relations::read)).collect()
    }
}
