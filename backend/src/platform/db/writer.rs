//! Makes sure that one process at a time writes the catalog.
//!
//! SQLite: a lock on a file beside the database, which the operating system gives back when the process ends, however it
//! ends. PostgreSQL: an advisory lock of a session of its own, which the server gives back when the connection ends.

use std::fs::{File, TryLockError};
use std::path::Path;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};

/// The advisory lock of the process that writes.
const WRITER_LOCK: i64 = 0x0063_616c_6c77_7274;

/// The right to write the catalog, or the wish for it.
#[derive(Debug)]
pub enum Writer {
    /// The lock is held as long as this value lives.
    File(File),
    /// A connection that does nothing but hold the lock.
    Session(DatabaseConnection),
    /// The database was opened to read.
    Nobody,
}

/// Another process has the database file open for writing.
#[derive(Debug)]
pub(super) struct Taken;

impl Writer {
    /// Takes the lock of a database file.
    pub(super) fn of_file(database: &Path) -> std::io::Result<Result<Self, Taken>> {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let file = File::options().create(true).append(true).open(&name)?;
        match file.try_lock() {
            Ok(()) => Ok(Ok(Self::File(file))),
            Err(TryLockError::WouldBlock) => Ok(Err(Taken)),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Opens the session that asks for the lock.
    pub(super) async fn of_server(mut options: ConnectOptions) -> Result<Self, DbErr> {
        options.max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
        Ok(Self::Session(Database::connect(options).await?))
    }

    /// Whether this process may write now. Ask before each piece of work: a lost connection is a lost right.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn may_write(&self) -> Result<bool, DbErr> {
        let session = match self {
            Self::File(_) => return Ok(true),
            Self::Nobody => return Ok(false),
            Self::Session(session) => session,
        };
        // Asking again for a lock that this session has is answered with yes, and one of a lost session is asked for anew.
        let question = format!("SELECT pg_try_advisory_lock({WRITER_LOCK})");
        let answer = session.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await?;
        answer.map_or(Ok(false), |row| row.try_get_by_index(0))
    }
}
