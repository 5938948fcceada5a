//! The remaining rows of deleted users: Better Auth deleted the user, or a request that was in progress added a row.
//!
//! No statement joins an owned table with another one or locks the rows of several users: where the owned tables are
//! distributed by user, the database could not run it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{BATCH_SIZE, Cleanup, texts};
use crate::{
    StoreError,
    better_auth::timestamp_value,
    db::{Executor, Row, Sql, is_one_of, text_list},
    owned_tables::OwnedTable,
};

/// A condition on `closed_account`: a user with the id exists (again).
const USER_EXISTS: &str = r#"exists (select 1 from "user" where cast("user".id as text) = closed_account.user_id)"#;

impl Cleanup {
    /// Deletes rows of deleted users.
    pub(super) async fn delete_orphaned_rows(&self) -> Result<u64, StoreError> {
        let (mut deleted, mut after) = (0, String::new());
        loop {
            let users = self.deleted_users(&after).await?;
            for table in OwnedTable::service_tables() {
                for owner in self.owners_among(table, &users).await? {
                    deleted += self.delete_rows_of(table, &owner).await?;
                    if deleted >= BATCH_SIZE as u64 {
                        return Ok(deleted);
                    }
                }
            }
            match users.into_iter().nth(BATCH_SIZE - 1) {
                Some(last) => after = last,
                None => return Ok(deleted),
            }
        }
    }

    /// Deletes the records of accounts that were deleted before `instant`, and therefore get no more rows, if they have none.
    pub(super) async fn delete_closed_accounts(&self, instant: DateTime<Utc>) -> Result<u64, StoreError> {
        let (dialect, skip_locked) = (self.db.dialect(), self.db.dialect().skip_locked());
        let closed = format!(
            "select user_id, {USER_EXISTS} from taskbridge.closed_account where closed_at <= $1
            order by closed_at limit {BATCH_SIZE}"
        );
        let rows = self.db.query(&Sql::new(&closed, [timestamp_value(instant, dialect)])).await?;
        let (existing, deleted): (Vec<_>, Vec<_>) =
            closed_accounts(&rows)?.into_iter().partition(|(_, exists)| *exists);
        let [existing, deleted] = [existing, deleted].map(|users| users.into_iter().map(|(id, _)| id));
        let deleted = self.without_rows(deleted.collect()).await?;
        let finished: Vec<_> = existing.chain(deleted).collect();
        if finished.is_empty() {
            return Ok(0);
        }
        let sql = format!(
            "delete from taskbridge.closed_account where user_id in (
                select user_id from taskbridge.closed_account where {} and closed_at <= $2 {skip_locked})",
            is_one_of("user_id", dialect)
        );
        self.delete(&Sql::new(&sql, [text_list(&finished, dialect), timestamp_value(instant, dialect)])).await
    }

    /// Returns a page of the deleted users in the order of their ids.
    async fn deleted_users(&self, after: &str) -> Result<Vec<String>, StoreError> {
        let sql = format!(
            "select user_id from taskbridge.closed_account where user_id > $1 and not {USER_EXISTS}
            order by user_id limit {BATCH_SIZE}"
        );
        texts(&self.db.query(&Sql::new(&sql, [after.into()])).await?)
    }

    /// Returns those of `users` who have rows in `table`.
    async fn owners_among(&self, table: OwnedTable, users: &[String]) -> Result<Vec<String>, StoreError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let (name, owner) = (table.name(), table.owner_column());
        let sql =
            format!("select distinct {owner} from taskbridge.{name} where {}", is_one_of(owner, self.db.dialect()));
        texts(&self.db.query_slowly(&Sql::new(&sql, [text_list(users, self.db.dialect())])).await?)
    }

    /// Deletes a batch of the rows of one user.
    async fn delete_rows_of(&self, table: OwnedTable, user: &str) -> Result<u64, StoreError> {
        let (name, owner, key) = (table.name(), table.owner_column(), table.key_column());
        let skip_locked = self.db.dialect().skip_locked();
        let sql = format!(
            "delete from taskbridge.{name} where {owner} = $1 and {key} in (
                select {key} from taskbridge.{name} where {owner} = $1 limit {BATCH_SIZE} {skip_locked})"
        );
        self.delete(&Sql::new(&sql, [user.into()])).await
    }

    async fn without_rows(&self, mut users: Vec<String>) -> Result<Vec<String>, StoreError> {
        for table in OwnedTable::service_tables() {
            let owners: HashSet<_> = self.owners_among(table, &users).await?.into_iter().collect();
            users.retain(|user| !owners.contains(user));
        }
        Ok(users)
    }
}

/// Reads user ids, each with whether the user exists.
fn closed_accounts(rows: &[Row]) -> Result<Vec<(String, bool)>, StoreError> {
    rows.iter().map(|row| Ok((row.get::<&str>(0)?.to_owned(), row.get(1)?))).collect()
}
