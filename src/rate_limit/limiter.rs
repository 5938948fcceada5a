//! One limit: who passes, and who has to wait for how long.

use std::{num::NonZeroU32, time::Duration};

use actix_web::http::header::RETRY_AFTER;
use governor::{Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware, nanos::Nanos};

use super::{clock::Steady, store::Table};
use crate::http::problem::{Kind, Problem};

/// So many at once, and so many more in an hour, evenly.
pub(super) struct Rate {
    /// What is limited, for the log.
    pub(super) of: &'static str,
    pub(super) at_once: u32,
    pub(super) an_hour: u32,
}

impl Rate {
    fn quota(&self) -> Quota {
        let some = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Quota::per_hour(some(self.an_hour)).allow_burst(some(self.at_once))
    }
}

/// Counts keys by one [`Rate`] (GCRA), in a [`Table`].
pub(super) struct Limiter {
    of: &'static str,
    each: Duration,
    table: Table,
    governor: RateLimiter<u64, Table, Steady, NoOpMiddleware<Nanos>>,
}

impl Limiter {
    pub(super) fn new(rate: &Rate, clock: &Steady) -> Self {
        let (quota, table) = (rate.quota(), Table::new());
        let governor = RateLimiter::new(quota, table.clone(), clock.clone());
        Self { of: rate.of, each: quota.replenish_interval(), table, governor }
    }

    /// Counts one for `key`, or says how long it has to wait. Who is refused is not counted.
    pub(super) fn take(&self, key: u64) -> Result<(), Problem> {
        self.governor.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(self.governor.clock().now());
            self.too_many(whole_seconds(wait))
        })
    }

    /// Takes back that one was counted.
    pub(super) fn give_back(&self, key: u64) {
        self.table.bring_forward(key, self.each.into());
    }

    fn too_many(&self, seconds: u64) -> Problem {
        let problem = Problem::new(Kind::TooManyRequests).with_header(RETRY_AFTER, seconds.into());
        problem.because(format_args!("{}: too many for {seconds} s", self.of))
    }
}

/// Rounded up: who waits so long passes.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
