//! Copies of databases, on both of them and from one to the other.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::DateTime;
use flate2::Compression;
use flate2::write::GzEncoder;
use sea_orm::{ConnectionTrait, TransactionTrait};
use sea_orm_migration::MigratorTrait;
use serde_json::{Value, json};

use super::check as check_copy;
use super::format::{Part, Reader};
use super::layout::{Table, count, query};
use super::*;
use crate::platform::db::migrations::Migrator;
use crate::platform::db::testing::{self, TestDb, db_test};
use crate::platform::db::{Db, DbTarget};

/// What a copy says: its tables, and the rows of each in an order of their own.
type Content = BTreeMap<String, (Table, Vec<String>)>;

fn content(file: &Path) -> Content {
    let mut reader = Reader::open(file).unwrap();
    let mut content: Content = BTreeMap::new();
    let mut current = String::new();
    while let Some(part) = reader.next().unwrap() {
        match part {
            Part::Table(table) => {
                current.clone_from(&table.name);
                content.insert(table.name.clone(), (table, vec![]));
            }
            Part::Row(values) => content.get_mut(&current).unwrap().1.push(Value::from(values).to_string()),
        }
    }
    for (_, rows) in content.values_mut() {
        rows.sort();
    }
    content
}

async fn saved(db: &Db, folder: &Path, name: &str) -> PathBuf {
    let file = folder.join(name);
    save(db, &file, DateTime::UNIX_EPOCH).await.unwrap();
    file
}

async fn execute(db: &Db, text: &str) {
    db.connection().execute_unprepared(text).await.unwrap();
}

/// Something of every kind, and what is easily lost on the way.
async fn fill(db: &Db) {
    for text in [
        "INSERT INTO user_settings (user_entity_ref, bucket, key, value) VALUES \
         ('user:default/ann', 'a''b\"c', 'k\\n', '{\"x\": \"\n\t\u{2028}\u{1f980} \u{e9}\"}'), ('user:default/ann', '', '', '')",
        "INSERT INTO refresh_state (id, location_type, location_target, is_optional, depends_on, errors, attempted_at_ms) \
         VALUES (9223372036854775807, 'file', '/a', true, '[]', '[]', -1), (1, 'file', '/b', false, '[]', '[]', NULL)",
        "INSERT INTO refresh_entities (id, location_id, entity_ref, line, errors, is_orphan) \
         VALUES (41, 1, 'component:default/a', 7, '[]', true)",
        "INSERT INTO final_entities (entity_ref, uid, document, hash) VALUES ('component:default/a', 'u', '{}', 'h')",
        "INSERT INTO entity_changes (entity_ref) VALUES ('component:default/a'), ('component:default/b')",
        // The numbers 1 and 2 were given out, and must not be given out again.
        "DELETE FROM entity_changes",
    ] {
        execute(db, text).await;
    }
    for number in 0..1_234 {
        let text = format!("INSERT INTO user_info VALUES ('user:default/{number}', '[]', '')");
        execute(db, &text).await;
    }
}

async fn next_change(db: &Db) -> i64 {
    let text = "INSERT INTO entity_changes (entity_ref) VALUES ('component:default/c') RETURNING seq";
    query(db.connection(), text, []).await.unwrap()[0].try_get_by_index(0).unwrap()
}

db_test!(every_table_is_in_a_copy, |test| {
    let folder = tempfile::tempdir().unwrap();
    let summary = save(&test.db, &folder.path().join("copy"), DateTime::UNIX_EPOCH).await.unwrap();
    // Asked in another way than the code does.
    let question = match test.target {
        DbTarget::Sqlite(_) => "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'",
        DbTarget::Postgres(_) => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
    };
    let rows = query(test.db.connection(), question, []).await.unwrap();
    let mut names: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    names.retain(|name| !name.starts_with("sqlite_") && name != "seaql_migrations");
    names.sort();
    assert_eq!(summary.rows.keys().cloned().collect::<Vec<_>>(), names, "a copy leaves something out");
    assert!(names.len() >= 9, "{names:?}");
    assert_eq!(summary.header.migrations.len(), Migrator::get_migration_files().len());
});

