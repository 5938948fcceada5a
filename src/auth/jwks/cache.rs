//! The cached key set: replaced as a whole by one background task, read by all workers without a lock.

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
use crate::{clock::Clock, config, jose::KeySet, telemetry::metrics::KEY_SET_REFRESHES};

/// How often the background task reads the clock. A timer over the whole age would miss a clock that is set and a machine
/// that sleeps.
const CLOCK_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Caches the key set of one server.
pub(in crate::auth) struct KeySetCache {
    latest: ArcSwapOption<CachedKeySet>,
    schedule: Mutex<RefreshSchedule>,
    refresh_requested: Notify,
    attempt_finished: watch::Sender<()>,
    stale_max: Duration,
    max_wait: Duration,
    clock: Clock,
}

/// A key set and when it was fetched.
pub(in crate::auth) struct CachedKeySet {
    pub(in crate::auth) set: KeySet,
    pub(in crate::auth) fetched_at: DateTime<Utc>,
}

/// Reports the state of a key set.
#[derive(Clone)]
pub struct KeySetMonitor(Arc<KeySetCache>);

/// The state of a key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySetStatus {
    /// The last refresh succeeded.
    Fresh,
    /// The last refresh failed; the keys of an earlier one are used.
    Stale,
    /// There is no usable key, or the set is older than `JWKS_STALE_MAX`.
    Unavailable,
}

impl KeySetCache {
    pub(in crate::auth) fn new(settings: &config::JwksSettings, clock: Clock) -> Self {
        let policy = RefreshPolicy { cooldown: settings.cooldown, max_age: settings.max_age };
        Self {
            latest: ArcSwapOption::empty(),
            schedule: Mutex::new(RefreshSchedule::new(policy)),
            refresh_requested: Notify::new(),
            attempt_finished: watch::Sender::new(()),
            stale_max: settings.stale_max.max(settings.max_age + settings.timeout + CLOCK_POLL_INTERVAL),
            max_wait: settings.timeout + CLOCK_POLL_INTERVAL,
            clock,
        }
    }

    /// Returns the set unless it has no usable key or is too old.
    pub(in crate::auth) fn current(&self, now: DateTime<Utc>) -> Option<Arc<CachedKeySet>> {
        let is_usable =
            |cached: &Arc<CachedKeySet>| !cached.set.is_empty() && now <= cached.fetched_at + self.stale_max;
        self.latest.load_full().filter(is_usable)
    }

    /// Returns why the last attempt failed, if it did, and the seconds until the next one.
    pub(in crate::auth) fn last_failure(&self, now: DateTime<Utc>) -> Option<(String, i64)> {
        let schedule = self.schedule();
        schedule.failure().map(|cause| (cause.to_owned(), schedule.retry_after(now)))
    }

    pub(in crate::auth) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Requests a refresh for a key that the set does not have, or for any set if there is none. Returns a future that ends
    /// with the attempt, or `None` if no attempt is due.
    pub(in crate::auth) fn request_refresh(
        &self,
        kid: Option<&str>,
        now: DateTime<Utc>,
    ) -> Option<impl Future<Output = ()> + use<>> {
        let missing_kid = self.current(now).and(kid);
        let mut schedule = self.schedule();
        if !schedule.request(missing_kid, now) {
            return None;
        }
        let mut finished = self.attempt_finished.subscribe();
        drop(schedule);
        self.refresh_requested.notify_one();
        let max_wait = self.max_wait;
        Some(async move { drop(timeout(max_wait, finished.changed()).await) })
    }

    /// Fetches the set whenever an attempt is due. Never returns.
    pub(in crate::auth) async fn run(self: Arc<Self>, client: KeySetClient) {
        loop {
            if self.schedule().begin(self.clock.now()) {
                let fetched = client.fetch().await;
                let result = fetched.map_err(|error| error.to_string()).and_then(|fetched| self.replace(&fetched));
                KEY_SET_REFRESHES.inc([if result.is_ok() { "succeeded" } else { "failed" }]);
                if let Err(cause) = &result {
                    log::warn!(url:% = client, cause:% = cause; "key set refresh failed; check JWKS_URL");
                }
                self.finish_attempt(result);
            }
            drop(timeout(CLOCK_POLL_INTERVAL, self.refresh_requested.notified()).await);
        }
    }

    /// Replaces the set by the fetched one. A set without usable keys also replaces it, since its server has withdrawn the
    /// keys, but counts as a failed attempt, so that the next one follows soon. A response that is not a key set changes
    /// nothing.
    pub(in crate::auth) fn replace(&self, fetched: &FetchedKeySet) -> Result<Option<Duration>, String> {
        let latest = self.latest.load_full();
        let none = KeySet::default();
        let old = latest.as_ref().map_or(&none, |cached| &cached.set);
        let set = old.updated_from(&fetched.body).map_err(|error| error.to_string())?;
        log_changes(old, &set);
        let no_usable_key = set.is_empty().then(|| {
            set.first_rejected()
                .map_or_else(|| "it has no keys".to_owned(), |key| format!("it has no usable key: {key}"))
        });
        self.latest.store(Some(Arc::new(CachedKeySet { set, fetched_at: self.clock.now() })));
        no_usable_key.map_or(Ok(fetched.max_age), Err)
    }

    /// Records the result and wakes the waiting requests under one lock: a later request waits for the next attempt.
    fn finish_attempt(&self, result: Result<Option<Duration>, String>) {
        let now = self.clock.now();
        let mut schedule = self.schedule();
        match result {
            Ok(max_age) => schedule.succeeded(max_age, now),
            Err(cause) => schedule.failed(cause, now),
        }
        self.attempt_finished.send_replace(());
    }

    fn schedule(&self) -> MutexGuard<'_, RefreshSchedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeySetMonitor {
    pub(in crate::auth) fn new(cache: Arc<KeySetCache>) -> Self {
        Self(cache)
    }

    /// Returns the time since the set was fetched; `None` if none has been.
    pub(in crate::auth) fn age(&self) -> Option<Duration> {
        let cached = self.0.latest.load_full()?;
        Some((self.0.now() - cached.fetched_at).to_std().unwrap_or_default())
    }

    /// Returns the state at the present time.
    #[must_use]
    pub fn status(&self) -> KeySetStatus {
        match (self.0.current(self.0.now()), self.0.schedule().failure()) {
            (None, _) => KeySetStatus::Unavailable,
            (Some(_), Some(_)) => KeySetStatus::Stale,
            (Some(_), None) => KeySetStatus::Fresh,
        }
    }
}

/// Logs the keys that were added and removed, and those that are rejected for the first time.
fn log_changes(old: &KeySet, new: &KeySet) {
    let (added, removed) = (new.kids_not_in(old), old.kids_not_in(new));
    if added.is_some() || removed.is_some() {
        let (added, removed) = (added.unwrap_or_default(), removed.unwrap_or_default());
        log::info!(kids_added:% = format_args!("[{added}]"), kids_removed:% = format_args!("[{removed}]"); "key set refreshed");
    }
    for key in new.rejected_not_in(old) {
        log::warn!(kid:% = key.label(), cause:% = key.reason(); "key rejected");
    }
}
