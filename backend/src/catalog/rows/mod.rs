//! The database's view of the catalog. Only [`super::store`] uses these.

pub mod entity_changes;
pub mod final_entities;
pub mod locations;
pub mod refresh_attempts;
pub mod refresh_entities;
pub mod refresh_references;
pub mod refresh_state;
pub mod relations;
pub mod unstitched_entities;
