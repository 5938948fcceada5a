//! The database.

use std::{fmt, path::PathBuf, time::Duration};

use super::{
    environment::{ConfigError, Environment, invalid},
    secrets::Secret,
};

const URL: &str = "DATABASE_URL";
const MAX_CONNECTIONS: &str = "DATABASE_MAX_CONNECTIONS";

/// The embedded database, which needs no server.
const DEFAULT_URL: &str = "sqlite://taskbridge.db?mode=rwc";

/// Connections that keep one worker busy; more do not raise throughput (docs/performance.md).
const CONNECTIONS_PER_WORKER: u32 = 4;

/// The database and its connection pool.
#[derive(Clone)]
pub struct DatabaseSettings {
    /// `sqlite:` or `postgres:`.
    pub url: Secret,
    /// Connections for requests, all workers together.
    pub max_connections: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout: Duration,
}

impl DatabaseSettings {
    /// Reads only the database settings from the process environment, for commands that need nothing else.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&Environment::process(), 1)
    }

    pub(super) fn read(environment: &Environment<'_>, workers: usize) -> Result<Self, ConfigError> {
        let default_connections = CONNECTIONS_PER_WORKER.saturating_mul(u32::try_from(workers).unwrap_or(u32::MAX));
        let settings = Self {
            url: url(environment)?,
            max_connections: environment.number(MAX_CONNECTIONS, 1..=10_000, default_connections)?,
            acquire_timeout: environment.duration(
                "DATABASE_ACQUIRE_TIMEOUT",
                Duration::from_millis(1)..=Duration::from_mins(1),
                "3s",
            )?,
        };
        settings.validate_max_connections(workers)?;
        Ok(settings)
    }

    /// Returns whether the database is a SQLite file.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.url.expose().starts_with("sqlite:")
    }

    /// Each worker has a pool of at least one connection. SQLite has one pool for all workers.
    fn validate_max_connections(&self, workers: usize) -> Result<(), ConfigError> {
        let is_enough = usize::try_from(self.max_connections).is_ok_and(|connections| connections >= workers);
        if is_enough || self.is_embedded() {
            return Ok(());
        }
        Err(invalid(MAX_CONNECTIONS, format!("at least WORKERS, which is {workers}")))
    }

    pub(super) fn sqlite_file(&self) -> Option<PathBuf> {
        let rest = self.url.expose().strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next()?;
        Some(PathBuf::from(percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()))
    }
}

impl fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseSettings").field("max_connections", &self.max_connections).finish_non_exhaustive()
    }
}

fn url(environment: &Environment<'_>) -> Result<Secret, ConfigError> {
    let text = environment.text(URL).unwrap_or_else(|| DEFAULT_URL.into());
    let url = text.strip_prefix("postgresql://").map_or(text.clone(), |rest| format!("postgres://{rest}"));
    if is_in_memory(&url) {
        return Err(invalid(URL, "a file: an in-memory database is lost with its connection"));
    }
    if !entity::is_database_url(&url) {
        return Err(invalid(
            URL,
            "as in sqlite://tasks.db?mode=rwc or postgres://user:password@host:5432/database, \
             with user and password percent-encoded",
        ));
    }
    Ok(Secret::new(url))
}

fn is_in_memory(url: &str) -> bool {
    url.strip_prefix("sqlite:").is_some_and(|rest| {
        let path = rest.trim_start_matches('/').split('?').next().unwrap_or_default();
        path.is_empty() || path == ":memory:" || rest.contains("mode=memory")
    })
}
