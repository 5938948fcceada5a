//! Deletes expired and orphaned rows in batches.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Db, StoreError,
    better_auth::timestamp_value,
    db::{Dialect, Executor, Sql},
    owned_tables::OwnedTable,
    verification,
};

/// The number of rows of a table that a batch considers.
const BATCH_SIZE: usize = 1_000;

/// Revocations, deleted accounts and pending verifications are kept longer than necessary, since the clocks of replicas differ.
const RETENTION_MARGIN: TimeDelta = TimeDelta::hours(1);

/// A condition on `closed_account`: a user with the id exists (again).
const USER_EXISTS: &str = r#"exists (select 1 from "user" where cast("user".id as text) = closed_account.user_id)"#;

/// Deletes sessions of the service, refresh tokens and revocations that have expired, and the remaining rows of deleted
/// users.
#[derive(Clone)]
pub struct Cleanup {
    db: Db,
}

impl Cleanup {
    /// Cleans up the tables of `db`.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Returns the database's time. A caller whose clock is ahead of it must not delete what has not expired.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn database_time(&self) -> Result<DateTime<Utc>, StoreError> {
        const POSTGRES: &str = "select clock_timestamp()";
        const SQLITE: &str = "select strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
        let sql = if self.db.dialect().is_postgres() { POSTGRES } else { SQLITE };
        let row = self.db.query_one(&Sql::new(sql, [])).await?;
        row.ok_or_else(|| StoreError::unexpected("no time"))?.get(0)
    }

    /// Deletes one batch and returns its number of rows. Zero means that nothing is left, or that other replicas are
    /// deleting the rest.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn run_batch(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let (dialect, mut deleted) = (self.db.dialect(), 0);
        for sql in [expired_sessions(dialect), expired_refresh_tokens(dialect)] {
            deleted += match self.delete_before(&sql, now).await {
                // the table `session` is another library's, so that the service has no sessions
                Err(error) if error.is_unknown_column() => 0,
                rows => rows?,
            };
        }
        for table in OwnedTable::service_tables() {
            deleted += self.delete(&Sql::new(&orphans(table, dialect), [])).await?;
        }
        for sql in [expired_revocations(dialect), cleaned_accounts(dialect)] {
            deleted += self.delete_before(&sql, now - RETENTION_MARGIN).await?;
        }
        Ok(deleted)
    }

    /// Deletes one batch of pending verifications that have expired, those of Better Auth too, and returns their number.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn delete_expired_verifications(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.db
            .transaction(async |transaction| {
                verification::delete_expired(transaction, now - RETENTION_MARGIN, BATCH_SIZE as u64).await
            })
            .await
    }

    async fn delete_before(&self, sql: &str, instant: DateTime<Utc>) -> Result<u64, StoreError> {
        self.delete(&Sql::new(sql, [timestamp_value(instant, self.db.dialect())])).await
    }

    /// Runs a statement in a transaction, where the time zone is known: a column of an existing table may have none.
    async fn delete<const N: usize>(&self, sql: &Sql<'_, N>) -> Result<u64, StoreError> {
        self.db.transaction(async |transaction| transaction.execute(sql).await).await
    }
}

/// Deletes sessions whose refresh tokens have all expired. A trigger deletes the refresh tokens.
fn expired_sessions(dialect: Dialect) -> String {
    let (id, skip_locked) = (session_id(dialect), dialect.skip_locked());
    let expired = expired_tokens("");
    format!(
        r#"delete from "session" where id in (
            select id from "session" where {id} in (select session_id from ({expired}) as expired) and "expiresAt" <= $1 {skip_locked})"#
    )
}

/// Deletes refresh tokens of sessions that have not expired, or that no longer exist. Those of an expired session stay
/// until it is deleted, since they mark it as one of the service.
fn expired_refresh_tokens(dialect: Dialect) -> String {
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

fn expired_revocations(dialect: Dialect) -> String {
    let skip_locked = dialect.skip_locked();
    format!(
        "delete from taskbridge.revocation where id in (
            select id from taskbridge.revocation where expires_at <= $1 order by expires_at limit {BATCH_SIZE} {skip_locked})"
    )
}

/// Deletes the rows that deleted users still have in `table`: Better Auth deleted the user, or a request that was in
/// progress added a row. The primary key of a table of the service is its owner column and `id`.
fn orphans(table: OwnedTable, dialect: Dialect) -> String {
    let (name, owner) = (table.name(), table.owner_column());
    let skip_locked = dialect.skip_locked();
    format!(
        "delete from taskbridge.{name} where ({owner}, id) in (
            select {owner}, id from taskbridge.{name} where {owner} in (
                select user_id from taskbridge.closed_account where not {USER_EXISTS})
            limit {BATCH_SIZE} {skip_locked})"
    )
}

/// Deletes the records of deleted accounts that have no rows left and, by now, can get no more.
fn cleaned_accounts(dialect: Dialect) -> String {
    let skip_locked = dialect.skip_locked();
    let owns_rows: Vec<_> = OwnedTable::service_tables().map(owns_rows_in).collect();
    let owns_rows = owns_rows.join(" or ");
    format!(
        "delete from taskbridge.closed_account where user_id in (
            select user_id from taskbridge.closed_account where closed_at <= $1 and ({USER_EXISTS} or not ({owns_rows}))
            order by closed_at limit {BATCH_SIZE} {skip_locked})"
    )
}

fn owns_rows_in(table: OwnedTable) -> String {
    let (name, owner) = (table.name(), table.owner_column());
    format!("exists (select 1 from taskbridge.{name} where {name}.{owner} = closed_account.user_id)")
}

/// Reads a session's id as text: in an existing table it may be of another type.
fn session_id(dialect: Dialect) -> &'static str {
    if dialect.is_postgres() { r#"cast("session".id as text)"# } else { r#""session".id"# }
}
