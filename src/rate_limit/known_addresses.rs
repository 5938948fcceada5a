//! The addresses that have logged in to an account.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use governor::{clock::Clock as _, nanos::Nanos};

use super::{clock::MonotonicClock, key::Key, shared::SharedCounters, store::BoundedStore};

/// How long an address stays known to an account after a log-in.
const TTL: Duration = Duration::from_hours(30 * 24);

/// Names the addresses in the database.
const SHARED_ID: &str = "known-address";

/// Accounts, each with an address that has logged in to it.
pub(super) struct KnownAddresses {
    store: BoundedStore,
    clock: MonotonicClock,
    shared: Option<Arc<SharedCounters>>,
}

impl KnownAddresses {
    pub(super) fn new(clock: MonotonicClock, shared: Option<Arc<SharedCounters>>) -> Self {
        Self { store: BoundedStore::new(), clock, shared }
    }

    pub(super) async fn insert(&self, key: &Key) {
        self.store.insert(key.hash, self.clock.now() + Nanos::from(TTL));
        if let Some(counters) = &self.shared {
            counters.keep(SHARED_ID, &key.subject, TimeDelta::from_std(TTL).unwrap_or_default()).await;
        }
    }

    pub(super) async fn contains(&self, key: &Key) -> bool {
        if self.store.expiry(key.hash).is_some_and(|expires| expires > self.clock.now()) {
            return true;
        }
        match &self.shared {
            Some(counters) => counters.is_kept(SHARED_ID, &key.subject).await,
            None => false,
        }
    }
}
