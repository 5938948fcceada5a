//! Better Auth's table of users, unnameable outside this room.

use chrono::{DateTime, Utc};
use sea_orm::{
    Condition, DbBackend, QueryResult,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use super::Profile;
use crate::{UserId, db::is_postgres, owned::OwnedEntity};

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

    /// As text, to the letter: where the table stood before the service came, an id may be a UUID or a number. The cast of
    /// a text is nothing to PostgreSQL; to SQLite it is something that no index is on, but `id` itself it compares with
    /// any text, and takes `042` for 42.
    fn is_of(owner: &UserId, backend: DbBackend) -> Condition {
        let to_the_letter = of(Column::Id).cast_as("text").eq(owner.as_str());
        let by_index = (!is_postgres(backend)).then(|| Column::Id.eq(owner.as_str()));
        Condition::all().add(to_the_letter).add_option(by_index)
    }
}

/// What a user is read from, in the order in which [`read`] takes it: not the id, which is known.
pub(super) fn columns(backend: DbBackend) -> [SimpleExpr; 6] {
    [
        of(Column::Name),
        of(Column::Email),
        of(Column::EmailVerified),
        of(Column::Image),
        instant(Column::CreatedAt, backend),
        instant(Column::UpdatedAt, backend),
    ]
}

pub(super) fn read(row: &QueryResult, id: &UserId) -> Result<Profile, DbErr> {
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

fn of(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}

/// Prisma makes it a `timestamp`, which is in UTC as the session is; on SQLite a number, of milliseconds since 1970, where
/// Better Auth itself writes ISO 8601.
fn instant(column: Column, backend: DbBackend) -> SimpleExpr {
    if is_postgres(backend) {
        return of(column).cast_as("timestamptz");
    }
    let milliseconds =
        "case typeof(?) when 'integer' then strftime('%Y-%m-%dT%H:%M:%fZ', ? / 1000.0, 'unixepoch') else ? end";
    Expr::cust_with_exprs(milliseconds, [of(column), of(column), of(column)])
}
