//! A limit on log lines of the same kind, so that a flood of requests does not fill the disk.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The most lines of one kind in one second.
const MAX_PER_SECOND: u32 = 200;

const SECOND: Duration = Duration::from_secs(1);

/// Counts the lines of one kind.
#[derive(Debug)]
pub(crate) struct LogLimit(Mutex<Option<Window>>);

#[derive(Debug)]
struct Window {
    began: Instant,
    lines: u32,
}

/// What to do with a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LogDecision {
    Log,
    /// Log it, and that so many lines were suppressed in the preceding second.
    LogAfterSuppressed(u32),
    Suppress,
}

impl LogLimit {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Counts a line and decides about it.
    pub(crate) fn decide(&self, now: Instant) -> LogDecision {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let current = window.as_mut().filter(|window| now.saturating_duration_since(window.began) < SECOND);
        if let Some(window) = current {
            window.lines = window.lines.saturating_add(1);
            return if window.lines > MAX_PER_SECOND { LogDecision::Suppress } else { LogDecision::Log };
        }
        let last = window.replace(Window { began: now, lines: 1 });
        match last.map_or(0, |last| last.lines.saturating_sub(MAX_PER_SECOND)) {
            0 => LogDecision::Log,
            suppressed => LogDecision::LogAfterSuppressed(suppressed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_and_counted() {
        let (limit, start) = (LogLimit::new(), Instant::now());
        let logged = (0..1_000).filter(|_| limit.decide(start) == LogDecision::Log).count();
        assert_eq!(logged, 200);
        let later = start + Duration::from_secs(1);
        assert_eq!(limit.decide(later), LogDecision::LogAfterSuppressed(800));
        assert_eq!(limit.decide(later), LogDecision::Log);
        assert_eq!(limit.decide(later + Duration::from_secs(5)), LogDecision::Log);
    }
}
