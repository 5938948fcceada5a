//! Tests of the engine.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::{DbBackend, Statement, Value};

use super::{Sqlite, SqliteSettings};
use crate::db::error::StoreError;

struct Database {
    path: std::path::PathBuf,
    sqlite: Sqlite,
}

impl Database {
    async fn open() -> Self {
        Self::open_with(Duration::from_secs(5)).await
    }

    async fn open_with(statement_timeout: Duration) -> Self {
        let path = std::env::temp_dir().join(format!("taskbridge-{}.db", uuid::Uuid::new_v4()));
        let url = format!("sqlite://{}?mode=rwc", path.display());
        let busy_timeout = Duration::from_millis(200);
        let sqlite = Sqlite::open(SqliteSettings { url, readers: 2, busy_timeout, statement_timeout }).await.unwrap();
        sqlite.write(sql("create table note (id integer primary key, text)", []), None).await.unwrap();
        Self { path, sqlite }
    }

    async fn insert(&self, id: i64) -> Result<u64, StoreError> {
        let insert = sql("insert into note (text, id) values ($2, $1)", [id.into(), "text".into()]);
        self.sqlite.write(insert, None).await.map(|written| written.affected)
    }

    async fn count(&self) -> i64 {
        self.sqlite.read(sql("select count(*) from note", [])).await.unwrap()[0].get(0).unwrap()
    }

    fn other_process(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(&self.path).unwrap()
    }

    fn wal_length(&self) -> u64 {
        std::fs::metadata(format!("{}-wal", self.path.display())).unwrap().len()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            drop(std::fs::remove_file(format!("{}{suffix}", self.path.display())));
        }
    }
}

fn sql<const N: usize>(text: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, text, values)
}

const ENDLESS: &str = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";

#[tokio::test]
async fn two_statements_of_a_write_take_effect_together() {
    let database = Database::open().await;
    let insert = |id: i64| sql("insert into note (id) values ($1)", [id.into()]);
    let pair = |first: i64, second: i64| database.sqlite.write(insert(first), Some(insert(second)));
    let (whole, failed, alone) = tokio::join!(pair(1, 2), pair(3, 1), database.insert(4));
    assert_eq!(whole.unwrap().affected, 1);
    assert!(failed.is_err());
    assert_eq!(alone.unwrap(), 1);
    assert_eq!(database.count().await, 3);
    assert!(pair(5, 6).await.is_ok(), "the savepoint is gone");
}

#[tokio::test]
async fn writes_that_wait_are_committed_together() {
    let database = Database::open().await;
    let transaction = database.sqlite.begin().await.unwrap();
    let before = database.wal_length();
    let writes = join_all((0..50).map(|id| database.insert(id)));
    let (results, committed) = tokio::join!(writes, transaction.commit());
    committed.unwrap();
    assert!(results.into_iter().all(|affected| affected.unwrap() == 1));
    let frames = (database.wal_length() - before) / 4_096;
    assert!(frames < 10, "50 commits write at least 50 frames, not {frames}");
    assert_eq!(database.count().await, 50);
}

#[tokio::test]
async fn a_failed_statement_fails_alone() {
    let database = Database::open().await;
    let transaction = database.sqlite.begin().await.unwrap();
    let writes = join_all([1, 2, 1, 3].map(|id| database.insert(id)));
    let (results, _) = tokio::join!(writes, transaction.rollback());
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true]);
    assert!(matches!(results[2], Err(StoreError::Unexpected(_))));
    assert_eq!(database.count().await, 3);
}

#[tokio::test]
async fn an_interrupted_write_fails_alone() {
    let database = Database::open_with(Duration::from_millis(100)).await;
    let transaction = database.sqlite.begin().await.unwrap();
    let endless = database.sqlite.write(sql(&format!("insert into note (text) {ENDLESS}"), []), None);
    let (first, slow, last, _) = tokio::join!(database.insert(1), endless, database.insert(2), transaction.rollback());
    assert!(matches!(slow, Err(StoreError::Unavailable(_))), "{slow:?}");
    assert_eq!((first.unwrap(), last.unwrap(), database.count().await), (1, 1, 2));
}

#[tokio::test]
async fn a_read_is_interrupted_after_the_statement_timeout() {
    let database = Database::open_with(Duration::from_millis(100)).await;
    let read = database.sqlite.read(sql(ENDLESS, [])).await;
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
    assert_eq!(database.count().await, 0);
}

