//! Tasks: one owner's, as plain values.

mod cursor;
mod fold;
mod list_query;
mod list_statement;
mod model;
mod page;
mod row;
mod sort;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect, QueryTrait, StatementBuilder, Value,
    sea_query::{Expr, Func, Keyword, SimpleExpr},
};

use self::row::{ActiveModel, Column};
pub use self::{
    cursor::{Cursor, InvalidCursor},
    list_query::ListQuery,
    model::{Completion, Priority, Task, TaskChange, TaskContent, UpdateOutcome},
    page::Page,
    sort::{Filter, Sort, SortKey},
};
use crate::{
    Db, StoreError, TaskId,
    db::Executor,
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
        let rows = self.db.query(&list_statement::select(&self.rows, query, self.db.dialect())?).await?;
        let owner = self.rows.owner();
        let tasks = rows.iter().map(|row| row::from_row(row, owner)).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::from_rows(tasks, query, owner))
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
    pub async fn get(&self, id: TaskId) -> Result<Option<Task>, StoreError> {
        let select = self.rows.select().filter(Column::Id.eq(id.0)).select_only().columns(row::selected_columns());
        self.query_task(&select.into_query()).await
    }

    /// Creates a task.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn create(&self, content: TaskContent, now: DateTime<Utc>) -> Result<Task, StoreError> {
        let mut insert = self.rows.insert(row::new_row(TaskId::new(now), content, now)).into_query();
        let task = self.query_task(insert.returning(row::returning())).await?;
        task.ok_or_else(|| StoreError::unexpected("an insert returned no row"))
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
    ) -> Result<UpdateOutcome<Task>, StoreError> {
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
    ) -> Result<UpdateOutcome<Task>, StoreError> {
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
    ) -> Result<UpdateOutcome<Task>, StoreError> {
        let mut update = self.rows.update(row).filter(Column::Id.eq(id.0));
        update = update.col_expr(Column::UpdatedAt, monotonic_updated_at(now));
        if let Some(completion) = completion {
            update = update.col_expr(Column::CompletedAt, completed_at(completion, now));
        }
        Ok(self.query_task(update.into_query().returning(row::returning())).await?.into())
    }

    async fn query_task(&self, statement: &impl StatementBuilder) -> Result<Option<Task>, StoreError> {
        let row = self.db.query_one(statement).await?;
        row.map(|row| row::from_row(&row, self.rows.owner())).transpose()
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
