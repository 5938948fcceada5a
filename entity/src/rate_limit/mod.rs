//! Counters of rate limits that all replicas share.

mod statements;

use std::time::Duration;

use chrono::{DateTime, Utc};

pub(crate) use self::statements::expired;
use self::statements::{KEEP, REFUND};
use crate::{
    Db, StoreError,
    db::{Executor, Sql},
};

/// A quota of the generic cell rate algorithm (GCRA).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitQuota {
    /// The time in which one attempt is regained.
    pub interval: Duration,
    /// The number of attempts at once.
    pub burst: u32,
}

/// Counters by key. A key must tell nothing about whom it counts: it is stored.
#[derive(Clone)]
pub struct RateLimitCounters {
    db: Db,
}

impl RateLimitCounters {
    /// Counts in a table of `db`.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Counts one attempt for `key`, in one statement, so that concurrent attempts cannot exceed the quota. Returns how long to
    /// wait if it is rejected; a rejected attempt is not counted and writes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn count(
        &self,
        key: &str,
        quota: RateLimitQuota,
        now: DateTime<Utc>,
    ) -> Result<Result<(), Duration>, StoreError> {
        let (now, interval, window) = (now.timestamp_micros(), quota.interval_micros(), quota.window_micros());
        let values = [key.into(), now.into(), interval.into(), window.into()];
        if self.db.execute_returning(&Sql::new(&statements::count(self.db.dialect()), values)).await?.is_some() {
            return Ok(Ok(()));
        }
        let excess = self.expiry(key).await?.unwrap_or(now) + interval - window - now;
        Ok(Err(Duration::from_micros(excess.max(1).unsigned_abs())))
    }

    /// Undoes one counted attempt.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn refund(&self, key: &str, quota: RateLimitQuota) -> Result<(), StoreError> {
        self.db.execute(&Sql::new(REFUND, [key.into(), quota.interval_micros().into()])).await?;
        Ok(())
    }

    /// Stores `key` until `expires_at`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn keep(&self, key: &str, expires_at: DateTime<Utc>) -> Result<(), StoreError> {
        self.db.execute(&Sql::new(KEEP, [key.into(), expires_at.timestamp_micros().into()])).await?;
        Ok(())
    }

    /// Returns whether [`Self::keep`] has stored `key` until a time after `now`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn is_kept(&self, key: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(self.expiry(key).await?.is_some_and(|expires_at| expires_at > now.timestamp_micros()))
    }

    async fn expiry(&self, key: &str) -> Result<Option<i64>, StoreError> {
        const SELECT: &str = "select expires_at from taskbridge.rate_limit_counter where key = $1";
        self.db.query_one(&Sql::new(SELECT, [key.into()])).await?.map(|row| row.get(0)).transpose()
    }
}

impl RateLimitQuota {
    fn interval_micros(self) -> i64 {
        i64::try_from(self.interval.as_micros()).unwrap_or(i64::MAX)
    }

    /// Returns the time in which the whole burst is regained.
    fn window_micros(self) -> i64 {
        self.interval_micros().saturating_mul(self.burst.into())
    }
}
