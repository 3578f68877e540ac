//! The database: connecting, migrating, and the few places where SQLite and PostgreSQL differ.

pub mod backup;
pub mod connect;
pub mod dialect;
pub mod migrations;
mod writer;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

pub use connect::{Db, DbOpenError, DbTarget};
pub use writer::Writer;
