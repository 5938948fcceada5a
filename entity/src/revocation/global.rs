//! The revocation of all users' tokens, after an incident.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::{
    model::{Revocation, RevocationTarget},
    row,
};
use crate::{
    Db, StoreError, better_auth,
    db::{Executor, Transaction},
    session,
};

/// The number of sessions that a transaction deletes.
const BATCH_SIZE: u64 = 1_000;

/// Revokes the tokens of all users that were issued before an instant, and deletes their sessions, Better Auth's too.
pub struct GlobalRevocation {
    db: Db,
    before: DateTime<Utc>,
}

impl GlobalRevocation {
    /// `before` is rounded up to a whole second: a token's time of issue is in whole seconds.
    #[must_use]
    pub fn new(db: &Db, before: DateTime<Utc>) -> Self {
        let whole = before.trunc_subsecs(0);
        Self { db: db.with_all_rows(), before: if whole < before { whole + TimeDelta::seconds(1) } else { whole } }
    }

    /// Returns the instant from which on tokens are accepted.
    #[must_use]
    pub fn before(&self) -> DateTime<Utc> {
        self.before
    }

    /// Revokes the tokens. The last of them expires at `expires_at`. Every replica learns of it by its feed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn revoke_tokens(&self, expires_at: DateTime<Utc>) -> Result<(), StoreError> {
        let target = RevocationTarget::AllUsers { issued_until: self.before - TimeDelta::milliseconds(1) };
        row::upsert(&self.db, &Revocation { target, expires_at }).await
    }

    /// Deletes one batch of the sessions and returns its number of rows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn delete_sessions(&self) -> Result<u64, StoreError> {
        match self.db.transaction(async |transaction| self.delete_batch(transaction).await).await {
            // the table `session` is another library's, so that neither the service nor Better Auth has sessions
            Err(error) if error.is_unknown_column() => Ok(0),
            deleted => deleted,
        }
    }

    async fn delete_batch(&self, transaction: &Transaction) -> Result<u64, StoreError> {
        let dialect = transaction.dialect();
        let created_at = Expr::col((session::Entity, session::Column::CreatedAt));
        let created_at = better_auth::comparable_timestamp(created_at, dialect);
        let mut sessions = Query::select();
        sessions
            .column(session::Column::Id)
            .from(session::Entity)
            .and_where(created_at.lt(better_auth::timestamp_value(self.before, dialect)))
            .limit(BATCH_SIZE);
        let mut delete = Query::delete();
        delete.from_table(session::Entity).and_where(Expr::col(session::Column::Id).in_subquery(sessions));
        transaction.execute(&delete).await
    }
}
