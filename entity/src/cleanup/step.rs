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
    /// Pending verifications that have expired. Only a service with accounts may delete them.
    Verifications,
}

impl CleanupStep {
    /// Returns the steps in the order in which they should run.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
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
            Self::Verifications => "expired verifications",
        })
    }
}
