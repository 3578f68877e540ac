//! Opens the database: to serve, which brings it to the newest layout, or only to read, beside a process that serves.

use std::fs::{DirBuilder, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait};
use sea_orm_migration::{MigratorTrait, SchemaManager, seaql_migrations};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, Executor};
use thiserror::Error;
use tracing::warn;

use super::migrations::Migrator;
use super::writer::{Taken, Writer};

/// Connections of one process to PostgreSQL. Reads of the catalog never come here, so few are enough.
const POSTGRES_CONNECTIONS: u32 = 10;
/// Readers of SQLite beside the one writer.
const SQLITE_CONNECTIONS: u32 = 4;
/// How many prepared statements a connection keeps. Those of an import bind thousands of values and take hundreds of
/// kilobytes each.
const KEPT_STATEMENTS: usize = 16;
/// How long a connection may take, and how long a writer waits for another one.
const WAIT: Duration = Duration::from_secs(10);

/// Where the data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DbTarget {
    /// A file, made where it does not exist. Its folder is made, too.
    Sqlite(PathBuf),
    /// A `postgres://` address. It may hold a password, so it is never printed.
    Postgres(String),
}

/// An open, migrated database.
#[derive(Clone, Debug)]
pub struct Db {
    connection: DatabaseConnection,
    writer: Arc<Writer>,
}

