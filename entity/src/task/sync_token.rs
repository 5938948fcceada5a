//! Sync tokens: how far a client has read the changes of a user's tasks.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::model::Revision;
use crate::UserId;

const USER_BYTES: usize = 8;
const REVISION_BYTES: usize = 8;
const TOKEN_BYTES: usize = USER_BYTES + 2 * REVISION_BYTES;

/// How far a client has read the changes of a user's tasks. It is opaque to clients and valid only for that user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncToken {
    /// A fingerprint of the user.
    user: [u8; USER_BYTES],
    /// The last revision that was read.
    revision: i64,
    /// The user's last revision when the client began to read without a token. Of tasks that were deleted up to then, the
    /// client knows nothing.
    start: i64,
}

/// The text is not a sync token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a sync token")]
pub struct InvalidSyncToken;

impl SyncToken {
    /// Returns a token up to `revision`, of a client that began to read at `start`.
    pub(super) fn new(user: &UserId, revision: Revision, start: Revision) -> Self {
        let start = if revision < start { start } else { Revision(0) };
        Self { user: fingerprint(user), revision: revision.0, start: start.0 }
    }

    pub(super) fn is_of(&self, user: &UserId) -> bool {
        self.user == fingerprint(user)
    }

    /// Returns the last revision that was read.
    #[must_use]
    pub fn revision(&self) -> Revision {
        Revision(self.revision)
    }

    /// Returns the revision up to which deleted tasks are left out.
    pub(super) fn start(&self) -> Revision {
        Revision(self.start)
    }

    /// Returns whether the changes since the token can be read. They cannot if `pruned`, the greatest revision of a forgotten
    /// deletion, is later, or `current`, the user's last revision, earlier: the database is a restored one.
    pub(super) fn is_current(&self, current: Revision, pruned: Revision) -> bool {
        (pruned.0..=current.0).contains(&self.revision.max(self.start))
    }
}

fn fingerprint(user: &UserId) -> [u8; USER_BYTES] {
    let digest = Sha256::new_with_prefix(b"sync token\0").chain_update(user.as_str()).finalize();
    digest.first_chunk().copied().unwrap_or_default()
}

impl fmt::Display for SyncToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.extend(self.user);
        bytes.extend(self.revision.to_be_bytes());
        bytes.extend(self.start.to_be_bytes());
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for SyncToken {
    type Err = InvalidSyncToken;

    fn from_str(text: &str) -> Result<Self, InvalidSyncToken> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        let bytes: [u8; TOKEN_BYTES] = bytes.try_into().map_err(|_bytes| InvalidSyncToken)?;
        let (user, revisions) = bytes.split_first_chunk().ok_or(InvalidSyncToken)?;
        let (revision, start) = revisions.split_first_chunk().ok_or(InvalidSyncToken)?;
        let start = start.first_chunk().ok_or(InvalidSyncToken)?;
        let token = Self { user: *user, revision: i64::from_be_bytes(*revision), start: i64::from_be_bytes(*start) };
        if token.revision >= 0 && token.start >= 0 { Ok(token) } else { Err(InvalidSyncToken) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(revision: i64, start: i64) -> SyncToken {
        SyncToken::new(&UserId::from("ann"), Revision(revision), Revision(start))
    }

    #[test]
    fn a_token_is_read_as_it_was_written() {
        for token in [token(0, 0), token(3, 7), token(7, 3), token(i64::MAX, 0)] {
            assert_eq!(token.to_string().parse(), Ok(token));
        }
    }

    #[test]
    fn other_texts_are_not_tokens() {
        let valid = token(3, 7).to_string();
        for text in ["", "x", &valid[1..], &format!("{valid}A"), &format!("{valid}="), &"_".repeat(32), "!!!"] {
            assert_eq!(text.parse::<SyncToken>(), Err(InvalidSyncToken), "{text}");
        }
    }

    #[test]
    fn a_token_belongs_to_its_user() {
        assert!(token(1, 0).is_of(&UserId::from("ann")));
        assert!(!token(1, 0).is_of(&UserId::from("bob")));
    }

    #[test]
    fn a_token_is_current_unless_a_deletion_after_it_is_forgotten() {
        for (revision, start, pruned, is_current) in [
            (5, 0, 0, true),
            (5, 0, 5, true),
            (5, 0, 6, false),
            (1, 5, 5, true),
            (1, 5, 6, false),
            (11, 0, 0, false),
            (1, 11, 0, false),
        ] {
            let token = token(revision, start);
            assert_eq!(token.is_current(Revision(10), Revision(pruned)), is_current, "{token:?}, {pruned}");
        }
    }
}
