//! What goes on beside the requests: following what is revoked, and sweeping up what has ended.

use std::time::{Duration, Instant};

use entity::{Cleanup, Db, DbSettings, StoreError, revocation::Feed};
use tokio::time::sleep;

use super::{pools::settings, preflight::DATABASE_START_TIMEOUT};
use crate::{auth::Revocations, clock::Clock, config::DatabaseSettings};

/// How often what is over is forgotten, and swept up.
const EXPIRY_INTERVAL: Duration = Duration::from_mins(1);

/// Between two batches of a sweep, so that it takes no more than a share of the database's time.
const CLEANUP_BATCH_PAUSE: Duration = Duration::from_millis(200);

/// Reads all that was revoked before the service serves.
pub(super) async fn load_revocations(
    database: &DatabaseSettings,
    revocations: &Revocations,
    clock: &Clock,
) -> Result<Feed, StoreError> {
    let mut feed = Feed::open(&settings(database, 1), clock.now()).await?;
    let started = Instant::now();
    while !feed.has_caught_up() {
        match feed.next().await {
            Ok(news) => revocations.apply_feed(&news),
            Err(StoreError::Unavailable(_)) if started.elapsed() < DATABASE_START_TIMEOUT => {}
            Err(error) => return Err(error),
        }
    }
    Ok(feed)
}

/// Hears what is revoked elsewhere, for ever.
pub(super) async fn follow_revocations(mut feed: Feed, revocations: Revocations, clock: Clock) {
    let (mut is_disconnected, mut last_expiry) = (false, Instant::now());
    loop {
        match feed.next().await {
            Ok(news) => {
                revocations.apply_feed(&news);
                if std::mem::take(&mut is_disconnected) {
                    log::info!("what is revoked elsewhere is heard again");
                }
            }
            Err(error) if !is_disconnected => {
                is_disconnected = true;
                log::warn!("what is revoked elsewhere is not heard at the moment: {error}");
            }
            Err(_) => {}
        }
        if last_expiry.elapsed() > EXPIRY_INTERVAL {
            revocations.remove_expired(clock.now());
            last_expiry = Instant::now();
        }
    }
}

/// Takes away what has ended, for ever; what can't be taken away now is taken away later.
pub(super) async fn run_cleanup(database: DatabaseSettings, clock: Clock, interval: Duration) {
    let settings = settings(&DatabaseSettings { max_connections: 1, ..database }, 1);
    let mut is_failing = false;
    loop {
        sleep(interval).await;
        let result = clean_up(&settings, &clock).await;
        match &result {
            Err(error) if !is_failing => log::warn!("what has ended is not swept up at the moment: {error}"),
            Ok(()) if is_failing => log::info!("what has ended is swept up again"),
            _ => {}
        }
        is_failing = result.is_err();
    }
}

async fn clean_up(settings: &DbSettings, clock: &Clock) -> Result<(), StoreError> {
    let cleanup = Cleanup::new(Db::open(settings).await?);
    let now = clock.now().min(cleanup.database_time().await?);
    while cleanup.run_batch(now).await? > 0 {
        sleep(CLEANUP_BATCH_PAUSE).await;
    }
    Ok(())
}
