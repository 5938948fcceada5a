//! The status of a refresh token, and its rotation.

use std::slice;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    lifetimes::Lifetimes,
    refresh_token_row::{self as row, NewRefreshToken},
};
use crate::{
    SessionId, StoreError, TokenHash, UserId,
    better_auth::timestamp_value,
    db::{Executor, Row, Sql, Transaction},
    revocation::{self, Revocation},
};

/// How long a rotated token is answered with its successor again, since the response may have been lost.
const REUSE_GRACE_PERIOD: TimeDelta = TimeDelta::seconds(10);

/// The successors that a refresh token may have.
#[derive(Debug, Clone)]
pub struct Successors {
    /// The successor under the current secret.
    pub current: TokenHash,
    /// The successors under previous secrets.
    pub previous: Vec<TokenHash>,
}

impl Successors {
    fn find(&self, hash: &str) -> Option<TokenHash> {
        [&self.current].into_iter().chain(&self.previous).find(|successor| successor.to_string() == hash).copied()
    }
}

/// A stored refresh token and its session, which is locked until the transaction ends.
#[derive(Debug)]
pub(crate) struct StoredRefreshToken {
    pub(crate) session_id: SessionId,
    pub(crate) user_id: UserId,
    pub(crate) session_expires_at: DateTime<Utc>,
    session_created_at: DateTime<Utc>,
    hash: TokenHash,
    expires_at: DateTime<Utc>,
    replacement: Option<Replacement>,
}

#[derive(Debug)]
struct Replacement {
    at: DateTime<Utc>,
    by: String,
    /// Whether the successor exists and has not been rotated itself.
    successor_unused: bool,
}

/// The status of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefreshTokenStatus {
    /// It can be rotated, which extends the session to this instant.
    Active(DateTime<Utc>),
    /// It was rotated within the grace period and its successor, this token, has not been used.
    Rotated(TokenHash),
    /// It was rotated before: two clients hold it, one of which may have stolen it.
    Reused,
    /// It or its session has expired.
    Expired,
}

impl StoredRefreshToken {
    /// Finds a token whose session exists, and locks the session.
    pub(crate) async fn find(transaction: &Transaction, hash: TokenHash) -> Result<Option<Self>, StoreError> {
        let dialect = transaction.dialect();
        if dialect.is_postgres() {
            transaction.query(&Sql::new(row::LOCK_SESSION, [hash.to_string().into()])).await?;
        }
        let found = transaction.query_one(&row::select(hash, dialect)).await?;
        found.map(|found| Self::from_row(&found, hash)).transpose()
    }

    fn from_row(row: &Row, hash: TokenHash) -> Result<Self, StoreError> {
        let (replaced_at, replaced_by): (Option<_>, Option<_>) = (row.get(5)?, row.get(6)?);
        let successor_unused = row.get(7)?;
        Ok(Self {
            session_id: SessionId::from(row.get::<String>(0)?.as_str()),
            user_id: UserId::from(row.get::<String>(1)?.as_str()),
            session_expires_at: row.get(2)?,
            session_created_at: row.get(3)?,
            hash,
            expires_at: row.get(4)?,
            replacement: replaced_at.zip(replaced_by).map(|(at, by)| Replacement { at, by, successor_unused }),
        })
    }

    /// Returns the token's status at `now`. A successor that is not one of `successors` makes it reused.
    pub(crate) fn status(
        &self,
        successors: &Successors,
        lifetimes: &Lifetimes,
        now: DateTime<Utc>,
    ) -> RefreshTokenStatus {
        let extended_expiry = lifetimes.session_expiry(self.session_created_at, now);
        match &self.replacement {
            _ if self.session_expires_at <= now => RefreshTokenStatus::Expired,
            None if self.expires_at <= now || extended_expiry <= now => RefreshTokenStatus::Expired,
            None => RefreshTokenStatus::Active(extended_expiry),
            Some(Replacement { at, by, successor_unused: true }) if now - at <= REUSE_GRACE_PERIOD => {
                successors.find(by).map_or(RefreshTokenStatus::Reused, RefreshTokenStatus::Rotated)
            }
            Some(_) => RefreshTokenStatus::Reused,
        }
    }

    /// Replaces the token by `successor` and extends the session to `expires_at`.
    pub(crate) async fn rotate(
        &self,
        transaction: &Transaction,
        successor: TokenHash,
        expires_at: DateTime<Utc>,
        access_token_expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const TOKEN: &str = "update taskbridge.refresh_token set replaced_at = $2, replaced_by = $3 where hash = $1";
        const SESSION: &str = r#"update "session" set "expiresAt" = $2, "updatedAt" = $3 where id = $1"#;
        let timestamp = |instant| timestamp_value(instant, transaction.dialect());
        let (session_id, user_id) = (&self.session_id, &self.user_id);
        let new = NewRefreshToken {
            hash: successor,
            session_id,
            user_id,
            created_at: now,
            expires_at,
            access_token_expires_at,
        };
        row::insert(transaction, &new).await?;
        let replacement = [self.hash.to_string().into(), timestamp(now), successor.to_string().into()];
        transaction.execute(&Sql::new(TOKEN, replacement)).await?;
        let session = [session_id.as_str().into(), timestamp(expires_at), timestamp(now)];
        transaction.execute(&Sql::new(SESSION, session)).await?;
        Ok(())
    }

    /// Deletes the session, which revokes its tokens.
    pub(crate) async fn revoke_session(&self, transaction: &Transaction) -> Result<Vec<Revocation>, StoreError> {
        const DELETE: &str = r#"delete from "session" where id = $1"#;
        transaction.execute(&Sql::new(DELETE, [self.session_id.as_str().into()])).await?;
        revocation::for_sessions(transaction, slice::from_ref(&self.session_id)).await
    }
}