db_test!(a_copy_holds_everything_and_is_for_its_owner_only, |test| {
    let folder = tempfile::tempdir().unwrap();
    fill(&test.db).await;
    let copy = saved(&test.db, folder.path(), "copy").await;
    let summary = check_copy(&copy).unwrap();
    assert_eq!((summary.rows["user_info"], summary.rows["entity_changes"]), (1_234, 0));
    assert_eq!(summary.header.created_at, "1970-01-01T00:00:00.000Z");
    assert_eq!(content(&copy)["entity_changes"].0.sequence.as_ref().unwrap().last, 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished is left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
});

#[tokio::test]
async fn a_portal_moves_to_postgres_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second, third) = (testing::sqlite().await, testing::postgres().await, testing::sqlite().await);
    fill(&first.db).await;
    let start = saved(&first.db, folder.path(), "start").await;
    load(&second.db, &start, Existing::Refuse).await.unwrap();
    let moved = saved(&second.db, folder.path(), "moved").await;
    assert_eq!(check_copy(&moved).unwrap().header.engine, "postgres");
    load(&third.db, &moved, Existing::Refuse).await.unwrap();
    let back = saved(&third.db, folder.path(), "back").await;
    // Not `assert_eq`: it would print everything.
    assert!(content(&start) == content(&moved), "PostgreSQL holds the same");
    assert!(content(&start) == content(&back), "and so does the other file");
    for test in [&second, &third] {
        assert_eq!(next_change(&test.db).await, 3, "no number is given out twice");
    }
}

db_test!(only_an_empty_database_is_filled_unless_told_otherwise, |test| {
    let folder = tempfile::tempdir().unwrap();
    fill(&test.db).await;
    let copy = saved(&test.db, folder.path(), "copy").await;
    execute(&test.db, "DELETE FROM user_settings").await;
    let before = content(&saved(&test.db, folder.path(), "before").await);
    let error = load(&test.db, &copy, Existing::Refuse).await.unwrap_err().to_string();
    assert!(error.contains("not empty") && error.contains("--replace"), "{error}");
    assert!(content(&saved(&test.db, folder.path(), "after").await) == before);
    let summary = load(&test.db, &copy, Existing::Replace).await.unwrap();
    assert_eq!(summary.rows["user_settings"], 2);
    let again = content(&saved(&test.db, folder.path(), "again").await);
    // Rows only: `fill` brings numbers along that the sequences of PostgreSQL learn of when they are restored.
    let rows = |content: Content| content.into_iter().map(|(name, (_, rows))| (name, rows)).collect::<BTreeMap<_, _>>();
    assert!(rows(again) == rows(content(&copy)));
    // The layout is whole: a normal start finds nothing to do.
    let n_applied = Migrator::get_applied_migrations(test.db.connection()).await.unwrap().len();
    assert_eq!(n_applied, Migrator::get_migration_files().len());
});

db_test!(tables_of_others_stay, |test| {
    let folder = tempfile::tempdir().unwrap();
    execute(&test.db, "CREATE TABLE of_others (id integer, at date)").await;
    execute(&test.db, "INSERT INTO of_others (id) VALUES (7)").await;
    let copy = saved(&test.db, folder.path(), "copy").await;
    assert!(!content(&copy).contains_key("of_others"));
    load(&test.db, &copy, Existing::Replace).await.unwrap();
    assert_eq!(count(test.db.connection(), "of_others").await.unwrap(), 1);
});

db_test!(a_copy_of_an_older_layout_is_migrated_forward, |test| {
    let folder = tempfile::tempdir().unwrap();
    let old = DbTarget::Sqlite(folder.path().join("old.db"));
    let old = Db::open_unmigrated(&old).await.unwrap();
    Migrator::up(old.connection(), Some(3)).await.unwrap();
    fill(&old).await;
    let copy = saved(&old, folder.path(), "copy").await;
    assert_eq!(check_copy(&copy).unwrap().header.migrations.len(), 3);
    load(&test.db, &copy, Existing::Refuse).await.unwrap();
    let n_applied = Migrator::get_applied_migrations(test.db.connection()).await.unwrap().len();
    assert_eq!(n_applied, Migrator::get_migration_files().len());
    assert_eq!(count(test.db.connection(), "user_info").await.unwrap(), 1_234);
    let rows = query(test.db.connection(), "SELECT is_optional FROM refresh_state ORDER BY id", []).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect::<Vec<bool>>(), [false, true]);
});

