//! Receives revocations by PostgreSQL's `LISTEN`. The feed's next poll finds what is missed here. The same connection receives
//! the notifications of changed tasks.

use std::{future::pending, time::Duration};

use tokio::{sync::mpsc, time::Instant};

use super::{model::Revocation, row::StoredRevocation};
use crate::{
    Db,
    db::{self, Notification},
    task::{self, ChangeNotification},
};

const CHANNEL: &str = "taskbridge_revocation";

/// The delay before the first attempt to reconnect. It doubles with each failure.
const MIN_RECONNECT_DELAY: Duration = Duration::from_millis(500);

const MAX_RECONNECT_DELAY: Duration = Duration::from_mins(1);

/// How often a connection is tested. A silent one receives nothing and is not closed either.
const TEST_INTERVAL: Duration = Duration::from_secs(2);

const TEST_TIMEOUT: Duration = Duration::from_secs(1);

/// A listening connection that is opened again after a failure.
pub(super) struct Listener {
    connection: Option<db::Listener>,
    /// Takes the notifications of changed tasks.
    change_notifications: Option<mpsc::Sender<ChangeNotification>>,
    retry_at: Instant,
    retry_delay: Duration,
    next_test: Instant,
}

impl Listener {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            connection: None,
            change_notifications: None,
            retry_at: now,
            retry_delay: MIN_RECONNECT_DELAY,
            next_test: now,
        }
    }

    pub(super) fn forward_change_notifications(&mut self, notifications: mpsc::Sender<ChangeNotification>) {
        self.change_notifications = Some(notifications);
    }

    pub(super) fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// Connects, unless it is connected or an attempt failed too recently. Closes a connection that does not answer.
    pub(super) async fn ensure_connected(&mut self, db: &Db) {
        self.test().await;
        if self.is_connected() || Instant::now() < self.retry_at {
            return;
        }
        if let Ok(connection) = db.listen(&[CHANNEL, task::CHANGE_CHANNEL]).await {
            self.connection = connection;
            self.retry_delay = MIN_RECONNECT_DELAY;
        } else {
            self.retry_at = Instant::now() + self.retry_delay;
            self.retry_delay = MAX_RECONNECT_DELAY.min(self.retry_delay * 2);
        }
    }

    async fn test(&mut self) {
        let Some(connection) = &self.connection else { return };
        if Instant::now() < self.next_test {
            return;
        }
        if !connection.is_alive(TEST_TIMEOUT).await {
            self.connection = None;
        }
        self.next_test = Instant::now() + TEST_INTERVAL;
    }

    /// Waits for the next revocation, forever if it is not connected. Returns `None` if the connection was lost or the
    /// notification is not understood.
    pub(super) async fn recv(&mut self) -> Option<Revocation> {
        loop {
            let Some(connection) = &mut self.connection else { return pending().await };
            match connection.recv().await {
                Some(notification) if notification.channel() == task::CHANGE_CHANNEL => self.forward(&notification),
                Some(notification) => {
                    return serde_json::from_str::<StoredRevocation>(notification.payload()).ok()?.into_revocation();
                }
                None => break,
            }
        }
        self.connection = None;
        self.retry_at = Instant::now() + MIN_RECONNECT_DELAY;
        None
    }

    /// Forwards the notification of a change, unless too many wait: what it says is in the counters too.
    fn forward(&self, notification: &Notification) {
        if let (Some(receiver), Ok(change)) = (&self.change_notifications, notification.payload().parse()) {
            drop(receiver.try_send(change));
        }
    }
}
