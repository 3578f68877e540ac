//! Every entity with its document, for what keeps an index of its own.

use shared::filter::Filter;

use super::change::Document;
use super::query::Visibility;
use super::{EntityIndex, state::State};

impl EntityIndex {
    /// The reference and the document of every entity, in no order.
    pub fn documents(&self) -> Vec<(Box<str>, Document)> {
        let state = self.state.read();
        let numbers = state.entities.alive.iter();
        let pair = |number| {
            let record = state.entities.record(number);
            (record.entity_ref.clone(), record.document.clone())
        };
        numbers.map(pair).collect()
    }

    /// The references of the entities that meet a condition.
    pub fn refs_of(&self, filter: &Filter) -> Vec<String> {
        let state: &State = &self.state.read();
        let members = state.members(Some(filter), &Visibility::Everything);
        let refs = |number| state.entities.record(number).entity_ref.to_string();
        match members {
            Some(members) => members.iter().map(refs).collect(),
            None => state.entities.alive.iter().map(refs).collect(),
        }
    }
}
