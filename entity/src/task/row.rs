//! The table `task`, private to this module.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, FromJsonQueryResult, Iterable,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, Query, ReturningClause, SimpleExpr},
};
use serde::{Deserialize, Serialize};

use super::{
    fold::fold,
    model::{Completion, Priority, Revision, Task, TaskChange, TaskContent},
};
use crate::{
    StoreError, TaskId, UserId,
    db::{JsonText, Row},
    owned::OwnedEntity,
    owned_tables::OwnedTable,
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(schema_name = "taskbridge", table_name = "task")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) user_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) completed_at: Option<DateTime<Utc>>,
    pub(super) priority: i16,
    pub(super) due_at: Option<DateTime<Utc>>,
    #[sea_orm(column_type = "JsonBinary")]
    pub(super) tags: Tags,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    /// The title in lower case, so that a search does not depend on the database or its locale.
    pub(super) folded_title: String,
    pub(super) folded_description: Option<String>,
    pub(super) revision: i64,
    pub(super) deleted_at: Option<DateTime<Utc>>,
    /// Whether the deleted task has no content left: only its id, its revision and its times.
    pub(super) purged: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl OwnedEntity for Entity {
    const TABLE: OwnedTable = OwnedTable::Task;
    const OWNER: Column = Column::UserId;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub(crate) struct Tags(pub(super) Vec<String>);

/// Returns whether a column is part of a [`Task`]. The owner is not read, since the caller knows it.
fn is_selected(column: Column) -> bool {
    match column {
        Column::UserId | Column::FoldedTitle | Column::FoldedDescription | Column::Purged => false,
        Column::Id
        | Column::Title
        | Column::Description
        | Column::CompletedAt
        | Column::Priority
        | Column::DueAt
        | Column::Tags
        | Column::CreatedAt
        | Column::UpdatedAt
        | Column::Revision
        | Column::DeletedAt => true,
    }
}

/// Returns the columns of a [`Task`], in the order of [`Model`] and of [`from_row`].
pub(super) fn selected_columns() -> impl Iterator<Item = Column> {
    Column::iter().filter(|column| is_selected(*column))
}

pub(super) fn returning() -> ReturningClause {
    Query::returning().columns(selected_columns())
}

pub(super) fn from_row<'r>(row: &'r Row, owner: &'r UserId) -> Result<Task<'r>, StoreError> {
    Ok(Task {
        user_id: owner,
        id: TaskId(row.get(0)?),
        title: row.get(1)?,
        description: row.get(2)?,
        completed_at: row.get(3)?,
        priority: Priority::from_rank(row.get(4)?),
        due_at: row.get(5)?,
        tags: row.get::<JsonText>(6)?.0,
        created_at: row.get(7)?,
        updated_at: row.get(8)?,
        revision: Revision(row.get(9)?),
        deleted_at: row.get(10)?,
    })
}

/// Limits a statement to tasks that are not deleted.
pub(super) fn is_live() -> SimpleExpr {
    column(Column::DeletedAt).is_null()
}

/// Limits a statement to tasks in the trash.
pub(super) fn is_in_trash() -> Condition {
    Condition::all().add(column(Column::DeletedAt).is_not_null()).add(column(Column::Purged).eq(false))
}

fn column(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}

/// Returns what is left of a deleted task when it is removed from the trash.
pub(super) fn purged_row() -> ActiveModel {
    ActiveModel {
        user_id: NotSet,
        id: NotSet,
        title: Set(String::new()),
        description: Set(None),
        completed_at: Set(None),
        priority: Set(Priority::None.rank()),
        due_at: Set(None),
        tags: Set(Tags(Vec::new())),
        created_at: NotSet,
        updated_at: NotSet,
        folded_title: Set(String::new()),
        folded_description: Set(None),
        revision: NotSet,
        deleted_at: NotSet,
        purged: Set(true),
    }
}

/// Returns the row of a new task.
pub(super) fn new_row(id: TaskId, content: TaskContent, now: DateTime<Utc>) -> ActiveModel {
    let TaskContent { title, description, completed, priority, due_at, tags } = content;
    ActiveModel {
        user_id: NotSet, // set by `Owned::insert_if`
        id: Set(id.0),
        folded_title: Set(fold(&title)),
        folded_description: Set(description.as_deref().map(fold)),
        title: Set(title),
        description: Set(description),
        completed_at: Set(completed.then_some(now)),
        priority: Set(priority.rank()),
        due_at: Set(due_at),
        tags: Set(Tags(tags)),
        created_at: Set(now),
        updated_at: Set(now),
        revision: NotSet, // set by an expression
        deleted_at: NotSet,
        purged: NotSet,
    }
}

/// Returns the columns that a change sets to a value, and the change of completion, which depends on the stored row.
pub(super) fn changed_row(change: TaskChange) -> (ActiveModel, Option<Completion>) {
    let TaskChange { title, description, completed, priority, due_at, tags } = change;
    let row = ActiveModel {
        user_id: NotSet,
        id: NotSet,
        folded_title: title.as_deref().map(fold).map_or(NotSet, Set),
        folded_description: description.as_ref().map(|text| text.as_deref().map(fold)).map_or(NotSet, Set),
        title: title.map_or(NotSet, Set),
        description: description.map_or(NotSet, Set),
        completed_at: NotSet, // set by an expression
        priority: priority.map_or(NotSet, |priority| Set(priority.rank())),
        due_at: due_at.map_or(NotSet, Set),
        tags: tags.map_or(NotSet, |tags| Set(Tags(tags))),
        created_at: NotSet,
        updated_at: NotSet, // set by an expression
        revision: NotSet,   // set by an expression
        deleted_at: NotSet,
        purged: NotSet,
    };
    (row, completed.map(Completion::Set))
}
