//! One connection. Statements are pipelined: each is sent at once, whether or not the ones before it have been answered.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{TryStreamExt, future::join, pin_mut};
use quick_cache::unsync::Cache;
use tokio::{sync::Notify, task::AbortHandle, time::timeout};
use tokio_postgres::{Client, RowStream, Statement as PreparedStatement};

use super::{
    error::{PostgresError, StatementError},
    options::PostgresOptions,
    request::{Outcome, Request},
    silence::{Silence, milliseconds},
};

/// The number of prepared statements that a connection keeps.
const STATEMENT_CACHE_CAPACITY: usize = 256;

/// A connection that has answered nothing for this long is suspected, and closed once a statement on it is too late.
const MAX_SILENCE: Duration = Duration::from_secs(1);

/// How long a test of a connection may take.
const TEST_TIMEOUT: Duration = Duration::from_millis(500);

/// How long a request to cancel a statement may take.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection that concurrent statements share. Dropping the last reference to it closes it.
pub(super) struct Connection {
    client: Client,
    /// `None` behind a pooler that keeps no prepared statements.
    prepared: Option<Mutex<Cache<String, PreparedStatement>>>,
    in_flight: AtomicU32,
    opened_at: Instant,
    /// Milliseconds from `opened_at` until the last answer, or until the first statement after a pause.
    last_answer: AtomicU64,
    /// Notified when the last statement in flight is answered, or the connection is given up.
    became_idle: Notify,
    driver: AbortHandle,
    options: PostgresOptions,
    silence: Arc<Silence>,
}

impl Connection {
    /// Connects, and runs `setup` on the new session if it is not empty.
    pub(super) async fn open(
        options: PostgresOptions,
        silence: Arc<Silence>,
        keeps_statements: bool,
        setup: &str,
    ) -> Result<Self, PostgresError> {
        let (client, connection) = options.connect().await?;
        let driver = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        let prepared = keeps_statements.then(|| Mutex::new(Cache::new(STATEMENT_CACHE_CAPACITY)));
        let (in_flight, last_answer) = (AtomicU32::new(0), AtomicU64::new(0));
        let (opened_at, became_idle) = (Instant::now(), Notify::new());
        let connection =
            Self { client, prepared, in_flight, opened_at, last_answer, became_idle, driver, options, silence };
        if !setup.is_empty() {
            connection.client.batch_execute(setup).await?;
        }
        Ok(connection)
    }

    /// Runs a statement to its end. One that takes longer than `limit` leaves the connection open only if others are answered.
    pub(super) async fn run(self: &Arc<Self>, request: &Request, limit: Duration) -> Result<Outcome, StatementError> {
        self.answered_within(limit, self.send(request)).await
    }

    /// Runs statements without parameters and drops their rows.
    pub(super) async fn run_script(self: &Arc<Self>, sql: &str, limit: Duration) -> Result<(), StatementError> {
        self.answered_within(limit, self.client.batch_execute(sql)).await
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.client.is_closed()
    }

    pub(super) fn in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Waits until no statement is in flight.
    pub(super) async fn until_idle(&self) {
        loop {
            let became_idle = self.became_idle.notified();
            if self.in_flight() == 0 {
                return;
            }
            became_idle.await;
        }
    }

    /// Returns whether the connection can be used: if others are silent, whether it answers a test.
    pub(super) async fn is_answering(&self) -> bool {
        let last_answer = Duration::from_millis(self.last_answer.load(Ordering::Relaxed));
        if !self.silence.may_concern(self.opened_at + last_answer) {
            return true;
        }
        let is_answering = matches!(timeout(TEST_TIMEOUT, self.client.check_connection()).await, Ok(Ok(())));
        if is_answering {
            self.record_answer();
        } else {
            self.give_up();
        }
        is_answering
    }

    /// Returns whether statements are waiting and none has been answered for `limit`.
    pub(super) fn is_silent(&self, limit: Duration) -> bool {
        let last_answer = Duration::from_millis(self.last_answer.load(Ordering::Relaxed));
        self.in_flight() > 0 && self.opened_at.elapsed() > last_answer + limit
    }

    /// Closes the connection without waiting for the server, and cancels the statement that it may be running.
    pub(super) fn give_up(&self) {
        self.driver.abort();
        let (options, token) = (self.options.clone(), self.client.cancel_token());
        tokio::spawn(async move { drop(timeout(CANCEL_TIMEOUT, options.cancel(token)).await) });
    }

