//! Fills the index of the search for users with many tasks.

use sea_orm::{Value, sea_query::ArrayType};
use uuid::Uuid;

use super::{
    grams,
    search_statement::{POSTGRES_WITHOUT_GRAMS, sqlite_document},
};
use crate::{
    Db, StoreError, UserId,
    db::{Executor, Row, Sql, Transaction},
};

/// A user with more tasks outside the index has them added.
const MANY_TASKS: i64 = 2_000;

/// The number of tasks that [`SearchIndex::large_users`] counts at a time.
const PAGE_SIZE: i64 = 50_000;

/// The number of tasks that are locked at a time. SQLite has no other writer meanwhile.
const BATCH_SIZE: i64 = 100;

/// The index of the search. It has the trigrams of the tasks of users with many; other tasks are read one by one.
#[derive(Clone)]
pub struct SearchIndex {
    db: Db,
}

/// Some of the users with many tasks outside the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LargeUsers {
    /// The users.
    pub users: Vec<UserId>,
    /// Where to continue; `None` at the end.
    pub next: Option<UserId>,
}

impl SearchIndex {
    /// Fills the index of `db`.
    #[must_use]
    pub fn new(db: &Db) -> Self {
        Self { db: db.with_all_rows() }
    }

    /// Returns users, from `first` on, with many tasks outside the index.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn large_users(&self, first: &UserId) -> Result<LargeUsers, StoreError> {
        let without_grams = self.without_grams();
        let sql = format!(
            "select user_id, count(*) from (
                select task.user_id from taskbridge.task where {without_grams} and task.user_id >= $1
                order by task.user_id limit {PAGE_SIZE}) as page
            group by user_id order by user_id"
        );
        let rows = self.db.query_slowly(&Sql::new(&sql, [first.as_str().into()])).await?;
        let counts = rows.iter().map(|row| Ok((UserId::from(row.get::<&str>(0)?), row.get(1)?)));
        Ok(LargeUsers::new(first, counts.collect::<Result<_, StoreError>>()?))
    }

    /// Adds a batch of a user's tasks and returns its size. Zero means that no task is left, or that other replicas are
    /// adding the rest.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn fill_batch(&self, user: &UserId) -> Result<usize, StoreError> {
        let (without_grams, skip_locked) = (self.without_grams(), self.db.dialect().skip_locked());
        let sql = format!(
            "select task.id, task.folded_title, task.folded_description from taskbridge.task
            where task.user_id = $1 and {without_grams} limit {BATCH_SIZE} {skip_locked}"
        );
        self.db
            .transaction(async |transaction| {
                let tasks = transaction.query(&Sql::new(&sql, [user.as_str().into()])).await?;
                for task in &tasks {
                    add(transaction, user, task).await?;
                }
                Ok(tasks.len())
            })
            .await
    }

    fn without_grams(&self) -> &'static str {
        if self.db.dialect().is_postgres() { POSTGRES_WITHOUT_GRAMS } else { "task.search_id is null" }
    }
}

impl LargeUsers {
    /// Makes a page of each user's number of tasks. That of the last user may be incomplete.
    fn new(first: &UserId, counts: Vec<(UserId, i64)>) -> Self {
        let is_full = counts.iter().map(|(_, count)| count).sum::<i64>() >= PAGE_SIZE;
        let next = counts.last().map(|(user, _)| user.clone());
        let next = next.filter(|user| is_full && user != first);
        let users = counts.into_iter().filter(|(_, count)| *count > MANY_TASKS).map(|(user, _)| user).collect();
        Self { users, next }
    }
}

/// Adds a task, which the transaction has locked.
async fn add(transaction: &Transaction, user: &UserId, task: &Row) -> Result<(), StoreError> {
    let id: Uuid = task.get(0)?;
    let texts = [Some(task.get::<&str>(1)?), task.get::<Option<&str>>(2)?];
    let grams = grams::of_texts(user, texts.into_iter().flatten());
    if transaction.dialect().is_postgres() {
        return add_to_postgres(transaction, user, id, grams).await;
    }
    add_to_sqlite(transaction, user, id, &grams).await
}

async fn add_to_postgres(
    transaction: &Transaction,
    user: &UserId,
    id: Uuid,
    grams: Vec<i64>,
) -> Result<(), StoreError> {
    const UPDATE: &str = "update taskbridge.task set search_grams =
        hashtextextended(coalesce(folded_description, ''), hashtextextended(folded_title, 0)) || $1
        where user_id = $2 and id = $3";
    let grams = grams.into_iter().map(Value::from).collect();
    let grams = Value::Array(ArrayType::BigInt, Some(Box::new(grams)));
    transaction.execute(&Sql::new(UPDATE, [grams, user.as_str().into(), id.into()])).await?;
    Ok(())
}

async fn add_to_sqlite(transaction: &Transaction, user: &UserId, id: Uuid, grams: &[i64]) -> Result<(), StoreError> {
    const NUMBER: &str = "update taskbridge.task set search_id = coalesce(
        (select search_id from taskbridge.task where search_id is not null order by search_id desc limit 1), 0) + 1
        where user_id = $1 and id = $2";
    const ADD: &str = "insert into taskbridge.task_search (rowid, grams)
        select search_id, $3 from taskbridge.task where user_id = $1 and id = $2";
    let key = || [user.as_str().into(), id.into()];
    transaction.execute(&Sql::new(NUMBER, key())).await?;
    let [user, id] = key();
    transaction.execute(&Sql::new(ADD, [user, id, sqlite_document(grams).into()])).await?;
    Ok(())
}
