//! Renewing a session: each refresh token is replaced by the next, once.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{AccountStore, Profile, UserSession, user_row};
use crate::{
    SessionId, StoreError, TokenHash, UserId,
    revocation::Revocation,
    session::{self, Lifetimes, RefreshTokenStatus, StoredRefreshToken, Successors},
};

/// A refresh token that is presented, and what is to be given for it.
#[derive(Debug, Clone)]
pub struct RefreshExchange {
    /// The token that is presented.
    pub presented: TokenHash,
    /// The one that replaces it, and others that may have replaced it already, under another secret: whoever presents the
    /// same one again must name the same one again.
    pub successors: Successors,
    /// How long all of it lives from now on.
    pub lifetimes: Lifetimes,
}

/// What came of renewing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The session lives on, and this successor is its refresh token.
    Refreshed(UserSession, TokenHash),
    /// The token was replaced before: it is in two hands, and the session was ended.
    Reused {
        /// The session.
        session_id: SessionId,
        /// Whose it was.
        user_id: UserId,
        /// What that has revoked.
        revocations: Vec<Revocation>,
    },
    /// There is no such token, or it has ended, or its session has.
    Invalid,
}

impl AccountStore {
    /// Exchanges a refresh token for its successor. If that was done up to ten seconds ago, and the successor was not used
    /// since, it is given again: the answer may have been lost. Any other token that was replaced ends its session.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn refresh(
        &self,
        exchange: RefreshExchange,
        clock: impl Fn() -> DateTime<Utc>,
    ) -> Result<RefreshOutcome, StoreError> {
        let renewing = async {
            let work = self.db.begin().await?;
            let renewal = refresh(&work, &exchange, clock).await?;
            work.commit().await?;
            Ok(renewal)
        };
        self.db.with_timeout(renewing).await
    }
}

async fn refresh(
    work: &DatabaseTransaction,
    exchange: &RefreshExchange,
    clock: impl Fn() -> DateTime<Utc>,
) -> Result<RefreshOutcome, DbErr> {
    let RefreshExchange { presented, successors, lifetimes } = exchange;
    let Some(found) = StoredRefreshToken::find(work, *presented).await? else { return Ok(RefreshOutcome::Invalid) };
    let Some(user) = profile(work, &found.user_id).await? else { return Ok(RefreshOutcome::Invalid) };
    // the ten seconds begin when the token is replaced, however long that was waited for
    let now = clock().trunc_subsecs(3);
    let (expires_at, successor) = match found.status(successors, lifetimes, now) {
        RefreshTokenStatus::Active(ends) => {
            found.rotate(work, successors.current, ends, lifetimes.access_token_expires_at, now).await?;
            (ends, successors.current)
        }
        RefreshTokenStatus::Rotated(successor) => {
            session::extend_access_expiry(work, successor, lifetimes.access_token_expires_at).await?;
            (found.session_expires_at, successor)
        }
        RefreshTokenStatus::Reused => {
            let revoked = found.revoke_session(work).await?;
            return Ok(RefreshOutcome::Reused {
                session_id: found.session_id,
                user_id: found.user_id,
                revocations: revoked,
            });
        }
        RefreshTokenStatus::Expired => return Ok(RefreshOutcome::Invalid),
    };
    Ok(RefreshOutcome::Refreshed(UserSession { session_id: found.session_id, expires_at, user }, successor))
}

async fn profile(work: &DatabaseTransaction, id: &UserId) -> Result<Option<Profile>, DbErr> {
    let rows = work.query_all(&user_row::select(id, work.get_database_backend())).await?;
    rows.first().map(|row| user_row::from_row(row, id)).transpose()
}
