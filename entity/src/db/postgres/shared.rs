//! Connections that all statements share. Only short reads run here: whatever waits for a lock delays the statements behind it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use super::{
    connection::Connection,
    connector::{AcquireTimeout, Connector},
};
use crate::db::{error::StoreError, metrics::METRICS};

/// A connection that has answered nothing for this long is used only if no other is better.
const STALLED_AFTER: Duration = Duration::from_millis(250);

/// A fixed number of connections, opened as they are needed.
pub(super) struct SharedConnections {
    connector: Arc<Connector>,
    acquire_timeout: Duration,
    slots: Mutex<Slots>,
    changed: Notify,
}

struct Slots {
    open: Vec<Arc<Connection>>,
    capacity: usize,
    is_connecting: bool,
    /// The error of the last attempt to connect.
    error: Option<StoreError>,
}

impl SharedConnections {
    pub(super) fn new(connector: Arc<Connector>, capacity: usize, acquire_timeout: Duration) -> Self {
        let slots = Slots { open: Vec::with_capacity(capacity), capacity, is_connecting: false, error: None };
        Self { connector, acquire_timeout, slots: Mutex::new(slots), changed: Notify::new() }
    }

    /// Returns the connection with the fewest statements in flight.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if none can be opened in time; other variants as the database answers.
    pub(super) async fn acquire(self: &Arc<Self>) -> Result<Arc<Connection>, StoreError> {
        if let Some(connection) = self.pick()
            && connection.is_answering().await
        {
            return Ok(connection);
        }
        // boxed: it is rare, and would enlarge the future of every request
        METRICS.shared_pool.record_wait(Box::pin(self.wait_for_connection())).await
    }

    async fn wait_for_connection(self: &Arc<Self>) -> Result<Arc<Connection>, StoreError> {
        let deadline = Instant::now() + self.acquire_timeout;
        loop {
            let changed = self.changed.notified();
            if let Some(connection) = self.pick() {
                if connection.is_answering().await {
                    return Ok(connection);
                }
                continue;
            }
            if timeout_at(deadline, changed).await.is_err() {
                return Err(StoreError::Unavailable(Box::new(AcquireTimeout(self.acquire_timeout, None))));
            }
            let error = self.lock().error.take();
            if let Some(error) = error {
                return Err(error);
            }
        }
    }

    /// Returns the best open connection, and opens another if that one is busy.
    fn pick(self: &Arc<Self>) -> Option<Arc<Connection>> {
        let mut slots = self.lock();
        slots.open.retain(|connection| connection.is_usable());
        let best =
            slots.open.iter().min_by_key(|connection| (connection.is_silent(STALLED_AFTER), connection.in_flight()));
        let best = best.cloned();
        let is_idle = best.as_ref().is_some_and(|connection| connection.in_flight() == 0);
        if !is_idle && slots.open.len() < slots.capacity && !slots.is_connecting {
            slots.is_connecting = true;
            tokio::spawn(Arc::clone(self).connect());
        }
        best
    }

    async fn connect(self: Arc<Self>) {
        let connection = self.connector.connect_until(Instant::now() + self.acquire_timeout).await;
        let mut slots = self.lock();
        slots.is_connecting = false;
        match connection {
            Ok(connection) => {
                slots.open.push(Arc::new(connection));
                slots.error = None;
            }
            Err(error) => slots.error = Some(error),
        }
        drop(slots);
        self.changed.notify_waiters();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
