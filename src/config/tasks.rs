//! Deleted tasks and event streams.

use std::time::Duration;

use super::environment::{ConfigError, Environment};

const DAY: Duration = Duration::from_hours(24);

/// How long deleted tasks are kept, and how many event streams a user may open.
#[derive(Debug, Clone, Copy)]
pub struct TaskSettings {
    /// How long a deleted task stays in the trash.
    pub trash_retention: Duration,
    /// How long the service remembers that a task was removed for good. A client must ask for changes within this time.
    pub tombstone_retention: Duration,
    /// The event streams that a user may have open at one replica.
    pub event_streams_per_user: usize,
}

impl TaskSettings {
    pub(super) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let retention = Duration::from_hours(1)..=3_650 * DAY;
        Ok(Self {
            trash_retention: environment.duration("TRASH_RETENTION", retention.clone(), "30d")?,
            tombstone_retention: environment.duration("TOMBSTONE_RETENTION", retention, "90d")?,
            event_streams_per_user: environment.number("EVENT_STREAMS_PER_USER", 1..=10_000, 20)?,
        })
    }
}
