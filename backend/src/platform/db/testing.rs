//! Throw-away databases for tests: a file for SQLite, a database of its own for PostgreSQL.

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

use super::{Db, DbTarget};

/// Names the server for the PostgreSQL half of the tests, such as `postgres://postgres@127.0.0.1:5433/postgres`.
pub const POSTGRES_URL: &str = "CALLBOARD_TEST_POSTGRES_URL";

/// A migrated database that goes away with the value.
pub struct TestDb {
    /// The open database.
    pub db: Db,
    /// Where it is, to open it again.
    pub target: DbTarget,
    _folder: Option<TempDir>,
}

/// A file of its own.
pub async fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().unwrap();
    let target = DbTarget::Sqlite(folder.path().join("callboard.db"));
    TestDb { db: Db::open(&target).await.unwrap(), target, _folder: Some(folder) }
}

/// A database of its own on the server that [`POSTGRES_URL`] names. Fails when it names none: nothing is skipped silently.
pub async fn postgres() -> TestDb {
    let server = std::env::var(POSTGRES_URL)
        .unwrap_or_else(|_| panic!("{POSTGRES_URL} is not set: run the tests through `./justw test-rust`, or leave these out with `cargo nextest run -E 'not test(postgres)'`"));
    let name = format!("callboard_{}", uuid::Uuid::new_v4().simple());
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (head, _) = server.rsplit_once('/').unwrap();
    let target = DbTarget::Postgres(format!("{head}/{name}"));
    TestDb { db: Db::open(&target).await.unwrap(), target, _folder: None }
}

/// Defines one asynchronous test twice, as `name::sqlite` and `name::postgres`.
macro_rules! db_test {
    ($name:ident, |$db:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn check($db: $crate::platform::db::testing::TestDb) $body

            #[tokio::test]
            async fn sqlite() {
                check($crate::platform::db::testing::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                check($crate::platform::db::testing::postgres().await).await;
            }
        }
    };
}
pub(crate) use db_test;
