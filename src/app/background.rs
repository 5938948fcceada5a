//! Background tasks: the revocation feed, the signing keys, the cleanup of expired rows, the index of the search, and mail.

use std::{
    mem,
    time::{Duration, Instant},
};

use entity::{Cleanup, CleanupStep, Db, StoreError, UserId, revocation::Feed, task::SearchIndex};
use opentelemetry::{Context, trace::SpanBuilder};
use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::preflight::DATABASE_START_TIMEOUT;
use crate::{
    auth::Revocations,
    clock::Clock,
    telemetry::{
        metrics::{BACKGROUND_FAILURES, FEED_RECONNECTS},
        traces::Span,
    },
};

/// Time between two removals of expired revocations from memory.
const EXPIRY_INTERVAL: Duration = Duration::from_mins(1);

/// Time between two cleanups of deleted tasks, which read the index of all deleted tasks.
const DELETED_TASKS_INTERVAL: Duration = Duration::from_hours(1);

/// Pause between two batches, which bounds the background tasks' share of the database's time.
const BATCH_PAUSE: Duration = Duration::from_millis(200);

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

    /// Spawns a task that `stop` does not drop: it ends by itself soon after its token is cancelled.
    pub(super) fn spawn_until_done<F: Future<Output = ()> + Send + 'static>(
        &self,
        task: impl FnOnce(CancellationToken) -> F,
    ) {
        self.tracker.spawn(task(self.stop.clone()));
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
                    FEED_RECONNECTS.inc();
                    log::info!("revocation feed reconnected");
                }
            }
            Err(error) => {
                BACKGROUND_FAILURES.inc(["revocation_feed"]);
                if !mem::replace(&mut is_disconnected, true) {
                    log::warn!(error:%; "revocation feed disconnected");
                }
            }
        }
        if last_expiry.elapsed() > EXPIRY_INTERVAL {
            revocations.remove_expired(clock.now());
            last_expiry = Instant::now();
        }
    }
}

/// Deletes expired and orphaned rows and fills the index of the search, at every interval. What fails is retried at the next
/// one, and stops nothing else.
pub(super) async fn run_cleanup(
    cleanup: Cleanup,
    search_index: SearchIndex,
    clock: Clock,
    interval: Duration,
    has_accounts: bool,
) {
    let steps = CleanupStep::all().filter(|step| has_accounts || *step != CleanupStep::Verifications);
    let mut steps: Vec<_> =
        steps.map(|step| (step, FailureLog::new("cleanup", format!("cleanup of {step}")))).collect();
    let mut index_log = FailureLog::new("search_index", "search index");
    let mut last_of_deleted_tasks = None::<Instant>;
    loop {
        sleep(interval).await;
        let with_deleted_tasks = last_of_deleted_tasks.is_none_or(|last| last.elapsed() >= DELETED_TASKS_INTERVAL);
        let (started, mut has_failed) = (Instant::now(), false);
        let span = Span::entry(&Context::new(), || SpanBuilder::from_name("cleanup"));
        span.run(async {
            let is_due = |step: CleanupStep| with_deleted_tasks || !step.is_of_deleted_tasks();
            for (step, log) in steps.iter_mut().filter(|(step, _)| is_due(*step)) {
                let result = clean_up(&cleanup, *step, &clock).await;
                has_failed |= result.is_err() && step.is_of_deleted_tasks();
                log.record(&result);
            }
            index_log.record(&fill(&search_index).await);
        })
        .await;
        if with_deleted_tasks && !has_failed {
            last_of_deleted_tasks = Some(started);
        }
    }
}

/// Counts failures, and logs the first one in a row and the recovery.
struct FailureLog {
    /// Names the task in metrics.
    label: &'static str,
    name: String,
    is_failing: bool,
}

impl FailureLog {
    fn new(label: &'static str, name: impl Into<String>) -> Self {
        Self { label, name: name.into(), is_failing: false }
    }

    fn record(&mut self, result: &Result<(), StoreError>) {
        if result.is_err() {
            BACKGROUND_FAILURES.inc([self.label]);
        }
        match result {
            Err(error) if !self.is_failing => log::warn!(error:%; "{} failed", self.name),
            Ok(()) if self.is_failing => log::info!("{} recovered", self.name),
            _ => {}
        }
        self.is_failing = result.is_err();
    }
}

async fn clean_up(cleanup: &Cleanup, step: CleanupStep, clock: &Clock) -> Result<(), StoreError> {
    let now = clock.now().min(cleanup.database_time().await?);
    while cleanup.run_batch(step, now).await? > 0 {
        sleep(BATCH_PAUSE).await;
    }
    Ok(())
}

async fn fill(index: &SearchIndex) -> Result<(), StoreError> {
    let mut next = Some(UserId::from(""));
    while let Some(first) = next {
        let page = index.large_users(&first).await?;
        for user in &page.users {
            while index.fill_batch(user).await? > 0 {
                sleep(BATCH_PAUSE).await;
            }
        }
        next = page.next;
    }
    Ok(())
}
