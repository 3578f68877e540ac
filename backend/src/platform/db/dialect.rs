//! The few places where SQLite and PostgreSQL differ.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

/// Values that one statement may bind, with room to spare: SQLite allows 32,766, PostgreSQL 65,535.
const MAX_BOUND_VALUES: usize = 30_000;

/// The PostgreSQL advisory lock that orders the writers of the catalog.
const CATALOG_LOCK: i64 = 0x0063_616c_6c62_6f61;

/// How many rows of `n_columns` fit into one statement.
pub const fn rows_per_statement(n_columns: usize) -> usize {
    MAX_BOUND_VALUES / n_columns
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
