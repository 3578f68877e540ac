//! Reads a copy back.
//!
//! The copy is first read to its end without touching the database. Then one transaction empties the database, makes the
//! tables that the copy had, fills them, goes on counting where the copy did, compares the number of rows, and migrates
//! forward. It is all there at the commit or not at all, wherever the process is killed.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use serde_json::Value;

use super::BackupError;
use super::format::{Header, Part, Reader, Summary};
use super::layout::{ColumnKind, Sequence, Table, count, own_tables, query, quoted, tables};
use crate::platform::db::Db;
use crate::platform::db::dialect::rows_per_statement;
use crate::platform::db::migrations::Migrator;

/// Rows that are written at a time, unless they are large.
const MAX_ROWS: usize = 500;
/// Bytes of values that are gathered before they are written.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What happens to what a database holds already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is restored.
    Refuse,
    /// It goes, in the transaction that restores.
    Replace,
}

/// Reads a copy to its end, and says what it holds.
///
/// # Errors
/// [`BackupError::File`], [`BackupError::Damaged`], and the refusals of other versions.
pub fn check(file: &Path) -> Result<Summary, BackupError> {
    let mut reader = Reader::open(file)?;
    n_migrations(file, reader.header())?;
    let mut columns = Vec::new();
    while let Some(part) = reader.next()? {
        match part {
            Part::Table(table) => columns = table.columns,
            Part::Row(values) => {
                for (value, column) in values.into_iter().zip(&columns) {
                    to_sql(value, column.kind).map_err(|what| reader.damaged(&format!("`{}` {what}", column.name)))?;
                }
            }
        }
    }
    Ok(reader.into_summary())
}

/// Puts what a copy holds into a database that nobody else uses.
///
/// # Errors
/// See [`BackupError`]; the database is then as it was.
pub async fn load(db: &Db, file: &Path, existing: Existing) -> Result<Summary, BackupError> {
    let n_migrations = n_migrations(file, &check(file)?.header)?;
    if !db.writer().may_write().await? {
        return Err(BackupError::InUse);
    }
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = db.connection().begin_with_options(options).await?;
    if existing == Existing::Refuse {
        refuse_existing(&transaction).await?;
    }
    drop_tables(&transaction).await?;
    Migrator::up(&transaction, Some(n_migrations)).await?;
    let layout = tables(&transaction).await?.into_iter().map(|table| (table.name.clone(), table)).collect();
    let summary = fill(&transaction, file, &layout).await?;
    for (table, expected) in &summary.rows {
        let found = count(&transaction, table).await?;
        if found != *expected {
            return Err(BackupError::Damaged {
                file: file.to_owned(),
                reason: format!("`{table}` should have {expected} rows and got {found}"),
            });
        }
    }
    Migrator::up(&transaction, None).await?;
    transaction.commit().await?;
    Ok(summary)
}

/// How many of the migrations of this version a copy has, which must be the first ones.
fn n_migrations(file: &Path, header: &Header) -> Result<u32, BackupError> {
    let known = Migrator::get_migration_files();
    let is_known = |name: &&String| known.iter().any(|migration| migration.name() == **name);
    if let Some(unknown) = header.migrations.iter().find(|name| !is_known(name)) {
        let (file, version) = (file.to_owned(), header.callboard.clone());
        return Err(BackupError::Newer { file, version, what: format!("the migration `{unknown}`") });
    }
    let n_migrations = header.migrations.len();
    let missing =
        known.iter().take(n_migrations).find(|known| !header.migrations.iter().any(|name| name == known.name()));
    if let Some(missing) = missing {
        let (file, version, migration) = (file.to_owned(), header.callboard.clone(), missing.name().to_owned());
        return Err(BackupError::OddLayout { file, version, migration });
    }
    match u32::try_from(n_migrations) {
        Ok(n_migrations) if n_migrations > 0 => Ok(n_migrations),
        _ => Err(BackupError::Damaged { file: file.to_owned(), reason: "it names no migrations".to_owned() }),
    }
}

async fn refuse_existing(transaction: &DatabaseTransaction) -> Result<(), BackupError> {
    for table in tables(transaction).await? {
        let n_rows = count(transaction, &table.name).await?;
        if n_rows > 0 {
            return Err(BackupError::NotEmpty { table: table.name, n_rows });
        }
    }
    Ok(())
}

/// Tables that are not of the portal stay.
async fn drop_tables(transaction: &DatabaseTransaction) -> Result<(), BackupError> {
    for table in own_tables().await?.iter().map(String::as_str).chain(["seaql_migrations"]) {
        transaction.execute_unprepared(&format!("DROP TABLE IF EXISTS {}", quoted(table))).await?;
    }
    Ok(())
}

/// Writes all rows of a copy into empty tables.
async fn fill(
    transaction: &DatabaseTransaction,
    file: &Path,
    layout: &BTreeMap<String, Table>,
) -> Result<Summary, BackupError> {
    let mut reader = Reader::open(file)?;
    let mut rows = Rows::default();
    let mut sequences = Vec::new();
    while let Some(part) = reader.next()? {
        match part {
            Part::Table(table) => {
                rows.write(transaction).await?;
                let place = layout.get(&table.name);
                let place = place.ok_or_else(|| reader.damaged(&format!("there is no table `{}`", table.name)))?;
                let is_same = table.columns.len() == place.columns.len()
                    && table.columns.iter().all(|column| place.columns.contains(column));
                if !is_same {
                    return Err(reader.damaged(&format!("`{}` has other columns", table.name)));
                }
                if let (Some(of_copy), Some(own)) = (&table.sequence, &place.sequence) {
                    sequences.push((table.name.clone(), Sequence { column: own.column.clone(), last: of_copy.last }));
                }
                rows = Rows::of(&table, transaction.get_database_backend());
            }
            Part::Row(values) => {
                rows.add(values).map_err(|what| reader.damaged(&what))?;
                if rows.is_full() {
                    rows.write(transaction).await?;
                }
            }
        }
    }
    rows.write(transaction).await?;
    let summary = reader.into_summary();
    if let Some(missing) = layout.keys().find(|name| !summary.rows.contains_key(*name)) {
        let reason = format!("the table `{missing}` is missing");
        return Err(BackupError::Damaged { file: file.to_owned(), reason });
    }
    for (table, sequence) in sequences {
        go_on_counting(transaction, &table, &sequence).await?;
    }
    Ok(summary)
}

