//! Deletes expired and orphaned rows in batches.

mod closed_accounts;
mod deleted_tasks;
mod expired;
mod idempotency_keys;
mod step;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::step::CleanupStep;
use crate::{
    Db, StoreError,
    better_auth::timestamp_value,
    db::{Executor, Row, Sql},
    rate_limit, verification,
};

/// The number of rows of a table that a batch considers.
const BATCH_SIZE: usize = 1_000;

/// Revocations, deleted accounts, rate limits, idempotency keys and pending verifications are kept longer than necessary, since the clocks of
/// replicas differ.
const RETENTION_MARGIN: TimeDelta = TimeDelta::hours(1);

/// How long deleted tasks are kept.
#[derive(Debug, Clone, Copy)]
pub struct TaskRetention {
    /// How long a deleted task stays in the trash.
    pub trash: TimeDelta,
    /// How long after its last change a task that was removed for good is remembered.
    pub tombstones: TimeDelta,
}

/// Deletes sessions of the service, refresh tokens, revocations, rate limits, idempotency keys and pending verifications that
/// have expired, old deleted tasks, and the remaining rows of deleted users.
#[derive(Clone)]
pub struct Cleanup {
    db: Db,
    retention: TaskRetention,
}

impl Cleanup {
    /// Cleans up the tables of `db`.
    #[must_use]
    pub fn new(db: &Db) -> Self {
        Self { db: db.with_all_rows(), retention: TaskRetention::default() }
    }

    /// Keeps deleted tasks for other times than the default.
    #[must_use]
    pub fn with_retention(self, retention: TaskRetention) -> Self {
        Self { retention, ..self }
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
    /// deleting the rest. No step depends on another: one that fails need not stop the rest.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn run_batch(&self, step: CleanupStep, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let dialect = self.db.dialect();
        match step {
            CleanupStep::Sessions => self.delete_session_rows(&expired::sessions(dialect), now).await,
            CleanupStep::RefreshTokens => self.delete_session_rows(&expired::refresh_tokens(dialect), now).await,
            CleanupStep::OrphanedRows => self.delete_orphaned_rows().await,
            CleanupStep::Revocations => {
                self.delete_before(&expired::revocations(dialect), now - RETENTION_MARGIN).await
            }
            CleanupStep::ClosedAccounts => self.delete_closed_accounts(now - RETENTION_MARGIN).await,
            CleanupStep::RateLimits => {
                let sql = rate_limit::expired(BATCH_SIZE, dialect);
                self.delete(&Sql::new(&sql, [(now - RETENTION_MARGIN).timestamp_micros().into()])).await
            }
            CleanupStep::IdempotencyKeys => self.delete_idempotency_keys(now - RETENTION_MARGIN).await,
            CleanupStep::Trash => self.purge_trash(now - self.retention.trash).await,
            CleanupStep::PurgedTasks => self.forget_purged_tasks(now - self.retention.tombstones).await,
            CleanupStep::Verifications => self.delete_verifications(now - RETENTION_MARGIN).await,
        }
    }

    /// Deletes nothing if the table `session` is another library's, so that the service has no sessions.
    async fn delete_session_rows(&self, sql: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
        match self.delete_before(sql, now).await {
            Err(error) if error.is_unknown_column() => Ok(0),
            rows => rows,
        }
    }

    /// Deletes those of Better Auth too.
    async fn delete_verifications(&self, instant: DateTime<Utc>) -> Result<u64, StoreError> {
        self.db
            .transaction(async |transaction| {
                verification::delete_expired(transaction, instant, BATCH_SIZE as u64).await
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

impl Default for TaskRetention {
    fn default() -> Self {
        Self { trash: TimeDelta::days(30), tombstones: TimeDelta::days(90) }
    }
}

/// Reads the first column, which has texts.
fn texts(rows: &[Row]) -> Result<Vec<String>, StoreError> {
    rows.iter().map(|row| Ok(row.get::<&str>(0)?.to_owned())).collect()
}
