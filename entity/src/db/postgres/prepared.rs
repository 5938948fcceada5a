//! The prepared statements of a connection, and sending a statement by them.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use futures_util::{TryStreamExt, future::join, pin_mut};
use quick_cache::unsync::Cache;
use tokio_postgres::{Client, Error, RowStream, Statement, error::SqlState};

use super::request::{Outcome, Request};

/// The number of prepared statements that a connection keeps.
const CAPACITY: usize = 256;

/// The prepared statements of a connection.
pub(super) struct PreparedStatements {
    cache: Mutex<Cache<String, Statement>>,
    /// False behind a pooler that keeps none. All connections to a database share it.
    are_kept: Arc<AtomicBool>,
}

impl PreparedStatements {
    pub(super) fn new(are_kept: Arc<AtomicBool>) -> Self {
        Self { cache: Mutex::new(Cache::new(CAPACITY)), are_kept }
    }

    /// Runs a statement to its end. It is sent at the first poll.
    pub(super) async fn send(&self, client: &Client, request: &Request) -> Result<Outcome, Error> {
        if !request.may_be_prepared || !self.are_kept.load(Ordering::Relaxed) {
            return Box::pin(send_unnamed(client, request)).await;
        }
        let prepared = self.cache().get(&request.sql).cloned();
        if let Some(statement) = prepared {
            let outcome = send_prepared(client, &statement, request).await;
            if outcome.as_ref().is_err_and(is_about_preparing) {
                self.cache().remove(&request.sql);
            }
            return outcome;
        }
        // boxed: it is rare, and would enlarge the future of every request
        Box::pin(self.prepare_and_send(client, request)).await
    }

    /// Prepares the statement for the next time and runs it unnamed, in one round trip. In this order, so that in a transaction
    /// an error of either is an error of the statement.
    async fn prepare_and_send(&self, client: &Client, request: &Request) -> Result<Outcome, Error> {
        let types: Vec<_> = request.typed_parameters().map(|(_, parameter_type)| parameter_type).collect();
        match join(client.prepare_typed(&request.sql, &types), send_unnamed(client, request)).await {
            (Ok(statement), outcome) => {
                self.cache().insert(request.sql.clone(), statement);
                outcome
            }
            // the statement failed before a type of its parameters could be looked up
            (Err(error), Err(cause)) if error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION) => Err(cause),
            (Err(error), Err(_)) => Err(error),
            (Err(_), Ok(outcome)) => Ok(outcome),
        }
    }

    fn cache(&self) -> MutexGuard<'_, Cache<String, Statement>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether a prepared statement was at fault: it is missing, another client's, or does not fit the schema any more
/// ("cached plan must not change result type").
fn is_about_preparing(error: &Error) -> bool {
    let codes = [SqlState::DUPLICATE_PSTATEMENT, SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::FEATURE_NOT_SUPPORTED];
    error.code().is_some_and(|code| codes.contains(code))
}

async fn send_prepared(client: &Client, statement: &Statement, request: &Request) -> Result<Outcome, Error> {
    collect(client.query_raw(statement, &request.parameters).await?).await
}

async fn send_unnamed(client: &Client, request: &Request) -> Result<Outcome, Error> {
    collect(client.query_typed_raw(&request.sql, request.typed_parameters()).await?).await
}

async fn collect(rows: RowStream) -> Result<Outcome, Error> {
    pin_mut!(rows);
    let mut outcome = Outcome::default();
    while let Some(row) = rows.try_next().await? {
        outcome.rows.push(row);
    }
    outcome.affected = rows.rows_affected().unwrap_or_default();
    Ok(outcome)
}
