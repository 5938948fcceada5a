//! The password of an authenticated user.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, LockType},
};

use super::{credential_row, user_account::Account};
use crate::{
    SessionId, StoreError,
    better_auth::timestamp_value,
    db::{Executor, Transaction},
    revocation::Revoking,
};

/// A change of a password.
pub struct PasswordChange {
    /// The stored hash that the current password was verified against.
    pub current_hash: String,
    /// The hash of the new password.
    pub new_hash: String,
    /// The session that is kept.
    pub keep_session: Option<SessionId>,
}

impl Account {
    /// Returns the stored password hash, if the user has a password.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn password_hash(&self) -> Result<Option<String>, StoreError> {
        let select = self.credentials.select().filter(credential_row::has_password());
        let select = select.order_by_asc(credential_row::Column::CreatedAt).limit(1);
        let select = select.select_only().column(credential_row::Column::Password).into_query();
        self.db.query_one(&select).await?.map(|row| row.get(0)).transpose()
    }

    /// Changes the password, deletes the other sessions and revokes every token that was issued to the user up to now. The
    /// last of these tokens expires at `expires_at`. Returns false if the password has changed since it was verified.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn change_password(
        &self,
        change: PasswordChange,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<Revoking<bool>, StoreError> {
        let PasswordChange { current_hash, new_hash, keep_session } = change;
        self.db
            .transaction(async move |transaction| {
                self.lock(transaction, LockType::NoKeyUpdate).await?;
                if !self.replace_password(transaction, &current_hash, new_hash, now).await? {
                    return Ok(Revoking::new(false, Vec::new()));
                }
                let kept = keep_session.as_ref();
                let revocations = self.sessions.revoke_except(transaction, kept, now, expires_at).await?;
                Ok(Revoking::new(true, revocations))
            })
            .await
    }

    async fn replace_password(
        &self,
        transaction: &Transaction,
        current_hash: &str,
        new_hash: String,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let now = timestamp_value(now.trunc_subsecs(3), transaction.dialect());
        let password = credential_row::ActiveModel { password: Set(Some(new_hash)), ..Default::default() };
        let update = self.credentials.update(password).col_expr(credential_row::Column::UpdatedAt, Expr::value(now));
        let update =
            update.filter(credential_row::has_password()).filter(credential_row::Column::Password.eq(current_hash));
        Ok(transaction.execute(&update.into_query()).await? > 0)
    }
}
