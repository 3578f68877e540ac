//! Opening a database only to read it.

use sea_orm::ConnectionTrait;

use super::testing::{TestDb, db_test};
use super::{Db, DbOpenError};

async fn execute(test: &TestDb, statement: &str) {
    test.db.connection().execute_unprepared(statement).await.unwrap();
}

/// Why the database of a test is not opened to read.
async fn refusal(test: &TestDb) -> DbOpenError {
    Db::open_to_read(&test.target).await.unwrap_err()
}

db_test!(a_database_in_use_can_be_read_and_not_written, |test| {
    assert!(test.db.writer().may_write().await.unwrap());
    let reader = Db::open_to_read(&test.target).await.unwrap();
    assert!(!reader.writer().may_write().await.unwrap());
    execute(
        &test,
        "INSERT INTO user_info (user_entity_ref, ownership_refs, updated_at) VALUES ('user:default/a', '[]', '')",
    )
    .await;
    let statement = "SELECT user_entity_ref FROM user_info";
    let found = reader
        .connection()
        .query_all_raw(sea_orm::Statement::from_string(reader.connection().get_database_backend(), statement));
    assert_eq!(found.await.unwrap().len(), 1);
    for statement in ["DELETE FROM user_info", "CREATE TABLE more (id integer)"] {
        let error = reader.connection().execute_unprepared(statement).await.unwrap_err().to_string();
        assert!(error.contains("read-only") || error.contains("readonly"), "{error}");
    }
    reader.close().await;
    assert!(test.db.writer().may_write().await.unwrap());
});

db_test!(a_database_of_another_version_is_refused, |test| {
    execute(&test, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99991231_000001_later', 1)").await;
    let error = refusal(&test).await;
    assert!(matches!(&error, DbOpenError::Newer { migration } if migration == "m99991231_000001_later"), "{error}");

    execute(&test, "DELETE FROM seaql_migrations WHERE version LIKE 'm9999%' OR version LIKE '%user_settings'").await;
    let error = refusal(&test).await;
    assert!(matches!(&error, DbOpenError::Older { migration } if migration.ends_with("user_settings")), "{error}");
    assert!(error.to_string().contains("callboard migrate"), "{error}");

    execute(&test, "DROP TABLE seaql_migrations").await;
    let error = refusal(&test).await;
    assert!(matches!(&error, DbOpenError::Missing { .. }) && error.to_string().contains("callboard serve"), "{error}");
});

#[tokio::test]
async fn reading_leaves_a_closed_database_as_it_was() {
    let test = super::testing::sqlite().await;
    let super::DbTarget::Sqlite(file) = test.target.clone() else { unreachable!("the test asked for a file") };
    let folder = file.parent().unwrap().to_owned();
    test.db.clone().close().await;
    let listed = || {
        let mut names: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let before = (listed(), std::fs::read(&file).unwrap());
    Db::open_to_read(&test.target).await.unwrap().close().await;
    assert_eq!((listed(), std::fs::read(&file).unwrap()), before);

    let elsewhere = super::DbTarget::Sqlite(folder.join("none.db"));
    let error = Db::open_to_read(&elsewhere).await.unwrap_err();
    assert!(error.to_string().contains("none.db` yet; start `callboard serve` once"), "{error}");
    assert_eq!(listed(), before.0, "nothing was made");
}
