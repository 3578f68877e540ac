//! The software catalog: entities, where they come from, and the answers to questions about them.

pub mod index;
