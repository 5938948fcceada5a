//! The limits of a service with a manual clock.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};

use actix_web::ResponseError;
use chrono::{DateTime, Duration};
use entity::RateLimitCounters;
use futures_util::FutureExt;
use taskbridge::{clock::Clock, http::extract::ClientIp, rate_limit::Limits};

use crate::support::config;

/// The limits of a service with a manual clock.
pub(super) struct TestLimits {
    pub(super) limits: Limits,
    pub(super) milliseconds: Arc<AtomicI64>,
}

/// `Err` holds the seconds of `Retry-After`.
pub(super) type LimitOutcome = Result<(), u64>;

impl TestLimits {
    pub(super) fn new() -> Self {
        Self::with("on")
    }

    pub(super) fn with(rate_limit: &str) -> Self {
        Self::create(rate_limit, Arc::new(AtomicI64::new(1_750_000_000_000)), None)
    }

    /// The limits of a replica that shares its counts and its clock with others.
    pub(super) fn sharing(counters: RateLimitCounters, milliseconds: &Arc<AtomicI64>) -> Self {
        Self::create("on", Arc::clone(milliseconds), Some(counters))
    }

    fn create(rate_limit: &str, milliseconds: Arc<AtomicI64>, counters: Option<RateLimitCounters>) -> Self {
        let shown = Arc::clone(&milliseconds);
        let clock = Clock::from_fn(move || DateTime::from_timestamp_millis(shown.load(SeqCst)).unwrap());
        Self { limits: Limits::new(&config([("RATE_LIMIT", rate_limit)]), &clock, counters), milliseconds }
    }

    pub(super) fn advance_clock(&self, time: Duration) {
        self.milliseconds.fetch_add(time.num_milliseconds(), SeqCst);
    }

    pub(super) fn sign_up(&self, from: &str) -> LimitOutcome {
        to_outcome(in_memory(self.limits.check_sign_up(address(from))))
    }

    pub(super) fn log_in(&self, from: &str, email: &str) -> LimitOutcome {
        to_outcome(in_memory(self.limits.check_log_in(address(from), email)))
    }

    pub(super) fn refresh(&self, from: &str) -> LimitOutcome {
        to_outcome(in_memory(self.limits.check_refresh(address(from))))
    }

    pub(super) fn password(&self, from: &str, user: &str) -> LimitOutcome {
        to_outcome(in_memory(self.limits.check_password(address(from), user)))
    }

    /// With the right password.
    pub(super) fn logs_in(&self, from: &str, email: &str) {
        assert_eq!(self.log_in(from, email), Ok(()));
        self.log_in_accepted(from, email);
    }

    pub(super) fn sign_up_accepted(&self, from: &str, email: &str) {
        in_memory(self.limits.sign_up_accepted(address(from), email));
    }

    pub(super) fn log_in_accepted(&self, from: &str, email: &str) {
        in_memory(self.limits.log_in_accepted(address(from), email));
    }

    pub(super) fn password_accepted(&self, from: &str, user: &str) {
        in_memory(self.limits.password_accepted(address(from), user));
    }

    /// Guesses from ever new addresses until the limit of the account is used up.
    pub(super) fn uses_up_the_limit_of_unknown_addresses(&self, email: &str) {
        for number in 0..6 {
            while self.log_in(&format!("203.0.113.{number}"), email).is_ok() {}
        }
        assert!(self.log_in("203.0.113.99", email).is_err());
    }
}

/// The outcome of a limit that waits for no database.
fn in_memory<T>(counted: impl Future<Output = T>) -> T {
    counted.now_or_never().expect("limits in memory do not wait")
}

pub(super) fn address(text: &str) -> ClientIp {
    ClientIp::new(text.parse().unwrap())
}

pub(super) fn to_outcome(outcome: Result<(), impl ResponseError>) -> LimitOutcome {
    outcome.map_err(|problem| {
        let response = problem.error_response();
        assert_eq!(response.status(), 429);
        response.headers().get("retry-after").unwrap().to_str().unwrap().parse().unwrap()
    })
}

/// The number of attempts that pass before the first rejected one.
pub(super) fn count(mut attempt: impl FnMut() -> LimitOutcome) -> usize {
    (0..10_000).take_while(|_| attempt().is_ok()).count()
}

pub(super) const HOME: &str = "198.51.100.1";
pub(super) const ANN: &str = "ann@example.com";
