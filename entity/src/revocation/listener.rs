//! Receives revocations by PostgreSQL's `LISTEN`. The feed's next poll finds what is missed here. The same connection receives
//! the notifications of changed tasks.

use std::{future::pending, time::Duration};

use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::task::AbortOnDropHandle;

use super::{model::Revocation, row::StoredRevocation};
use crate::{
    Db, StoreError,
    db::{self, Notification},
    task::{self, ChangeNotification},
};

const CHANNEL: &str = "taskbridge_revocation";

/// The delay before the first attempt to reconnect. It doubles with each failure.
const MIN_RECONNECT_DELAY: Duration = Duration::from_millis(500);

const MAX_RECONNECT_DELAY: Duration = Duration::from_mins(1);

/// A listening connection that is opened again after a failure. Nothing here delays the feed's polls.
pub(super) struct Listener {
    db: Db,
    connection: Option<db::Listener>,
    /// The attempt to connect that is under way.
    attempt: Option<AbortOnDropHandle<Result<Option<db::Listener>, StoreError>>>,
    /// Whether the last attempt failed, which is logged once.
    is_failing: bool,
    /// Takes the notifications of changed tasks.
    change_notifications: Option<mpsc::Sender<ChangeNotification>>,
    retry_at: Instant,
    retry_delay: Duration,
}

impl Listener {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            connection: None,
            attempt: None,
            is_failing: false,
            change_notifications: None,
            retry_at: Instant::now(),
            retry_delay: MIN_RECONNECT_DELAY,
        }
    }

    pub(super) fn forward_change_notifications(&mut self, notifications: mpsc::Sender<ChangeNotification>) {
        self.change_notifications = Some(notifications);
    }

    pub(super) fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// Waits for an attempt to connect, forever if the database cannot notify. It continues when the caller waits no longer.
    async fn connect(&mut self) {
        if !self.db.can_listen() {
            return pending().await;
        }
        sleep_until(self.retry_at).await;
        let db = &self.db;
        let attempt = self.attempt.get_or_insert_with(|| AbortOnDropHandle::new(tokio::spawn(connection(db.clone()))));
        let result = attempt.await.unwrap_or_else(|_stopped| Ok(None));
        self.attempt = None;
        self.log(&result);
        self.connection = result.ok().flatten();
        if self.is_connected() {
            self.retry_delay = MIN_RECONNECT_DELAY;
        } else {
            self.retry_at = Instant::now() + self.retry_delay;
            self.retry_delay = MAX_RECONNECT_DELAY.min(self.retry_delay * 2);
        }
    }

    fn log(&mut self, result: &Result<Option<db::Listener>, StoreError>) {
        match result {
            Err(error) if !self.is_failing => {
                log::warn!(error:%; "cannot listen for notifications, polling instead; check DATABASE_LISTEN_URL, if it is set");
            }
            Ok(Some(_)) if self.is_failing => log::info!("listening for notifications again"),
            _ => {}
        }
        self.is_failing = result.is_err();
    }

    /// Waits for the next revocation. Returns `None` if there may be some that it did not receive: it connected, the
    /// connection was lost, or the notification is not understood.
    pub(super) async fn recv(&mut self) -> Option<Revocation> {
        loop {
            let Some(connection) = &mut self.connection else {
                self.connect().await;
                return None;
            };
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

async fn connection(db: Db) -> Result<Option<db::Listener>, StoreError> {
    db.listen(&[CHANNEL, task::CHANGE_CHANNEL]).await
}
