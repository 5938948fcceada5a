//! Better Auth's table `user`, private to this module.

use chrono::{DateTime, Utc};
use sea_orm::{
    Condition,
    entity::prelude::*,
    sea_query::{Expr, Query, SelectStatement, SimpleExpr},
};

use super::profile::Profile;
use crate::{
    StoreError, UserId, better_auth,
    db::{Dialect, Row},
    owned::OwnedEntity,
    owned_tables::OwnedTable,
};

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
    const TABLE: OwnedTable = OwnedTable::User;
    const OWNER: Column = Column::Id;

    fn owned_by(owner: &UserId, dialect: Dialect) -> Condition {
        better_auth::id_equals(Column::Id, owner.as_str(), dialect)
    }
}

/// The columns of a [`Profile`] in the order of [`from_row`]. The id is not one of them: the caller knows it.
pub(super) fn columns(dialect: Dialect) -> [SimpleExpr; 6] {
    [
        column(Column::Name),
        column(Column::Email),
        column(Column::EmailVerified),
        column(Column::Image),
        better_auth::timestamp_column(column(Column::CreatedAt), dialect),
        better_auth::timestamp_column(column(Column::UpdatedAt), dialect),
    ]
}

/// Selects a user without an owner's scope.
pub(super) fn select(id: &UserId, dialect: Dialect) -> SelectStatement {
    let mut select = Query::select();
    select.exprs(columns(dialect)).from(Entity).cond_where(Entity::owned_by(id, dialect));
    select
}

pub(super) fn from_row(row: &Row, id: &UserId) -> Result<Profile, StoreError> {
    Ok(Profile {
        id: id.clone(),
        name: row.get(0)?,
        email: row.get(1)?,
        email_verified: row.get(2)?,
        image: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
    })
}

/// Returns a condition that is false for users whom Better Auth would not accept by password alone: its admin plugin has
/// banned them, or its two-factor plugin asks for a second factor.
///
/// Without the plugin the table has no such column. The unqualified name then resolves to the outer query, where it is
/// false.
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
