//! Opens connections.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep, timeout_at};

use super::{connection::Connection, error::PostgresError, options::PostgresOptions, silence::Silence};
use crate::db::{
    error::StoreError,
    error_class::ErrorClass,
    settings::{DbSettings, Pooler},
};

/// The delay before the second attempt to connect. It doubles with each attempt.
const MIN_RETRY_DELAY: Duration = Duration::from_millis(50);

const MAX_RETRY_DELAY: Duration = Duration::from_millis(500);

/// Opens connections with the settings of one database.
pub(super) struct Connector {
    options: PostgresOptions,
    pooler: Pooler,
    /// Whether a connection keeps its prepared statements.
    keeps_statements: Arc<AtomicBool>,
    statement_timeout: Duration,
    silence: Arc<Silence>,
}

/// No connection could be opened or became free in time.
#[derive(Debug, thiserror::Error)]
#[error("no connection within {0:?}{cause}", cause = .1.as_ref().map_or_else(String::new, |error| format!(": {error}")))]
pub(super) struct AcquireTimeout(pub(super) Duration, pub(super) Option<String>);

impl Connector {
    pub(super) fn new(options: PostgresOptions, settings: &DbSettings) -> Self {
        let keeps_statements = Arc::new(AtomicBool::new(settings.pooler == Pooler::None));
        let (pooler, statement_timeout) = (settings.pooler, settings.statement_timeout);
        Self { options, pooler, keeps_statements, statement_timeout, silence: Arc::new(Silence::new()) }
    }

    /// Connects; tries again until `deadline` while the database is unavailable.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] with the last attempt's error at the deadline; other variants at once.
    pub(super) async fn connect_until(&self, deadline: Instant) -> Result<Connection, StoreError> {
        let (started, mut delay, mut last_error) = (Instant::now(), MIN_RETRY_DELAY, None);
        loop {
            match timeout_at(deadline, self.connect()).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) if error.class() != ErrorClass::Unavailable => return Err(error.into()),
                Ok(Err(error)) if Instant::now() + delay < deadline => last_error = Some(error.to_string()),
                Ok(Err(error)) => return Err(error.into()),
                Err(_elapsed) => {
                    return Err(StoreError::Unavailable(Box::new(AcquireTimeout(deadline - started, last_error))));
                }
            }
            sleep(delay).await;
            delay = MAX_RETRY_DELAY.min(delay * 2);
        }
    }

    /// From now on, no statement is prepared: something between the service and PostgreSQL shares connections.
    pub(super) fn stop_preparing(&self) {
        if self.keeps_statements.swap(false, Ordering::Relaxed) {
            log::warn!(
                "prepared statements disabled; set DATABASE_POOLER=transaction if DATABASE_URL leads to a pooler"
            );
        }
    }

    /// Returns the statements that begin a transaction. Behind a pooler, settings cannot outlive it.
    pub(super) fn begin(&self) -> String {
        match self.pooler {
            Pooler::None => "begin".into(),
            Pooler::Transaction => format!("begin; {}", self.set("set local")),
        }
    }

    /// Returns the statements that begin a transaction for a single statement which may wait; `None` if the connection has the
    /// time limits already.
    pub(super) fn begin_with_limits(&self) -> Option<String> {
        matches!(self.pooler, Pooler::Transaction).then(|| self.begin())
    }

    async fn connect(&self) -> Result<Connection, PostgresError> {
        let setup = match self.pooler {
            Pooler::None => self.set("set"),
            Pooler::Transaction => String::new(),
        };
        let (silence, keeps_statements) = (Arc::clone(&self.silence), Arc::clone(&self.keeps_statements));
        Connection::open(self.options.clone(), silence, keeps_statements, &setup).await
    }

    /// Returns the statements that set time limits, and the time zone in which columns without one are read.
    fn set(&self, set: &str) -> String {
        let limit = self.statement_timeout.as_millis();
        ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
            .map(|name| format!("{set} {name} = {limit}; "))
            .concat()
            + &format!("{set} timezone = 'UTC'")
    }
}
