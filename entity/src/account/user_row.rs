//! Better Auth's table of users, unnameable outside this room.

use chrono::{DateTime, Utc};
use sea_orm::{
    Condition, DbBackend, QueryResult,
    entity::prelude::*,
    sea_query::{Expr, Query, SelectStatement, SimpleExpr},
};

use super::Profile;
use crate::{UserId, better_auth, owned::OwnedEntity};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user", rename_all = "camelCase")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) email_verified: bool,
    pub(super) image: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl OwnedEntity for Entity {
    const OWNER: Column = Column::Id;

    fn owned_by(owner: &UserId, backend: DbBackend) -> Condition {
        better_auth::id_equals(Column::Id, owner.as_str(), backend)
    }
}

/// What a user is read from, in the order in which [`read`] takes it: not the id, which is known.
pub(super) fn columns(backend: DbBackend) -> [SimpleExpr; 6] {
    [
        column(Column::Name),
        column(Column::Email),
        column(Column::EmailVerified),
        column(Column::Image),
        better_auth::timestamp_column(column(Column::CreatedAt), backend),
        better_auth::timestamp_column(column(Column::UpdatedAt), backend),
    ]
}

/// The user of this id, whoever asks.
pub(super) fn select(id: &UserId, backend: DbBackend) -> SelectStatement {
    let mut select = Query::select();
    select.exprs(columns(backend)).from(Entity).cond_where(Entity::owned_by(id, backend));
    select
}

pub(super) fn from_row(row: &QueryResult, id: &UserId) -> Result<Profile, DbErr> {
    Ok(Profile {
        id: id.clone(),
        name: row.try_get_by_index(0)?,
        email: row.try_get_by_index(1)?,
        email_verified: row.try_get_by_index(2)?,
        image: row.try_get_by_index(3)?,
        created_at: row.try_get_by_index(4)?,
        updated_at: row.try_get_by_index(5)?,
    })
}

/// Whether Better Auth would let the user in by nothing but a password: not if its admin plugin has banned them, or its
/// plugin for second factors wants one. Where there is no such plugin there is no such column; then the name is that of the
/// next query around, which says no.
pub(super) fn password_log_in_allowed() -> SimpleExpr {
    Expr::cust(
        r#"exists (select 1 from (select false as banned, false as "twoFactorEnabled") as without_plugins where exists (
            select 1 from "user" as one
            where one.id = "user".id and not coalesce(banned, false) and not coalesce("twoFactorEnabled", false)))"#,
    )
}

fn column(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}
