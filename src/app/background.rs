//! What goes on beside the requests: following what is revoked, and sweeping up what has ended.

use std::time::{Duration, Instant};

use entity::{Cleanup, Db, DbSettings, StoreError, revocation::Feed};
use tokio::time::sleep;

use super::{pools::settings, preflight::PATIENCE};
use crate::{auth::Revocations, clock::Clock, config::Database};

/// How often what is over is forgotten, and swept up.
const A_WHILE: Duration = Duration::from_mins(1);

/// Between two batches of a sweep, so that it takes no more than a share of the database's time.
const A_BREATH: Duration = Duration::from_millis(200);

/// Reads all that was revoked before the service serves.
pub(super) async fn catch_up(
    database: &Database,
    revocations: &Revocations,
    clock: &Clock,
) -> Result<Feed, StoreError> {
    let mut feed = Feed::open(&settings(database, 1), clock.now()).await?;
    let begun = Instant::now();
    while !feed.has_caught_up() {
        match feed.next().await {
            Ok(news) => revocations.hear(&news),
            Err(StoreError::Unavailable(_)) if begun.elapsed() < PATIENCE => {}
            Err(error) => return Err(error),
        }
    }
    Ok(feed)
}

/// Hears what is revoked elsewhere, for ever.
pub(super) async fn follow(mut feed: Feed, revocations: Revocations, clock: Clock) {
    let (mut is_cut, mut tidied) = (false, Instant::now());
    loop {
        match feed.next().await {
            Ok(news) => {
                revocations.hear(&news);
                if std::mem::take(&mut is_cut) {
                    log::info!("what is revoked elsewhere is heard again");
                }
            }
            Err(error) if !is_cut => {
                is_cut = true;
                log::warn!("what is revoked elsewhere is not heard at the moment: {error}");
            }
            Err(_) => {}
        }
        if tidied.elapsed() > A_WHILE {
            revocations.forget_expired(clock.now());
            tidied = Instant::now();
        }
    }
}

/// Takes away what has ended, for ever; what can't be taken away now is taken away later.
pub(super) async fn sweep(database: Database, clock: Clock, every: Duration) {
    let settings = settings(&Database { max_connections: 1, ..database }, 1);
    let mut fails = false;
    loop {
        sleep(every).await;
        let swept = sweep_up(&settings, &clock).await;
        match &swept {
            Err(error) if !fails => log::warn!("what has ended is not swept up at the moment: {error}"),
            Ok(()) if fails => log::info!("what has ended is swept up again"),
            _ => {}
        }
        fails = swept.is_err();
    }
}

async fn sweep_up(settings: &DbSettings, clock: &Clock) -> Result<(), StoreError> {
    let sweep = Cleanup::new(Db::open(settings).await?);
    let now = clock.now().min(sweep.database_time().await?);
    while sweep.run_batch(now).await? > 0 {
        sleep(A_BREATH).await;
    }
    Ok(())
}
