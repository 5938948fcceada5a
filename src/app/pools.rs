//! Database pools for the workers.

use std::time::Duration;

use entity::{Db, DbSettings, StoreError};

use crate::config::DatabaseSettings;

const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns the settings of one of `pools` pools that share the configured connections.
#[must_use]
pub(crate) fn settings(database: &DatabaseSettings, pools: usize) -> DbSettings {
    let pools = u32::try_from(pools).unwrap_or(u32::MAX).max(1);
    DbSettings {
        url: database.url.expose().to_owned(),
        max_connections: (database.max_connections / pools).max(1),
        acquire_timeout: database.acquire_timeout,
        statement_timeout: STATEMENT_TIMEOUT,
    }
}

/// Creates each worker's pool.
#[derive(Clone)]
pub(super) enum PoolFactory {
    /// SQLite: one pool for all workers, since it has one writer and runs on its own threads.
    Shared(Db),
    /// PostgreSQL: one pool per worker, so that a response does not wake another worker's thread.
    PerWorker(DbSettings),
}

impl PoolFactory {
    pub(super) async fn new(database: &DatabaseSettings, workers: usize) -> Result<Self, StoreError> {
        if database.is_embedded() {
            Ok(Self::Shared(Db::open(&settings(database, 1)).await?))
        } else {
            Ok(Self::PerWorker(settings(database, workers)))
        }
    }

    pub(super) async fn pool(self) -> Result<Db, StoreError> {
        match self {
            Self::Shared(db) => Ok(db),
            Self::PerWorker(settings) => Db::open(&settings).await,
        }
    }
}
