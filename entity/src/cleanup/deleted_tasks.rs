//! Deleted tasks: those in the trash are purged, and purged ones forgotten. Each statement is limited to one user, so that a
//! database which is distributed by user can run it, but for those that find the users.

use chrono::{DateTime, Utc};

use super::{BATCH_SIZE, Cleanup, texts};
use crate::{
    StoreError,
    db::{Executor, Sql},
    task,
};

impl Cleanup {
    /// Empties tasks that were moved to the trash up to `deleted`.
    pub(super) async fn purge_trash(&self, deleted: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut purged = 0;
        for user in self.users_with("deleted_at <= $1 and purged = false", deleted).await? {
            let statement = task::purge(&user, deleted, BATCH_SIZE as u64, self.db.dialect());
            purged += self.db.execute(&statement).await?;
            if purged >= BATCH_SIZE as u64 {
                break;
            }
        }
        Ok(purged)
    }

    /// Deletes purged tasks that were last changed up to `changed`.
    pub(super) async fn forget_purged_tasks(&self, changed: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for user in self.users_with("deleted_at <= $1 and purged = true and updated_at <= $1", changed).await? {
            forgotten += self.forget_purged_tasks_of(&user, changed).await?;
            if forgotten >= BATCH_SIZE as u64 {
                break;
            }
        }
        Ok(forgotten)
    }

    /// Clients whose sync token is older than a forgotten deletion must start over: the counter keeps the greatest revision. It
    /// is locked first, as by writes.
    async fn forget_purged_tasks_of(&self, user: &str, changed: DateTime<Utc>) -> Result<u64, StoreError> {
        const FORGOTTEN: &str = "user_id = $1 and purged = true and updated_at <= $2";
        let raise = format!(
            "update taskbridge.task_counter set pruned_revision = (
                select max(revision) from (
                    select pruned_revision as revision union all select revision from (
                        select revision from taskbridge.task where {FORGOTTEN} order by revision limit {BATCH_SIZE}
                    ) as forgotten
                ) as revisions
            ) where user_id = $1 returning pruned_revision"
        );
        let delete = format!("delete from taskbridge.task where {FORGOTTEN} and revision <= $3");
        self.db
            .transaction(async |transaction| {
                let raised = transaction.execute_returning(&Sql::new(&raise, [user.into(), changed.into()])).await?;
                let Some(raised) = raised else { return Ok(0) };
                let pruned: i64 = raised.get(0)?;
                transaction.execute(&Sql::new(&delete, [user.into(), changed.into(), pruned.into()])).await
            })
            .await
    }

    /// Returns users with deleted tasks that meet a condition. The one on `user_id` holds for all: it starts at the first.
    async fn users_with(&self, condition: &str, instant: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let sql = format!(
            "select distinct user_id from taskbridge.task where user_id >= $2 and deleted_at is not null and {condition}
            order by user_id limit {BATCH_SIZE}"
        );
        texts(&self.db.query_slowly(&Sql::new(&sql, [instant.into(), "".into()])).await?)
    }
}
