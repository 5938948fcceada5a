//! Signals between processes, in batches: a process sends one at most every 75 ms, however much it writes.

use std::{
    collections::HashSet,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use entity::{
    Db, UserId,
    task::{ChangeSignals, Signal, UserHash},
};
use tokio::{
    sync::{Notify, mpsc},
    time::sleep,
};
use uuid::Uuid;

use super::registry::Registry;
use crate::telemetry::metrics::BACKGROUND_FAILURES;

const SEND_INTERVAL: Duration = Duration::from_millis(75);

/// Collects the users of the next signal.
#[derive(Clone, Default)]
pub(super) struct SignalSender(Arc<Batch>);

#[derive(Default)]
struct Batch {
    users: Mutex<HashSet<UserHash>>,
    has_users: Notify,
}

impl SignalSender {
    pub(super) fn send(&self, user: &UserId) {
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

/// Returns the sender of this process; `None` if the database has no signals.
pub(super) fn sender(db: &Db, process: Uuid) -> Option<(SignalSender, ChangeSignals)> {
    Some((SignalSender::default(), ChangeSignals::new(db, process)?))
}

/// Sends what is collected. What is lost, the poll of the other processes finds.
pub(super) async fn send((sender, signals): (SignalSender, ChangeSignals)) {
    loop {
        sender.0.has_users.notified().await;
        let users = sender.take();
        if !users.is_empty() && signals.send(users).await.is_err() {
            BACKGROUND_FAILURES.inc(["event_streams"]);
        }
        sleep(SEND_INTERVAL).await;
    }
}

/// Follows the signals of other processes.
pub(super) async fn receive(registry: &Registry, mut signals: mpsc::Receiver<Signal>, process: Uuid) {
    while let Some(signal) = signals.recv().await {
        if signal.sender != process {
            registry.mark_all(&signal.users);
        }
    }
}
