//! The statement that empties tasks which have been in the trash for long enough.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Keyword, LockBehavior, LockType, SelectStatement, UpdateStatement},
};

use super::row::{self, Column, Entity};
use crate::db::Dialect;

/// Purges at most `limit` tasks of `user` that were deleted up to `deleted`. They keep their revision: for clients they are as
/// deleted as before.
#[expect(clippy::disallowed_methods, reason = "the cleanup purges the tasks of every user, one user at a time")]
pub(crate) fn purge(user: &str, deleted: DateTime<Utc>, limit: u64, dialect: Dialect) -> UpdateStatement {
    let update = Entity::update_many().set(row::purged_row());
    let update =
        update.filter(Column::UserId.eq(user)).filter(Column::Id.in_subquery(expired(user, deleted, limit, dialect)));
    let mut statement = update.into_query();
    if dialect.is_postgres() {
        // on SQLite, a trigger removes the task from the index
        statement.value("search_grams", Keyword::Null);
    }
    statement
}

#[expect(clippy::disallowed_methods, reason = "limited to the user")]
fn expired(user: &str, deleted: DateTime<Utc>, limit: u64, dialect: Dialect) -> SelectStatement {
    let select = Entity::find().select_only().column(Column::Id).filter(Column::UserId.eq(user));
    let mut select = select.filter(Column::DeletedAt.lte(deleted)).filter(Column::Purged.eq(false)).into_query();
    select.limit(limit);
    if dialect.is_postgres() {
        select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    select
}
