//! The few places where SQLite and PostgreSQL differ.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

/// Values that one statement may bind. SQLite allows 32,766 and PostgreSQL 65,535, but a connection keeps statements to use
/// them again, and one with that many values takes megabytes.
const MAX_BOUND_VALUES: usize = 4_096;

/// The PostgreSQL advisory lock that orders the writers of the catalog.
const CATALOG_LOCK: i64 = 0x0063_616c_6c62_6f61;

/// How many rows of `n_columns` fit into one statement.
pub const fn rows_per_statement(n_columns: usize) -> usize {
    MAX_BOUND_VALUES / n_columns
}

/// Memory for pages of the database while a large batch is written, in KiB. Such a batch touches pages of every index all
/// over the file; what does not fit is written to the log and read again, over and over.
const LARGE_CACHE_KIB: u32 = 98_304;
/// The same otherwise: what SQLite takes by itself.
const CACHE_KIB: u32 = 2_000;

/// Gives the connection of a transaction that writes much the memory for it. PostgreSQL has its own.
///
/// # Errors
/// When the database is away.
pub async fn enlarge_cache(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    set_cache(transaction, LARGE_CACHE_KIB).await
}

/// Commits a transaction after [`enlarge_cache`], and gives the memory back.
///
/// # Errors
/// When the database is away.
pub async fn commit_and_shrink_cache(transaction: DatabaseTransaction) -> Result<(), DbErr> {
    // Before, since the connection is somebody else's afterwards. Pages that are written by the commit are freed by it.
    set_cache(&transaction, CACHE_KIB).await?;
    transaction.commit().await
}

async fn set_cache(transaction: &DatabaseTransaction, kib: u32) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Sqlite {
        transaction.execute_unprepared(&format!("PRAGMA cache_size = -{kib}")).await?;
    }
    Ok(())
}

/// Begins a transaction that writes the catalog.
///
/// Only one runs at a time, across all replicas, so that the numbers of `entity_changes` become visible in their
/// order: a reader that has seen change 7 will never be handed a change 6 later.
///
/// # Errors
/// When the database is away, or another writer holds the lock for too long.
pub async fn begin_catalog_write(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        // A deferred transaction that turns into a writer can fail instead of waiting.
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = connection.begin_with_options(options).await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({CATALOG_LOCK})")).await?;
    }
    Ok(transaction)
}
