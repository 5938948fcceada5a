//! A proven user's password, and the end of their account.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, LockType},
};

use super::{Account, credential_row, user_row};
use crate::{SessionId, StoreError, better_auth::timestamp_value, revocation::Revocation};

/// A password, and the one that replaces it.
pub struct PasswordChange {
    /// What the user's present password was checked against.
    pub current_hash: String,
    /// The new one, hashed.
    pub new_hash: String,
    /// The session that is not ended by it.
    pub keep_session: Option<SessionId>,
}

impl Account {
    /// What the user's password is checked against, if they have one.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn password_hash(&self) -> Result<Option<String>, StoreError> {
        let select = self
            .credentials
            .select()
            .filter(credential_row::has_password())
            .order_by_asc(credential_row::Column::CreatedAt);
        let select = select.select_only().column(credential_row::Column::Password).limit(1).into_query();
        let rows = self.db.with_timeout(self.db.connection().query_all(&select)).await?;
        Ok(rows.first().map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// Changes the password, ends the other sessions, and revokes what tokens were issued up to now, all of which have
    /// expired at `until`. None if the password is another by now.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn change_password(
        &self,
        change: PasswordChange,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Vec<Revocation>>, StoreError> {
        let changing = async {
            let work = self.db.begin().await?;
            self.lock(&work, LockType::NoKeyUpdate).await?;
            if !self.replace_password(&work, &change, now).await? {
                return Ok(None);
            }
            let revoked = self.sessions.revoke_except(&work, change.keep_session.as_ref(), now, until).await?;
            work.commit().await?;
            Ok(Some(revoked))
        };
        self.db.with_timeout(changing).await
    }

    /// Ends the account with all that goes with it: sessions, tasks, and what Better Auth keeps of the user. All their
    /// tokens issued up to now are revoked, and have expired at `until`. None if there is no such user.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn delete(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Vec<Revocation>>, StoreError> {
        let closing = async {
            let work = self.db.begin().await?;
            self.lock(&work, LockType::Update).await?;
            let revoked = self.sessions.revoke_except(&work, None, now, until).await?;
            if self.rows.delete().exec(&work).await?.rows_affected == 0 {
                return Ok(None);
            }
            work.commit().await?;
            Ok(Some(revoked))
        };
        self.db.with_timeout(closing).await
    }

    /// Whoever opens a session of the user waits, or is waited for.
    async fn lock(&self, work: &DatabaseTransaction, how: LockType) -> Result<(), DbErr> {
        let mut select = self.rows.select().select_only().column(user_row::Column::Id).into_query();
        work.query_all(select.lock(how)).await?;
        Ok(())
    }

    async fn replace_password(
        &self,
        work: &DatabaseTransaction,
        change: &PasswordChange,
        now: DateTime<Utc>,
    ) -> Result<bool, DbErr> {
        let now = timestamp_value(now.trunc_subsecs(3), work.get_database_backend());
        let password =
            credential_row::ActiveModel { password: Set(Some(change.new_hash.clone())), ..Default::default() };
        let update = self.credentials.update(password).col_expr(credential_row::Column::UpdatedAt, Expr::value(now));
        let update = update
            .filter(credential_row::has_password())
            .filter(credential_row::Column::Password.eq(&change.current_hash));
        Ok(update.exec(work).await?.rows_affected > 0)
    }
}
