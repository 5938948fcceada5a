//! A limiter for one rate.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use actix_web::http::header::RETRY_AFTER;
use entity::RateLimitQuota;
use governor::{Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware, nanos::Nanos};

use super::{clock::MonotonicClock, key::Key, shared::SharedCounters, store::BoundedStore};
use crate::{
    http::problem::{Kind, Problem},
    telemetry::metrics::RATE_LIMITS,
};

/// Outcomes in metrics.
const ALLOWED: &str = "allowed";
const LIMITED: &str = "limited";

/// A burst size and a refill rate. Capacity refills evenly over the hour.
pub(super) struct Rate {
    /// Names the limit in metrics.
    pub(super) label: &'static str,
    /// Names the limit in the log.
    pub(super) name: &'static str,
    pub(super) burst: u32,
    pub(super) per_hour: u32,
    /// Names the limit in the database. `None` if it is always counted by each replica on its own.
    pub(super) shared_id: Option<&'static str>,
}

impl Rate {
    fn quota(&self) -> Quota {
        let non_zero = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Quota::per_hour(non_zero(self.per_hour)).allow_burst(non_zero(self.burst))
    }
}

/// Limits each key to a [`Rate`] by the generic cell rate algorithm (GCRA): in memory, then in the database if replicas share
/// their counts. So a client that one replica rejects costs the database nothing.
pub(super) struct Limiter {
    label: &'static str,
    name: &'static str,
    quota: RateLimitQuota,
    store: BoundedStore,
    governor: RateLimiter<u64, BoundedStore, MonotonicClock, NoOpMiddleware<Nanos>>,
    shared: Option<(&'static str, Arc<SharedCounters>)>,
}

impl Limiter {
    pub(super) fn new(rate: &Rate, clock: &MonotonicClock, shared: Option<&Arc<SharedCounters>>) -> Self {
        for outcome in [ALLOWED, LIMITED] {
            RATE_LIMITS.init([rate.label, outcome]);
        }
        let (quota, store) = (rate.quota(), BoundedStore::new());
        let governor = RateLimiter::new(quota, store.clone(), clock.clone());
        let quota = RateLimitQuota { interval: quota.replenish_interval(), burst: rate.burst };
        Self { label: rate.label, name: rate.name, quota, store, governor, shared: rate.shared_id.zip(shared.cloned()) }
    }

    /// Counts one attempt for `key`. A rejected attempt is not counted.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub(super) async fn check(&self, key: &Key) -> Result<(), Problem> {
        let decision = self.count(key).await;
        RATE_LIMITS.inc([self.label, if decision.is_ok() { ALLOWED } else { LIMITED }]);
        decision
    }

    async fn count(&self, key: &Key) -> Result<(), Problem> {
        self.governor.check_key(&key.hash).map_err(|rejected| {
            let wait = rejected.wait_time_from(self.governor.clock().now());
            self.too_many_requests(ceil_seconds(wait))
        })?;
        let Some((id, counters)) = &self.shared else { return Ok(()) };
        counters.count(id, &key.subject, self.quota).await.map_err(|wait| {
            self.refund_in_memory(key);
            self.too_many_requests(ceil_seconds(wait))
        })
    }

    /// Undoes one counted attempt.
    pub(super) async fn refund(&self, key: &Key) {
        self.refund_in_memory(key);
        if let Some((id, counters)) = &self.shared {
            counters.refund(id, &key.subject, self.quota).await;
        }
    }

    fn refund_in_memory(&self, key: &Key) {
        self.store.reduce_expiry(key.hash, self.quota.interval.into());
    }

    fn too_many_requests(&self, retry_after: u64) -> Problem {
        let problem = Problem::new(Kind::TooManyRequests).with_header(RETRY_AFTER, retry_after.into());
        problem.with_cause(format_args!("rate limit exceeded: {}; retry after {retry_after} s", self.name))
    }
}

/// Rounds up, so that a retry after this time is accepted.
fn ceil_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
