//! The names of things. Imports no room.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::{ContextV7, Timestamp, Uuid};

/// A user's id: text, as Better Auth makes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct UserId(Arc<str>);

impl UserId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for UserId {
    fn from(id: &str) -> Self {
        Self(Arc::from(id))
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A task's id: a UUID, version 7 (RFC 9562 §5.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TaskId(pub(crate) Uuid);

impl TaskId {
    /// A new id, stamped with `now`.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        let seconds = now.timestamp().try_into().unwrap_or_default();
        Self(Uuid::new_v7(Timestamp::from_unix(ContextV7::new(), seconds, now.timestamp_subsec_nanos())))
    }

    /// Reads the hyphenated form of 36 characters, in either case, and no other (RFC 9562 §4).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() == 36 { Uuid::try_parse(text).ok().map(Self) } else { None }
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<TaskId> for Uuid {
    fn from(id: TaskId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let id = TaskId::new(DateTime::UNIX_EPOCH);
        assert_eq!(TaskId::parse(&id.to_string()), Some(id));
        assert_eq!(TaskId::parse(&id.to_string().to_uppercase()), Some(id));
        for other in [format!("{{{id}}}"), format!("urn:uuid:{id}"), id.0.simple().to_string(), format!("{id}0")] {
            assert_eq!(TaskId::parse(&other), None, "{other}");
        }
    }
}
