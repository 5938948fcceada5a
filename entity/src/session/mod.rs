//! Sessions: the door to one's own, and the plain structs that leave it.

mod new_session;
mod refresh_token;
mod row;

use chrono::{DateTime, Utc};
use sea_orm::{
    Condition, ConnectionTrait, DatabaseTransaction, DbErr, DeleteMany, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{ExprTrait, Query},
};

pub(crate) use self::{
    new_session::create,
    refresh_token::{RefreshTokenStatus, StoredRefreshToken, extend_access_expiry},
};
pub use self::{
    new_session::{Lifetimes, NewSession},
    refresh_token::Successors,
};
use crate::{
    Db, SessionId, StoreError, TokenHash, better_auth,
    owned::{Owned, Owner, OwnerScoped},
    revocation::{self, Revocation, RevocationTarget},
};

/// How many sessions a list holds at most.
const MAX_LISTED_SESSIONS: u64 = 100;

/// A session as Better Auth keeps it, but for its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last renewed.
    pub updated_at: DateTime<Utc>,
    /// When it ends unless it is renewed.
    pub expires_at: DateTime<Utc>,
    /// From where it was opened.
    pub ip_address: Option<String>,
    /// With what it was opened.
    pub user_agent: Option<String>,
}

/// One user's sessions, whoever opened them. What is revoked comes into force here when the caller heeds the revocations
/// that are returned, elsewhere by the [`Feed`](crate::revocation::Feed).
#[derive(Clone)]
pub struct Sessions {
    rows: Owned<row::Entity>,
    db: Db,
}

impl OwnerScoped for Sessions {
    fn scoped_to(owner: Owner, db: Db) -> Self {
        Self { rows: Owned::new(owner, &db), db }
    }
}

impl Sessions {
    /// Those that have not ended, the last used first; of very many the first hundred.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn list(&self, now: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
        let backend = self.db.backend();
        let ends = better_auth::comparable_timestamp(row::column(row::Column::ExpiresAt), backend);
        let used = better_auth::comparable_timestamp(row::column(row::Column::UpdatedAt), backend);
        let living = self.rows.select().filter(ends.gt(better_auth::timestamp_value(now, backend))).order_by_desc(used);
        let select =
            row::columns(backend).into_iter().fold(living.limit(MAX_LISTED_SESSIONS).select_only(), QuerySelect::expr);
        let rows = self.db.with_timeout(self.db.connection().query_all(&select.into_query())).await?;
        Ok(rows.iter().map(row::from_row).collect::<Result<_, _>>()?)
    }

    /// Ends one, and with it the tokens that were given in it; none if the user has no such session.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn revoke(&self, id: &SessionId) -> Result<Option<Vec<Revocation>>, StoreError> {
        let one = self.rows.delete().filter(better_auth::id_equals(row::Column::Id, id.as_str(), self.db.backend()));
        self.db
            .with_timeout(async {
                let work = self.db.begin().await?;
                let ended = delete(&work, one).await?;
                let revoked = revocation::for_sessions(&work, &ended).await?;
                work.commit().await?;
                Ok((!ended.is_empty()).then_some(revoked))
            })
            .await
    }

    /// Ends all, and revokes what tokens of the user were issued up to now, all of which have expired at `until`.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn revoke_all(&self, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<Revocation>, StoreError> {
        self.db
            .with_timeout(async {
                let work = self.db.begin().await?;
                let revoked = self.revoke_except(&work, None, now, until).await?;
                work.commit().await?;
                Ok(revoked)
            })
            .await
    }

    /// Revokes one token, which has expired at `until`.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn revoke_token(&self, token: TokenHash, until: DateTime<Utc>) -> Result<Revocation, StoreError> {
        let revocation = Revocation { target: RevocationTarget::Token(token), expires_at: until };
        self.db.with_timeout(revocation::upsert(self.db.connection(), &revocation)).await?;
        Ok(revocation)
    }

    pub(crate) async fn revoke_except(
        &self,
        work: &DatabaseTransaction,
        keep: Option<&SessionId>,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Revocation>, DbErr> {
        let kept = keep.map(|id| better_auth::id_equals(row::Column::Id, id.as_str(), self.db.backend()));
        let ended =
            delete(work, self.rows.delete().filter(Condition::all().add_option(kept.map(Condition::not)))).await?;
        let mut revoked = revocation::for_sessions(work, &ended).await?;
        let what = RevocationTarget::User { id: self.rows.owner().clone(), issued_until: now };
        let user = Revocation { target: what, expires_at: until };
        revocation::upsert(work, &user).await?;
        revoked.push(user);
        Ok(revoked)
    }
}

async fn delete(work: &DatabaseTransaction, sessions: DeleteMany<row::Entity>) -> Result<Vec<SessionId>, DbErr> {
    let mut statement = sessions.into_query();
    statement.returning(Query::returning().expr(better_auth::id_as_text(row::Column::Id)));
    let rows = work.query_all(&statement).await?;
    rows.iter().map(|row| Ok(SessionId::from(row.try_get_by_index::<String>(0)?.as_str()))).collect()
}
