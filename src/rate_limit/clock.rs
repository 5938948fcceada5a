//! The service's clock in the form that `governor` reads.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use governor::{clock, nanos::Nanos};

use crate::clock::Clock;

/// Measures the time since its creation. A system clock that is set back does not move it back, so that no wait grows.
#[derive(Debug, Clone)]
pub(super) struct MonotonicClock {
    clock: Clock,
    reading: Arc<Mutex<Reading>>,
}

#[derive(Debug)]
struct Reading {
    last: DateTime<Utc>,
    elapsed: Duration,
}

impl MonotonicClock {
    pub(super) fn new(clock: &Clock) -> Self {
        let reading = Reading { last: clock.now(), elapsed: Duration::ZERO };
        Self { clock: clock.clone(), reading: Arc::new(Mutex::new(reading)) }
    }
}

impl clock::Clock for MonotonicClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let step = (now - reading.last).to_std().unwrap_or_default();
        *reading = Reading { last: now, elapsed: reading.elapsed + step };
        reading.elapsed.into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

    use governor::clock::Clock as _;

    use super::*;

    #[test]
    fn setting_the_system_clock_back_does_not_move_it_back() {
        let system_seconds = Arc::new(AtomicI64::new(1_000_000));
        let read = Arc::clone(&system_seconds);
        let clock = Clock::from_fn(move || DateTime::from_timestamp(read.load(SeqCst), 0).unwrap());
        let monotonic = MonotonicClock::new(&clock);
        let elapsed_at = |seconds| {
            system_seconds.store(seconds, SeqCst);
            Duration::from(monotonic.clone().now()).as_secs()
        };
        assert_eq!(elapsed_at(1_000_000), 0);
        assert_eq!(elapsed_at(1_000_010), 10);
        assert_eq!(elapsed_at(900_000), 10);
        assert_eq!(elapsed_at(900_005), 15);
    }
}
