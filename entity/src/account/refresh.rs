//! The refresh of a session: each refresh token is exchanged for its successor, once.

use chrono::{DateTime, SubsecRound, Utc};

use super::{
    profile::Profile,
    store::{AccountStore, UserSession},
    user_row,
};
use crate::{
    SessionId, StoreError, TokenHash, UserId,
    db::{Executor, Transaction},
    revocation::{Revocation, Revoking},
    session::{self, Lifetimes, RefreshTokenStatus, StoredRefreshToken, Successors},
};

/// A refresh token to exchange.
#[derive(Debug, Clone)]
pub struct RefreshExchange {
    /// The token that the client presents.
    pub presented: TokenHash,
    /// The token that replaces it, and those that may have replaced it under previous secrets. They are derived from the
    /// presented token, so that a repeated request names the same ones.
    pub successors: Successors,
    /// How long the session and its tokens live from now on.
    pub lifetimes: Lifetimes,
}

/// The outcome of a refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The session was extended. The second field is the successor, its refresh token from now on.
    Refreshed(UserSession, TokenHash),
    /// The token was exchanged before, so that two clients hold it. The session was deleted.
    Reused {
        /// The session.
        session_id: SessionId,
        /// Its user.
        user_id: UserId,
    },
    /// The token is unknown, or it or its session has expired.
    Invalid,
}

impl AccountStore {
    /// Exchanges a refresh token for its successor.
    ///
    /// If the token was exchanged within the last ten seconds and its successor has not been used, the response may have
    /// been lost, and the successor is returned again. Any other use of an exchanged token deletes the session.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn refresh(
        &self,
        exchange: RefreshExchange,
        clock: impl Fn() -> DateTime<Utc>,
    ) -> Result<Revoking<RefreshOutcome>, StoreError> {
        let (outcome, revocations) =
            self.db.transaction(async move |transaction| refresh(transaction, &exchange, clock).await).await?;
        Ok(Revoking::new(outcome, revocations))
    }
}

async fn refresh(
    transaction: &Transaction,
    exchange: &RefreshExchange,
    clock: impl Fn() -> DateTime<Utc>,
) -> Result<(RefreshOutcome, Vec<Revocation>), StoreError> {
    let invalid = (RefreshOutcome::Invalid, Vec::new());
    let RefreshExchange { presented, successors, lifetimes } = exchange;
    let Some(token) = StoredRefreshToken::find(transaction, *presented).await? else {
        return Ok(invalid);
    };
    let Some(user) = profile(transaction, &token.user_id).await? else { return Ok(invalid) };
    // read after the lock was waited for: the grace period begins when the token is rotated
    let now = clock().trunc_subsecs(3);
    let access_token_expires_at = lifetimes.access_token_expires_at;
    let (expires_at, successor) = match token.status(successors, lifetimes, now) {
        RefreshTokenStatus::Active(expires_at) => {
            token.rotate(transaction, successors.current, expires_at, access_token_expires_at, now).await?;
            (expires_at, successors.current)
        }
        RefreshTokenStatus::Rotated(successor) => {
            session::extend_access_token_expiry(transaction, successor, access_token_expires_at).await?;
            (token.session_expires_at, successor)
        }
        RefreshTokenStatus::Reused => {
            let revocations = token.revoke_session(transaction).await?;
            let StoredRefreshToken { session_id, user_id, .. } = token;
            return Ok((RefreshOutcome::Reused { session_id, user_id }, revocations));
        }
        RefreshTokenStatus::Expired => return Ok(invalid),
    };
    let session = UserSession { session_id: token.session_id, expires_at, user };
    Ok((RefreshOutcome::Refreshed(session, successor), Vec::new()))
}

async fn profile(transaction: &Transaction, id: &UserId) -> Result<Option<Profile>, StoreError> {
    let row = transaction.query_one(&user_row::select(id, transaction.dialect())).await?;
    row.map(|row| user_row::from_row(&row, id)).transpose()
}
