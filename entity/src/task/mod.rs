//! Tasks: the door to one owner's, and the plain structs that leave it.

mod cursor;
mod list_query;
mod list_statement;
mod model;
mod row;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, QueryFilter, QuerySelect, QueryTrait, StatementBuilder, Value,
    sea_query::{Expr, Func, Keyword, SimpleExpr},
};

use self::row::{ActiveModel, Column, Tags};
pub use self::{
    cursor::{Cursor, InvalidCursor},
    list_query::{Filter, ListQuery, Sort, SortKey},
    list_statement::Page,
    model::{Completion, Priority, Task, TaskChange, TaskContent},
};
use crate::{
    Db, StoreError, TaskId,
    owned::{Owned, Owner, OwnerScoped},
};

/// One owner's tasks. Each method is one statement, and each statement names the owner.
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
    /// One page of the owner's tasks.
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignCursor`] if the cursor came from another list; else what the database answered.
    pub async fn list(&self, listing: &ListQuery) -> Result<Page, StoreError> {
        let select = list_statement::select(&self.rows, listing, self.db.connection().get_database_backend())?;
        let rows = self.db.with_timeout(self.db.connection().query_all(&select)).await?;
        let tasks = rows.iter().map(|row| row::from_row(row, self.rows.owner())).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::from_rows(tasks, listing, self.rows.owner()))
    }

    /// The statement that [`Tasks::list`] runs.
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignCursor`] if the cursor came from another list.
    #[cfg(feature = "explain")]
    pub fn explain(&self, listing: &ListQuery) -> Result<sea_orm::Statement, StoreError> {
        let backend = self.db.connection().get_database_backend();
        Ok(backend.build(&list_statement::select(&self.rows, listing, backend)?))
    }

    /// One task, or none if there is none of that id *for this owner*.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn get(&self, id: TaskId) -> Result<Option<Task>, StoreError> {
        let select =
            self.rows.select().filter(Column::Id.eq(id.0)).select_only().columns(row::SELECTED_COLUMNS).into_query();
        self.one(&select).await
    }

    /// Adds a task, made at `now`.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn create(&self, content: TaskContent, now: DateTime<Utc>) -> Result<Task, StoreError> {
        let row = ActiveModel {
            user_id: NotSet,
            id: Set(TaskId::new(now).0),
            completed_at: Set(content.completed.then_some(now)),
            created_at: Set(now),
            updated_at: Set(now),
            ..changed(content.into())
        };
        let mut insert = self.rows.insert(row).into_query();
        let task = self.one(insert.returning(row::returning())).await?;
        task.ok_or_else(|| StoreError::Unexpected("an insert returned no row".into()))
    }

    /// Changes a task; returns it as it is then, or none if the owner has no such task.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn update(&self, id: TaskId, change: TaskChange, now: DateTime<Utc>) -> Result<Option<Task>, StoreError> {
        if change == TaskChange::default() {
            return self.get(id).await;
        }
        let completed = change.completed.map(|completed| completed_at(Completion::Set(completed), now));
        self.run_update(id, changed(change), completed, now).await
    }

    /// Says that a task is done, or is not; returns it as it is then, or none if the owner has no such task.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn complete(
        &self,
        id: TaskId,
        completion: Completion,
        now: DateTime<Utc>,
    ) -> Result<Option<Task>, StoreError> {
        let row = changed(TaskChange::default());
        self.run_update(id, row, Some(completed_at(completion, now)), now).await
    }

    /// Removes a task; says whether the owner had it.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn delete(&self, id: TaskId) -> Result<bool, StoreError> {
        let delete = self.rows.delete().filter(Column::Id.eq(id.0));
        Ok(self.db.with_timeout(delete.exec(self.db.connection())).await?.rows_affected > 0)
    }

    async fn run_update(
        &self,
        id: TaskId,
        row: ActiveModel,
        completed_at: Option<SimpleExpr>,
        now: DateTime<Utc>,
    ) -> Result<Option<Task>, StoreError> {
        let mut update = self.rows.update(row).filter(Column::Id.eq(id.0));
        update = update.col_expr(Column::UpdatedAt, monotonic_updated_at(now));
        if let Some(completed_at) = completed_at {
            update = update.col_expr(Column::CompletedAt, completed_at);
        }
        self.one(update.into_query().returning(row::returning())).await
    }

    /// Reads to the end, and not to the first row: on SQLite a write is committed behind its last row, and may fail there.
    async fn one<S: StatementBuilder>(&self, statement: &S) -> Result<Option<Task>, StoreError> {
        let rows = self.db.with_timeout(self.db.connection().query_all(statement)).await?;
        Ok(rows.first().map(|row| row::from_row(row, self.rows.owner())).transpose()?)
    }
}

/// The columns that a change sets by value.
fn changed(change: TaskChange) -> ActiveModel {
    ActiveModel {
        folded_title: change.title.as_deref().map(fold).map_or(NotSet, Set),
        folded_description: change.description.as_ref().map(|text| text.as_deref().map(fold)).map_or(NotSet, Set),
        title: change.title.map_or(NotSet, Set),
        description: change.description.map_or(NotSet, Set),
        priority: change.priority.map_or(NotSet, |priority| Set(priority.rank())),
        due_at: change.due_at.map_or(NotSet, Set),
        tags: change.tags.map_or(NotSet, |tags| Set(Tags(tags))),
        ..Default::default()
    }
}

/// Of two changes at once the later to be stored may be the earlier to have been asked for; the time never runs back.
fn monotonic_updated_at(now: DateTime<Utc>) -> SimpleExpr {
    Func::greatest([Expr::col(Column::UpdatedAt), Expr::value(now)]).into()
}

/// Completing twice keeps the first instant.
fn completed_at(completion: Completion, now: DateTime<Utc>) -> SimpleExpr {
    let stored = || Expr::col(Column::CompletedAt);
    match completion {
        Completion::Set(true) => Func::coalesce([stored(), Expr::value(now)]).into(),
        Completion::Set(false) => Expr::value(Value::ChronoDateTimeUtc(None)),
        Completion::Toggle => Expr::case(Column::CompletedAt.is_null(), now).finally(Keyword::Null).into(),
    }
}

/// Lower case by Unicode's rules, not by the database's locale. A sigma is the same at the end of a word as within it,
/// for what is looked for may end where the text goes on.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('ς', "σ")
}
