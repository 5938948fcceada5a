//! How long a session and its tokens live.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// How long a session lives, and the access token that is issued with it.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// The latest instant at which the access token can be accepted: its lifetime plus the leeway. It expires earlier if
    /// its session does.
    pub access_token_expires_at: DateTime<Utc>,
    /// How long a session lives without a refresh.
    pub idle_timeout: Duration,
    /// How long a session lives in total.
    pub absolute_timeout: Duration,
}

impl Lifetimes {
    /// Returns when a session expires that was created at `created_at` and refreshed at `now`.
    pub(crate) fn session_expiry(&self, created_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        (now + self.idle_timeout).min(created_at + self.absolute_timeout)
    }
}
