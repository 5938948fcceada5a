//! `taskbridge revoke`: signs every user out.

use std::error::Error;

use chrono::{DateTime, SecondsFormat, Utc};
use entity::{Db, DbSettings, Pooler, revocation::GlobalRevocation};

use super::output::print;
use crate::{
    app::{StartError, check_reach, settings},
    auth::Revocations,
    clock::Clock,
    config::DatabaseSettings,
};

const MAX_CONNECTIONS: u32 = 2;

/// Parses `now` or an instant in RFC 3339.
///
/// # Errors
///
/// What the argument must be.
pub(super) fn parse_instant(text: &str) -> Result<DateTime<Utc>, String> {
    let now = Clock::system().now();
    if text == "now" {
        return Ok(now);
    }
    let instant = DateTime::parse_from_rfc3339(text).map_err(|_error| "`now`, or as in 2026-11-28T09:30:00Z")?.to_utc();
    if instant > now { Err("the instant is in the future".into()) } else { Ok(instant) }
}

/// The tokens are revoked first, which takes effect at once; the sessions follow in batches.
pub(super) async fn run(before: DateTime<Utc>) -> Result<(), Box<dyn Error>> {
    let database = DatabaseSettings::from_env()?;
    check_reach(&database).await?;
    let settings = settings(&database, MAX_CONNECTIONS);
    let db = Db::open(&DbSettings { pooler: Pooler::Transaction, ..settings }).await.map_err(StartError::from)?;
    let revocation = GlobalRevocation::new(&db, before);
    revocation.revoke_tokens(Clock::system().now() + Revocations::MAX_TOKEN_LIFETIME).await?;
    let (mut sessions, mut last_batch) = (0, 1);
    while last_batch > 0 {
        last_batch = revocation.delete_sessions().await?;
        sessions += last_batch;
    }
    let before = revocation.before().to_rfc3339_opts(SecondsFormat::Secs, true);
    print(&format!("revoked all tokens issued before {before} and deleted {sessions} sessions\n"))
}
