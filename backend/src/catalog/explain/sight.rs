//! What whoever asks may see of the catalog.

use std::collections::HashSet;

use crate::catalog::index::{EntityIndex, Visibility};

/// What whoever asks may see.
#[derive(Clone, Copy, Debug)]
pub enum Sight<'a> {
    /// Everything, also what is no entity.
    Everything,
    /// Those entities of the index that a condition lets through, and what they lead to.
    Part(&'a EntityIndex, &'a Visibility),
}

impl<'a> Sight<'a> {
    /// What a caller with this visibility sees.
    pub fn new(index: &'a EntityIndex, visibility: &'a Visibility) -> Self {
        match visibility {
            Visibility::Everything => Self::Everything,
            Visibility::Only(_) | Visibility::Nothing => Self::Part(index, visibility),
        }
    }

    /// Whether nothing is hidden.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// Which of these entities may be seen.
    pub fn seen(&self, entity_refs: Vec<String>) -> HashSet<String> {
        match self {
            Self::Everything => entity_refs.into_iter().collect(),
            Self::Part(index, visibility) => {
                let found = index.entities_by_refs(&entity_refs, None, visibility);
                entity_refs.into_iter().zip(found).filter_map(|(entity_ref, found)| found.map(|_| entity_ref)).collect()
            }
        }
    }

    /// Whether an entity may be seen.
    pub fn sees(&self, entity_ref: &str) -> bool {
        self.is_everything() || !self.seen(vec![entity_ref.to_owned()]).is_empty()
    }
}
