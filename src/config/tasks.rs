//! Deleted tasks and event streams.

use std::time::Duration;

use chrono::TimeDelta;
use entity::TaskRetention;

use super::environment::{ConfigError, Environment};

const DAY: Duration = Duration::from_hours(24);

/// How long deleted tasks are kept, and how many event streams a user may open.
#[derive(Debug, Clone, Copy)]
pub struct TaskSettings {
    /// How long deleted tasks are kept. A client must ask for changes before the service forgets them.
    pub retention: TaskRetention,
    /// The event streams that a user may have open at one replica.
    pub event_streams_per_user: usize,
}

impl TaskSettings {
    pub(super) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let retention = Duration::from_hours(1)..=3_650 * DAY;
        Ok(Self {
            retention: TaskRetention {
                trash: time_delta(environment.duration("TRASH_RETENTION", retention.clone(), "30d")?),
                tombstones: time_delta(environment.duration("TOMBSTONE_RETENTION", retention, "90d")?),
            },
            event_streams_per_user: environment.number("EVENT_STREAMS_PER_USER", 1..=10_000, 20)?,
        })
    }
}

fn time_delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
