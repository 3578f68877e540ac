//! One entity: what it is, what it is related to, and the document it was read from.

mod about;
mod entity_page;
mod facts;
mod header;
mod links;
mod related;
mod relations;
mod relations_card;
mod status;
mod yaml;

pub use entity_page::EntityPage;
