//! The connections of one worker, or of the background tasks.

use std::{sync::Arc, time::Duration};

use opentelemetry::{Context, KeyValue};

use super::{
    Outcome, PostgresOptions, Request, connection::Connection, connector::Connector, error::StatementError,
    exclusive::ExclusiveConnections, group_commit::GroupCommit, listener::Listener, shared::SharedConnections,
    transaction::Transaction,
};
use crate::{
    db::{
        dialect::Dialect,
        error::StoreError,
        metrics::{InProgress, METRICS},
        settings::{DbSettings, Pooler},
        statement_span::StatementSpan,
    },
    trace::add_event,
};

/// Time allowed beyond the server's time limit for its answer to cross the network.
const ANSWER_GRACE: Duration = Duration::from_millis(500);

/// The longest time that a short read may take.
const MAX_READ_TIME: Duration = Duration::from_secs(2);

/// Half of the connections are shared by short reads; the others serve one transaction, write or search at a time.
pub(in crate::db) struct Pool {
    connector: Arc<Connector>,
    shared: Arc<SharedConnections>,
    exclusive: Arc<ExclusiveConnections>,
    group_commit: GroupCommit,
    /// How long a statement may take.
    limit: Duration,
    listen: Option<PostgresOptions>,
}

impl Pool {
    /// Connects on first use.
    ///
    /// # Errors
    ///
    /// [`StoreError::AccessDenied`] if a URL is invalid.
    pub(in crate::db) fn new(settings: &DbSettings) -> Result<Self, StoreError> {
        let parse = |url: &str| PostgresOptions::parse(url, &settings.environment);
        let options = parse(&settings.url).map_err(|error| StoreError::AccessDenied(error.into()))?;
        let listen = match (&settings.listen_url, settings.pooler) {
            (Some(url), _) => Some(parse(url).map_err(|error| StoreError::AccessDenied(error.into()))?),
            (None, Pooler::None) => Some(options.clone()),
            (None, Pooler::Transaction) => None,
        };
        let limit = settings.statement_timeout + ANSWER_GRACE;
        let capacity = usize::try_from(settings.max_connections).unwrap_or(usize::MAX).max(2);
        let connector = Arc::new(Connector::new(options, settings));
        let shared = SharedConnections::new(Arc::clone(&connector), capacity - capacity / 2, settings.acquire_timeout);
        let exclusive = ExclusiveConnections::new(Arc::clone(&connector), capacity / 2, settings.acquire_timeout);
        let exclusive = Arc::new(exclusive);
        let group_commit = GroupCommit::new(Arc::clone(&connector), Arc::clone(&exclusive), limit);
        Ok(Self { connector, shared: Arc::new(shared), exclusive, group_commit, limit, listen })
    }

    /// Runs a short read, beside others on the same connection. It is run again if its connection is lost or silent.
    pub(in crate::db) async fn read(&self, request: &Request) -> Result<Outcome, StoreError> {
        span(request).run(self.run_shared(request)).await
    }

    async fn run_shared(&self, request: &Request) -> Result<Outcome, StoreError> {
        let limit = self.limit.min(MAX_READ_TIME);
        let connection = self.shared.acquire().await?;
        let _in_use = InProgress::start(&METRICS.shared_pool.in_use);
        add_event(&Context::current(), "connection acquired", || vec![in_flight(&connection)]);
        match connection.run(request, limit).await {
            Err(error) if error.is_of_connection() || self.is_about_preparing(&error, &connection) => {
                Ok(self.shared.acquire().await?.run(request, limit).await?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Runs a read that may take long, or a write that may wait for a lock.
    pub(in crate::db) async fn run_alone(&self, request: &Request) -> Result<Outcome, StoreError> {
        span(request).run(self.run_exclusive(request)).await
    }

    async fn run_exclusive(&self, request: &Request) -> Result<Outcome, StoreError> {
        let connection = self.exclusive.acquire().await?;
        add_event(&Context::current(), "connection acquired", Vec::new);
        let begin = self.connector.begin_with_limits();
        match connection.get().run_after(begin.as_deref(), request, self.limit).await {
            // it has not been run
            Err(error) if self.is_about_preparing(&error, connection.get()) => {
                drop(connection);
                Ok(self.exclusive.acquire().await?.get().run_after(begin.as_deref(), request, self.limit).await?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Returns whether the prepared statement was at fault, and not run. Then the connection is given up; if the statement was
    /// missing or of another client, none is prepared any more.
    fn is_about_preparing(&self, error: &StatementError, connection: &Arc<Connection>) -> bool {
        let is_foreign = error.is_foreign_statement_name();
        if is_foreign {
            self.connector.stop_preparing();
        }
        let is_about_preparing = is_foreign || error.is_outdated_statement();
        if is_about_preparing {
            connection.give_up();
        }
        is_about_preparing
    }

    /// Inserts a row under a new key. Inserts that wait are committed together. They may lock one other row, whose key is
    /// `lock_key`.
    pub(in crate::db) async fn insert(&self, request: Request, lock_key: &str) -> Result<Outcome, StoreError> {
        span(&request).run(self.group_commit.insert(request, lock_key)).await
    }

    pub(in crate::db) async fn begin(&self) -> Result<Transaction, StoreError> {
        Transaction::begin(self.exclusive.acquire().await?, &self.connector.begin(), self.limit).await
    }

    /// Listens on `channels`. Returns `None` behind a pooler, which may give a notification to any of its clients.
    pub(in crate::db) async fn listen(&self, channels: &[&str]) -> Result<Option<Listener>, StoreError> {
        match &self.listen {
            Some(options) => Listener::connect(options, channels, self.limit).await.map(Some),
            None => Ok(None),
        }
    }

    pub(in crate::db) fn can_listen(&self) -> bool {
        self.listen.is_some()
    }
}

fn span(request: &Request) -> StatementSpan {
    StatementSpan::start(Dialect::Postgres, &request.statement())
}

/// The number of statements that were sent before on the same connection and are not answered yet.
fn in_flight(connection: &Connection) -> KeyValue {
    KeyValue::new("taskbridge.connection.in_flight", i64::from(connection.in_flight()))
}
