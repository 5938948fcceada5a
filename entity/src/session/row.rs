//! Better Auth's table `session`, private to this module.

use chrono::{DateTime, Utc};
use sea_orm::{
    Condition,
    entity::prelude::*,
    sea_query::{Expr, SimpleExpr},
};

use super::model::{Session, SessionWithToken};
use crate::{
    SessionId, StoreError, UserId, better_auth,
    db::{Dialect, Row},
    owned::OwnedEntity,
    owned_tables::OwnedTable,
};

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
    const TABLE: OwnedTable = OwnedTable::Session;
    const OWNER: Column = Column::UserId;

    fn owned_by(owner: &UserId, dialect: Dialect) -> Condition {
        better_auth::id_equals(Column::UserId, owner.as_str(), dialect)
    }
}

/// The columns of a [`SessionWithToken`] in the order of [`from_row`].
pub(crate) fn columns(dialect: Dialect) -> [SimpleExpr; 7] {
    [
        better_auth::id_as_text(Column::Id),
        better_auth::timestamp_column(column(Column::CreatedAt), dialect),
        better_auth::timestamp_column(column(Column::UpdatedAt), dialect),
        better_auth::timestamp_column(column(Column::ExpiresAt), dialect),
        column(Column::IpAddress),
        column(Column::UserAgent),
        column(Column::Token),
    ]
}

/// Reads the columns, starting at `first`.
pub(crate) fn from_row(row: &Row, first: usize) -> Result<SessionWithToken, StoreError> {
    let session = Session {
        id: SessionId::from(row.get::<String>(first)?.as_str()),
        created_at: row.get(first + 1)?,
        updated_at: row.get(first + 2)?,
        expires_at: row.get(first + 3)?,
        ip_address: row.get(first + 4)?,
        user_agent: row.get(first + 5)?,
    };
    Ok(SessionWithToken { session, token: row.get::<String>(first + 6)?.into() })
}

pub(super) fn column(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}
