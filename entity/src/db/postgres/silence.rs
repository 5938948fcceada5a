//! Suspicion of silence: if one connection does not answer, others that have not answered since are tested before use.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// When a connection to the database was last found silent.
pub(super) struct Silence {
    epoch: Instant,
    /// Milliseconds from `epoch`; zero if never.
    last_found: AtomicU64,
}

impl Silence {
    pub(super) fn new() -> Self {
        Self { epoch: Instant::now(), last_found: AtomicU64::new(0) }
    }

    /// Records that a connection has not answered for a while.
    pub(super) fn found(&self) {
        self.last_found.store(milliseconds(self.epoch.elapsed()), Ordering::Relaxed);
    }

    /// Returns whether a connection that answered last at `last_answer` may be silent too.
    pub(super) fn may_concern(&self, last_answer: Instant) -> bool {
        let last_found = self.last_found.load(Ordering::Relaxed);
        last_found > 0 && milliseconds(last_answer.saturating_duration_since(self.epoch)) <= last_found
    }
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_answered_since_is_not_suspected() {
        let silence = Silence::new();
        let before = Instant::now();
        assert!(!silence.may_concern(before));
        std::thread::sleep(Duration::from_millis(2));
        silence.found();
        assert!(silence.may_concern(before));
        std::thread::sleep(Duration::from_millis(2));
        assert!(!silence.may_concern(Instant::now()));
    }
}
