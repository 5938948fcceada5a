//! What was revoked before it expired.

mod feed;
mod listener;
mod row;

use chrono::{DateTime, Utc};

pub use self::feed::Feed;
pub(crate) use self::row::{for_sessions, upsert};
use crate::{SessionId, TokenHash, UserId};

/// Something that is let in no more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Revocation {
    /// What.
    pub target: RevocationTarget,
    /// When none of the tokens that it concerns can be let in any more, so that it may be forgotten.
    pub expires_at: DateTime<Utc>,
}

/// What is let in no more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RevocationTarget {
    /// The tokens that were given in this session, or name it.
    Session(SessionId),
    /// This token.
    Token(TokenHash),
    /// The tokens of this user that were issued up to an instant, but for our own, which their sessions answer for.
    User {
        /// Whose tokens.
        id: UserId,
        /// Until when they were issued, that instant included.
        issued_until: DateTime<Utc>,
    },
}
