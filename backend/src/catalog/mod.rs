//! The software catalog: entities, the locations they come from, and the questions people ask about them.
//!
//! `ingest` reads locations and checks what they hold; `store` keeps it in SQL; `feed` follows the numbered changes of
//! the store into `index`, the read model in memory, which answers every question of `service`.

mod answers;
mod changes;
mod changes_routes;
pub mod check;
mod count_routes;
mod csv;
mod csv_routes;
mod cursor;
pub mod definition;
mod error;
mod events;
pub mod example;
pub mod explain;
pub mod export;
mod facts;
pub mod feed;
pub mod generate;
mod graph;
mod graph_routes;
pub mod index;
pub mod ingest;
mod layered;
pub mod location;
pub mod locations;
mod metrics;
mod overview;
mod overview_routes;
mod routes;
mod rows;
mod service;
mod source_routes;
pub mod store;

pub use error::CatalogError;
pub use routes::configure;
pub use service::{CatalogService, Readable};
