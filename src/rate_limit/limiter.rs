//! A limiter for one rate.

use std::{num::NonZeroU32, time::Duration};

use actix_web::http::header::RETRY_AFTER;
use governor::{Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware, nanos::Nanos};

use super::{clock::MonotonicClock, store::BoundedStore};
use crate::http::problem::{Kind, Problem};

/// A burst size and a refill rate. Capacity refills evenly over the hour.
pub(super) struct Rate {
    /// Names the limit in the log.
    pub(super) name: &'static str,
    pub(super) burst: u32,
    pub(super) per_hour: u32,
}

impl Rate {
    fn quota(&self) -> Quota {
        let non_zero = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Quota::per_hour(non_zero(self.per_hour)).allow_burst(non_zero(self.burst))
    }
}

/// Limits each key to a [`Rate`] by the generic cell rate algorithm (GCRA).
pub(super) struct Limiter {
    name: &'static str,
    interval: Duration,
    store: BoundedStore,
    governor: RateLimiter<u64, BoundedStore, MonotonicClock, NoOpMiddleware<Nanos>>,
}

impl Limiter {
    pub(super) fn new(rate: &Rate, clock: &MonotonicClock) -> Self {
        let (quota, store) = (rate.quota(), BoundedStore::new());
        let governor = RateLimiter::new(quota, store.clone(), clock.clone());
        Self { name: rate.name, interval: quota.replenish_interval(), store, governor }
    }

    /// Counts one attempt for `key`. A rejected attempt is not counted.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub(super) fn check(&self, key: u64) -> Result<(), Problem> {
        self.governor.check_key(&key).map_err(|rejected| {
            let wait = rejected.wait_time_from(self.governor.clock().now());
            self.too_many_requests(ceil_seconds(wait))
        })
    }

    /// Undoes one counted attempt.
    pub(super) fn refund(&self, key: u64) {
        self.store.reduce_expiry(key, self.interval.into());
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
