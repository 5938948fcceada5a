//! How a session of our own begins: a row in Better Auth's table, and its first refresh token.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::refresh_token;
use crate::{
    SessionId, TokenHash, UserId,
    better_auth::{new_id, timestamp_value},
    db::statement,
};

/// What a session is opened with.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The first refresh token.
    pub refresh_token: TokenHash,
    /// How long all of it lives.
    pub lifetimes: Lifetimes,
    /// From where it is opened; empty if that is not known.
    pub ip_address: String,
    /// With what it is opened; empty if that is not known.
    pub user_agent: String,
}

/// How long a session lives, and the access token that is given with it.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// Until when the access token may be let in at most: a whole life, and the leeway. It ends with its session if that
    /// ends before.
    pub access_token_expires_at: DateTime<Utc>,
    /// How long a session lives that is not renewed.
    pub idle_timeout: Duration,
    /// How long a session lives however often it is renewed.
    pub absolute_timeout: Duration,
}

impl Lifetimes {
    /// When a session that was opened at `opened` and renewed at `now` ends.
    pub(crate) fn session_expiry(&self, opened: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        (now + self.idle_timeout).min(opened + self.absolute_timeout)
    }
}

const INSERT: &str = r#"
    insert into session (id, "expiresAt", token, "createdAt", "updatedAt", "ipAddress", "userAgent", "userId")
    values ($1, $2, $3, $4, $4, $5, $6, $7)"#;

/// Of a user's own sessions the hundred that were used last stay: all of them must end at once when the user wants it.
const EVICT_OLDEST: &str = r#"
    delete from session where id in (
        select id from session where "userId" = $1
            and exists (select 1 from refresh_token where session_id = cast(session.id as text))
        order by "updatedAt" desc, "createdAt" desc limit 100 offset 100)"#;

/// Opens a session, and ends the user's hundred-and-first; returns its id and its end.
pub(crate) async fn create(
    work: &DatabaseTransaction,
    user: &UserId,
    new: &NewSession,
    now: DateTime<Utc>,
) -> Result<(SessionId, DateTime<Utc>), DbErr> {
    let (id, ends) = (SessionId::from(new_id()?.as_str()), new.lifetimes.session_expiry(now, now));
    let instant = |instant| timestamp_value(instant, work.get_database_backend());
    let values = [
        id.as_str().into(),
        instant(ends),
        token(new.refresh_token).into(),
        instant(now),
        new.ip_address.as_str().into(),
        new.user_agent.as_str().into(),
        user.as_str().into(),
    ];
    statement::execute(work, INSERT, values).await?;
    refresh_token::insert(work, new.refresh_token, (&id, user), [now, ends, new.lifetimes.access_token_expires_at])
        .await?;
    statement::execute(work, EVICT_OLDEST, [user.as_str().into()]).await?;
    Ok((id, ends))
}

/// What stands where Better Auth keeps its session tokens: unique, and nothing that it takes for one, since it takes what
/// stands behind a dot for a signature.
fn token(refresh: TokenHash) -> String {
    format!("taskbridge.{}", BASE64_URL_SAFE_NO_PAD.encode(refresh.as_bytes()))
}
