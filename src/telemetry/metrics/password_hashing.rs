//! Password hashing: the queue, and the hashes that are computed.

use std::{sync::LazyLock, time::Instant};

use entity::InProgress;
use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// Upper bounds in seconds. A hash takes about 60 ms.
const DURATION_BUCKETS: [f64; 7] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

pub(crate) static PASSWORD_HASHING: LazyLock<PasswordHashing> = LazyLock::new(|| PasswordHashing {
    waiting: Gauge::default(),
    running: Gauge::default(),
    durations: Histogram::new(DURATION_BUCKETS),
    rejected: Counter::default(),
});

pub(crate) struct PasswordHashing {
    waiting: Gauge,
    running: Gauge,
    durations: Histogram,
    rejected: Counter,
}

/// A hash that is computed. Dropping it records its duration.
pub(crate) struct RunningHash {
    started: Instant,
    _running: InProgress,
}

impl PasswordHashing {
    /// Counts a job that waits until the result is dropped.
    pub(crate) fn wait(&'static self) -> InProgress {
        InProgress::start(&self.waiting)
    }

    /// Measures a job that runs.
    pub(crate) fn run(&'static self) -> RunningHash {
        RunningHash { started: Instant::now(), _running: InProgress::start(&self.running) }
    }

    /// Counts a job that finds the queue full.
    pub(crate) fn reject(&self) {
        self.rejected.inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("password_hashing_waiting", "Password hashes that wait for a core", self.waiting.clone());
        registry.register("password_hashing_running", "Password hashes that are computed", self.running.clone());
        registry.register("password_hashing_duration_seconds", "Time of a password hash", self.durations.clone());
        registry.register(
            "password_hashing_rejected",
            "Password hashes that found the queue full",
            self.rejected.clone(),
        );
    }
}

impl Drop for RunningHash {
    fn drop(&mut self) {
        PASSWORD_HASHING.durations.observe(self.started.elapsed().as_secs_f64());
    }
}
