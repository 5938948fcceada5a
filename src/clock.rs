//! The source of the current time.

use std::{fmt, sync::Arc};

use chrono::{DateTime, SubsecRound, Utc};

/// A clock: the system's, or any function in tests.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// Creates a clock that reads the system time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "Clock reads the system time")]
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// Creates a clock that returns the result of `now`.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the current time, truncated to microseconds, the precision of PostgreSQL.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
