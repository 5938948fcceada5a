//! The environment, read once and checked: values only. Imports no room.

mod accounts;
mod environment;
mod http;
mod jwks;
mod secrets;

use std::{env, num::NonZeroUsize, path::PathBuf, thread, time::Duration};

use ipnet::IpNet;

use self::environment::{Environment, invalid};
pub use self::{
    accounts::AccountSettings,
    jwks::Jwks,
    secrets::{Secret, Secrets},
};

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Name or address to listen on.
    pub host: String,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Where the data is.
    pub database: Database,
    /// What the front end signs its tokens with; none where it only publishes keys.
    pub secrets: Option<Secrets>,
    /// Where the front end's keys are, if it publishes any.
    pub jwks: Option<Jwks>,
    /// How long the service keeps whom signed in, where it has accounts of its own.
    pub accounts: Option<AccountSettings>,
    /// Values of `iss` that a token under the secret may carry.
    pub issuers: Vec<String>,
    /// Values of `aud` that a token under the secret may carry.
    pub audiences: Vec<String>,
    /// Clock skew allowed for `exp`, `nbf` and `iat`.
    pub leeway: Duration,
    /// Origins whose pages may read the answers.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether it is limited how often somebody may try.
    pub rate_limit: bool,
    /// HTTP workers, each with its own share of the database's connections.
    pub workers: usize,
    /// How often what has ended is swept up.
    pub cleanup_interval: Duration,
    /// Time that running requests are given when the service stops.
    pub shutdown_timeout: Duration,
    /// What is logged.
    pub log: Log,
}

/// Where the data is, and how much may be asked of it.
#[derive(Clone)]
pub struct Database {
    /// `sqlite:` or `postgres:`.
    pub url: Secret,
    /// Connections that serve requests.
    pub max_connections: u32,
    /// Longest wait for a connection.
    pub acquire_timeout: Duration,
}

/// What is logged, and how.
#[derive(Debug, Clone)]
pub struct Log {
    /// `env_logger`'s filter.
    pub filter: String,
    /// One JSON object a line, or text.
    pub json: bool,
}

/// An invalid setting. Its value is not told: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be {requirement}")]
pub struct ConfigError {
    name: &'static str,
    requirement: String,
}

/// The embedded database, which needs no server.
const DEFAULT_DATABASE_URL: &str = "sqlite://taskbridge.db?mode=rwc";

/// Connections that one worker keeps busy; more only cost memory (docs/performance.md).
const CONNECTIONS_PER_WORKER: u32 = 4;

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);

/// What the service says of itself; its libraries only when something is wrong. Any client can make actix-http complain.
const DEFAULT_FILTER: &str = "warn,taskbridge=info,actix_http=off";

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(env_var)
    }

    /// Reads settings from `variable`, which knows their values by name.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub fn read(env_var: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let environment = Environment(&env_var);
        let workers = environment.number("WORKERS", 1..=256, cores())?;
        let database = Database::read(&environment, workers)?;
        database.validate_max_connections(workers)?;
        let jwks = Jwks::read(&environment)?;
        let secrets = Secrets::read(&environment)?;
        let accounts = AccountSettings::read(&environment, secrets.is_some(), jwks.is_some())?;
        Ok(Self {
            host: environment.text("HOST").unwrap_or_else(|| "127.0.0.1".into()),
            port: environment.number("PORT", 0..=65535, 8000)?,
            secrets: match secrets {
                None if jwks.is_none() => Some(Secrets::from_file(database.sqlite_file().as_deref())?),
                secrets => secrets,
            },
            jwks,
            accounts,
            issuers: environment.list("JWT_ISSUER"),
            audiences: environment.list("JWT_AUDIENCE"),
            leeway: environment.duration("TOKEN_LEEWAY", Duration::ZERO..=Duration::from_mins(1), "15s")?,
            cors_origins: environment.origins("CORS_ALLOWED_ORIGINS", "http://localhost:3000")?,
            trusted_proxies: http::trusted_proxies(&environment)?,
            rate_limit: environment.one_of("RATE_LIMIT", ["on", "off"])? == "on",
            cleanup_interval: environment.duration("SWEEP_INTERVAL", SECOND..=DAY, "1m")?,
            shutdown_timeout: environment.duration(
                "SHUTDOWN_TIMEOUT",
                Duration::ZERO..=Duration::from_hours(1),
                "30s",
            )?,
            log: Log {
                filter: environment.text("RUST_LOG").unwrap_or_else(|| DEFAULT_FILTER.into()),
                json: environment.one_of("LOG_FORMAT", ["text", "json"])? == "json",
            },
            database,
            workers,
        })
    }
}

impl Database {
    /// Reads only what concerns the database from the process's environment.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&Environment(&env_var), 1)
    }

    fn read(environment: &Environment<'_>, workers: usize) -> Result<Self, ConfigError> {
        let fitted = CONNECTIONS_PER_WORKER.saturating_mul(u32::try_from(workers).unwrap_or(u32::MAX));
        Ok(Self {
            url: environment.database_url("DATABASE_URL", DEFAULT_DATABASE_URL)?,
            max_connections: environment.number("DATABASE_MAX_CONNECTIONS", 1..=10_000, fitted)?,
            acquire_timeout: environment.duration(
                "DATABASE_ACQUIRE_TIMEOUT",
                Duration::from_millis(1)..=Duration::from_mins(1),
                "3s",
            )?,
        })
    }

    /// Whether the data is in a SQLite file of this process, and not on a server.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.url.expose().starts_with("sqlite:")
    }

    /// Each worker's pool has a connection at least; SQLite has one pool for all.
    fn validate_max_connections(&self, workers: usize) -> Result<(), ConfigError> {
        let is_enough = usize::try_from(self.max_connections).is_ok_and(|connections| connections >= workers);
        if is_enough || self.is_embedded() {
            return Ok(());
        }
        Err(invalid("DATABASE_MAX_CONNECTIONS", format!("at least WORKERS, which is {workers}")))
    }

    fn sqlite_file(&self) -> Option<PathBuf> {
        let rest = self.url.expose().strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next()?;
        Some(PathBuf::from(percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()))
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("max_connections", &self.max_connections).finish_non_exhaustive()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn env_var(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

fn cores() -> usize {
    thread::available_parallelism().map_or(2, NonZeroUsize::get)
}
