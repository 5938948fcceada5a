//! `UserId`, `SessionId`, `TaskId` and `TokenHash`.

use std::{fmt, str::FromStr, sync::Arc};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::{ContextV7, Timestamp, Uuid, Variant};

/// A user's id in the form of Better Auth: text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct UserId(Arc<str>);

impl UserId {
    /// Returns the id as text.
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

impl AsRef<str> for UserId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A session's id in the form of Better Auth: text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct SessionId(Arc<str>);

impl SessionId {
    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SessionId {
    fn from(id: &str) -> Self {
        Self(Arc::from(id))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The SHA-256 hash of a token, the only form in which tokens are stored. Displayed in lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes a token as it is sent.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Returns the hash as bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenHash({self})")
    }
}

/// Defines the type of an id that is a UUID, version 7 (RFC 9562 §5.7).
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub(crate) Uuid);

        impl $name {
            /// Generates an id with `now` as its timestamp.
            #[must_use]
            pub fn new(now: DateTime<Utc>) -> Self {
                Self(uuid_v7(now))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_uuid(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

uuid_id! {
    /// A task's id.
    TaskId
}

impl TaskId {
    /// Returns whether a client may make this id: a UUID of version 4 or 7 (RFC 9562), so that it is unique without a registry.
    #[must_use]
    pub fn may_be_made_by_client(self) -> bool {
        self.0.get_variant() == Variant::RFC4122 && matches!(self.0.get_version_num(), 4 | 7)
    }
}

/// A text that is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID in the hyphenated form")]
pub struct InvalidId;

fn uuid_v7(now: DateTime<Utc>) -> Uuid {
    let seconds = now.timestamp().try_into().unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(ContextV7::new(), seconds, now.timestamp_subsec_nanos()))
}

/// Parses the hyphenated form of 36 characters, in either case, and no other (RFC 9562 §4).
fn parse_uuid(text: &str) -> Result<Uuid, InvalidId> {
    let id = if text.len() == 36 { Uuid::try_parse(text).ok() } else { None };
    id.ok_or(InvalidId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_parsed() {
        let id = TaskId::new(DateTime::UNIX_EPOCH);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
        for other in [format!("{{{id}}}"), format!("urn:uuid:{id}"), id.0.simple().to_string(), format!("{id}0")] {
            assert_eq!(other.parse::<TaskId>(), Err(InvalidId), "{other}");
        }
    }

    #[test]
    fn a_client_makes_ids_of_version_4_or_7() {
        let may_be_made = |id: &str| id.parse::<TaskId>().unwrap().may_be_made_by_client();
        assert!(
            may_be_made("01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e") && may_be_made("9f1c2e4a-5b6d-4c7e-8f90-a1b2c3d4e5f6")
        );
        for other in [
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "c232ab00-9414-11ec-b3c8-9f6bdeced846",
            "9f1c2e4a-5b6d-4c7e-cf90-a1b2c3d4e5f6",
        ] {
            assert!(!may_be_made(other), "{other}");
        }
    }

    #[test]
    fn a_hash_round_trips_through_hex() {
        let hash = TokenHash::new("abc"); // FIPS 180-4, example B.1
        assert_eq!(hash.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(TokenHash::from_hex(&hash.to_string()), Some(hash));
        for other in ["", "ba", &"+1".repeat(32), &"g0".repeat(32), &"é".repeat(32), &hash.to_string()[1..]] {
            assert_eq!(TokenHash::from_hex(other), None, "{other}");
        }
    }
}
