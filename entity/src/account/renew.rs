//! Renewing a session: each refresh token is replaced by the next, once.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{Accounts, Profile, SignedIn, row};
use crate::{
    SessionId, StoreError, TokenHash, UserId,
    revocation::Revocation,
    session::{self, Lifetimes, Presented, Standing, Successors},
};

/// A refresh token that is presented, and what is to be given for it.
#[derive(Debug, Clone)]
pub struct Exchange {
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
pub enum Renewal {
    /// The session lives on, and this successor is its refresh token.
    Renewed(SignedIn, TokenHash),
    /// The token was replaced before: it is in two hands, and the session was ended.
    Reused {
        /// The session.
        session: SessionId,
        /// Whose it was.
        user: UserId,
        /// What that has revoked.
        revoked: Vec<Revocation>,
    },
    /// There is no such token, or it has ended, or its session has.
    NotValid,
}

impl Accounts {
    /// Exchanges a refresh token for its successor. If that was done up to ten seconds ago, and the successor was not used
    /// since, it is given again: the answer may have been lost. Any other token that was replaced ends its session.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn renew(&self, exchange: Exchange, clock: impl Fn() -> DateTime<Utc>) -> Result<Renewal, StoreError> {
        let renewing = async {
            let work = self.db.begin().await?;
            let renewal = renew(&work, &exchange, clock).await?;
            work.commit().await?;
            Ok(renewal)
        };
        self.db.within(renewing).await
    }
}

async fn renew(
    work: &DatabaseTransaction,
    exchange: &Exchange,
    clock: impl Fn() -> DateTime<Utc>,
) -> Result<Renewal, DbErr> {
    let Exchange { presented, successors, lifetimes } = exchange;
    let Some(found) = Presented::find(work, *presented).await? else { return Ok(Renewal::NotValid) };
    let Some(user) = profile(work, &found.user).await? else { return Ok(Renewal::NotValid) };
    // the ten seconds begin when the token is replaced, however long that was waited for
    let now = clock().trunc_subsecs(3);
    let (expires_at, successor) = match found.standing(successors, lifetimes, now) {
        Standing::Current(ends) => {
            found.replace(work, successors.now, ends, lifetimes.access_until, now).await?;
            (ends, successors.now)
        }
        Standing::JustReplaced(successor) => {
            session::prolong(work, successor, lifetimes.access_until).await?;
            (found.ends, successor)
        }
        Standing::Reused => {
            let revoked = found.end_session(work).await?;
            return Ok(Renewal::Reused { session: found.session, user: found.user, revoked });
        }
        Standing::Over => return Ok(Renewal::NotValid),
    };
    Ok(Renewal::Renewed(SignedIn { session: found.session, expires_at, user }, successor))
}

async fn profile(work: &DatabaseTransaction, id: &UserId) -> Result<Option<Profile>, DbErr> {
    let rows = work.query_all(&row::select(id, work.get_database_backend())).await?;
    rows.first().map(|row| row::read(row, id)).transpose()
}