#[tokio::test]
async fn a_dropped_transaction_is_rolled_back() {
    let database = Database::open().await;
    let transaction = database.sqlite.begin().await.unwrap();
    transaction.run(sql("insert into note (id) values (?)", [1_i64.into()])).await.unwrap();
    drop(transaction);
    assert_eq!(database.insert(1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_transaction_excludes_other_writes_and_not_reads() {
    let database = Database::open().await;
    let transaction = database.sqlite.begin().await.unwrap();
    transaction.run(sql("insert into note (id) values (1)", [])).await.unwrap();
    let mut write = std::pin::pin!(database.insert(2));
    assert!(futures_util::poll!(write.as_mut()).is_pending());
    assert_eq!(database.count().await, 0);
    transaction.commit().await.unwrap();
    write.await.unwrap();
    assert_eq!(database.count().await, 2);
}

#[tokio::test]
async fn a_silent_transaction_is_rolled_back() {
    let database = Database::open_with(Duration::from_millis(100)).await;
    let transaction = database.sqlite.begin().await.unwrap();
    database.insert(1).await.unwrap();
    assert!(matches!(transaction.commit().await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn reads_do_not_wait_for_another_process() {
    let database = Database::open().await;
    let other = database.other_process();
    other.execute_batch("begin immediate; insert into note (id) values (1)").unwrap();
    let start = Instant::now();
    let writes = join_all((2..22).map(|id| database.insert(id)));
    let (results, count) = tokio::join!(writes, database.count());
    assert_eq!(count, 0);
    assert!(results.iter().all(|result| matches!(result, Err(StoreError::Unavailable(_)))));
    assert!(start.elapsed() < Duration::from_secs(1), "the writers waited one after the other");
    other.execute_batch("commit").unwrap();
    assert_eq!(database.insert(2).await.unwrap(), 1);
}

#[tokio::test]
async fn a_write_whose_caller_has_gone_is_skipped() {
    let database = Database::open().await;
    let transaction = database.sqlite.begin().await.unwrap();
    {
        let mut abandoned = std::pin::pin!(database.insert(1));
        assert!(futures_util::poll!(abandoned.as_mut()).is_pending());
    }
    transaction.commit().await.unwrap();
    database.insert(2).await.unwrap();
    assert_eq!(database.count().await, 1);
}

#[tokio::test]
async fn a_full_queue_refuses() {
    let database = Database::open().await;
    let _transaction = database.sqlite.begin().await.unwrap();
    let writes = (0..super::QUEUE_CAPACITY).map(|_| database.sqlite.write(sql("delete from note", []), None));
    let mut waiting: Vec<_> = writes.map(Box::pin).collect();
    for write in &mut waiting {
        assert!(futures_util::poll!(write.as_mut()).is_pending());
    }
    assert!(matches!(database.insert(1).await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_script_is_part_of_its_transaction() {
    let database = Database::open().await;
    let transaction = database.sqlite.begin().await.unwrap();
    transaction.run_script("create table tag (name text); insert into tag values ('a'), ('b')").await.unwrap();
    let rows = transaction.run(sql("select name, 1 as n from tag", [])).await.unwrap().rows;
    assert_eq!((rows.len(), rows[1].columns()), (2, ["name".to_owned(), "n".to_owned()].as_slice()));
    transaction.rollback().await.unwrap();
    assert!(database.sqlite.read(sql("select * from tag", [])).await.is_err());
}

#[tokio::test]
async fn an_unknown_column_has_a_class_of_its_own() {
    let database = Database::open().await;
    let error = database.sqlite.read(sql("select banned from note", [])).await.unwrap_err();
    assert!(error.is_unknown_column(), "{error}");
}

#[tokio::test]
async fn commits_are_synchronous_and_foreign_keys_enforced() {
    let database = Database::open().await;
    for (pragma, expected) in [("pragma synchronous", 2_i64), ("pragma foreign_keys", 1)] {
        let rows = database.sqlite.write(sql(pragma, []), None).await.unwrap().rows;
        assert_eq!(rows[0].get::<i64>(0).unwrap(), expected, "{pragma}");
    }
    let rows = database.sqlite.read(sql("pragma journal_mode", [])).await.unwrap();
    assert_eq!(rows[0].get::<&str>(0).unwrap(), "wal");
}

#[tokio::test]
async fn a_missing_file_is_denied() {
    let url = "sqlite:/nonexistent/a.db".to_owned();
    let timeout = Duration::from_secs(1);
    let settings = SqliteSettings { url, readers: 1, busy_timeout: timeout, statement_timeout: timeout };
    assert!(matches!(Sqlite::open(settings).await, Err(StoreError::AccessDenied(_))));
}
