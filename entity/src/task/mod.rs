//! Tasks: one owner's, as plain values.

mod cached_statement;
mod change_notification;
mod changes;
mod counter;
mod cursor;
mod fold;
mod grams;
mod idempotency;
mod list_query;
mod list_statement;
mod model;
mod purge;
mod revisions;
mod row;
mod search_index;
mod search_statement;
mod sort;
mod stored;
mod sync_token;
mod transaction;
mod write;

use sea_orm::sea_query::SelectStatement;

pub(crate) use self::{change_notification::CHANGE_CHANNEL, purge::purge};
pub use self::{
    change_notification::{ChangeNotification, ChangeNotifier, ChangedUsers, UserHash},
    changes::{Change, ChangePage, ChangesOutcome, PageLimit},
    cursor::{Cursor, InvalidCursor},
    idempotency::{Claim, IdempotencyKey, StoredResponse},
    list_query::ListQuery,
    model::{
        Completion, CreateOutcome, DeletedTask, Precondition, Priority, Revision, Task, TaskChange, TaskContent,
        UpdateOutcome,
    },
    revisions::TaskRevisions,
    search_index::{LargeUsers, SearchIndex},
    sort::{Filter, Sort, SortKey},
    stored::{Page, StoredTask},
    sync_token::{InvalidSyncToken, SyncToken},
    transaction::TaskTransaction,
    write::WriteContext,
};
use self::{counter::TaskCounter, idempotency::IdempotencyKeys};
use crate::{
    Db, StoreError, TaskId,
    db::{Executor, Row},
    owned::{Owned, Owner, OwnerScoped},
};

/// One owner's tasks. Each statement is limited to the owner.
#[derive(Clone)]
pub struct Tasks {
    rows: Owned<row::Entity>,
    counter: TaskCounter,
    idempotency_keys: IdempotencyKeys,
    db: Db,
}

impl OwnerScoped for Tasks {
    fn scoped_to(owner: Owner, db: Db) -> Self {
        let db = db.limited_to(owner.id().as_str());
        Self {
            rows: Owned::new(owner.clone(), &db),
            counter: TaskCounter::new(owner.clone(), &db),
            idempotency_keys: IdempotencyKeys::new(owner, &db),
            db,
        }
    }
}

impl Tasks {
    /// Returns one page of the owner's tasks.
    ///
    /// # Errors
    ///
    /// [`StoreError::CursorMismatch`] if the cursor was issued for another list; [`StoreError::Unavailable`] if the
    /// database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn list(&self, query: &ListQuery) -> Result<Page, StoreError> {
        let rows = if query.filter.is_search() {
            self.search(query).await?
        } else if query.filter.may_be_slow() {
            self.db.query_alone(&self.list_statement(query)?).await?
        } else {
            self.db.query(&cached_statement::list(&self.rows, query, self.db.dialect())?).await?
        };
        Page::new(rows, query, self.rows.owner())
    }

    /// Returns the statement that [`Tasks::list`] runs; of a search, the one that reads all tasks.
    ///
    /// # Errors
    ///
    /// [`StoreError::CursorMismatch`] if the cursor was issued for another list.
    #[cfg(feature = "explain")]
    pub fn explain(&self, query: &ListQuery) -> Result<sea_orm::Statement, StoreError> {
        Ok(self.db.explain(&self.list_statement(query)?))
    }

    /// Returns the statements that a search among many tasks runs: for frequent words and for rare ones.
    ///
    /// # Errors
    ///
    /// [`StoreError::CursorMismatch`] if the cursor was issued for another list.
    #[cfg(feature = "explain")]
    pub fn explain_search(&self, query: &ListQuery) -> Result<[sea_orm::Statement; 2], StoreError> {
        let grams = grams::of_words(self.rows.owner(), &query.filter.words);
        let dialect = self.db.dialect();
        let first = search_statement::among_first_tasks(&self.rows, query, dialect)?;
        let indexed = search_statement::by_grams(&self.rows, query, &grams, dialect)?;
        Ok([self.db.explain(&first), self.db.explain(&indexed)])
    }

    /// Runs a statement as it is written, without the owner's condition, and returns the first column of its rows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    #[cfg(feature = "explain")]
    pub async fn run_as_written(&self, sql: &str) -> Result<Vec<String>, StoreError> {
        self.db.query(&crate::db::Sql::new(sql, [])).await?.iter().map(|row| row.get(0)).collect()
    }

    /// Returns a task, or `None` if *this owner* has none with that id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn get(&self, id: TaskId) -> Result<Option<StoredTask>, StoreError> {
        self.get_on(&self.db, id).await
    }

    /// Returns the same owner's tasks by the connections of another `Db` of the database.
    #[must_use]
    pub fn on(&self, db: &Db) -> Self {
        Self { db: db.clone().limited_to(self.rows.owner().as_str()), ..self.clone() }
    }

    async fn get_on(&self, executor: &impl Executor, id: TaskId) -> Result<Option<StoredTask>, StoreError> {
        let select = cached_statement::task(&self.rows, id, self.db.dialect());
        Ok(executor.query_one(&select).await?.map(|row| self.stored(row)))
    }

    fn list_statement(&self, query: &ListQuery) -> Result<SelectStatement, StoreError> {
        list_statement::select(&self.rows, query, self.db.dialect())
    }

    /// Reads few tasks one by one. Among many, frequent words fill a page from the first tasks of the list; rare ones are
    /// found by their trigrams.
    async fn search(&self, query: &ListQuery) -> Result<Vec<Row>, StoreError> {
        let dialect = self.db.dialect();
        let grams = grams::of_words(self.rows.owner(), &query.filter.words);
        if grams.is_empty() || !self.has_many_tasks(query).await? {
            return self.db.query_slowly(&self.list_statement(query)?).await;
        }
        let first = search_statement::among_first_tasks(&self.rows, query, dialect)?;
        let rows = self.db.query_slowly(&first).await?;
        if rows.len() > usize::from(query.limit) {
            return Ok(rows);
        }
        self.db.query_slowly(&search_statement::by_grams(&self.rows, query, &grams, dialect)?).await
    }

    /// Returns whether many tasks follow the position of the query in its list.
    async fn has_many_tasks(&self, query: &ListQuery) -> Result<bool, StoreError> {
        let select = search_statement::has_many_tasks(&self.rows, query, self.db.dialect())?;
        Ok(self.db.query_one(&select).await?.is_some())
    }

    fn stored(&self, row: Row) -> StoredTask {
        StoredTask::new(row, self.rows.owner().clone())
    }
}
