//! Locations that people and programs register through the API.
//!
//! The table of `store` says which there are, and ingestion follows it: see `ingest::registered`.

mod analyze;
mod cursor;
mod dry_run;
mod preview;
mod query;
mod removal;
mod routes;
mod service;
mod source;
mod store;
#[cfg(test)]
mod tests;
mod validate;

pub use routes::configure;
pub use service::{LocationConflict, LocationService, LocationSettings};
pub use store::{Created, LocationsMarker, NewLocation, RegisteredLocation, Updated};
