//! The deletion of an account.

use chrono::{DateTime, Utc};
use sea_orm::{QueryTrait, sea_query::LockType};

use super::user_account::Account;
use crate::{StoreError, db::Executor, revocation::Revoking};

impl Account {
    /// Deletes the user with their sessions, their rows in every owned table and what Better Auth stores of them. Triggers delete
    /// the rows in the service's tables: on Citus, a statement here and one of a trigger would wait for each other. Every
    /// token that was issued to them up to now is revoked; the last of these tokens expires at `expires_at`. Returns
    /// whether there is such a user.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn delete(&self, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Result<Revoking<bool>, StoreError> {
        self.db
            .transaction(async |transaction| {
                if !self.lock(transaction, LockType::Update).await? {
                    return Ok(Revoking::new(false, Vec::new()));
                }
                let revocations = self.sessions.revoke_except(transaction, None, now, expires_at).await?;
                transaction.execute(&self.users.delete().into_query()).await?;
                Ok(Revoking::new(true, revocations))
            })
            .await
    }
}
