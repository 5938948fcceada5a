//! The key set as it stands: swapped whole by one task, read by all without waiting for it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use chrono::{DateTime, Utc};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

use super::{
    client::{FetchedKeySet, KeySetClient},
    refresh_schedule::{RefreshPolicy, RefreshSchedule},
};
use crate::{auth::verifier::KeySetStatus, clock::Clock, config, jose::KeySet};

/// How often the clock is looked at. It may be set, and a machine may sleep: the age of a set is told by no timer.
const CLOCK_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Keeps the key set of one key server.
pub(in crate::auth) struct KeySetCache {
    current: ArcSwapOption<CachedKeySet>,
    schedule: Mutex<RefreshSchedule>,
    refresh_requested: Notify,
    attempt_finished: watch::Sender<()>,
    stale_max: Duration,
    max_wait: Duration,
    clock: Clock,
}

/// A key set, and when it was fetched.
pub(in crate::auth) struct CachedKeySet {
    pub(in crate::auth) set: KeySet,
    pub(in crate::auth) fetched_at: DateTime<Utc>,
}

impl KeySetCache {
    pub(in crate::auth) fn new(settings: &config::JwksSettings, clock: Clock) -> Self {
        let pace = RefreshPolicy { cooldown: settings.cooldown, max_age: settings.max_age };
        Self {
            current: ArcSwapOption::empty(),
            schedule: Mutex::new(RefreshSchedule::new(pace)),
            refresh_requested: Notify::new(),
            attempt_finished: watch::Sender::new(()),
            stale_max: settings.stale_max.max(settings.max_age + settings.timeout + CLOCK_POLL_INTERVAL),
            max_wait: settings.timeout + CLOCK_POLL_INTERVAL,
            clock,
        }
    }

    /// The set, unless there is none or it is too old.
    pub(in crate::auth) fn current(&self, now: DateTime<Utc>) -> Option<Arc<CachedKeySet>> {
        self.current.load_full().filter(|held| now <= held.fetched_at + self.stale_max)
    }

    pub(in crate::auth) fn status(&self, now: DateTime<Utc>) -> KeySetStatus {
        match (self.current(now), self.schedule().failure()) {
            (None, _) => KeySetStatus::Unavailable,
            (Some(_), Some(_)) => KeySetStatus::Stale,
            (Some(_), None) => KeySetStatus::Fresh,
        }
    }

    /// Why there is no newer set, and in how many seconds there may be.
    pub(in crate::auth) fn last_failure(&self, now: DateTime<Utc>) -> Option<(String, i64)> {
        let attempts = self.schedule();
        attempts.failure().map(|why| (why.to_owned(), attempts.retry_after(now)))
    }

    pub(in crate::auth) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The end of the attempt that may bring this kid, or any set at all; none where it is not worth waiting for.
    pub(in crate::auth) fn request_refresh(
        &self,
        kid: Option<&str>,
        now: DateTime<Utc>,
    ) -> Option<impl Future<Output = ()> + use<>> {
        let sought = self.current(now).and(kid);
        let mut attempts = self.schedule();
        if !attempts.request(sought, now) {
            return None;
        }
        let mut ended = self.attempt_finished.subscribe();
        drop(attempts);
        self.refresh_requested.notify_one();
        let patience = self.max_wait;
        Some(async move { drop(timeout(patience, ended.changed()).await) })
    }

    /// Fetches the set whenever that is due, for ever.
    pub(in crate::auth) async fn run(self: Arc<Self>, server: KeySetClient) {
        loop {
            if self.schedule().begin(self.clock.now()) {
                let fetched = server.fetch().await;
                let outcome = fetched.map_err(|error| error.to_string()).and_then(|fetched| self.replace(&fetched));
                if let Err(why) = &outcome {
                    log::warn!("the key set at {server} can't be had: {why}; see JWKS_URL");
                }
                self.finish_attempt(outcome);
            }
            drop(timeout(CLOCK_POLL_INTERVAL, self.refresh_requested.notified()).await);
        }
    }

    /// Swaps the set for the one that was fetched, if there is a usable key in it.
    pub(in crate::auth) fn replace(&self, fetched: &FetchedKeySet) -> Result<Option<Duration>, String> {
        let before = self.current.load_full();
        let none = KeySet::default();
        let old = before.as_ref().map_or(&none, |held| &held.set);
        let set = old.updated_from(&fetched.body).map_err(|broken| broken.to_string())?;
        set.log_changes_since(old);
        self.current.store(Some(Arc::new(CachedKeySet { set, fetched_at: self.clock.now() })));
        Ok(fetched.max_age)
    }

    /// Notes what came of an attempt and tells all who wait for it, under one lock: whoever joins then waits for the next.
    fn finish_attempt(&self, outcome: Result<Option<Duration>, String>) {
        let now = self.clock.now();
        let mut attempts = self.schedule();
        match outcome {
            Ok(max_age) => attempts.succeeded(max_age, now),
            Err(why) => attempts.failed(why, now),
        }
        self.attempt_finished.send_replace(());
    }

    fn schedule(&self) -> MutexGuard<'_, RefreshSchedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
