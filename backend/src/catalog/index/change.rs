//! What the index is fed with.

use actix_web::web::Bytes;
use shared::entity::EntityRef;
use thiserror::Error;

use super::apply::Delta;
use super::rows::prepare_all;
use super::state::State;

/// The stored JSON text of one entity, served as it is. Cloning it copies no text.
pub type Document = Bytes;

/// One entity as SQL holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntity {
    /// The identity.
    pub entity_ref: EntityRef,
    /// Unique among all entities; decides the order of entities that are equal otherwise.
    pub uid: Box<str>,
    /// The final document: `{"apiVersion":…,"kind":…,"metadata":{…},"spec":{…},"relations":[…]}`.
    pub document: Document,
}

/// One change of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexChange {
    /// The entity is new, or has a new document or uid.
    Put(StoredEntity),
    /// The entity is gone. Removing one that is not there changes nothing.
    Remove(EntityRef),
}

/// Why the index refuses changes.
#[derive(Debug, Error)]
pub enum IndexError {
    /// The stored document is not JSON. Processing the entity again writes a new one.
    #[error("the stored document of `{entity_ref}` is not valid JSON; refresh the entity to have it written again")]
    Document {
        /// Whose document it is.
        entity_ref: EntityRef,
        /// What the parser found.
        #[source]
        source: serde_json::Error,
    },
}

/// How many documents are parsed before their rows are taken over, which bounds the memory of a rebuild.
const BATCH_SIZE: usize = 2_048;

/// A new index in the making, fed in batches while the old one serves.
///
/// Holds a second copy of the catalog until [`EntityIndex::replace`](super::EntityIndex::replace) drops the old one.
pub struct EntityRebuild {
    state: State,
    delta: Delta,
}

impl Default for EntityRebuild {
    fn default() -> Self {
        Self::new()
    }
}

impl EntityRebuild {
    /// A rebuild without entities.
    pub fn new() -> Self {
        Self { state: State::new(), delta: Delta::rebuild() }
    }

    /// Adds entities, in any order. A reference or uid that comes twice keeps the last one.
    ///
    /// # Errors
    /// [`IndexError::Document`] when a document cannot be read. Some of the others may be there then; adding them again
    /// does no harm.
    pub fn add(&mut self, entities: Vec<StoredEntity>) -> Result<(), IndexError> {
        let mut entities = entities.into_iter().map(IndexChange::Put).peekable();
        while entities.peek().is_some() {
            for change in prepare_all(entities.by_ref().take(BATCH_SIZE).collect())? {
                self.state.change(change, &mut self.delta);
            }
        }
        Ok(())
    }

    pub(super) fn into_state(mut self) -> State {
        self.state.finish_rebuild();
        self.state.shrink_to_fit();
        self.state
    }
}
