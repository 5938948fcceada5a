//! Connections with one user at a time: transactions, writes and searches, which may wait or take long.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use super::{
    connection::Connection,
    connector::{AcquireTimeout, Connector},
};
use crate::db::error::StoreError;

/// A limited number of connections, opened as they are needed and kept.
pub(super) struct ExclusiveConnections {
    connector: Arc<Connector>,
    acquire_timeout: Duration,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Arc<Connection>>>,
}

/// A connection in use. It returns to the pool when it is dropped, unless a statement is still running on it.
pub(super) struct ExclusiveConnection {
    connection: Arc<Connection>,
    pool: Arc<ExclusiveConnections>,
    _permit: OwnedSemaphorePermit,
}

impl ExclusiveConnections {
    pub(super) fn new(connector: Arc<Connector>, capacity: usize, acquire_timeout: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(capacity));
        Self { connector, acquire_timeout, permits, idle: Mutex::default() }
    }

    /// Waits for a free connection.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if none is free or can be opened in time; other variants as the database answers.
    pub(super) async fn acquire(self: &Arc<Self>) -> Result<ExclusiveConnection, StoreError> {
        let deadline = Instant::now() + self.acquire_timeout;
        let permit = timeout_at(deadline, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            return Err(StoreError::Unavailable(Box::new(AcquireTimeout(self.acquire_timeout, None))));
        };
        let connection = match self.take_idle() {
            Some(connection) => connection,
            // boxed: it is rare, and would enlarge the future of every request
            None => Arc::new(Box::pin(self.connector.connect_until(deadline)).await?),
        };
        Ok(ExclusiveConnection { connection, pool: Arc::clone(self), _permit: permit })
    }

    fn take_idle(&self) -> Option<Arc<Connection>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|connection| connection.is_usable());
        idle.pop()
    }
}

impl ExclusiveConnection {
    pub(super) fn get(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for ExclusiveConnection {
    fn drop(&mut self) {
        if self.connection.is_usable() && self.connection.in_flight() == 0 {
            let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(Arc::clone(&self.connection));
        }
    }
}
