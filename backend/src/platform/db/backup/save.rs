//! Makes a copy of a database that others may be writing.
//!
//! Everything is read in one transaction that sees one moment: on SQLite a read transaction on the write-ahead log, on
//! PostgreSQL a read-only one with repeatable reads. Writers do not wait for it, and it does not wait for them. The file is
//! written on the calling task: the command does nothing else meanwhile.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, QueryResult,
    TransactionOptions, TransactionTrait,
};
use serde_json::Value;

use super::BackupError;
use super::format::{Header, Summary, Writer};
use super::layout::{Column, ColumnKind, Table, query, quoted, tables};
use crate::platform::db::Db;

/// Rows that are held at a time. One may have some megabytes.
const ROWS_PER_PAGE: i64 = 100;

/// Writes everything that the portal keeps into `file`, which is replaced when the copy is whole.
///
/// # Errors
/// See [`BackupError`]; a file that was there before is then as it was.
pub async fn save(db: &Db, file: &Path, now: DateTime<Utc>) -> Result<Summary, BackupError> {
    let backend = db.connection().get_database_backend();
    let mut options = TransactionOptions::default();
    if backend == DbBackend::Postgres {
        options.isolation_level = Some(IsolationLevel::RepeatableRead);
        options.access_mode = Some(AccessMode::ReadOnly);
    }
    let snapshot = db.connection().begin_with_options(options).await?;
    let migrations = query(&snapshot, "SELECT version FROM seaql_migrations ORDER BY version", []).await?;
    let migrations = migrations.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    let engine = if backend == DbBackend::Postgres { "postgres" } else { "sqlite" };
    let created_at = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    let mut writer = Writer::create(file, &Header::new(engine, created_at, migrations))?;
    for table in tables(&snapshot).await? {
        writer.table(&table)?;
        match backend {
            DbBackend::Sqlite => save_by_row_number(&snapshot, &table, &mut writer).await?,
            _ => save_by_cursor(&snapshot, &table, &mut writer).await?,
        }
    }
    snapshot.rollback().await?;
    writer.finish()
}

async fn save_by_row_number(
    snapshot: &DatabaseTransaction,
    table: &Table,
    writer: &mut Writer,
) -> Result<(), BackupError> {
    let columns: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let question = format!(
        "SELECT {}, rowid FROM {} WHERE rowid > $1 ORDER BY rowid LIMIT {ROWS_PER_PAGE}",
        columns.join(", "),
        quoted(&table.name)
    );
    let mut last = i64::MIN;
    loop {
        let rows = query(snapshot, &question, [last.into()]).await?;
        for row in &rows {
            writer.row(&values(row, &table.columns)?)?;
            last = row.try_get_by_index(table.columns.len())?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

async fn save_by_cursor(snapshot: &DatabaseTransaction, table: &Table, writer: &mut Writer) -> Result<(), BackupError> {
    let columns: Vec<String> = table.columns.iter().map(wide).collect();
    // A name of its own: the driver remembers statements by their text, and each table answers with other columns.
    let cursor = quoted(&format!("copied_{}", table.name));
    let declare =
        format!("DECLARE {cursor} NO SCROLL CURSOR FOR SELECT {} FROM {}", columns.join(", "), quoted(&table.name));
    snapshot.execute_unprepared(&declare).await?;
    loop {
        let rows = query(snapshot, &format!("FETCH FORWARD {ROWS_PER_PAGE} FROM {cursor}"), []).await?;
        for row in &rows {
            writer.row(&values(row, &table.columns)?)?;
        }
        if rows.is_empty() {
            snapshot.execute_unprepared(&format!("CLOSE {cursor}")).await?;
            return Ok(());
        }
    }
}

/// A column of PostgreSQL in the widest form of its kind, so that there is one way to read each.
fn wide(column: &Column) -> String {
    let widest = match column.kind {
        ColumnKind::Integer => "bigint",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Text => "text",
        ColumnKind::Real => "double precision",
        ColumnKind::Bytes => "bytea",
    };
    format!("CAST({} AS {widest})", quoted(&column.name))
}

fn values(row: &QueryResult, columns: &[Column]) -> Result<Vec<Value>, DbErr> {
    columns.iter().enumerate().map(|(at, column)| value(row, at, column.kind)).collect()
}

fn value(row: &QueryResult, at: usize, kind: ColumnKind) -> Result<Value, DbErr> {
    Ok(match kind {
        ColumnKind::Integer => row.try_get_by_index::<Option<i64>>(at)?.into(),
        ColumnKind::Boolean => row.try_get_by_index::<Option<bool>>(at)?.into(),
        ColumnKind::Text => row.try_get_by_index::<Option<String>>(at)?.into(),
        ColumnKind::Real => row.try_get_by_index::<Option<f64>>(at)?.into(),
        ColumnKind::Bytes => row.try_get_by_index::<Option<Vec<u8>>>(at)?.map(|bytes| STANDARD.encode(bytes)).into(),
    })
}
