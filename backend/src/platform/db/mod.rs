//! The database: connecting, migrating, and the few places where SQLite and PostgreSQL differ.

pub mod connect;
pub mod dialect;
pub mod migrations;

#[cfg(test)]
pub mod testing;

pub use connect::{Db, DbOpenError, DbTarget};
