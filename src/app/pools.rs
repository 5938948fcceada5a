//! Where the workers' pools come from.

use std::time::Duration;

use entity::{Db, DbSettings, StoreError};

use crate::config::DatabaseSettings;

/// Longest time of one statement.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// How the database of these settings is reached, with `pools` pools to share its connections.
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

/// Where each worker's pool comes from.
#[derive(Clone)]
pub(super) enum PoolFactory {
    /// SQLite works in threads of its own, and has one writer: one pool for all.
    Shared(Db),
    /// A connection to a server lives in its worker, so that no other has to be woken for it.
    PerWorker(DbSettings),
}

impl PoolFactory {
    pub(super) async fn open(database: &DatabaseSettings, workers: usize) -> Result<Self, StoreError> {
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
