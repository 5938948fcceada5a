//! The database.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use entity::{BetterAuthNames, PgEnvironment, Pooler};

use super::{
    better_auth_names,
    environment::{ConfigError, Environment, invalid},
    rate_limit::RateLimitStore,
    secrets::Secret,
};

const URL: &str = "DATABASE_URL";
const LISTEN_URL: &str = "DATABASE_LISTEN_URL";
const POOLER: &str = "DATABASE_POOLER";
const RLS: &str = "DATABASE_RLS";
const MAX_CONNECTIONS: &str = "DATABASE_MAX_CONNECTIONS";

/// The embedded database, which needs no server.
const DEFAULT_URL: &str = "sqlite://taskbridge.db?mode=rwc";

/// Connections that keep one worker busy; more do not raise throughput (docs/performance.md).
const CONNECTIONS_PER_WORKER: u32 = 4;

/// One shared by reads, and one for what runs alone.
const MIN_CONNECTIONS_PER_WORKER: u32 = 2;

/// Polling, cleanup and `LISTEN`.
const BACKGROUND_CONNECTIONS: u32 = 3;

/// Counting and reading, if replicas share rate limits.
pub(crate) const RATE_LIMIT_CONNECTIONS: u32 = 2;

/// The database and its connection pool.
#[derive(Clone)]
pub struct DatabaseSettings {
    /// `sqlite:` or `postgres:`.
    pub url: Secret,
    /// A PostgreSQL URL for `LISTEN` that leads past a connection pooler.
    pub listen_url: Option<Secret>,
    /// What stands between the service and PostgreSQL; `None` if it is to be detected.
    pub pooler: Option<Pooler>,
    /// The names of Better Auth's tables and columns.
    pub better_auth_names: Arc<BetterAuthNames>,
    /// Whether row-level security limits each statement to the rows that it is meant for.
    pub row_level_security: bool,
    /// libpq's environment variables.
    pub environment: PgEnvironment,
    /// All connections of this process.
    pub max_connections: u32,
    /// Those that no worker has.
    reserved_connections: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout: Duration,
    /// Whether the start runs pending migrations, or fails because of them.
    pub migrate_at_start: bool,
}

impl DatabaseSettings {
    /// Reads only the database settings from the process environment, for commands that need nothing else.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&Environment::process(), 1, None)
    }

    pub(super) fn read(
        environment: &Environment<'_>,
        workers: usize,
        rate_limit: Option<RateLimitStore>,
    ) -> Result<Self, ConfigError> {
        let for_rate_limits = if rate_limit == Some(RateLimitStore::Database) { RATE_LIMIT_CONNECTIONS } else { 0 };
        let reserved_connections = BACKGROUND_CONNECTIONS + for_rate_limits;
        let workers = u32::try_from(workers).unwrap_or(u32::MAX);
        let default_connections = CONNECTIONS_PER_WORKER.saturating_mul(workers).saturating_add(reserved_connections);
        let settings = Self {
            url: url(environment)?,
            listen_url: listen_url(environment)?,
            pooler: pooler(environment)?,
            better_auth_names: better_auth_names::read(environment)?.into(),
            row_level_security: environment.one_of(RLS, ["off", "on"])? == "on",
            environment: PgEnvironment::from_fn(|name| environment.raw(name)),
            max_connections: environment.number(MAX_CONNECTIONS, 1..=10_000, default_connections)?,
            reserved_connections,
            acquire_timeout: environment.duration(
                "DATABASE_ACQUIRE_TIMEOUT",
                Duration::from_millis(1)..=Duration::from_mins(1),
                "3s",
            )?,
            migrate_at_start: true,
        };
        settings.validate_max_connections(workers)?;
        settings.validate_row_level_security()?;
        Ok(settings)
    }

    /// Returns whether the database is a SQLite file.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.url.expose().starts_with("sqlite:")
    }

    /// Returns how many of the connections each of `workers` may open.
    #[must_use]
    pub fn connections_per_worker(&self, workers: usize) -> u32 {
        let workers = u32::try_from(workers).unwrap_or(u32::MAX).max(1);
        (self.max_connections.saturating_sub(self.reserved_connections) / workers).max(MIN_CONNECTIONS_PER_WORKER)
    }

    /// SQLite has no connections to a server.
    fn validate_max_connections(&self, workers: u32) -> Result<(), ConfigError> {
        let least = workers.saturating_mul(MIN_CONNECTIONS_PER_WORKER).saturating_add(self.reserved_connections);
        if self.max_connections >= least || self.is_embedded() {
            return Ok(());
        }
        Err(invalid(
            MAX_CONNECTIONS,
            format!(
                "at least {least}: 2 for each of {workers} workers and {} for background tasks",
                self.reserved_connections
            ),
        ))
    }

    fn validate_row_level_security(&self) -> Result<(), ConfigError> {
        if self.row_level_security && self.is_embedded() {
            return Err(invalid(RLS, "off, or DATABASE_URL of PostgreSQL: SQLite has no row-level security"));
        }
        Ok(())
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

fn listen_url(environment: &Environment<'_>) -> Result<Option<Secret>, ConfigError> {
    let Some(url) = environment.text(LISTEN_URL) else { return Ok(None) };
    let url = url.strip_prefix("postgresql://").map_or(url.clone(), |rest| format!("postgres://{rest}"));
    if url.starts_with("sqlite:") || !entity::is_database_url(&url) {
        return Err(invalid(
            LISTEN_URL,
            "as in postgres://user:password@host:5432/database, of the same database, without a pooler",
        ));
    }
    Ok(Some(Secret::new(url)))
}

fn pooler(environment: &Environment<'_>) -> Result<Option<Pooler>, ConfigError> {
    Ok(match environment.one_of(POOLER, ["auto", "none", "transaction"])? {
        "none" => Some(Pooler::None),
        "transaction" => Some(Pooler::Transaction),
        _ => None,
    })
}

fn is_in_memory(url: &str) -> bool {
    url.strip_prefix("sqlite:").is_some_and(|rest| {
        let path = rest.trim_start_matches('/').split('?').next().unwrap_or_default();
        path.is_empty() || path == ":memory:" || rest.contains("mode=memory")
    })
}
