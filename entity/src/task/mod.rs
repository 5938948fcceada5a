//! Tasks: one owner's, as plain values.

mod cursor;
mod fold;
mod list_query;
mod list_statement;
mod model;
mod row;
mod sort;
mod stored;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect, QueryTrait, Value,
    sea_query::{Expr, Func, Keyword, SimpleExpr},
};

use self::row::{ActiveModel, Column};
pub use self::{
    cursor::{Cursor, InvalidCursor},
    list_query::ListQuery,
    model::{Completion, Priority, Task, TaskChange, TaskContent, UpdateOutcome},
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
        let select = list_statement::select(&self.rows, query, self.db.dialect())?;
        let rows = if query.filter.may_be_slow() {
            self.db.query_slowly(&select).await?
        } else {
            self.db.query(&select).await?
        };
        Page::new(rows, query, self.rows.owner())
    }

    /// Returns the statement that [`Tasks::list`] runs.
    ///
    /// # Errors
    ///
    /// [`StoreError::CursorMismatch`] if the cursor was issued for another list.
    #[cfg(feature = "explain")]
    pub fn explain(&self, query: &ListQuery) -> Result<sea_orm::Statement, StoreError> {
        Ok(self.db.explain(&list_statement::select(&self.rows, query, self.db.dialect())?))
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
