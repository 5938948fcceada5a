//! Revocations as plain values.

use std::ops::Deref;

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
}

/// The revocations that an operation has stored.
///
/// Other replicas learn of them by the feed. This one has to apply them itself, or accepts the tokens
/// until its own feed delivers the revocations.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "apply the revocations, or this replica still accepts the tokens for a moment"]
pub struct NewRevocations(Vec<Revocation>);

impl NewRevocations {
    pub(crate) fn new(revocations: Vec<Revocation>) -> Self {
        Self(revocations)
    }

    pub(crate) fn with(mut self, revocation: Revocation) -> Self {
        self.0.push(revocation);
        self
    }
}

impl Deref for NewRevocations {
    type Target = [Revocation];

    fn deref(&self) -> &[Revocation] {
        &self.0
    }
}
