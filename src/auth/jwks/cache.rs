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
    client::{Fetched, KeyServer},
    refresh_schedule::{Attempts, Pace},
};
use crate::{auth::verifier::KeySetState, clock::Clock, config, jose::KeySet};

/// How often the clock is looked at. It may be set, and a machine may sleep: the age of a set is told by no timer.
const A_MOMENT: Duration = Duration::from_secs(1);

/// Keeps the key set of one key server.
pub(in crate::auth) struct Keeper {
    held: ArcSwapOption<Held>,
    attempts: Mutex<Attempts>,
    wanted: Notify,
    ended: watch::Sender<()>,
    stale_max: Duration,
    patience: Duration,
    clock: Clock,
}

/// A key set, and when it was fetched.
pub(in crate::auth) struct Held {
    pub(in crate::auth) set: KeySet,
    pub(in crate::auth) fetched: DateTime<Utc>,
}

impl Keeper {
    pub(in crate::auth) fn new(settings: &config::Jwks, clock: Clock) -> Self {
        let pace = Pace { cooldown: settings.cooldown, max_age: settings.max_age };
        Self {
            held: ArcSwapOption::empty(),
            attempts: Mutex::new(Attempts::new(pace)),
            wanted: Notify::new(),
            ended: watch::Sender::new(()),
            stale_max: settings.stale_max.max(settings.max_age + settings.timeout + A_MOMENT),
            patience: settings.timeout + A_MOMENT,
            clock,
        }
    }

    /// The set, unless there is none or it is too old.
    pub(in crate::auth) fn held(&self, now: DateTime<Utc>) -> Option<Arc<Held>> {
        self.held.load_full().filter(|held| now <= held.fetched + self.stale_max)
    }

    pub(in crate::auth) fn state(&self, now: DateTime<Utc>) -> KeySetState {
        match (self.held(now), self.attempts().failure()) {
            (None, _) => KeySetState::Away,
            (Some(_), Some(_)) => KeySetState::Stale,
            (Some(_), None) => KeySetState::Fresh,
        }
    }

    /// Why there is no newer set, and in how many seconds there may be.
    pub(in crate::auth) fn absence(&self, now: DateTime<Utc>) -> Option<(String, i64)> {
        let attempts = self.attempts();
        attempts.failure().map(|why| (why.to_owned(), attempts.seconds_to_next(now)))
    }

    pub(in crate::auth) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The end of the attempt that may bring this kid, or any set at all; none where it is not worth waiting for.
    pub(in crate::auth) fn look_for(
        &self,
        kid: Option<&str>,
        now: DateTime<Utc>,
    ) -> Option<impl Future<Output = ()> + use<>> {
        let sought = self.held(now).and(kid);
        let mut attempts = self.attempts();
        if !attempts.join(sought, now) {
            return None;
        }
        let mut ended = self.ended.subscribe();
        drop(attempts);
        self.wanted.notify_one();
        let patience = self.patience;
        Some(async move { drop(timeout(patience, ended.changed()).await) })
    }

    /// Fetches the set whenever that is due, for ever.
    pub(in crate::auth) async fn keep(self: Arc<Self>, server: KeyServer) {
        loop {
            if self.attempts().begin(self.clock.now()) {
                let fetched = server.fetch().await;
                let outcome = fetched.map_err(|error| error.to_string()).and_then(|fetched| self.take(&fetched));
                if let Err(why) = &outcome {
                    log::warn!("the key set at {server} can't be had: {why}; see JWKS_URL");
                }
                self.end(outcome);
            }
            drop(timeout(A_MOMENT, self.wanted.notified()).await);
        }
    }

    /// Swaps the set for the one that was fetched, if there is a usable key in it.
    pub(in crate::auth) fn take(&self, fetched: &Fetched) -> Result<Option<Duration>, String> {
        let before = self.held.load_full();
        let none = KeySet::default();
        let old = before.as_ref().map_or(&none, |held| &held.set);
        let set = old.succeeded_by(&fetched.body).map_err(|broken| broken.to_string())?;
        set.log_changes_from(old);
        self.held.store(Some(Arc::new(Held { set, fetched: self.clock.now() })));
        Ok(fetched.max_age)
    }

    /// Notes what came of an attempt and tells all who wait for it, under one lock: whoever joins then waits for the next.
    fn end(&self, outcome: Result<Option<Duration>, String>) {
        let now = self.clock.now();
        let mut attempts = self.attempts();
        match outcome {
            Ok(max_age) => attempts.succeeded(max_age, now),
            Err(why) => attempts.failed(why, now),
        }
        self.ended.send_replace(());
    }

    fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