db_test!(a_copy_made_while_others_write_is_of_one_moment, |test| {
    let folder = tempfile::tempdir().unwrap();
    let writing = test.db.clone();
    let writer = tokio::spawn(async move {
        for number in 0..400 {
            // Always both or none.
            let transaction = writing.connection().begin().await.unwrap();
            let text = format!("INSERT INTO user_info VALUES ('{number}', '', '')");
            transaction.execute_unprepared(&text).await.unwrap();
            let text = format!("INSERT INTO user_settings VALUES ('{number}', '', '', '')");
            transaction.execute_unprepared(&text).await.unwrap();
            transaction.execute_unprepared("INSERT INTO entity_changes (entity_ref) VALUES ('')").await.unwrap();
            transaction.commit().await.unwrap();
        }
    });
    let reader = Db::open_to_read(&test.target).await.unwrap();
    let mut seen = Vec::new();
    while !writer.is_finished() {
        let summary = save(&reader, &folder.path().join("copy"), DateTime::UNIX_EPOCH).await.unwrap();
        let n_rows = summary.rows["user_info"];
        assert_eq!((summary.rows["user_settings"], summary.rows["entity_changes"]), (n_rows, n_rows));
        seen.push(n_rows);
    }
    writer.await.unwrap();
    assert!(seen.iter().any(|n_rows| *n_rows < 400), "no copy was made in between: {seen:?}");
    let summary = save(&reader, &folder.path().join("copy"), DateTime::UNIX_EPOCH).await.unwrap();
    assert_eq!(summary.rows["user_info"], 400);
});

/// The database of `test` is as `before` after every one of these files was refused.
async fn assert_refused(test: &TestDb, file: &Path, bytes: &[u8], before: &Content) -> String {
    std::fs::write(file, bytes).unwrap();
    let checked = check_copy(file);
    let error = load(&test.db, file, Existing::Replace).await.unwrap_err();
    if let Err(checked) = checked {
        assert_eq!(checked.to_string(), error.to_string());
    }
    assert!(content(&saved(&test.db, file.parent().unwrap(), "after").await) == *before, "{error}");
    error.to_string()
}

#[tokio::test]
async fn a_damaged_copy_changes_nothing() {
    let (test, folder) = (testing::sqlite().await, tempfile::tempdir().unwrap());
    fill(&test.db).await;
    let copy = saved(&test.db, folder.path(), "copy").await;
    let before = content(&copy);
    let (bytes, file) = (std::fs::read(&copy).unwrap(), folder.path().join("damaged"));
    for end in [0, 1, 10, 100, bytes.len() / 2, bytes.len() - 9, bytes.len() - 1] {
        let error = assert_refused(&test, &file, &bytes[..end], &before).await;
        assert!(error.contains("not a whole copy") && error.contains("damaged"), "{end}: {error}");
    }
    for at in (0..bytes.len()).step_by(bytes.len() / 23) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        std::fs::write(&file, &changed).unwrap();
        // Some bytes of the head of an archive mean nothing, such as its time.
        if at >= 10 {
            assert_refused(&test, &file, &changed, &before).await;
        }
    }
    let error = assert_refused(&test, &file, &[&bytes[..], b"more"].concat(), &before).await;
    assert!(error.contains("something follows its end"), "{error}");
    let error = assert_refused(&test, &file, b"SQLite format 3\0", &before).await;
    assert!(error.contains("cannot be unpacked"), "{error}");
    let missing = load(&test.db, &folder.path().join("nowhere"), Existing::Replace).await.unwrap_err().to_string();
    assert!(missing.contains("cannot read") && missing.contains("nowhere"), "{missing}");
}