    async fn answered_within<T>(
        self: &Arc<Self>,
        limit: Duration,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StatementError> {
        let in_flight = InFlight::start(self);
        pin_mut!(answer);
        let mut result = timeout(limit.min(MAX_SILENCE), &mut answer).await;
        if result.is_err() && limit > MAX_SILENCE {
            if self.is_silent(MAX_SILENCE) {
                self.silence.found();
            }
            result = timeout(limit.saturating_sub(MAX_SILENCE), answer).await;
        }
        match result {
            Ok(answer) => {
                in_flight.finish();
                answer.map_err(|error| StatementError::Failed(error.into()))
            }
            Err(_elapsed) => Err(StatementError::TimedOut),
        }
    }

    async fn send(&self, request: &Request) -> Result<Outcome, tokio_postgres::Error> {
        let Some(cache) = self.prepared.as_ref().filter(|_| request.may_be_prepared) else {
            return Box::pin(self.send_unnamed(request)).await;
        };
        let prepared = cache.lock().unwrap_or_else(PoisonError::into_inner).get(&request.sql).cloned();
        if let Some(statement) = prepared {
            return collect(self.client.query_raw(&statement, &request.parameters).await?).await;
        }
        // boxed: it is rare, and would enlarge the future of every request
        let (outcome, statement) = Box::pin(self.send_and_prepare(request)).await;
        if let Ok(statement) = statement {
            cache.lock().unwrap_or_else(PoisonError::into_inner).insert(request.sql.clone(), statement);
        }
        outcome
    }

    /// Runs the statement unnamed and prepares it for the next time, in one round trip.
    async fn send_and_prepare(
        &self,
        request: &Request,
    ) -> (Result<Outcome, tokio_postgres::Error>, Result<PreparedStatement, tokio_postgres::Error>) {
        let types: Vec<_> = request.typed_parameters().map(|(_, parameter_type)| parameter_type).collect();
        join(self.send_unnamed(request), self.client.prepare_typed(&request.sql, &types)).await
    }

    async fn send_unnamed(&self, request: &Request) -> Result<Outcome, tokio_postgres::Error> {
        collect(self.client.query_typed_raw(&request.sql, request.typed_parameters()).await?).await
    }

    fn finish_statement(&self) {
        if self.in_flight.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.became_idle.notify_waiters();
        }
    }

    fn record_answer(&self) {
        self.last_answer.store(milliseconds(self.opened_at.elapsed()), Ordering::Relaxed);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // a client that is dropped ends its session when its statements have been answered; a silent one never would
        if self.in_flight() > 0 {
            self.driver.abort();
        }
    }
}

async fn collect(rows: RowStream) -> Result<Outcome, tokio_postgres::Error> {
    pin_mut!(rows);
    let mut outcome = Outcome::default();
    while let Some(row) = rows.try_next().await? {
        outcome.rows.push(row);
    }
    outcome.affected = rows.rows_affected().unwrap_or_default();
    Ok(outcome)
}

/// Counts a statement for as long as the server may work on it.
struct InFlight<'c> {
    connection: &'c Arc<Connection>,
    is_answered: bool,
}

impl<'c> InFlight<'c> {
    fn start(connection: &'c Arc<Connection>) -> Self {
        if connection.in_flight.fetch_add(1, Ordering::Relaxed) == 0 {
            connection.record_answer();
        }
        Self { connection, is_answered: false }
    }

    fn finish(mut self) {
        self.is_answered = true;
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if self.is_answered {
            self.connection.record_answer();
            self.connection.finish_statement();
        } else {
            abandon(Arc::clone(self.connection));
        }
    }
}

/// Leaves a statement behind, which timed out or whose caller is gone. It stays counted until the server has answered it; a
/// connection that does not is given up.
fn abandon(connection: Arc<Connection>) {
    if connection.is_silent(MAX_SILENCE) {
        connection.give_up();
        connection.finish_statement();
        return;
    }
    tokio::spawn(async move {
        let answer = timeout(MAX_SILENCE, connection.client.check_connection()).await;
        if matches!(answer, Ok(Ok(()))) {
            connection.record_answer();
        } else if connection.is_silent(MAX_SILENCE) {
            connection.give_up();
        }
        connection.finish_statement();
    });
}