/// Why the database cannot be used, and what to do about it.
#[derive(Debug, Error)]
pub enum DbOpenError {
    /// The folder of the database file cannot be made or written.
    #[error(
        "cannot write to the data folder `{folder}`: {reason}; give the process write access to it, or set `callboard.dataDirectory` to another folder"
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        reason: String,
    },
    /// Another process uses the database file.
    #[error(
        "another callboard uses the database file `{file}`; stop it, or give this one a folder of its own with `callboard.dataDirectory`"
    )]
    InUse {
        /// The file.
        file: PathBuf,
    },
    /// The file exists and is no SQLite database, or a damaged one.
    #[error(
        "the database file `{file}` is damaged or not a database: {reason}; move it away and start again (the catalog is read anew from its sources), or restore a backup over it"
    )]
    Corrupt {
        /// The file.
        file: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// The server does not answer, or refuses.
    #[error("cannot connect to {server}: {reason}; check `backend.database.connection` and that the server is running")]
    Connect {
        /// The server without its password.
        server: String,
        /// What the driver says.
        reason: String,
    },
    /// The database was written by a newer version.
    #[error(
        "the database was written by a newer version of callboard (it knows the migration `{migration}`, this version does not); start that version, or restore a backup made before the upgrade"
    )]
    Newer {
        /// The first migration that this version does not know.
        migration: String,
    },
    /// There is no database yet; nothing was made.
    #[error(
        "there is no catalog in {place} yet; start `callboard serve` once, or name the configuration of the portal with `--config`"
    )]
    Missing {
        /// The file, or the server without its password.
        place: String,
    },
    /// The database was written by an older version, and is opened without the right to change it.
    #[error(
        "the database was written by an older version of callboard (it lacks the migration `{migration}`); start this version with `callboard serve`, or run `callboard migrate`, then try again"
    )]
    Older {
        /// The first migration that is missing.
        migration: String,
    },
    /// A migration failed; nothing of it was applied.
    #[error("cannot bring the database to the newest layout")]
    Migrate(#[source] DbErr),
    /// The layout cannot be told.
    #[error("cannot read the layout of the database; check that the user may read its tables")]
    Layout(#[source] DbErr),
}

impl DbTarget {
    /// How messages call it: without a password.
    fn place(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("`{}`", file.display()),
            Self::Postgres(address) => without_password(address),
        }
    }

    /// What to do about an error that came up after the database was opened, when it means that the file is damaged.
    pub fn explain_corruption(&self, error: &(dyn std::error::Error + 'static)) -> Option<DbOpenError> {
        let Self::Sqlite(file) = self else { return None };
        let reason = root_cause(error);
        is_corrupt(&reason).then(|| DbOpenError::Corrupt { file: file.clone(), reason })
    }
}

impl Db {
    /// Connects and migrates forward.
    ///
    /// # Errors
    /// See [`DbOpenError`]; every variant says what to do.
    pub async fn open(target: &DbTarget) -> Result<Self, DbOpenError> {
        let (connection, writer) = connect(target).await?;
        let db = Self { connection, writer: Arc::new(writer) };
        db.migrate(target).await?;
        Ok(db)
    }

    /// Connects to write, whatever the layout: for what makes the tables itself.
    ///
    /// # Errors
    /// See [`DbOpenError`]. A SQLite database that another process writes is refused; on PostgreSQL ask [`Db::writer`].
    pub async fn open_unmigrated(target: &DbTarget) -> Result<Self, DbOpenError> {
        let (connection, writer) = connect(target).await?;
        Ok(Self { connection, writer: Arc::new(writer) })
    }

    /// Connects to a database that another process may be serving from, and changes nothing: no migration, no lock, no
    /// new file. Every statement that would write fails.
    ///
    /// # Errors
    /// See [`DbOpenError`]. A layout that is not the one of this version is refused, be it newer or older.
    pub async fn open_to_read(target: &DbTarget) -> Result<Self, DbOpenError> {
        let connection = match target {
            DbTarget::Sqlite(file) => {
                if !file.exists() {
                    return Err(DbOpenError::Missing { place: target.place() });
                }
                let connection = Database::connect(sqlite_reader_options(file)).await;
                connection.map_err(|error| explain_sqlite(file, &error))?
            }
            DbTarget::Postgres(address) => {
                let mut options = postgres_options(address);
                options.map_sqlx_postgres_pool_opts(|pool| {
                    pool.after_connect(|connection, _| {
                        Box::pin(async move {
                            connection.execute("SET default_transaction_read_only = on").await?;
                            Ok(())
                        })
                    })
                });
                connect_postgres(address, options).await?
            }
        };
        let db = Self { connection, writer: Arc::new(Writer::Nobody) };
        let explain = |error: DbErr| target.explain_corruption(&error).unwrap_or(DbOpenError::Layout(error));
        // Asked without the migrator, which would make its table.
        if !SchemaManager::new(&db.connection).has_table("seaql_migrations").await.map_err(explain)? {
            return Err(DbOpenError::Missing { place: target.place() });
        }
        let applied = seaql_migrations::Entity::find().all(&db.connection).await.map_err(explain)?;
        refuse_newer(&applied)?;
        let known = Migrator::get_migration_files();
        let missing = known.iter().find(|known| !applied.iter().any(|row| row.version == known.name()));
        match missing {
            Some(missing) => Err(DbOpenError::Older { migration: missing.name().to_owned() }),
            None => Ok(db),
        }
    }

    /// Decides which of several processes writes.
    pub fn writer(&self) -> &Writer {
        &self.writer
    }

    /// The connection, for the `store.rs` of a slice.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// `(open, of these idle)` connections of the pool.
    pub fn pool_size(&self) -> (usize, usize) {
        let (size, n_idle) = match self.connection.get_database_backend() {
            DbBackend::Sqlite => {
                let pool = self.connection.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            }
            _ => {
                let pool = self.connection.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            }
        };
        (usize::try_from(size).unwrap_or(usize::MAX), n_idle)
    }

    /// Ends all connections, also those of clones. A SQLite database is one file without companions afterwards, so that
    /// a copy of it is a backup.
    pub async fn close(self) {
        if let Err(cause) = self.connection.close().await {
            warn!(%cause, "the database could not be closed; the next start finds everything that was committed");
        }
    }

    async fn migrate(&self, target: &DbTarget) -> Result<(), DbOpenError> {
        let explain = |error: DbErr| target.explain_corruption(&error).unwrap_or(DbOpenError::Migrate(error));
        let applied = Migrator::get_migration_models(&self.connection).await.map_err(explain)?;
        refuse_newer(&applied)?;
        Migrator::up(&self.connection, None).await.map_err(explain)
    }
}

fn refuse_newer(applied: &[seaql_migrations::Model]) -> Result<(), DbOpenError> {
    let known = Migrator::get_migration_files();
    let unknown = applied.iter().find(|row| !known.iter().any(|migration| migration.name() == row.version));
    unknown.map_or(Ok(()), |unknown| Err(DbOpenError::Newer { migration: unknown.version.clone() }))
}

async fn connect(target: &DbTarget) -> Result<(DatabaseConnection, Writer), DbOpenError> {
    match target {
        DbTarget::Sqlite(file) => {
            let writer = prepare_file(file)?;
            let connection = Database::connect(sqlite_options(file)).await;
            Ok((connection.map_err(|error| explain_sqlite(file, &error))?, writer))
        }
        DbTarget::Postgres(address) => {
            let options = postgres_options(address);
            let connection = connect_postgres(address, options.clone()).await?;
            let writer = Writer::of_server(options).await.map_err(|error| explain_postgres(address, &error))?;
            Ok((connection, writer))
        }
    }
}

fn postgres_options(address: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options
        .max_connections(POSTGRES_CONNECTIONS)
        .connect_timeout(WAIT)
        .acquire_timeout(WAIT)
        .set_application_name("callboard")
        .sqlx_logging(false);
    options
}

async fn connect_postgres(address: &str, options: ConnectOptions) -> Result<DatabaseConnection, DbOpenError> {
    // A pool only says that it waited too long; a single connection says why.
    let probe = sqlx::PgConnection::connect(address).await.map_err(|error| explain_postgres(address, &error))?;
    probe.close().await.map_err(|error| explain_postgres(address, &error))?;
    Database::connect(options).await.map_err(|error| explain_postgres(address, &error))
}

fn explain_postgres(address: &str, error: &(dyn std::error::Error + 'static)) -> DbOpenError {
    DbOpenError::Connect { server: without_password(address), reason: root_cause(error).replace(address, "…") }
}

fn sqlite_options(file: &Path) -> ConnectOptions {
    let file = file.to_owned();
    let mut options = ConnectOptions::new("sqlite:");
    options
        .max_connections(SQLITE_CONNECTIONS)
        .acquire_timeout(WAIT)
        .sqlx_logging(false)
        // A path may hold characters that mean something in an address, so it is set as a path.
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .filename(&file)
                .create_if_missing(true)
                .foreign_keys(true)
                .statement_cache_capacity(KEPT_STATEMENTS)
                .journal_mode(SqliteJournalMode::Wal)
                // With a write-ahead log this survives a killed process; only a power cut may lose the last commit.
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(WAIT)
        });
    options
}

