//! Connections with one user at a time: transactions, writes and searches, which may wait or take long.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use super::{
    connection::{Connection, try_spawn},
    connector::{AcquireTimeout, Connector},
};
use crate::db::{
    error::StoreError,
    metrics::{InProgress, METRICS},
};

/// A limited number of connections, opened as they are needed and kept.
pub(super) struct ExclusiveConnections {
    connector: Arc<Connector>,
    acquire_timeout: Duration,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Arc<Connection>>>,
}

/// A connection in use. It returns to the pool when it is dropped: at once, or when the statement is answered that is running
/// on it, whose caller is gone. Until then it counts, so that such callers cannot open any number of connections.
pub(super) struct ExclusiveConnection {
    connection: Arc<Connection>,
    pool: Arc<ExclusiveConnections>,
    permit: Option<Permit>,
}

/// The right to use one of the connections.
struct Permit {
    _permit: OwnedSemaphorePermit,
    _in_use: InProgress,
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
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_none) => METRICS.exclusive_pool.record_wait(Box::pin(self.wait_for_permit(deadline))).await?,
        };
        let permit = Permit { _permit: permit, _in_use: InProgress::start(&METRICS.exclusive_pool.in_use) };
        let mut idle = None;
        while let Some(connection) = self.take_idle() {
            if connection.is_answering().await {
                idle = Some(connection);
                break;
            }
        }
        let connection = match idle {
            Some(connection) => connection,
            // boxed: it is rare, and would enlarge the future of every request
            None => Arc::new(Box::pin(self.connector.connect_until(deadline)).await?),
        };
        Ok(ExclusiveConnection { connection, pool: Arc::clone(self), permit: Some(permit) })
    }

    async fn wait_for_permit(&self, deadline: Instant) -> Result<OwnedSemaphorePermit, StoreError> {
        match timeout_at(deadline, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(StoreError::Unavailable(Box::new(AcquireTimeout(self.acquire_timeout, None)))),
        }
    }

    fn take_idle(&self) -> Option<Arc<Connection>> {
        let mut idle = self.lock();
        idle.retain(|connection| connection.is_usable());
        idle.pop()
    }

    /// Takes a connection back and lets the next caller have it.
    fn put_back(&self, connection: Arc<Connection>, permit: Option<Permit>) {
        if connection.is_usable() {
            self.lock().push(connection);
        }
        drop(permit);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ExclusiveConnection {
    pub(super) fn get(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for ExclusiveConnection {
    fn drop(&mut self) {
        let (connection, pool, permit) = (Arc::clone(&self.connection), Arc::clone(&self.pool), self.permit.take());
        if connection.in_flight() == 0 {
            pool.put_back(connection, permit);
            return;
        }
        try_spawn(async move {
            connection.until_idle().await;
            pool.put_back(connection, permit);
        });
    }
}
