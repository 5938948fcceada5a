//! The table, unnameable outside this room.

use chrono::{DateTime, Utc};
use sea_orm::{
    FromJsonQueryResult, QueryResult,
    entity::prelude::*,
    sea_query::{Query, ReturningClause},
};
use serde::{Deserialize, Serialize};

use super::{Priority, Task};
use crate::{TaskId, UserId, owned::OwnedEntity};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "task")]
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
    /// Title and description in lower case, for a search that is the same on every database and in every locale.
    pub(super) folded_title: String,
    pub(super) folded_description: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl OwnedEntity for Entity {
    const OWNER: Column = Column::UserId;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub(crate) struct Tags(pub(super) Vec<String>);

/// What a task is read from, in the order in which [`read`] takes it: neither the owner, who is known, nor what is only
/// searched in.
pub(super) const SELECTED_COLUMNS: [Column; 9] = [
    Column::Id,
    Column::Title,
    Column::Description,
    Column::CompletedAt,
    Column::Priority,
    Column::DueAt,
    Column::Tags,
    Column::CreatedAt,
    Column::UpdatedAt,
];

/// By place: by name each column of each row would be looked up.
pub(super) fn from_row(row: &QueryResult, owner: &UserId) -> Result<Task, DbErr> {
    Ok(Task {
        user_id: owner.clone(),
        id: TaskId(row.try_get_by_index(0)?),
        title: row.try_get_by_index(1)?,
        description: row.try_get_by_index(2)?,
        completed_at: row.try_get_by_index(3)?,
        priority: Priority::from_rank(row.try_get_by_index(4)?),
        due_at: row.try_get_by_index(5)?,
        tags: row.try_get_by_index::<Tags>(6)?.0,
        created_at: row.try_get_by_index(7)?,
        updated_at: row.try_get_by_index(8)?,
    })
}

pub(super) fn returning() -> ReturningClause {
    Query::returning().columns(SELECTED_COLUMNS)
}
