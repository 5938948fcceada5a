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
    revocation::{Revocation, Revoking},
    session::{self, NewSession},
};

/// A change of a password.
pub struct PasswordChange {
    /// The stored hash that the current password was verified against.
    pub current_hash: String,
    /// The hash of the new password.
    pub new_hash: String,
    /// What becomes of the sessions.
    pub sessions: SessionsAfterChange,
}

/// What becomes of a user's sessions when the password is changed.
pub enum SessionsAfterChange {
    /// They and all tokens stay, as Better Auth leaves them unless it is told otherwise.
    Keep,
    /// All but one are deleted, and every token that was issued to the user up to now is revoked.
    RevokeOthers {
        /// The session that is kept.
        kept: Option<SessionId>,
    },
    /// All are deleted, every token that was issued to the user up to now is revoked, and a new session is created.
    Replace(NewSession),
}

/// The outcome of a change of a password.
#[derive(Debug, PartialEq, Eq)]
pub enum PasswordChangeOutcome {
    /// The password was changed. The new session's id, if one was created.
    Changed(Option<SessionId>),
    /// The password has changed since it was verified.
    Stale,
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

    /// Changes the password. The last token that is revoked expires at `expires_at`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn change_password(
        &self,
        change: PasswordChange,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<Revoking<PasswordChangeOutcome>, StoreError> {
        let PasswordChange { current_hash, new_hash, sessions } = change;
        self.db
            .transaction(async move |transaction| {
                self.lock(transaction, LockType::NoKeyUpdate).await?;
                if !self.replace_password(transaction, &current_hash, new_hash, now).await? {
                    return Ok(Revoking::new(PasswordChangeOutcome::Stale, Vec::new()));
                }
                let (session, revocations) = self.update_sessions(transaction, &sessions, now, expires_at).await?;
                Ok(Revoking::new(PasswordChangeOutcome::Changed(session), revocations))
            })
            .await
    }

    async fn update_sessions(
        &self,
        transaction: &Transaction,
        sessions: &SessionsAfterChange,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<(Option<SessionId>, Vec<Revocation>), StoreError> {
        match sessions {
            SessionsAfterChange::Keep => Ok((None, Vec::new())),
            SessionsAfterChange::RevokeOthers { kept } => {
                Ok((None, self.sessions.revoke_except(transaction, kept.as_ref(), now, expires_at).await?))
            }
            SessionsAfterChange::Replace(new) => {
                let revocations = self.sessions.revoke_except(transaction, None, now, expires_at).await?;
                let (id, _) = session::create(transaction, self.users.owner(), new, now.trunc_subsecs(3)).await?;
                Ok((Some(id), revocations))
            }
        }
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
