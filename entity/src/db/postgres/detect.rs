//! Finds out whether a pooler in transaction mode stands before PostgreSQL.

use std::{sync::Arc, time::Duration};

use sea_orm::{DbBackend, Statement};
use tokio::time::Instant;

use super::{connection::Connection, connector::Connector, options::PostgresOptions, request::Request};
use crate::db::{
    error::StoreError,
    settings::{DbSettings, Pooler},
};

/// One of two connections.
#[derive(Clone, Copy)]
enum Probe {
    First,
    Second,
}

use Probe::{First, Second};

/// Which connection asks for its server process. Not simply in turn: a pooler that assigns its server connections in turn would look direct.
/// So often, since a busy pooler with three of them assigns them as if at random.
const ORDER: [Probe; 14] =
    [First, First, Second, Second, First, Second, Second, First, Second, First, First, First, Second, Second];

/// Returns what stands before PostgreSQL, by the URL or else by two connections: a pooler in transaction mode serves both by
/// the same server process, or one of them by several.
///
/// # Errors
///
/// [`StoreError::Unavailable`] if the database cannot be reached in time; other variants as it answers.
pub(in crate::db) async fn detect_pooler(settings: &DbSettings) -> Result<Pooler, StoreError> {
    let options = PostgresOptions::parse(&settings.url, &settings.environment)
        .map_err(|error| StoreError::AccessDenied(error.into()))?;
    if options.is_pooler_url() {
        return Ok(Pooler::Transaction);
    }
    // without session settings, which a pooler would keep for others
    let connector = Connector::new(options, &DbSettings { pooler: Pooler::Transaction, ..settings.clone() });
    let deadline = Instant::now() + settings.acquire_timeout;
    let first = Arc::new(connector.connect_until(deadline).await?);
    let second = Arc::new(connector.connect_until(deadline).await?);
    let (mut of_first, mut of_second) = (None, None);
    for probe in ORDER {
        let (connection, process) = match probe {
            First => (&first, &mut of_first),
            Second => (&second, &mut of_second),
        };
        let current = server_process(connection, settings.statement_timeout).await?;
        if process.replace(current).is_some_and(|earlier| earlier != current) {
            return Ok(Pooler::Transaction);
        }
    }
    Ok(if of_first == of_second { Pooler::Transaction } else { Pooler::None })
}

async fn server_process(connection: &Arc<Connection>, limit: Duration) -> Result<i32, StoreError> {
    let select = Statement::from_string(DbBackend::Postgres, "select pg_backend_pid()");
    let outcome = connection.run(&Request::from(select), limit).await?;
    let row = outcome.rows.first().ok_or_else(|| StoreError::unexpected("no server process"))?;
    row.try_get(0).map_err(StoreError::from)
}
