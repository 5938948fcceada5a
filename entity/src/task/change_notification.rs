//! Notifications between processes that tasks have changed, by PostgreSQL's `NOTIFY`. A lost one does no harm: the counters tell
//! the same.
//!
//! A notification is sent after the transaction of the change, since a `NOTIFY` in it would let no other commit at the same time.

use std::str::FromStr;

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Db, StoreError, UserId,
    db::{Executor, Sql},
};

pub(crate) const CHANGE_CHANNEL: &str = "taskbridge_task";

/// The most users of one notification, whose payload PostgreSQL limits to 8,000 bytes.
const MAX_USERS: usize = 500;

const HASH_BYTES: usize = 8;

/// The hash of a user id, in place of the id, which other users of the database need not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UserHash([u8; HASH_BYTES]);

impl UserHash {
    /// Hashes an id.
    #[must_use]
    pub fn new(user: &UserId) -> Self {
        Self(Sha256::digest(user.as_str()).first_chunk().copied().unwrap_or_default())
    }

    /// Returns which of `parts` parts of all users the user is in.
    #[must_use]
    pub fn part_of(self, parts: u64) -> u64 {
        u64::from_be_bytes(self.0) % parts
    }
}

/// The users whose tasks a process has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedUsers {
    /// Too many to name.
    Any,
    /// These.
    Some(Vec<UserHash>),
}

/// A notification as it is received.
#[derive(Debug, PartialEq, Eq)]
pub struct ChangeNotification {
    /// The process that sent it.
    pub sender: Uuid,
    /// The users whose tasks it has changed.
    pub users: ChangedUsers,
}

/// Sends notifications of one process.
#[derive(Clone)]
pub struct ChangeNotifier {
    db: Db,
    process: Uuid,
}

impl ChangeNotifier {
    /// Sends notifications in `db`. Returns `None` if the database has none, or not reliably (a pooler).
    #[must_use]
    pub fn new(db: &Db, process: Uuid) -> Option<Self> {
        db.can_listen().then(|| Self { db: db.clone(), process })
    }

    /// Tells other processes that these users' tasks have changed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn send(&self, users: Vec<UserHash>) -> Result<(), StoreError> {
        let users = if users.len() > MAX_USERS { ChangedUsers::Any } else { ChangedUsers::Some(users) };
        let payload = ChangeNotification { sender: self.process, users }.to_payload();
        self.db.query(&Sql::new("select pg_notify($1, $2)", [CHANGE_CHANNEL.into(), payload.into()])).await?;
        Ok(())
    }
}

impl ChangeNotification {
    /// The sender, and the hashes one after another.
    fn to_payload(&self) -> String {
        match &self.users {
            ChangedUsers::Any => format!("{}:*", self.sender),
            ChangedUsers::Some(users) => {
                let hashes: Vec<u8> = users.iter().flat_map(|user| user.0).collect();
                format!("{}:{}", self.sender, BASE64_STANDARD_NO_PAD.encode(hashes))
            }
        }
    }
}

/// The payload of a notification is not one of a change.
#[derive(Debug, PartialEq, Eq)]
pub struct InvalidChangeNotification;

impl FromStr for ChangeNotification {
    type Err = InvalidChangeNotification;

    #[expect(clippy::map_err_ignore, reason = "nobody reads the details")]
    fn from_str(payload: &str) -> Result<Self, InvalidChangeNotification> {
        let (sender, users) = payload.split_once(':').ok_or(InvalidChangeNotification)?;
        let sender = sender.parse().map_err(|_| InvalidChangeNotification)?;
        if users == "*" {
            return Ok(Self { sender, users: ChangedUsers::Any });
        }
        let bytes = BASE64_STANDARD_NO_PAD.decode(users).map_err(|_| InvalidChangeNotification)?;
        let (hashes, rest) = bytes.as_chunks();
        if !rest.is_empty() {
            return Err(InvalidChangeNotification);
        }
        Ok(Self { sender, users: ChangedUsers::Some(hashes.iter().copied().map(UserHash).collect()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(count: usize) -> Vec<UserHash> {
        (0..count).map(|number| UserHash::new(&UserId::from(number.to_string().as_str()))).collect()
    }

    #[test]
    fn a_notification_round_trips() {
        for users in [ChangedUsers::Any, ChangedUsers::Some(hashes(0)), ChangedUsers::Some(hashes(3))] {
            let notification = ChangeNotification { sender: Uuid::nil(), users };
            assert_eq!(notification.to_payload().parse(), Ok(notification));
        }
    }

    #[test]
    fn the_largest_payload_fits() {
        let notification = ChangeNotification { sender: Uuid::nil(), users: ChangedUsers::Some(hashes(MAX_USERS)) };
        assert!(notification.to_payload().len() < 8_000);
    }

    #[test]
    fn other_payloads_are_ignored() {
        let sender = Uuid::nil();
        for payload in ["", "*", "x:*", &format!("{sender}"), &format!("{sender}:x"), &format!("{sender}:AAAA")] {
            assert_eq!(payload.parse::<ChangeNotification>(), Err(InvalidChangeNotification), "{payload}");
        }
    }
}
