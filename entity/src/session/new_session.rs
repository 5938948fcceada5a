//! Creates a session: a row in Better Auth's table and, for a session of the service, its first refresh token.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};

use super::{
    lifetimes::Lifetimes,
    refresh_token_row::{self, NewRefreshToken},
    session_token::SessionToken,
};
use crate::{
    SessionId, StoreError, TokenHash, UserId,
    better_auth::{new_id, timestamp_value},
    db::{Executor, Sql, Transaction},
};

/// A session to create.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// What its client proves it by.
    pub credential: SessionCredential,
    /// The client's address; empty if unknown.
    pub ip_address: String,
    /// The client's user agent; empty if unknown.
    pub user_agent: String,
}

/// What the client of a session holds.
#[derive(Debug, Clone)]
pub enum SessionCredential {
    /// A refresh token, of which only the hash is stored.
    RefreshToken {
        /// The first refresh token.
        hash: TokenHash,
        /// How long the session and its tokens live.
        lifetimes: Lifetimes,
    },
    /// The session token, which Better Auth's clients hold.
    SessionToken {
        /// The token.
        token: SessionToken,
        /// When the session expires unless it is extended.
        expires_at: DateTime<Utc>,
    },
}

const INSERT: &str = r#"
    insert into "session" (id, "expiresAt", token, "createdAt", "updatedAt", "ipAddress", "userAgent", "userId")
    values ($1, $2, $3, $4, $4, $5, $6, $7)"#;

/// Keeps the hundred most recently used of a user's sessions of the service, so that all of them can be revoked at once.
const EVICT_OLDEST: &str = r#"
    delete from "session" where id in (
        select id from "session" where "userId" = $1
            and exists (select 1 from taskbridge.refresh_token where session_id = cast("session".id as text))
        order by "updatedAt" desc, "createdAt" desc limit 100 offset 100)"#;

/// Creates a session, and deletes the user's hundred-and-first of the service. Returns the new session's id and expiry.
pub(crate) async fn create(
    transaction: &Transaction,
    user: &UserId,
    new: &NewSession,
    now: DateTime<Utc>,
) -> Result<(SessionId, DateTime<Utc>), StoreError> {
    let id = SessionId::from(new_id()?.as_str());
    let expires_at = match &new.credential {
        SessionCredential::SessionToken { expires_at, .. } => *expires_at,
        SessionCredential::RefreshToken { lifetimes, .. } => lifetimes.session_expiry(now, now),
    };
    insert(transaction, (&id, user), new, (now, expires_at)).await?;
    if let SessionCredential::RefreshToken { hash, lifetimes } = &new.credential {
        let token = NewRefreshToken {
            hash: *hash,
            session_id: &id,
            user_id: user,
            created_at: now,
            expires_at,
            access_token_expires_at: lifetimes.access_token_expires_at,
        };
        refresh_token_row::insert(transaction, &token).await?;
        transaction.execute(&Sql::new(EVICT_OLDEST, [user.as_str().into()])).await?;
    }
    Ok((id, expires_at))
}

async fn insert(
    transaction: &Transaction,
    (id, user): (&SessionId, &UserId),
    NewSession { credential, ip_address, user_agent }: &NewSession,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    let timestamp = |instant| timestamp_value(instant, transaction.dialect());
    let token = match credential {
        SessionCredential::SessionToken { token, .. } => token.expose().to_owned(),
        SessionCredential::RefreshToken { hash, .. } => placeholder_token(*hash),
    };
    let values = [
        id.as_str().into(),
        timestamp(expires_at),
        token.into(),
        timestamp(now),
        ip_address.as_str().into(),
        user_agent.as_str().into(),
        user.as_str().into(),
    ];
    transaction.execute(&Sql::new(INSERT, values)).await?;
    Ok(())
}

/// Returns the value of the token column for a session of the service. It is unique and no valid session token: Better Auth
/// takes what follows a dot for a signature.
fn placeholder_token(refresh_token: TokenHash) -> String {
    format!("taskbridge.{}", BASE64_URL_SAFE_NO_PAD.encode(refresh_token.as_bytes()))
}
