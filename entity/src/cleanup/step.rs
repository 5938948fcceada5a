//! The kinds of rows that the cleanup deletes.

use std::fmt;

use sea_orm::{EnumIter, Iterable};

/// The rows that a batch of the cleanup deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter)]
pub enum CleanupStep {
    /// Sessions of the service that have expired.
    Sessions,
    /// Refresh tokens that have expired.
    RefreshTokens,
    /// Rows in owned tables whose user is deleted.
    OrphanedRows,
    /// Revocations of tokens that have expired.
    Revocations,
    /// Records of deleted accounts that have no rows left.
    ClosedAccounts,
    /// Counters of rate limits that have returned to their initial state.
    RateLimits,
    /// Idempotency keys that have expired.
    IdempotencyKeys,
    /// Tasks that have been in the trash for long enough. They are emptied.
    Trash,
    /// Emptied tasks, of whose deletion all clients have had time to learn.
    PurgedTasks,
    /// Pending verifications that have expired. Only a service with accounts may delete them.
    Verifications,
}

impl CleanupStep {
    /// Returns the steps in the order in which they should run.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// Returns whether the step looks for deleted tasks among those of all users.
    #[must_use]
    pub fn is_of_deleted_tasks(self) -> bool {
        matches!(self, Self::Trash | Self::PurgedTasks)
    }
}

impl fmt::Display for CleanupStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sessions => "expired sessions",
            Self::RefreshTokens => "expired refresh tokens",
            Self::OrphanedRows => "orphaned rows",
            Self::Revocations => "expired revocations",
            Self::ClosedAccounts => "closed accounts",
            Self::RateLimits => "expired rate limits",
            Self::IdempotencyKeys => "expired idempotency keys",
            Self::Trash => "the trash",
            Self::PurgedTasks => "purged tasks",
            Self::Verifications => "expired verifications",
        })
    }
}
