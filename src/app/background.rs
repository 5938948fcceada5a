//! Background tasks: the revocation feed and the cleanup of expired rows.

use std::{
    mem,
    time::{Duration, Instant},
};

use entity::{Cleanup, Db, StoreError, revocation::Feed};
use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::preflight::DATABASE_START_TIMEOUT;
use crate::{auth::Revocations, clock::Clock};

/// Time between two removals of expired revocations from memory.
const EXPIRY_INTERVAL: Duration = Duration::from_mins(1);

/// Pause between two batches, which bounds the cleanup's share of the database's time.
const CLEANUP_BATCH_PAUSE: Duration = Duration::from_millis(200);

/// Tasks that run until they are stopped.
#[derive(Default)]
pub(super) struct BackgroundTasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl BackgroundTasks {
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(self.stop.clone().run_until_cancelled_owned(task));
    }

    /// Drops all tasks, which closes their database connections while the runtime still runs.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// Loads all stored revocations, and returns the feed of later ones.
pub(super) async fn load_revocations(db: Db, revocations: &Revocations, clock: &Clock) -> Result<Feed, StoreError> {
    let mut feed = Feed::new(db, clock.now());
    let started = Instant::now();
    while !feed.has_caught_up() {
        match feed.next().await {
            Ok(update) => revocations.apply_feed(&update),
            Err(StoreError::Unavailable(_)) if started.elapsed() < DATABASE_START_TIMEOUT => {}
            Err(error) => return Err(error),
        }
    }
    Ok(feed)
}

/// Applies the revocations of all replicas as the feed delivers them.
pub(super) async fn follow_revocations(mut feed: Feed, revocations: Revocations, clock: Clock) {
    let (mut is_disconnected, mut last_expiry) = (false, Instant::now());
    loop {
        match feed.next().await {
            Ok(update) => {
                revocations.apply_feed(&update);
                if mem::take(&mut is_disconnected) {
                    log::info!("revocation feed reconnected");
                }
            }
            Err(error) if !is_disconnected => {
                is_disconnected = true;
                log::warn!(error:%; "revocation feed disconnected");
            }
            Err(_) => {}
        }
        if last_expiry.elapsed() > EXPIRY_INTERVAL {
            revocations.remove_expired(clock.now());
            last_expiry = Instant::now();
        }
    }
}

/// Deletes expired and orphaned rows at every interval. A failed run is retried at the next one.
pub(super) async fn run_cleanup(db: Db, clock: Clock, interval: Duration) {
    let cleanup = Cleanup::new(db);
    let mut is_failing = false;
    loop {
        sleep(interval).await;
        let result = clean_up(&cleanup, &clock).await;
        match &result {
            Err(error) if !is_failing => log::warn!(error:%; "cleanup failed"),
            Ok(()) if is_failing => log::info!("cleanup recovered"),
            _ => {}
        }
        is_failing = result.is_err();
    }
}

async fn clean_up(cleanup: &Cleanup, clock: &Clock) -> Result<(), StoreError> {
    let now = clock.now().min(cleanup.database_time().await?);
    while cleanup.run_batch(now).await? > 0 {
        sleep(CLEANUP_BATCH_PAUSE).await;
    }
    Ok(())
}