/// Sees to it that no number is given out twice, also where the rows that had them are gone.
async fn go_on_counting(
    transaction: &DatabaseTransaction,
    table: &str,
    sequence: &Sequence,
) -> Result<(), BackupError> {
    let column = quoted(&sequence.column);
    let rows = query(transaction, &format!("SELECT CAST(MAX({column}) AS bigint) FROM {}", quoted(table)), []).await?;
    let highest: Option<i64> = rows.first().map_or(Ok(None), |row| row.try_get_by_index(0))?;
    let last = sequence.last.max(highest.unwrap_or(0));
    let backend = transaction.get_database_backend();
    if last < 1 {
        return Ok(());
    }
    let statements: &[(&str, Vec<sea_orm::Value>)] = match backend {
        DbBackend::Sqlite => &[
            ("DELETE FROM sqlite_sequence WHERE name = $1", vec![table.into()]),
            ("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", vec![table.into(), last.into()]),
        ],
        _ => &[(
            "SELECT setval(pg_get_serial_sequence(quote_ident($1), $2), $3)",
            vec![table.into(), sequence.column.as_str().into(), last.into()],
        )],
    };
    for (text, values) in statements {
        transaction.execute_raw(Statement::from_sql_and_values(backend, *text, values.clone())).await?;
    }
    Ok(())
}

/// Rows of one table that are not written yet.
#[derive(Default)]
struct Rows {
    insert: String,
    kinds: Vec<ColumnKind>,
    values: Vec<sea_orm::Value>,
    max_values: usize,
    n_bytes: usize,
}

impl Rows {
    fn of(table: &Table, backend: DbBackend) -> Self {
        let columns: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
        // A number that a row brings along is taken where the database would give one out itself.
        let overriding = if backend == DbBackend::Postgres { "OVERRIDING SYSTEM VALUE " } else { "" };
        let insert = format!("INSERT INTO {} ({}) {overriding}VALUES ", quoted(&table.name), columns.join(", "));
        let kinds: Vec<ColumnKind> = table.columns.iter().map(|column| column.kind).collect();
        let max_values = kinds.len() * rows_per_statement(kinds.len().max(1)).min(MAX_ROWS);
        Self { insert, kinds, values: Vec::new(), max_values, n_bytes: 0 }
    }

    fn add(&mut self, row: Vec<Value>) -> Result<(), String> {
        for (value, kind) in row.into_iter().zip(&self.kinds) {
            self.n_bytes += value.as_str().map_or(8, str::len);
            self.values.push(to_sql(value, *kind)?);
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.values.len() >= self.max_values || self.n_bytes >= MAX_BYTES
    }

    async fn write(&mut self, transaction: &DatabaseTransaction) -> Result<(), BackupError> {
        if self.values.is_empty() {
            return Ok(());
        }
        let values = std::mem::take(&mut self.values);
        self.n_bytes = 0;
        let mut text = self.insert.clone();
        for place in 1..=values.len() {
            let is_first = (place - 1) % self.kinds.len() == 0;
            text.push_str(match (is_first, place) {
                (true, 1) => "(",
                (true, _) => "), (",
                (false, _) => ", ",
            });
            text.push_str(&format!("${place}"));
        }
        text.push(')');
        let statement = Statement::from_sql_and_values(transaction.get_database_backend(), text, values);
        transaction.execute_raw(statement).await?;
        Ok(())
    }
}

/// A value of a copy, as the database takes it.
fn to_sql(value: Value, kind: ColumnKind) -> Result<sea_orm::Value, String> {
    let wrong = |what: &str| Err(format!("holds a value that is not {what}"));
    Ok(match (kind, value) {
        (ColumnKind::Integer, Value::Null) => None::<i64>.into(),
        (ColumnKind::Boolean, Value::Null) => None::<bool>.into(),
        (ColumnKind::Text, Value::Null) => None::<String>.into(),
        (ColumnKind::Real, Value::Null) => None::<f64>.into(),
        (ColumnKind::Bytes, Value::Null) => None::<Vec<u8>>.into(),
        (ColumnKind::Integer, value) => match value.as_i64() {
            Some(number) => number.into(),
            None => return wrong("a whole number"),
        },
        (ColumnKind::Boolean, Value::Bool(value)) => value.into(),
        (ColumnKind::Boolean, _) => return wrong("true or false"),
        (ColumnKind::Text, Value::String(text)) => text.into(),
        (ColumnKind::Text, _) => return wrong("text"),
        (ColumnKind::Real, value) => match value.as_f64() {
            Some(number) => number.into(),
            None => return wrong("a number"),
        },
        (ColumnKind::Bytes, value) => match value.as_str().map(|text| STANDARD.decode(text)) {
            Some(Ok(bytes)) => bytes.into(),
            _ => return wrong("base64"),
        },
    })
}
