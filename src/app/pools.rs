//! The databases of the workers and of the background tasks.

use std::{sync::Arc, time::Duration};

use entity::{Db, DbSettings, RateLimitCounters, StoreError};

use crate::config::{Config, DatabaseSettings, RATE_LIMIT_CONNECTIONS, RateLimitStore};

/// How long a statement may run.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(3);

/// Connections of the background tasks: one for polling and one for cleanup. PostgreSQL has another for `LISTEN`.
const BACKGROUND_CONNECTIONS: u32 = 2;

/// Returns the settings of a database with this many connections.
#[must_use]
pub(crate) fn settings(database: &DatabaseSettings, max_connections: u32) -> DbSettings {
    DbSettings {
        url: database.url.expose().to_owned(),
        listen_url: database.listen_url.as_ref().map(|url| url.expose().to_owned()),
        pooler: database.pooler.unwrap_or_default(),
        better_auth_names: Arc::clone(&database.better_auth_names),
        row_level_security: database.row_level_security,
        environment: database.environment.clone(),
        max_connections,
        acquire_timeout: database.acquire_timeout,
        statement_timeout: STATEMENT_TIMEOUT,
    }
}

/// Opens the database of the background tasks.
///
/// # Errors
///
/// As [`Db::open`].
pub(super) async fn background(database: &DatabaseSettings) -> Result<Db, StoreError> {
    Db::open(&settings(database, BACKGROUND_CONNECTIONS)).await
}

/// Opens the counters of rate limits that replicas share. `None` if each counts on its own.
///
/// # Errors
///
/// As [`Db::open`].
pub(super) async fn rate_limit_counters(
    config: &Config,
    background: &Db,
) -> Result<Option<RateLimitCounters>, StoreError> {
    if config.rate_limit != Some(RateLimitStore::Database) {
        return Ok(None);
    }
    let db = if config.database.is_embedded() {
        background.clone()
    } else {
        Db::open(&settings(&config.database, RATE_LIMIT_CONNECTIONS)).await?
    };
    Ok(Some(RateLimitCounters::new(db)))
}

/// Opens each worker's database.
#[derive(Clone)]
pub(super) enum PoolFactory {
    /// SQLite: one for the whole process, which has one writer and runs on threads of its own.
    Shared(Db),
    /// PostgreSQL: one per worker, so that a response does not wake another worker's thread.
    PerWorker(DbSettings),
}

impl PoolFactory {
    /// Divides the connections that `background` leaves among the workers.
    pub(super) fn new(database: &DatabaseSettings, workers: usize, background: &Db) -> Self {
        if database.is_embedded() {
            return Self::Shared(background.clone());
        }
        Self::PerWorker(settings(database, database.connections_per_worker(workers)))
    }

    pub(super) async fn pool(self) -> Result<Db, StoreError> {
        match self {
            Self::Shared(db) => Ok(db),
            Self::PerWorker(settings) => Db::open(&settings).await,
        }
    }
}
