//! Finds out whether a pooler in transaction mode stands before PostgreSQL.

use std::{sync::Arc, time::Duration};

use sea_orm::{DbBackend, Statement};
use tokio::time::Instant;

use super::{connection::Connection, connector::Connector, options::PostgresOptions, request::Request};
use crate::db::{
    error::StoreError,
    settings::{DbSettings, Pooler},
};

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
    let mut processes = Vec::with_capacity(6);
    // not simply in turn: a pooler that assigns its server connections in turn would look direct
    for connection in [&first, &first, &second, &second, &first, &second] {
        processes.push(server_process(connection, settings.statement_timeout).await?);
    }
    let is_direct = matches!(
        processes.as_slice(),
        [first, a, second, b, c, d] if [a, c] == [first; 2] && [b, d] == [second; 2] && first != second
    );
    Ok(if is_direct { Pooler::None } else { Pooler::Transaction })
}

async fn server_process(connection: &Arc<Connection>, limit: Duration) -> Result<i32, StoreError> {
    let select = Statement::from_string(DbBackend::Postgres, "select pg_backend_pid()");
    let outcome = connection.run(&Request::from(select), limit).await?;
    let row = outcome.rows.first().ok_or_else(|| StoreError::unexpected("no server process"))?;
    row.try_get(0).map_err(StoreError::from)
}
