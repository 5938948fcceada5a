//! How to reach the database.

use std::{sync::Arc, time::Duration};

use migration::BetterAuthNames;

use super::postgres::PgEnvironment;

/// How to reach the database.
#[derive(Clone)]
pub struct DbSettings {
    /// A `sqlite:` or `postgres:` URL. It may hold a password, so it is never shown.
    pub url: String,
    /// A PostgreSQL URL for `LISTEN` that leads past a connection pooler.
    pub listen_url: Option<String>,
    /// What stands between the service and PostgreSQL.
    pub pooler: Pooler,
    /// The names of Better Auth's tables and columns.
    pub better_auth_names: Arc<BetterAuthNames>,
    /// Whether policies limit each statement to the rows that it is meant for (PostgreSQL).
    pub row_level_security: bool,
    /// libpq's environment variables, as defaults for what the URL does not say.
    pub environment: PgEnvironment,
    /// The maximum number of connections.
    pub max_connections: u32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// How long a statement may run.
    pub statement_timeout: Duration,
}

/// What stands between the service and PostgreSQL.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pooler {
    /// Nothing, or a pooler in session mode: a connection keeps its prepared statements and settings.
    #[default]
    None,
    /// A pooler in transaction mode: each transaction may run on another server connection.
    Transaction,
}

impl DbSettings {
    /// Returns settings for `url` with default limits.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            listen_url: None,
            pooler: Pooler::None,
            better_auth_names: Arc::default(),
            row_level_security: false,
            environment: PgEnvironment::default(),
            max_connections: 4,
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(3),
        }
    }
}
