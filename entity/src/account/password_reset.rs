//! The reset of a password by a mailed token, in place of a session.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, QueryFilter, QueryTrait,
    sea_query::{Expr, LockType},
};

use super::{credential_row, sign_up::insert_credential, store::AccountStore, user_account::Account};
use crate::{
    Owner, OwnerScoped, StoreError, UserId,
    better_auth::{random_text, timestamp_value},
    db::{Executor, Transaction},
    revocation::Revoking,
    verification::{self, Identifier},
};

/// The length of Better Auth's tokens: 143 bits.
const TOKEN_LENGTH: usize = 24;

/// The outcome of a reset of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordResetOutcome {
    /// The password was set, and every session and token of the user has ended.
    Reset,
    /// The token is unknown, used or expired.
    InvalidToken,
    /// The user no longer exists.
    UserNotFound,
}

impl AccountStore {
    /// Creates a token whose holder may set the password of `user` until `expires_at`. Only a hash of the token is stored.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn create_password_reset(
        &self,
        user: &UserId,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let token = random_text(TOKEN_LENGTH)?;
        let identifier = identifier(&token);
        self.db
            .transaction(async |transaction| {
                verification::insert(transaction, &Identifier(&identifier), user.as_str(), expires_at, now).await
            })
            .await?;
        Ok(token)
    }

    /// Returns whether a token can reset a password.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn password_reset_exists(&self, token: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        verification::exists(&self.db, &Identifier(&identifier(token)), now).await
    }

    /// Uses up `token` and sets the password of its user. Their sessions, tokens and other pending verifications end; the last
    /// token that is revoked expires at `expires_at`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn reset_password(
        &self,
        token: &str,
        new_hash: String,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<Revoking<PasswordResetOutcome>, StoreError> {
        let identifier = identifier(token);
        self.db
            .transaction(async move |transaction| {
                let Some(user) = verification::consume(transaction, &Identifier(&identifier), now).await? else {
                    return Ok(Revoking::new(PasswordResetOutcome::InvalidToken, Vec::new()));
                };
                let account = self.account_of_verified(&user);
                if !account.lock(transaction, LockType::NoKeyUpdate).await? {
                    return Ok(Revoking::new(PasswordResetOutcome::UserNotFound, Vec::new()));
                }
                account.set_password(transaction, &new_hash, now).await?;
                let revocations = account.sessions.revoke_except(transaction, None, now, expires_at).await?;
                verification::delete_by_value(transaction, &user).await?;
                Ok(Revoking::new(PasswordResetOutcome::Reset, revocations))
            })
            .await
    }

    /// Returns the account of a user whom a mailed token has proven.
    #[expect(clippy::disallowed_methods, reason = "the token proves its user as a session does")]
    pub(super) fn account_of_verified(&self, user: &str) -> Account {
        Account::scoped_to(Owner::from_verified(UserId::from(user)), self.db.clone())
    }
}

impl Account {
    /// Sets the password, of a user without one too.
    async fn set_password(
        &self,
        transaction: &Transaction,
        new_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let now = now.trunc_subsecs(3);
        let updated_at = timestamp_value(now, transaction.dialect());
        let password = credential_row::ActiveModel { password: Set(Some(new_hash.to_owned())), ..Default::default() };
        let update = self.credentials.update(password);
        let update = update.col_expr(credential_row::Column::UpdatedAt, Expr::value(updated_at));
        let update = update.filter(credential_row::Column::ProviderId.eq("credential"));
        let update = update.filter(credential_row::names_its_user()).into_query();
        if transaction.execute(&update).await? == 0 {
            insert_credential(transaction, self.users.owner(), new_hash, now).await?;
        }
        Ok(())
    }
}

fn identifier(token: &str) -> String {
    format!("reset-password:{token}")
}
