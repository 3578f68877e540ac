//! Which tables and columns a database has.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};
use sea_orm_migration::MigratorTrait;
use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::platform::db::migrations::Migrator;

/// The table in which the migrator notes what it did. It is made again by migrating.
const MIGRATIONS: &str = "seaql_migrations";

/// A table, as both databases have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    #[serde(rename = "table")]
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The column that numbers rows by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<Sequence>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
}

/// What a column holds, whatever the database calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// A whole number of up to 64 bits.
    Integer,
    /// True or false.
    Boolean,
    /// Text.
    Text,
    /// A number with a fraction.
    Real,
    /// Bytes, as base64 in a copy.
    Bytes,
}

/// Rows are numbered upwards and no number is used again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// The column with the number.
    pub column: String,
    /// The last number that was given out; 0 when none was.
    pub last: i64,
}

impl ColumnKind {
    fn of(declared: &str) -> Option<Self> {
        let declared = declared.to_ascii_lowercase();
        let base = declared.split('(').next().unwrap_or_default().trim();
        Some(match base {
            "smallint" | "integer" | "int" | "bigint" => Self::Integer,
            "boolean" => Self::Boolean,
            "text" | "varchar" | "character varying" | "char" | "character" => Self::Text,
            "real" | "float" | "double" | "double precision" => Self::Real,
            "blob" | "bytea" => Self::Bytes,
            _ => return None,
        })
    }
}

/// A name as SQL takes it, whatever it holds.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The names of all tables that any version up to this one has made, so that tables of others in the same database are
/// left alone. The migrations say so themselves, on an empty database in memory.
pub(super) async fn own_tables() -> Result<Vec<String>, BackupError> {
    let scratch = scratch().await?;
    let mut names: Vec<String> = Vec::new();
    for _ in Migrator::get_migration_files() {
        Migrator::up(&scratch, Some(1)).await?;
        let all = table_names(&scratch).await?;
        let new: Vec<String> = all.into_iter().filter(|name| !names.contains(name)).collect();
        names.extend(new);
    }
    scratch.close().await?;
    names.sort();
    Ok(names)
}

async fn scratch() -> Result<DatabaseConnection, DbErr> {
    let mut options = sea_orm::ConnectOptions::new("sqlite::memory:");
    // A second connection would see another database.
    options.max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None).sqlx_logging(false);
    Database::connect(options).await
}

/// The tables of the portal that a database has, by name.
pub(super) async fn tables(db: &impl ConnectionTrait) -> Result<Vec<Table>, BackupError> {
    let own = own_tables().await?;
    let mut tables = Vec::new();
    for name in table_names(db).await?.into_iter().filter(|name| own.contains(name)) {
        let mut columns = Vec::new();
        for (column, declared) in columns_of(db, &name).await? {
            let kind = ColumnKind::of(&declared).ok_or_else(|| BackupError::UnknownType {
                table: name.clone(),
                column: column.clone(),
                declared,
            })?;
            columns.push(Column { name: column, kind });
        }
        let sequence = sequence_of(db, &name).await?;
        tables.push(Table { name, columns, sequence });
    }
    Ok(tables)
}

/// All tables but those of the database itself and of the migrator, by name.
async fn table_names(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let question = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        }
        _ => {
            "SELECT table_name::text FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        }
    };
    let rows = query(db, question, []).await?;
    let mut names = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()?;
    names.retain(|name| name != MIGRATIONS);
    // Both databases in the same order, whatever their collation.
    names.sort();
    Ok(names)
}

/// `(name, declared type)`.
async fn columns_of(db: &impl ConnectionTrait, table: &str) -> Result<Vec<(String, String)>, DbErr> {
    let question = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
        _ => {
            "SELECT column_name::text, data_type::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
    };
    let rows = query(db, question, [table.into()]).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

async fn sequence_of(db: &impl ConnectionTrait, table: &str) -> Result<Option<Sequence>, DbErr> {
    if db.get_database_backend() == DbBackend::Sqlite {
        let question = "SELECT info.name FROM sqlite_master AS master, pragma_table_info(master.name) AS info \
             WHERE master.type = 'table' AND master.name = $1 AND master.sql LIKE '%AUTOINCREMENT%' AND info.pk = 1";
        let rows = query(db, question, [table.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let column = row.try_get_by_index(0)?;
        let rows = query(db, "SELECT seq FROM sqlite_sequence WHERE name = $1", [table.into()]).await?;
        let last = rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
        return Ok(Some(Sequence { column, last }));
    }
    let question = "SELECT column_name::text, pg_get_serial_sequence(quote_ident(table_name), column_name) \
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 \
         AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL";
    let rows = query(db, question, [table.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (column, sequence): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    // The name comes quoted from the database.
    let question = format!("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}");
    let rows = query(db, &question, []).await?;
    let last = rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(Some(Sequence { column, last }))
}

/// Asks a question with values.
pub(super) async fn query<const N: usize>(
    db: &impl ConnectionTrait,
    question: &str,
    values: [sea_orm::Value; N],
) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), question, values)).await
}

/// How many rows a table has.
pub(super) async fn count(db: &impl ConnectionTrait, table: &str) -> Result<u64, DbErr> {
    let rows = query(db, &format!("SELECT COUNT(*) FROM {}", quoted(table)), []).await?;
    let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}