/// A copy of these lines; the checksum is that of all lines before it.
fn packed(lines: &[Value], end: Option<&Value>) -> Vec<u8> {
    let mut text: String = lines.iter().map(|line| line.to_string() + "\n").collect();
    if let Some(rows) = end {
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        text.push_str(&(json!({"end": rows, "sha256": hash}).to_string() + "\n"));
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn a_forged_copy_changes_nothing() {
    let (test, folder) = (testing::sqlite().await, tempfile::tempdir().unwrap());
    fill(&test.db).await;
    let before = content(&saved(&test.db, folder.path(), "before").await);
    let file = folder.path().join("forged");
    let names: Vec<String> = Migrator::get_migration_files().iter().map(|known| known.name().to_owned()).collect();
    let header = |version: u32, migrations: &[String]| {
        json!({"format": "callboard-backup", "version": version, "callboard": "9.9.9", "engine": "sqlite",
            "createdAt": "", "migrations": migrations})
    };
    let good = header(1, &names);
    let table =
        |name: &str, column: &str, kind: &str| json!({"table": name, "columns": [{"name": column, "type": kind}]});
    let info = json!({"table": "user_info", "columns": [{"name": "user_entity_ref", "type": "text"},
        {"name": "ownership_refs", "type": "text"}, {"name": "updated_at", "type": "text"}]});
    let newer = [names.clone(), vec!["m99991231_000001_later".to_owned()]].concat();
    for (lines, end, part) in [
        (vec![json!({"format": "tar"})], json!({}), "does not start as one"),
        (vec![json!([])], json!({}), "does not start as one"),
        (vec![header(2, &names)], json!({}), "newer version of callboard (9.9.9, with version 2 of the format)"),
        (vec![header(1, &newer)], json!({}), "the migration `m99991231_000001_later`"),
        (vec![header(1, &names[1..])], json!({}), "lacks the migration `m20261122_000001_catalog`"),
        (vec![header(1, &[])], json!({}), "names no migrations"),
        (vec![good.clone(), json!(["a"])], json!({}), "a row comes before any table"),
        (vec![good.clone(), info.clone(), json!(["a"])], json!({"user_info": 1}), "has 1 values"),
        (vec![good.clone(), info.clone(), json!(["a", "b", 3])], json!({"user_info": 1}), "is not text"),
        (vec![good.clone(), info.clone()], json!({"user_info": 1}), "rows are missing"),
        (vec![good.clone(), info.clone(), info.clone()], json!({"user_info": 0}), "comes twice"),
        (vec![good.clone(), info.clone()], json!({"user_info": 0}), "is missing"),
        (vec![good.clone(), table("user_info", "a", "text")], json!({"user_info": 0}), "has other columns"),
        (vec![good.clone(), table("x\"; DROP TABLE user_info; --", "a", "text")], json!({}), "rows are missing"),
        (vec![good.clone(), table("sqlite_master", "a", "text")], json!({"sqlite_master": 0}), "there is no table"),
        (vec![good.clone(), table("user_info", "a", "money")], json!({}), "line 2"),
        (vec![good.clone(), json!({"sha256": "", "end": {}}), json!([])], json!({}), "checksum"),
    ] {
        let error = assert_refused(&test, &file, &packed(&lines, Some(&end)), &before).await;
        assert!(error.contains(part), "`{part}` is missing in: {error}");
    }
    let error = assert_refused(&test, &file, &packed(&[good.clone(), info.clone()], None), &before).await;
    assert!(error.contains("stops before its end"), "{error}");
    // 200 MB of one line in 200 kB.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    writeln!(bomb, "{good}").unwrap();
    for _ in 0..200 {
        bomb.write_all(&[b'['; 1 << 20]).unwrap();
    }
    let error = assert_refused(&test, &file, &bomb.finish().unwrap(), &before).await;
    assert!(error.contains("a line is too long"), "{error}");
    let deep = ["[".repeat(10_000), "]".repeat(10_000)].concat();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    writeln!(packed, "{good}\n{deep}").unwrap();
    let error = assert_refused(&test, &file, &packed.finish().unwrap(), &before).await;
    assert!(error.contains("line 2"), "{error}");
}

#[tokio::test]
async fn a_copy_that_cannot_be_written_leaves_the_last_one() {
    let (test, folder) = (testing::sqlite().await, tempfile::tempdir().unwrap());
    let error =
        save(&test.db, &folder.path().join("nowhere/copy"), DateTime::UNIX_EPOCH).await.unwrap_err().to_string();
    assert!(error.contains("cannot write") && error.contains("nowhere"), "{error}");
    let copy = saved(&test.db, folder.path(), "copy").await;
    let before = std::fs::read(&copy).unwrap();
    execute(&test.db, "DROP TABLE user_info").await;
    execute(&test.db, "CREATE TABLE user_info (a money)").await;
    let error = save(&test.db, &copy, DateTime::UNIX_EPOCH).await.unwrap_err().to_string();
    assert!(error.contains("`a` of `user_info` has the type `money`"), "{error}");
    assert_eq!(std::fs::read(&copy).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished is left");
}
