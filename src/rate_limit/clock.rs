//! The service's clock, as a rate is measured by it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use governor::{clock, nanos::Nanos};

use crate::clock::Clock;

/// The time since it was made. It does not run back when the system's clock is set back: nobody waits longer for that.
#[derive(Debug, Clone)]
pub(super) struct Steady {
    clock: Clock,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug)]
struct Seen {
    last: DateTime<Utc>,
    passed: Duration,
}

impl Steady {
    pub(super) fn new(clock: &Clock) -> Self {
        let seen = Seen { last: clock.now(), passed: Duration::ZERO };
        Self { clock: clock.clone(), seen: Arc::new(Mutex::new(seen)) }
    }
}

impl clock::Clock for Steady {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let step = (now - seen.last).to_std().unwrap_or_default();
        *seen = Seen { last: now, passed: seen.passed + step };
        seen.passed.into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

    use governor::clock::Clock as _;

    use super::*;

    #[test]
    fn it_goes_on_where_the_system_s_clock_is_set_back() {
        let shown = Arc::new(AtomicI64::new(1_000_000));
        let read = Arc::clone(&shown);
        let clock = Clock::telling(move || DateTime::from_timestamp(read.load(SeqCst), 0).unwrap());
        let steady = Steady::new(&clock);
        let seconds = |shows| {
            shown.store(shows, SeqCst);
            Duration::from(steady.clone().now()).as_secs()
        };
        assert_eq!(seconds(1_000_000), 0);
        assert_eq!(seconds(1_000_010), 10);
        assert_eq!(seconds(900_000), 10);
        assert_eq!(seconds(900_005), 15);
    }
}
