//! Sessions: a user's own, and the rules for new ones and their refresh tokens.

mod lifetimes;
mod model;
mod new_session;
mod refresh_token;
mod refresh_token_row;
mod row;
mod session_token;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, DeleteMany, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{ExprTrait, Query},
};

pub use self::{
    lifetimes::Lifetimes,
    model::{Session, SessionWithToken},
    new_session::{NewSession, SessionCredential},
    refresh_token::Successors,
    session_token::SessionToken,
};
pub(crate) use self::{
    new_session::create,
    refresh_token::{RefreshTokenStatus, StoredRefreshToken},
    refresh_token_row::extend_access_token_expiry,
    row::{Column, Entity, columns, from_row},
};
use crate::{
    Db, SessionId, StoreError, TokenHash, better_auth,
    db::{Executor, Transaction},
    owned::{Owned, Owner, OwnerScoped},
    revocation::{self, Revocation, RevocationTarget, Revoking},
};

/// The maximum number of sessions in a list.
const MAX_LISTED_SESSIONS: u64 = 100;

/// One user's sessions, those of the service and those of Better Auth.
#[derive(Clone)]
pub struct Sessions {
    rows: Owned<row::Entity>,
    db: Db,
}

impl OwnerScoped for Sessions {
    fn scoped_to(owner: Owner, db: Db) -> Self {
        let db = db.limited_to(owner.id().as_str());
        Self { rows: Owned::new(owner, &db), db }
    }
}

impl Sessions {
    /// Returns the sessions that have not expired, most recently used first, at most a hundred.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn list(&self, now: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
        let sessions = self.list_with_tokens(now).await?;
        Ok(sessions.into_iter().map(|listed| listed.session).collect())
    }

    /// Does what [`Sessions::list`] does, with the sessions' tokens.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn list_with_tokens(&self, now: DateTime<Utc>) -> Result<Vec<SessionWithToken>, StoreError> {
        let dialect = self.db.dialect();
        let expires_at = better_auth::comparable_timestamp(row::column(row::Column::ExpiresAt), dialect);
        let last_used = better_auth::comparable_timestamp(row::column(row::Column::UpdatedAt), dialect);
        let not_expired = expires_at.gt(better_auth::timestamp_value(now, dialect));
        let select = self.rows.select().filter(not_expired).order_by_desc(last_used).limit(MAX_LISTED_SESSIONS);
        let select = row::columns(dialect).into_iter().fold(select.select_only(), QuerySelect::expr);
        self.db.query(&select.into_query()).await?.iter().map(|row| row::from_row(row, 0)).collect()
    }

    /// Deletes a session, which revokes its tokens. Returns whether the user has such a session.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn revoke(&self, id: &SessionId) -> Result<Revoking<bool>, StoreError> {
        let dialect = self.db.dialect();
        self.revoke_where(better_auth::id_equals(row::Column::Id, id.as_str(), dialect)).await
    }

    /// Does what [`Sessions::revoke`] does with the session that has this token.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn revoke_by_token(&self, token: &str) -> Result<Revoking<bool>, StoreError> {
        self.revoke_where(row::Column::Token.eq(token).into()).await
    }

    /// Deletes all sessions but one, and revokes every token that was issued to the user up to now, except those of the kept
    /// session that this service issued. The last of these tokens expires at `expires_at`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn revoke_others(
        &self,
        kept: &SessionId,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<Revoking<()>, StoreError> {
        let revoking =
            async |transaction: &Transaction| self.revoke_except(transaction, Some(kept), now, expires_at).await;
        Ok(Revoking::new((), self.db.transaction(revoking).await?))
    }

    async fn revoke_where(&self, condition: Condition) -> Result<Revoking<bool>, StoreError> {
        let sessions = self.rows.delete().filter(condition);
        self.db
            .transaction(async move |transaction| {
                let deleted = delete(transaction, sessions).await?;
                let revocations = revocation::for_sessions(transaction, &deleted).await?;
                Ok(Revoking::new(!deleted.is_empty(), revocations))
            })
            .await
    }

    /// Deletes all sessions and revokes every token that was issued to the user up to now. The last of these tokens
    /// expires at `expires_at`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn revoke_all(&self, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Result<Revoking<()>, StoreError> {
        let revoking = async |transaction: &Transaction| self.revoke_except(transaction, None, now, expires_at).await;
        Ok(Revoking::new((), self.db.transaction(revoking).await?))
    }

    /// Revokes one token, which expires at `expires_at`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn revoke_token(&self, token: TokenHash, expires_at: DateTime<Utc>) -> Result<Revoking<()>, StoreError> {
        let revocation = Revocation { target: RevocationTarget::Token(token), expires_at };
        revocation::upsert(&self.db, &revocation).await?;
        Ok(Revoking::new((), vec![revocation]))
    }

    /// Logs out: deletes `session`, if the token has one, and revokes the token itself if that has not revoked it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn log_out(
        &self,
        session: Option<&SessionId>,
        token: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> Result<Revoking<()>, StoreError> {
        if let Some(session) = session {
            let Revoking { revocations, .. } = self.revoke(session).await?;
            // empty if there is no such session, or if its tokens have expired by the database's clock
            if !revocations.is_empty() {
                return Ok(Revoking::new((), revocations));
            }
        }
        self.revoke_token(token, expires_at).await
    }

    /// Does what [`Sessions::revoke_all`] does, but keeps one session.
    pub(crate) async fn revoke_except(
        &self,
        transaction: &Transaction,
        kept: Option<&SessionId>,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<Vec<Revocation>, StoreError> {
        let dialect = self.db.dialect();
        let others = kept.map(|id| better_auth::id_equals(row::Column::Id, id.as_str(), dialect).not());
        let others = self.rows.delete().filter(Condition::all().add_option(others));
        let deleted = delete(transaction, others).await?;
        let target = RevocationTarget::User { id: self.rows.owner().clone(), issued_until: now };
        let user = Revocation { target, expires_at };
        let mut revocations = revocation::for_sessions(transaction, &deleted).await?;
        revocation::upsert(transaction, &user).await?;
        revocations.push(user);
        Ok(revocations)
    }
}

async fn delete(transaction: &Transaction, sessions: DeleteMany<row::Entity>) -> Result<Vec<SessionId>, StoreError> {
    let mut statement = sessions.into_query();
    statement.returning(Query::returning().expr(better_auth::id_as_text(row::Column::Id)));
    let rows = transaction.query(&statement).await?;
    rows.iter().map(|row| Ok(SessionId::from(row.get::<String>(0)?.as_str()))).collect()
}
