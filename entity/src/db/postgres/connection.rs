//! One connection. Statements are pipelined: each is sent at once, whether or not the ones before it have been answered.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{future::join3, pin_mut};
use tokio::{runtime::Handle, sync::Notify, task::AbortHandle, time::timeout};
use tokio_postgres::Client;

use super::{
    error::{PostgresError, StatementError},
    options::PostgresOptions,
    prepared::PreparedStatements,
    request::{Outcome, Request},
    silence::{Silence, milliseconds},
};
use crate::db::metrics::{InProgress, METRICS};

/// A connection that has answered nothing for this long is suspected, and closed once a statement on it is too late.
const MAX_SILENCE: Duration = Duration::from_secs(1);

/// How long a test of a connection may take.
const TEST_TIMEOUT: Duration = Duration::from_millis(500);

/// How long a request to cancel a statement may take.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection that concurrent statements share. Dropping the last reference to it closes it.
pub(super) struct Connection {
    client: Client,
    prepared: PreparedStatements,
    is_given_up: AtomicBool,
    in_flight: AtomicU32,
    opened_at: Instant,
    /// Milliseconds from `opened_at` until the last answer, or until the first statement after a pause.
    last_answer: AtomicU64,
    /// Notified when the last statement in flight is answered, or the connection is given up.
    became_idle: Notify,
    driver: AbortHandle,
    options: PostgresOptions,
    silence: Arc<Silence>,
    _open: InProgress,
}

impl Connection {
    /// Connects, and runs `setup` on the new session if it is not empty.
    pub(super) async fn open(
        options: PostgresOptions,
        silence: Arc<Silence>,
        keeps_statements: Arc<AtomicBool>,
        setup: &str,
    ) -> Result<Self, PostgresError> {
        let (client, connection) = options.connect().await?;
        let driver = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        let connection = Self {
            client,
            prepared: PreparedStatements::new(keeps_statements),
            // the setup counts as a statement, so that a connection that is dropped during it is closed at once
            in_flight: AtomicU32::new(1),
            opened_at: Instant::now(),
            last_answer: AtomicU64::new(0),
            became_idle: Notify::new(),
            is_given_up: AtomicBool::new(false),
            driver,
            options,
            silence,
            _open: InProgress::start(&METRICS.connections),
        };
        if !setup.is_empty() {
            connection.client.batch_execute(setup).await?;
        }
        connection.in_flight.store(0, Ordering::Relaxed);
        Ok(connection)
    }

    /// Runs a statement to its end. One that takes longer than `limit` leaves the connection open only if others are answered.
    pub(super) async fn run(self: &Arc<Self>, request: &Request, limit: Duration) -> Result<Outcome, StatementError> {
        self.answered_within(limit, self.prepared.send(&self.client, request)).await
    }

    /// Runs a statement between `begin`, if given, and a commit, in one round trip.
    pub(super) async fn run_after(
        self: &Arc<Self>,
        begin: Option<&str>,
        request: &Request,
        limit: Duration,
    ) -> Result<Outcome, StatementError> {
        let Some(begin) = begin else { return self.run(request, limit).await };
        let (started, outcome, committed) =
            join3(self.run_script(begin, limit), self.run(request, limit), self.run_script("commit", limit)).await;
        started?;
        let outcome = outcome?;
        committed?;
        Ok(outcome)
    }

    /// Runs statements without parameters and drops their rows.
    pub(super) async fn run_script(self: &Arc<Self>, sql: &str, limit: Duration) -> Result<(), StatementError> {
        self.answered_within(limit, self.client.batch_execute(sql)).await
    }

    pub(super) fn is_usable(&self) -> bool {
        // the driver of a connection that is given up ends only when it is scheduled
        !self.is_given_up.load(Ordering::Relaxed) && !self.client.is_closed()
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

    /// Returns whether the connection can be used: if others are silent, whether it answers a test, or is busy.
    pub(super) async fn is_answering(self: &Arc<Self>) -> bool {
        let last_answer = Duration::from_millis(self.last_answer.load(Ordering::Relaxed));
        if !self.silence.may_concern(self.opened_at + last_answer) {
            return true;
        }
        let is_busy = self.in_flight() > 0 && !self.is_silent(MAX_SILENCE);
        let is_answering = self.answered_within(TEST_TIMEOUT, self.client.check_connection()).await.is_ok() || is_busy;
        if !is_answering {
            self.give_up();
        }
        is_answering
    }

    /// Returns whether statements are waiting and none has been answered for `limit`.
    pub(super) fn is_silent(&self, limit: Duration) -> bool {
        let last_answer = Duration::from_millis(self.last_answer.load(Ordering::Relaxed));
        self.in_flight() > 0 && self.opened_at.elapsed() > last_answer + limit
    }

    /// Uses the connection no longer: cancels the statement that it may be running, and closes it without waiting for the server.
    pub(super) fn give_up(self: &Arc<Self>) {
        if self.is_given_up.swap(true, Ordering::Relaxed) {
            return;
        }
        let connection = Arc::clone(self);
        let is_spawned = try_spawn(async move {
            drop(timeout(CANCEL_TIMEOUT, connection.cancel()).await);
            connection.driver.abort();
        });
        if !is_spawned {
            self.driver.abort();
        }
    }

    /// Cancels the statement that is running, and waits for its answer with the connection open: a pooler passes on no request to
    /// cancel of a client that has disconnected.
    async fn cancel(&self) -> Result<(), tokio_postgres::Error> {
        self.options.cancel(self.client.cancel_token()).await?;
        self.client.check_connection().await
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
    try_spawn(async move {
        let answer = timeout(MAX_SILENCE, connection.client.check_connection()).await;
        if matches!(answer, Ok(Ok(()))) {
            connection.record_answer();
        } else if connection.is_silent(MAX_SILENCE) {
            connection.give_up();
        }
        connection.finish_statement();
    });
}

/// Spawns a task if the thread has a runtime, and returns whether it has. In `drop` it may have none: when the process stops, what its runtime held is dropped
/// outside of it.
pub(super) fn try_spawn(task: impl Future<Output = ()> + Send + 'static) -> bool {
    let Ok(runtime) = Handle::try_current() else { return false };
    runtime.spawn(task);
    true
}
