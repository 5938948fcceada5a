//! Periodic tasks: the poll of the counters, and the check of tokens.

use std::time::Duration;

use entity::task::TaskRevisions;
use tokio::time::sleep;

use super::registry::{CHECK_INTERVAL, Registry};
use crate::{auth::Revocations, clock::Clock, telemetry::metrics::BACKGROUND_FAILURES};

const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Finds changes of which no hint has told: one statement for all connected users.
pub(super) async fn poll(registry: &Registry, revisions: &TaskRevisions) {
    loop {
        sleep(POLL_INTERVAL).await;
        let delivered = registry.delivered();
        if delivered.is_empty() {
            continue;
        }
        let users: Vec<_> = delivered.keys().cloned().collect();
        match revisions.for_users(&users).await {
            Ok(revisions) => registry.compare(&revisions, &delivered),
            Err(_) => BACKGROUND_FAILURES.inc(["event_streams"]),
        }
    }
}

/// Ends the streams of tokens that have expired or are revoked.
pub(super) async fn check(registry: &Registry, revocations: &Revocations, clock: &Clock) {
    loop {
        sleep(CHECK_INTERVAL).await;
        registry.check(revocations, clock.now());
    }
}
