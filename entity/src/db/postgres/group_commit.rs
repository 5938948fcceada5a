//! Group commit: inserts that wait are committed together.
//!
//! A commit waits for the disk, and one wait serves all statements before it. Only inserts of new rows are grouped, which lock at
//! most one other row. A group locks these rows in the order of their keys, so that it cannot deadlock with another one.

use std::{
    iter,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::future::{join_all, join3};
use opentelemetry::Context;
use tokio::sync::{mpsc, oneshot};

use super::{
    connection::Connection,
    connector::Connector,
    error::StatementError,
    exclusive::{ExclusiveConnection, ExclusiveConnections},
    request::{Outcome, Request},
};
use crate::{
    db::{error::StoreError, metrics::METRICS, statement_span::group_size},
    trace::add_event,
};

/// The number of inserts in a group. `join_all` polls up to thirty futures in order, so that they are sent in order.
const MAX_GROUP_SIZE: usize = 28;

/// Inserts that wait for a connection.
pub(super) struct GroupCommit {
    connector: Arc<Connector>,
    connections: Arc<ExclusiveConnections>,
    limit: Duration,
    queue: OnceLock<mpsc::UnboundedSender<Insert>>,
}

struct Insert {
    request: Request,
    lock_key: Box<str>,
    /// The trace that the insert is part of.
    context: Context,
    reply: oneshot::Sender<Result<Outcome, StoreError>>,
}

/// The task that commits inserts has ended with its runtime.
#[derive(Debug, thiserror::Error)]
#[error("the service is shutting down")]
struct QueueClosed;

impl GroupCommit {
    pub(super) fn new(connector: Arc<Connector>, connections: Arc<ExclusiveConnections>, limit: Duration) -> Self {
        Self { connector, connections, limit, queue: OnceLock::new() }
    }

    /// Runs an insert and returns once it is committed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; other variants as it answers.
    pub(super) async fn insert(&self, request: Request, lock_key: &str) -> Result<Outcome, StoreError> {
        let (reply, outcome) = oneshot::channel();
        let queue = self.queue.get_or_init(|| self.start());
        if queue.send(Insert { request, lock_key: lock_key.into(), context: Context::current(), reply }).is_err() {
            return Err(StoreError::Unavailable(Box::new(QueueClosed)));
        }
        outcome.await.unwrap_or_else(|_closed| Err(StoreError::Unavailable(Box::new(QueueClosed))))
    }

    fn start(&self) -> mpsc::UnboundedSender<Insert> {
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(commit_groups(receiver, Arc::clone(&self.connector), Arc::clone(&self.connections), self.limit));
        sender
    }
}

/// Takes what waits whenever a connection is free.
async fn commit_groups(
    mut queue: mpsc::UnboundedReceiver<Insert>,
    connector: Arc<Connector>,
    connections: Arc<ExclusiveConnections>,
    limit: Duration,
) {
    while let Some(first) = queue.recv().await {
        let connection = connections.acquire().await;
        let waiting = iter::from_fn(|| queue.try_recv().ok()).take(MAX_GROUP_SIZE - 1);
        // a caller that is gone has answered its request already
        let group: Vec<_> = iter::once(first).chain(waiting).filter(|insert| !insert.reply.is_closed()).collect();
        match connection {
            Ok(connection) => {
                tokio::spawn(commit(connection, group, Arc::clone(&connector), limit));
            }
            // all that wait, or each group would wait as long again
            Err(error) => fail(group.into_iter().chain(iter::from_fn(|| queue.try_recv().ok())), &error),
        }
    }
}

async fn commit(connection: ExclusiveConnection, mut group: Vec<Insert>, connector: Arc<Connector>, limit: Duration) {
    group.sort_by(|a, b| a.lock_key.cmp(&b.lock_key));
    METRICS.record_commit(group.len());
    for insert in &group {
        add_event(&insert.context, "group commit", || vec![group_size(group.len())]);
    }
    while group.len() > 1 {
        match run_together(connection.get(), &group, &connector.begin(), limit).await {
            Ok(outcomes) => {
                for (insert, outcome) in group.into_iter().zip(outcomes) {
                    drop(insert.reply.send(Ok(outcome)));
                }
                return;
            }
            Err(GroupError::Transaction(error)) => return fail(group, &error.into()),
            Err(GroupError::Insert { lock_key, error }) if error.is_timeout() => {
                group = fail_locked(group, &lock_key, &error.into());
            }
            Err(GroupError::Insert { .. }) => break,
        }
    }
    let begin = connector.begin_with_limits();
    while !group.is_empty() {
        group = run_first(connection.get(), group, begin.as_deref(), limit).await;
    }
}

/// Runs the first insert of a group alone, and returns the others that have not been answered.
async fn run_first(
    connection: &Arc<Connection>,
    mut group: Vec<Insert>,
    begin: Option<&str>,
    limit: Duration,
) -> Vec<Insert> {
    let insert = group.remove(0);
    if insert.reply.is_closed() {
        return group;
    }
    let mut outcome = connection.run_after(begin, &insert.request, limit).await;
    if outcome.as_ref().is_err_and(StatementError::is_outdated_statement) {
        // it was not run, and is not prepared any more
        outcome = connection.run_after(begin, &insert.request, limit).await;
    }
    let has_timed_out = outcome.as_ref().is_err_and(StatementError::is_timeout);
    let outcome = outcome.map_err(StoreError::from);
    if let (true, Err(error)) = (has_timed_out, &outcome) {
        group = fail_locked(group, &insert.lock_key, error);
    }
    drop(insert.reply.send(outcome));
    group
}

/// Fails the inserts that would wait for the same lock again, each as long, and returns the others.
fn fail_locked(group: Vec<Insert>, lock_key: &str, error: &StoreError) -> Vec<Insert> {
    let (locked, others): (Vec<_>, Vec<_>) = group.into_iter().partition(|insert| *insert.lock_key == *lock_key);
    fail(locked, error);
    others
}

/// Why a group was rolled back.
enum GroupError {
    /// One of its inserts failed.
    Insert { lock_key: Box<str>, error: StatementError },
    /// The transaction or its connection failed.
    Transaction(StatementError),
}

/// Runs a group in one transaction and one round trip.
async fn run_together(
    connection: &Arc<Connection>,
    group: &[Insert],
    begin: &str,
    limit: Duration,
) -> Result<Vec<Outcome>, GroupError> {
    let inserts = join_all(group.iter().map(|insert| connection.run(&insert.request, limit)));
    let (started, outcomes, committed) =
        join3(connection.run_script(begin, limit), inserts, connection.run_script("commit", limit)).await;
    // the first error is the cause of those that follow it
    let outcomes = outcomes.into_iter().zip(group).map(|(outcome, insert)| match outcome {
        Err(error) if error.is_of_connection() => Err(GroupError::Transaction(error)),
        outcome => outcome.map_err(|error| GroupError::Insert { lock_key: insert.lock_key.clone(), error }),
    });
    started.map_err(GroupError::Transaction)?;
    let outcomes = outcomes.collect::<Result<Vec<_>, _>>()?;
    committed.map_err(GroupError::Transaction)?;
    Ok(outcomes)
}

fn fail(group: impl IntoIterator<Item = Insert>, error: &StoreError) {
    for insert in group {
        drop(insert.reply.send(Err(error.duplicate())));
    }
}
