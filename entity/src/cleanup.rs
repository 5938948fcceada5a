//! Sweeping: what has ended is taken away, a little at a time.

use chrono::{DateTime, TimeDelta, Utc};

use sea_orm::DbErr;

use crate::{
    Db, StoreError,
    better_auth::timestamp_value,
    db::{is_postgres, statement},
};

/// How many rows of a table one batch looks at.
const BATCH: usize = 1_000;

/// Revocations stay a little longer than they must, for the clocks of services differ.
const GRACE: TimeDelta = TimeDelta::hours(1);

/// Takes away sessions of our own, refresh tokens and revocations that have ended, and tasks that were added while their
/// owner's account was being closed.
#[derive(Clone)]
pub struct Cleanup {
    db: Db,
}

impl Cleanup {
    /// The sweep of this database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// What time it is for the database: whoever's clock is ahead of it must not take away what lives.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn database_time(&self) -> Result<DateTime<Utc>, StoreError> {
        const POSTGRES: &str = "select clock_timestamp()";
        const SQLITE: &str = "select strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
        let sql = if is_postgres(self.db.backend()) { POSTGRES } else { SQLITE };
        let rows = self.db.with_timeout(statement::query(self.db.connection(), sql, [])).await?;
        let row = rows.first().ok_or_else(|| DbErr::RecordNotFound("the time".into()))?;
        Ok(row.try_get_by_index(0)?)
    }

    /// Takes a batch away and says how many rows that were; none if there is no more, or others are at work on the rest.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn run_batch(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let (postgres, mut swept) = (is_postgres(self.db.backend()), 0);
        for sql in [sessions(postgres), refresh_tokens(postgres)] {
            swept += match self.run(&sql, now).await {
                // a table `session` of another library's, beside which there are no sessions of our own
                Err(error) if error.is_unknown_column() => 0,
                rows => rows?,
            };
        }
        swept += self.db.with_timeout(statement::execute(self.db.connection(), &orphaned_tasks(postgres), [])).await?;
        for sql in [revocations(postgres), closed_accounts(postgres)] {
            swept += self.run(&sql, now - GRACE).await?;
        }
        Ok(swept)
    }

    async fn run(&self, sql: &str, instant: DateTime<Utc>) -> Result<u64, StoreError> {
        let instant = timestamp_value(instant, self.db.backend());
        self.db.with_timeout(statement::execute(self.db.connection(), sql, [instant])).await
    }
}

/// So that a sweep waits for nobody; SQLite has no such thing, nor two writers.
fn skipping(postgres: bool) -> &'static str {
    if postgres { "for update skip locked" } else { "" }
}

/// The refresh tokens go along.
fn sessions(postgres: bool) -> String {
    let (id, skipping) = (id(postgres), skipping(postgres));
    let dead = dead("");
    format!(
        r#"delete from session where id in (
            select id from session where {id} in (select session_id from ({dead}) as dead) and "expiresAt" <= $1 {skipping})"#
    )
}

/// Those of sessions that live on. The others tell which sessions are ours.
fn refresh_tokens(postgres: bool) -> String {
    let (id, dead) = (id(postgres), dead(skipping(postgres)));
    format!(
        r#"delete from refresh_token where hash in (
            select hash from ({dead}) as dead
            where not exists (select 1 from session where {id} = dead.session_id and "expiresAt" <= $1))"#
    )
}

/// The refresh tokens that ended first, and with them the access tokens that were given with them.
fn dead(skipping: &str) -> String {
    format!(
        "select hash, session_id from refresh_token where expires_at <= $1 and access_expires_at <= $1
        order by expires_at limit {BATCH} {skipping}"
    )
}

fn revocations(postgres: bool) -> String {
    let skipping = skipping(postgres);
    format!(
        "delete from revocation where id in (
            select id from revocation where expires_at <= $1 order by expires_at limit {BATCH} {skipping})"
    )
}

/// Tasks of closed accounts: whoever was adding one meanwhile was let in before.
fn orphaned_tasks(postgres: bool) -> String {
    let skipping = skipping(postgres);
    format!(
        r#"delete from task where (user_id, id) in (
            select user_id, id from task where user_id in (
                select user_id from closed_account where not exists (
                    select 1 from "user" where cast("user".id as text) = closed_account.user_id))
            limit {BATCH} {skipping})"#
    )
}

/// By now nobody is adding any more.
fn closed_accounts(postgres: bool) -> String {
    let skipping = skipping(postgres);
    format!(
        "delete from closed_account where user_id in (
            select user_id from closed_account where closed_at <= $1 order by closed_at limit {BATCH} {skipping})"
    )
}

/// A session's id as text: the table may have stood before, with ids of another type.
fn id(postgres: bool) -> &'static str {
    if postgres { "cast(session.id as text)" } else { "session.id" }
}
