//! Creates a session of the service: a row in Better Auth's table, and its first refresh token.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};

use super::{
    lifetimes::Lifetimes,
    refresh_token_row::{self, NewRefreshToken},
};
use crate::{
    SessionId, StoreError, TokenHash, UserId,
    better_auth::{new_id, timestamp_value},
    db::{Executor, Sql, Transaction},
};

/// A session to create.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The first refresh token.
    pub refresh_token: TokenHash,
    /// How long the session and its tokens live.
    pub lifetimes: Lifetimes,
    /// The client's address; empty if unknown.
    pub ip_address: String,
    /// The client's user agent; empty if unknown.
    pub user_agent: String,
}

const INSERT: &str = r#"
    insert into session (id, "expiresAt", token, "createdAt", "updatedAt", "ipAddress", "userAgent", "userId")
    values ($1, $2, $3, $4, $4, $5, $6, $7)"#;

/// Keeps the hundred most recently used of a user's sessions of the service, so that all of them can be revoked at once.
const EVICT_OLDEST: &str = r#"
    delete from session where id in (
        select id from session where "userId" = $1
            and exists (select 1 from refresh_token where session_id = cast(session.id as text))
        order by "updatedAt" desc, "createdAt" desc limit 100 offset 100)"#;

/// Creates a session and deletes the user's hundred-and-first. Returns the new session's id and expiry.
pub(crate) async fn create(
    transaction: &Transaction,
    user: &UserId,
    new: &NewSession,
    now: DateTime<Utc>,
) -> Result<(SessionId, DateTime<Utc>), StoreError> {
    let NewSession { refresh_token, lifetimes, ip_address, user_agent } = new;
    let (id, expires_at) = (SessionId::from(new_id()?.as_str()), lifetimes.session_expiry(now, now));
    let timestamp = |instant| timestamp_value(instant, transaction.dialect());
    let values = [
        id.as_str().into(),
        timestamp(expires_at),
        session_token(*refresh_token).into(),
        timestamp(now),
        ip_address.as_str().into(),
        user_agent.as_str().into(),
        user.as_str().into(),
    ];
    transaction.execute(&Sql::new(INSERT, values)).await?;
    let token = NewRefreshToken {
        hash: *refresh_token,
        session_id: &id,
        user_id: user,
        created_at: now,
        expires_at,
        access_token_expires_at: lifetimes.access_token_expires_at,
    };
    refresh_token_row::insert(transaction, &token).await?;
    transaction.execute(&Sql::new(EVICT_OLDEST, [user.as_str().into()])).await?;
    Ok((id, expires_at))
}

/// Returns the value of the column where Better Auth keeps session tokens. It is unique and no valid session token: Better
/// Auth takes what follows a dot for a signature.
fn session_token(refresh_token: TokenHash) -> String {
    format!("taskbridge.{}", BASE64_URL_SAFE_NO_PAD.encode(refresh_token.as_bytes()))
}
