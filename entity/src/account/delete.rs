//! The deletion of an account.

use chrono::{DateTime, Utc};
use sea_orm::{QueryTrait, sea_query::LockType};

use super::user_account::Account;
use crate::{
    StoreError,
    db::{Executor, Sql},
    owned_tables::OwnedTable,
    revocation::Revoking,
};

impl Account {
    /// Deletes the user with their sessions, their rows in every owned table and what Better Auth stores of them. Every
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
                for table in OwnedTable::service_tables() {
                    let sql = format!("delete from taskbridge.{} where {} = $1", table.name(), table.owner_column());
                    transaction.execute(&Sql::new(&sql, [self.users.owner().as_str().into()])).await?;
                }
                transaction.execute(&self.users.delete().into_query()).await?;
                Ok(Revoking::new(true, revocations))
            })
            .await
    }
}
