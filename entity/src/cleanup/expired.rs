//! The statements that delete expired rows of sessions. `$1` is the time.

use super::BATCH_SIZE;
use crate::db::Dialect;

/// Deletes sessions whose refresh tokens have all expired. A trigger deletes the refresh tokens.
pub(super) fn sessions(dialect: Dialect) -> String {
    let (id, skip_locked) = (session_id(dialect), dialect.skip_locked());
    let expired = expired_tokens("");
    format!(
        r#"delete from "session" where id in (
            select id from "session" where {id} in (select session_id from ({expired}) as expired) and "expiresAt" <= $1 {skip_locked})"#
    )
}

/// Deletes refresh tokens of sessions that have not expired, or that no longer exist. Those of an expired session stay
/// until it is deleted, since they mark it as one of the service.
pub(super) fn refresh_tokens(dialect: Dialect) -> String {
    let (id, expired) = (session_id(dialect), expired_tokens(dialect.skip_locked()));
    format!(
        r#"delete from taskbridge.refresh_token where hash in (
            select hash from ({expired}) as expired
            where not exists (select 1 from "session" where {id} = expired.session_id and "expiresAt" <= $1))"#
    )
}

/// Selects the refresh tokens that expired first, together with the access tokens that were issued with them.
fn expired_tokens(skip_locked: &str) -> String {
    format!(
        "select hash, session_id from taskbridge.refresh_token where expires_at <= $1 and access_expires_at <= $1
        order by expires_at limit {BATCH_SIZE} {skip_locked}"
    )
}

pub(super) fn revocations(dialect: Dialect) -> String {
    let skip_locked = dialect.skip_locked();
    format!(
        "delete from taskbridge.revocation where id in (
            select id from taskbridge.revocation where expires_at <= $1 order by expires_at limit {BATCH_SIZE} {skip_locked})"
    )
}

/// Reads a session's id as text: in an existing table it may be of another type.
fn session_id(dialect: Dialect) -> &'static str {
    if dialect.is_postgres() { r#"cast("session".id as text)"# } else { r#""session".id"# }
}
