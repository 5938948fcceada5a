//! How long a request may wait in the queue: long enough for a burst, and only shortly if the queue does not become empty.
//!
//! The rule is that of `CoDel` ("Controlling Queue Delay", ACM Queue, 2012) as Facebook applies it to requests ("Fail at Scale", ACM
//! Queue, 2015). A burst is served after a wait. If more requests arrive than can be served, a longer wait serves no more of them.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// By how much the timeout is shorter during overload.
const OVERLOAD_DIVISOR: u32 = 10;

pub(super) struct QueueTimeout {
    timeout: Duration,
    start: Instant,
    /// When a request last found a free slot, in milliseconds since the start.
    last_free: AtomicU64,
}

impl QueueTimeout {
    pub(super) fn new(timeout: Duration, start: Instant) -> Self {
        Self { timeout, start, last_free: AtomicU64::new(0) }
    }

    /// Records that a request has found a free slot.
    pub(super) fn record_free_slot(&self, now: Instant) {
        self.last_free.store(self.millis(now), Ordering::Relaxed);
    }

    /// Returns the timeout of a request that begins to wait: shorter if no slot has been free for the whole timeout.
    pub(super) fn current(&self, now: Instant) -> Duration {
        let occupied = self.millis(now).saturating_sub(self.last_free.load(Ordering::Relaxed));
        if Duration::from_millis(occupied) > self.timeout { self.timeout / OVERLOAD_DIVISOR } else { self.timeout }
    }

    /// Returns the timeout without overload.
    pub(super) fn longest(&self) -> Duration {
        self.timeout
    }

    fn millis(&self, now: Instant) -> u64 {
        u64::try_from(now.duration_since(self.start).as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeout_is_shorter_while_no_slot_becomes_free() {
        let (timeout, start) = (Duration::from_millis(50), Instant::now());
        let queue = QueueTimeout::new(timeout, start);
        assert_eq!(queue.current(start + timeout), timeout);
        let later = start + timeout + Duration::from_millis(1);
        assert_eq!(queue.current(later), Duration::from_millis(5));
        queue.record_free_slot(later);
        assert_eq!(queue.current(later + timeout), timeout);
    }
}
