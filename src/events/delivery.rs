//! Reads the changes of users who have some, each once for all of the user's streams.

use std::time::Duration;

use entity::{
    StoreError, UserId,
    task::{ChangesOutcome, Revision, Tasks},
};
use futures_util::{StreamExt, stream};
use tokio::{sync::mpsc, time::sleep};

use super::{
    frame::{EncodeChange, Frame, PAGE_LIMIT},
    registry::Registry,
};
use crate::telemetry::metrics::{BACKGROUND_FAILURES, EVENTS};

/// The users whose changes are read at the same time, by connections that the revocation feed uses too.
const MAX_CONCURRENT_READS: usize = 8;

/// Pause between two pages of a user, in which the streams take the first.
const PAGE_PAUSE: Duration = Duration::from_millis(2);

pub(super) async fn run(registry: &Registry, changed: mpsc::UnboundedReceiver<UserId>, encode: EncodeChange) {
    let changed = stream::unfold(changed, async |mut changed| Some((changed.recv().await?, changed)));
    changed.for_each_concurrent(MAX_CONCURRENT_READS, async |user| deliver(registry, &user, encode).await).await;
}

/// Sends what has changed. After a failure, the next poll has the user's changes read again.
async fn deliver(registry: &Registry, user: &UserId, encode: EncodeChange) {
    let Some((tasks, from)) = registry.begin(user) else { return };
    if read(registry, user, &tasks, from, encode).await.is_err() {
        BACKGROUND_FAILURES.inc(["event_streams"]);
    }
    registry.end(user);
}

async fn read(
    registry: &Registry,
    user: &UserId,
    tasks: &Tasks,
    mut from: Revision,
    encode: EncodeChange,
) -> Result<(), StoreError> {
    loop {
        let ChangesOutcome::Page(page) = tasks.changes(Some(&tasks.token_after(from)), PAGE_LIMIT).await? else {
            registry.remove_user(user);
            return Ok(());
        };
        let frame = Frame::new(&page, from, encode)?;
        from = frame.to;
        EVENTS.inc_by(u64::try_from(frame.len()).unwrap_or(u64::MAX));
        registry.publish(user, frame);
        if !page.has_more {
            return Ok(());
        }
        sleep(PAGE_PAUSE).await;
    }
}
