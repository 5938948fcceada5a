//! Revocations as plain values.

use chrono::{DateTime, Utc};

use crate::{SessionId, TokenHash, UserId};

/// Tokens that are rejected before they expire.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Revocation {
    /// Which tokens.
    pub target: RevocationTarget,
    /// When the last of these tokens has expired, so that the revocation can be deleted.
    pub expires_at: DateTime<Utc>,
}

/// The tokens that a revocation covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RevocationTarget {
    /// The tokens that were issued in a session or name it.
    Session(SessionId),
    /// One token.
    Token(TokenHash),
    /// A user's tokens that were issued up to an instant. Tokens of the service's own sessions are excepted: they are
    /// revoked with their session.
    User {
        /// The user.
        id: UserId,
        /// The last instant of issue that the revocation covers.
        issued_until: DateTime<Utc>,
    },
    /// All users' tokens that were issued up to an instant, those of the service's own sessions too.
    AllUsers {
        /// The last instant of issue that the revocation covers.
        issued_until: DateTime<Utc>,
    },
}

/// The outcome of an operation that may have stored revocations: available only once they are applied.
///
/// Other replicas learn of the revocations by the feed; without applying them, this replica accepts the tokens until
/// its own feed delivers them.
///
/// ```compile_fail,E0616
/// fn is_deleted(deletion: entity::revocation::Revoking<bool>) -> bool {
///     deletion.outcome // private: `apply_with` returns it
/// }
/// ```
///
/// ```
/// fn is_deleted(deletion: entity::revocation::Revoking<bool>) -> bool {
///     deletion.apply_with(|revocations| println!("{revocations:?}"))
/// }
/// ```
#[derive(Debug)]
#[must_use = "apply the revocations, or this replica still accepts the tokens for a moment"]
pub struct Revoking<T> {
    outcome: T,
    pub(crate) revocations: Vec<Revocation>,
}

impl<T> Revoking<T> {
    pub(crate) fn new(outcome: T, revocations: Vec<Revocation>) -> Self {
        Self { outcome, revocations }
    }

    /// Passes the revocations to `apply` and returns the outcome.
    pub fn apply_with(self, apply: impl FnOnce(&[Revocation])) -> T {
        apply(&self.revocations);
        self.outcome
    }
}
