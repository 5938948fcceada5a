//! Notifications between processes, in batches: a process sends one at most every 75 ms, however much it writes.

use std::{
    collections::HashSet,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use entity::{
    Db, UserId,
    task::{ChangeNotification, ChangeNotifier, UserHash},
};
use tokio::{
    sync::{Notify, mpsc},
    time::sleep,
};
use uuid::Uuid;

use super::registry::Registry;
use crate::telemetry::metrics::BACKGROUND_FAILURES;

const SEND_INTERVAL: Duration = Duration::from_millis(75);

/// Collects the users of the next notification.
#[derive(Clone, Default)]
pub(super) struct PendingNotification(Arc<Batch>);

#[derive(Default)]
struct Batch {
    users: Mutex<HashSet<UserHash>>,
    has_users: Notify,
}

impl PendingNotification {
    pub(super) fn add(&self, user: &UserId) {
        let is_new = self.0.users.lock().unwrap_or_else(PoisonError::into_inner).insert(UserHash::new(user));
        if is_new {
            self.0.has_users.notify_one();
        }
    }

    fn take(&self) -> Vec<UserHash> {
        let users = mem::take(&mut *self.0.users.lock().unwrap_or_else(PoisonError::into_inner));
        users.into_iter().collect()
    }
}

/// Returns the sender of this process; `None` if the database has no notifications.
pub(super) fn sender(db: &Db, process: Uuid) -> Option<(PendingNotification, ChangeNotifier)> {
    Some((PendingNotification::default(), ChangeNotifier::new(db, process)?))
}

/// Sends what is collected. What is lost, the poll of the other processes finds.
pub(super) async fn send((pending, notifier): (PendingNotification, ChangeNotifier)) {
    loop {
        pending.0.has_users.notified().await;
        let users = pending.take();
        if !users.is_empty() && notifier.send(users).await.is_err() {
            BACKGROUND_FAILURES.inc(["event_streams"]);
        }
        sleep(SEND_INTERVAL).await;
    }
}

/// Follows the notifications of other processes.
pub(super) async fn receive(registry: &Registry, mut notifications: mpsc::Receiver<ChangeNotification>, process: Uuid) {
    while let Some(notification) = notifications.recv().await {
        if notification.sender != process {
            registry.mark_all(&notification.users);
        }
    }
}
