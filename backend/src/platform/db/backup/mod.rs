//! Copies of a whole database: made while the portal serves, checked without one, and loaded into SQLite or PostgreSQL
//! whichever they come from.
//!
//! Which tables there are is asked of the database, and what belongs to the portal of the migrations; no list of them is
//! kept here. [`save()`] reads everything in one snapshot. [`check()`] reads a copy to its end. [`load()`] does so first,
//! and then writes in one transaction: a process that is killed meanwhile leaves what was there before.
//!
//! Source: `docs/adr/0010-backup-format.md`.

mod format;
mod layout;
mod load;
mod save;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use sea_orm::DbErr;
use thiserror::Error;

pub use format::{Header, Summary};
pub use load::{Existing, check, load};
pub use save::save;

/// Why a copy cannot be made, read or loaded, and what to do about it.
#[derive(Debug, Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("cannot {action} `{file}`: {reason}")]
    File {
        /// What was tried: `read`, `write` …
        action: &'static str,
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        reason: String,
    },
    /// The file is no copy, or not a whole one.
    #[error("`{file}` is not a whole copy of a database: {reason}; nothing was restored, use another copy")]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong, and at which line of the unpacked text.
        reason: String,
    },
    /// The copy is of a version that this one does not know.
    #[error("`{file}` was made by a newer version of callboard ({version}, with {what}); restore it with that version")]
    Newer {
        /// The file.
        file: PathBuf,
        /// The version that made it.
        version: String,
        /// What this version does not know.
        what: String,
    },
    /// The copy has a layout that no released version had.
    #[error(
        "`{file}` lacks the migration `{migration}` and has later ones, which no released version has; restore it with the version that made it ({version})"
    )]
    OddLayout {
        /// The file.
        file: PathBuf,
        /// The version that made it.
        version: String,
        /// The first migration that is missing.
        migration: String,
    },
    /// There is something in the database already.
    #[error(
        "the database is not empty: `{table}` has {n_rows} rows; restore into an empty one, or use `--replace` to lose what it holds"
    )]
    NotEmpty {
        /// A table that is not empty.
        table: String,
        /// How many rows it has.
        n_rows: u64,
    },
    /// Another process writes the database.
    #[error("another callboard writes the database; stop all of them, then try again")]
    InUse,
    /// A column has a type that has no place in a copy.
    #[error(
        "the column `{column}` of `{table}` has the type `{declared}`, which copies do not know; this is a mistake in callboard, please report it"
    )]
    UnknownType {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type in the database.
        declared: String,
    },
    /// The database refuses or is away.
    #[error("the database does not answer as expected; nothing was changed")]
    Db(#[from] DbErr),
}
