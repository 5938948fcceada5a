//! How to open a SQLite database.

use std::time::Duration;

use crate::db::settings::DbSettings;

/// How to open a SQLite database.
#[derive(Clone)]
pub(in crate::db) struct SqliteSettings {
    pub(in crate::db) url: String,
    /// The number of threads that read.
    pub(in crate::db) readers: usize,
    /// How long to wait for another process's lock.
    pub(in crate::db) busy_timeout: Duration,
    /// How long a statement may run, and a transaction wait for its next statement.
    pub(in crate::db) statement_timeout: Duration,
}

/// Threads that run the reads that take long.
const READERS: usize = 2;

impl From<&DbSettings> for SqliteSettings {
    fn from(settings: &DbSettings) -> Self {
        Self {
            url: settings.url.clone(),
            readers: READERS,
            busy_timeout: settings.acquire_timeout,
            statement_timeout: settings.statement_timeout,
        }
    }
}
