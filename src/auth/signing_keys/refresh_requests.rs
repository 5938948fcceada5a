//! Requests for a refresh. Those that wait at the same time share one.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

/// Longest wait for a refresh.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// Numbers the refreshes, so that a request waits for one that begins after it.
pub(super) struct RefreshRequests {
    begun: AtomicU64,
    requested: Notify,
    finished: watch::Sender<u64>,
}

impl RefreshRequests {
    pub(super) fn new() -> Self {
        Self { begun: AtomicU64::new(0), requested: Notify::new(), finished: watch::Sender::new(0) }
    }

    /// Requests a refresh and waits for it, at most [`MAX_WAIT`].
    pub(super) async fn refresh(&self) {
        let awaited = self.begun.load(Ordering::SeqCst) + 1;
        let mut finished = self.finished.subscribe();
        self.requested.notify_one();
        drop(timeout(MAX_WAIT, finished.wait_for(|number| *number >= awaited)).await);
    }

    /// Returns whether a refresh is requested within `time`.
    pub(super) async fn requested_within(&self, time: Duration) -> bool {
        timeout(time, self.requested.notified()).await.is_ok()
    }

    pub(super) fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(super) fn finish(&self, number: u64) {
        self.finished.send_replace(number);
    }
}
