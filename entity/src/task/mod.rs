//! Tasks: one owner's, as plain values.

mod cursor;
mod fold;
mod grams;
mod list_query;
mod list_statement;
mod model;
mod row;
mod search_index;
mod search_statement;
mod sort;
mod stored;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect, QueryTrait, Value,
    sea_query::{Expr, Func, Keyword, SelectStatement, SimpleExpr},
};

use self::row::{ActiveModel, Column};
pub use self::{
    cursor::{Cursor, InvalidCursor},
    list_query::ListQuery,
    model::{Completion, Priority, Task, TaskChange, TaskContent, UpdateOutcome},
    search_index::{LargeUsers, SearchIndex},
    sort::{Filter, Sort, SortKey},
    stored::{Page, StoredTask},
};
use crate::{
    Db, StoreError, TaskId,
    db::{Executor, Row},
    owned::{Owned, Owner, OwnerScoped},
};

/// One owner's tasks. Each method runs one statement, limited to the owner.
#[derive(Clone)]
pub struct Tasks {
    rows: Owned<row::Entity>,
    db: Db,
}

impl OwnerScoped for Tasks {
    fn scoped_to(owner: Owner, db: Db) -> Self {
        let db = db.limited_to(owner.id().as_str());
        Self { rows: Owned::new(owner, &db), db }
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
            self.db.query(&self.list_statement(query)?).await?
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
        let select = self.rows.select().filter(Column::Id.eq(id.0)).select_only().columns(row::selected_columns());
        Ok(self.db.query_one(&select.into_query()).await?.map(|row| self.stored(row)))
    }

    /// Creates a task.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn create(&self, content: TaskContent, now: DateTime<Utc>) -> Result<StoredTask, StoreError> {
        let mut insert = self.rows.insert(row::new_row(TaskId::new(now), content, now)).into_query();
        let row = self.db.insert_returning(insert.returning(row::returning())).await?;
        row.map(|row| self.stored(row)).ok_or_else(|| StoreError::unexpected("an insert returned no row"))
    }

    /// Changes a task.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn update(
        &self,
        id: TaskId,
        change: TaskChange,
        now: DateTime<Utc>,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        if change == TaskChange::default() {
            return Ok(self.get(id).await?.into());
        }
        let (row, completion) = row::changed_row(change);
        self.update_row(id, row, completion, now).await
    }

    /// Completes a task or opens it again.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn complete(
        &self,
        id: TaskId,
        completion: Completion,
        now: DateTime<Utc>,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        self.update_row(id, ActiveModel::default(), Some(completion), now).await
    }

    /// Deletes a task. Returns whether the owner had it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn delete(&self, id: TaskId) -> Result<bool, StoreError> {
        let delete = self.rows.delete().filter(Column::Id.eq(id.0));
        Ok(self.db.execute(&delete.into_query()).await? > 0)
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

    async fn update_row(
        &self,
        id: TaskId,
        row: ActiveModel,
        completion: Option<Completion>,
        now: DateTime<Utc>,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        let mut update = self.rows.update(row).filter(Column::Id.eq(id.0));
        update = update.col_expr(Column::UpdatedAt, monotonic_updated_at(now));
        if let Some(completion) = completion {
            update = update.col_expr(Column::CompletedAt, completed_at(completion, now));
        }
        let row = self.db.execute_returning(update.into_query().returning(row::returning())).await?;
        Ok(row.map(|row| self.stored(row)).into())
    }

    fn stored(&self, row: Row) -> StoredTask {
        StoredTask::new(row, self.rows.owner().clone())
    }
}

/// Concurrent updates may be stored in another order than they were requested in; `updated_at` never decreases.
fn monotonic_updated_at(now: DateTime<Utc>) -> SimpleExpr {
    Func::greatest([Expr::col(Column::UpdatedAt), Expr::value(now)]).into()
}

/// Completing a completed task keeps its `completed_at`.
fn completed_at(completion: Completion, now: DateTime<Utc>) -> SimpleExpr {
    let stored = || Expr::col(Column::CompletedAt);
    match completion {
        Completion::Set(true) => Func::coalesce([stored(), Expr::value(now)]).into(),
        Completion::Set(false) => Expr::value(Value::ChronoDateTimeUtc(None)),
        Completion::Toggle => Expr::case(Column::CompletedAt.is_null(), now).finally(Keyword::Null).into(),
    }
}
