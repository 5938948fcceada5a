//! Better Auth's table of sessions, unnameable outside this room.

use chrono::{DateTime, Utc};
use sea_orm::{
    Condition, DbBackend, QueryResult,
    entity::prelude::*,
    sea_query::{Expr, SimpleExpr},
};

use super::Session;
use crate::{SessionId, UserId, better_auth, owned::OwnedEntity};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "session", rename_all = "camelCase")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: String,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) token: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) ip_address: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) user_id: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl OwnedEntity for Entity {
    const OWNER: Column = Column::UserId;

    fn owned_by(owner: &UserId, backend: DbBackend) -> Condition {
        better_auth::id_equals(Column::UserId, owner.as_str(), backend)
    }
}

/// What a session is read from, in the order in which [`read`] takes it: never the token.
pub(super) fn columns(backend: DbBackend) -> [SimpleExpr; 6] {
    [
        better_auth::id_as_text(Column::Id),
        better_auth::timestamp_column(column(Column::CreatedAt), backend),
        better_auth::timestamp_column(column(Column::UpdatedAt), backend),
        better_auth::timestamp_column(column(Column::ExpiresAt), backend),
        column(Column::IpAddress),
        column(Column::UserAgent),
    ]
}

pub(super) fn from_row(row: &QueryResult) -> Result<Session, DbErr> {
    Ok(Session {
        id: SessionId::from(row.try_get_by_index::<String>(0)?.as_str()),
        created_at: row.try_get_by_index(1)?,
        updated_at: row.try_get_by_index(2)?,
        expires_at: row.try_get_by_index(3)?,
        ip_address: row.try_get_by_index(4)?,
        user_agent: row.try_get_by_index(5)?,
    })
}

pub(super) fn column(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}
