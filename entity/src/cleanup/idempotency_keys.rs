//! Idempotency keys that have expired, user by user: see `closed_accounts`.

use chrono::{DateTime, Utc};

use super::{BATCH_SIZE, Cleanup, texts};
use crate::{
    StoreError,
    db::{Executor, Sql},
};

impl Cleanup {
    /// Deletes a batch of the keys that expired before `instant`.
    pub(super) async fn delete_idempotency_keys(&self, instant: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut deleted = 0;
        for user in self.users_with_expired_keys(instant).await? {
            deleted += self.delete_keys_of(&user, instant).await?;
        }
        Ok(deleted)
    }

    /// Returns the users of the keys that expired first.
    async fn users_with_expired_keys(&self, instant: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let sql = format!(
            "select user_id from taskbridge.idempotency_key where expires_at <= $1 order by expires_at limit {BATCH_SIZE}"
        );
        let mut users = texts(&self.db.query_slowly(&Sql::new(&sql, [instant.into()])).await?)?;
        users.sort_unstable();
        users.dedup();
        Ok(users)
    }

    async fn delete_keys_of(&self, user: &str, instant: DateTime<Utc>) -> Result<u64, StoreError> {
        let skip_locked = self.db.dialect().skip_locked();
        let sql = format!(
            "delete from taskbridge.idempotency_key where user_id = $1 and key in (
                select key from taskbridge.idempotency_key where user_id = $1 and expires_at <= $2
                limit {BATCH_SIZE} {skip_locked})"
        );
        self.delete(&Sql::new(&sql, [user.into(), instant.into()])).await
    }
}
