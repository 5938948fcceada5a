//! Writes of tasks. Each is one transaction, on PostgreSQL one statement, in which the task takes the next revision.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait, Value,
    sea_query::{Expr, ExprTrait, Func, InsertStatement, Keyword, OnConflict, SelectStatement, SimpleExpr},
};

use super::{
    Tasks,
    model::{Completion, CreateOutcome, DeletedTask, Precondition, Revision, TaskChange, TaskContent, UpdateOutcome},
    row::{self, ActiveModel, Column},
    stored::StoredTask,
};
use crate::{
    StoreError, TaskId,
    db::{Dialect, Executor, Row, is_in_list},
};

/// What a write needs beside the task.
#[derive(Debug, Clone)]
pub struct WriteContext {
    /// The revision that the task must have.
    pub precondition: Precondition,
    /// The time of the change.
    pub now: DateTime<Utc>,
}

impl WriteContext {
    /// Returns the context of a change at `now`, whatever revision the task has.
    #[must_use]
    pub fn unconditional(now: DateTime<Utc>) -> Self {
        Self { precondition: Precondition::None, now }
    }
}

impl Tasks {
    /// Creates a task.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn create(&self, content: TaskContent, now: DateTime<Utc>) -> Result<StoredTask, StoreError> {
        self.create_on(&self.db, content, now).await
    }

    pub(super) async fn create_on(
        &self,
        executor: &impl Executor,
        content: TaskContent,
        now: DateTime<Utc>,
    ) -> Result<StoredTask, StoreError> {
        let row = row::new_row(TaskId::new(now), content, now);
        let values = self.rows.values(row.clone());
        let insert = || self.insert(row, Condition::all());
        let row = self.counter.insert_unconditionally(executor, values, insert).await?;
        row.map(|row| self.stored(row)).ok_or_else(|| StoreError::unexpected("an insert returned no row"))
    }

    /// Creates a task under an id that the client made, unless the owner has, or had, a task with that id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn create_with_id(
        &self,
        id: TaskId,
        content: TaskContent,
        now: DateTime<Utc>,
    ) -> Result<CreateOutcome<StoredTask>, StoreError> {
        self.create_with_id_on(&self.db, id, content, now).await
    }

    pub(super) async fn create_with_id_on(
        &self,
        executor: &impl Executor,
        id: TaskId,
        content: TaskContent,
        now: DateTime<Utc>,
    ) -> Result<CreateOutcome<StoredTask>, StoreError> {
        let is_free = Condition::all().add(Expr::exists(self.select_task(id).into_query()).not());
        let mut insert = self.insert(row::new_row(id, content, now), self.counter.guarded(&is_free));
        // a concurrent transaction may have taken the id
        insert.on_conflict(OnConflict::columns([Column::UserId, Column::Id]).do_nothing().to_owned());
        match self.counter.insert(executor, insert, is_free).await? {
            Some(row) => Ok(CreateOutcome::Created(self.stored(row))),
            None => Ok(CreateOutcome::Exists(self.revision_of(executor, id).await?)),
        }
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
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        self.update_on(&self.db, id, change, context).await
    }

    pub(super) async fn update_on(
        &self,
        executor: &impl Executor,
        id: TaskId,
        change: TaskChange,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        if change == TaskChange::default() {
            return self.unchanged(executor, id, context).await;
        }
        let (row, completion) = row::changed_row(change);
        self.update_live(executor, id, row, completion, context).await
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
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        self.complete_on(&self.db, id, completion, context).await
    }

    pub(super) async fn complete_on(
        &self,
        executor: &impl Executor,
        id: TaskId,
        completion: Completion,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        self.update_live(executor, id, ActiveModel::default(), Some(completion), context).await
    }

    /// Moves a task to the trash.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn delete(&self, id: TaskId, context: &WriteContext) -> Result<UpdateOutcome<DeletedTask>, StoreError> {
        self.delete_on(&self.db, id, context).await
    }

    pub(super) async fn delete_on(
        &self,
        executor: &impl Executor,
        id: TaskId,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<DeletedTask>, StoreError> {
        let row = ActiveModel { deleted_at: Set(Some(context.now)), ..ActiveModel::default() };
        deleted(self.update_live(executor, id, row, None, context).await?)
    }

    /// Removes a task for good, from the trash or not. Its id and revision stay, so that clients learn of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn delete_permanently(
        &self,
        id: TaskId,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<DeletedTask>, StoreError> {
        let row = ActiveModel { deleted_at: Set(Some(context.now)), ..row::purged_row() };
        let is_not_purged = Condition::all().add(Column::Purged.eq(false));
        deleted(self.update_row(&self.db, id, row, None, is_not_purged, context).await?)
    }

    /// Brings a task back from the trash.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn restore(&self, id: TaskId, context: &WriteContext) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        self.restore_on(&self.db, id, context).await
    }

    pub(super) async fn restore_on(
        &self,
        executor: &impl Executor,
        id: TaskId,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        let row = ActiveModel { deleted_at: Set(None), ..ActiveModel::default() };
        self.update_row(executor, id, row, None, row::is_in_trash(), context).await
    }

    fn insert(&self, row: ActiveModel, condition: Condition) -> InsertStatement {
        let mut insert = self.rows.insert_if(row, [(Column::Revision, self.counter.next())], condition);
        insert.returning(row::returning());
        insert
    }

    /// Answers a change of nothing.
    async fn unchanged(
        &self,
        executor: &impl Executor,
        id: TaskId,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        let Some(task) = self.get_on(executor, id).await? else { return Ok(UpdateOutcome::NotFound) };
        let revision = task.task()?.revision;
        if context.precondition.is_met_by(revision) {
            return Ok(UpdateOutcome::Updated(task));
        }
        Ok(UpdateOutcome::PreconditionFailed(revision))
    }

    async fn update_live(
        &self,
        executor: &impl Executor,
        id: TaskId,
        row: ActiveModel,
        completion: Option<Completion>,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        self.update_row(executor, id, row, completion, row::is_live().into(), context).await
    }

    /// Changes the task if it is in `state`, a condition, and has the revision that the context requires.
    async fn update_row(
        &self,
        executor: &impl Executor,
        id: TaskId,
        row: ActiveModel,
        completion: Option<Completion>,
        state: Condition,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        let found = Condition::all().add(state.clone()).add(is_met(&context.precondition, self.db.dialect()));
        let is_purged = row.purged == Set(true);
        let mut update = self.rows.update(row).filter(Column::Id.eq(id.0)).filter(found.clone());
        update = update.col_expr(Column::UpdatedAt, monotonic_updated_at(context.now));
        update = update.col_expr(Column::Revision, self.counter.next());
        if let Some(completion) = completion {
            update = update.col_expr(Column::CompletedAt, completed_at(completion, context.now));
        }
        let mut update = update.into_query();
        update.returning(row::returning());
        if is_purged && self.db.dialect().is_postgres() {
            // SQLite has a trigger
            update.value("search_grams", Keyword::Null);
        }
        let task = self.select_task(id).filter(found).into_query();
        match self.counter.update(executor, update, task).await? {
            Some(row) => Ok(UpdateOutcome::Updated(self.stored(row))),
            None if context.precondition == Precondition::None => Ok(UpdateOutcome::NotFound),
            None => self.update_failure(executor, self.select_task(id).filter(state).into_query()).await,
        }
    }

    /// Returns why a conditional update found no task.
    async fn update_failure<T>(
        &self,
        executor: &impl Executor,
        task: SelectStatement,
    ) -> Result<UpdateOutcome<T>, StoreError> {
        let row = executor.query_one(&task).await?;
        let revision = row.map(|row| row.get(0)).transpose()?;
        Ok(revision.map_or(UpdateOutcome::NotFound, |revision| UpdateOutcome::PreconditionFailed(Revision(revision))))
    }

    /// Returns the revision of a task that is not deleted.
    async fn revision_of(&self, executor: &impl Executor, id: TaskId) -> Result<Option<Revision>, StoreError> {
        let row: Option<Row> = executor.query_one(&self.select_task(id).filter(row::is_live()).into_query()).await?;
        row.map(|row| Ok(Revision(row.get(0)?))).transpose()
    }

    /// Selects the revision of a task, deleted or not.
    fn select_task(&self, id: TaskId) -> sea_orm::Select<row::Entity> {
        self.rows.select().filter(Column::Id.eq(id.0)).select_only().column(Column::Revision)
    }
}

fn deleted(outcome: UpdateOutcome<StoredTask>) -> Result<UpdateOutcome<DeletedTask>, StoreError> {
    Ok(match outcome {
        UpdateOutcome::Updated(task) => {
            let task = task.task()?;
            UpdateOutcome::Updated(DeletedTask { id: task.id, revision: task.revision })
        }
        UpdateOutcome::NotFound => UpdateOutcome::NotFound,
        UpdateOutcome::PreconditionFailed(revision) => UpdateOutcome::PreconditionFailed(revision),
    })
}

/// A list of any length is one parameter, so that its length does not change the text.
fn is_met(precondition: &Precondition, dialect: Dialect) -> Condition {
    match precondition {
        Precondition::None => Condition::all(),
        Precondition::OneOf(revisions) if let [revision] = revisions.as_slice() => {
            Condition::all().add(Column::Revision.eq(revision.0))
        }
        Precondition::OneOf(revisions) => {
            let revisions: Vec<_> = revisions.iter().map(ToString::to_string).collect();
            is_in_list("cast(task.revision as text)", &revisions, dialect).into()
        }
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