/// Without the wish to write, which SQLite keeps. A read-only file would do, too, but would leave the companions of the
/// database behind when no other process has it open.
fn sqlite_reader_options(file: &Path) -> ConnectOptions {
    let file = file.to_owned();
    let mut options = ConnectOptions::new("sqlite:");
    options.max_connections(SQLITE_CONNECTIONS).acquire_timeout(WAIT).sqlx_logging(false).map_sqlx_sqlite_opts(
        move |sqlite| sqlite.filename(&file).create_if_missing(false).busy_timeout(WAIT).pragma("query_only", "on"),
    );
    options
}

/// Makes folder and file, readable for their owner only because they hold the signing keys, and takes the writer's lock.
fn prepare_file(file: &Path) -> Result<Writer, DbOpenError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let explain = |error: std::io::Error| DbOpenError::Folder { folder: folder.to_owned(), reason: error.to_string() };
    let (mut maker, mut options) = (DirBuilder::new(), OpenOptions::new());
    maker.recursive(true);
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        maker.mode(0o700);
        options.mode(0o600);
    }
    maker.create(folder).map_err(explain)?;
    options.open(file).map_err(explain)?;
    match Writer::of_file(file).map_err(explain)? {
        Ok(writer) => Ok(writer),
        Err(Taken) => Err(DbOpenError::InUse { file: file.to_owned() }),
    }
}

fn explain_sqlite(file: &Path, error: &DbErr) -> DbOpenError {
    let reason = root_cause(error);
    if is_corrupt(&reason) {
        return DbOpenError::Corrupt { file: file.to_owned(), reason };
    }
    let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
    DbOpenError::Folder { folder, reason }
}

/// SQLite's words for `SQLITE_NOTADB` and `SQLITE_CORRUPT`.
fn is_corrupt(reason: &str) -> bool {
    reason.contains("not a database") || reason.contains("malformed")
}

fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return "the database server".to_owned() };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}://{}", rest.split('?').next().unwrap_or(rest))
}
