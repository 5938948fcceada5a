//! Cursors: where a page ended, bound to the list it came from.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    list_query::{ListQuery, SortKey},
    model::{Priority, Task},
};
use crate::{StoreError, UserId};

/// Where a page ended. Opaque to a caller, and of use only in the list it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// Tells owner, filter and sort apart.
    list: [u8; 8],
    key: SortValue,
    id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SortValue {
    Instant(DateTime<Utc>),
    Due(Option<DateTime<Utc>>),
    Priority(Priority),
    Title(String),
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct InvalidCursor;

impl Cursor {
    pub(super) fn after(last: &Task, listing: &ListQuery, owner: &UserId) -> Self {
        let key = match listing.sort.key {
            SortKey::CreatedAt => SortValue::Instant(last.created_at),
            SortKey::UpdatedAt => SortValue::Instant(last.updated_at),
            SortKey::DueAt => SortValue::Due(last.due_at),
            SortKey::Priority => SortValue::Priority(last.priority),
            SortKey::Title => SortValue::Title(last.title.clone()),
        };
        Self { list: fingerprint(listing, owner), key, id: last.id.0 }
    }

    /// The place behind which this list goes on.
    pub(super) fn position(&self, listing: &ListQuery, owner: &UserId) -> Result<(&SortValue, Uuid), StoreError> {
        let fits = matches!(
            (&self.key, listing.sort.key),
            (SortValue::Instant(_), SortKey::CreatedAt | SortKey::UpdatedAt)
                | (SortValue::Due(_), SortKey::DueAt)
                | (SortValue::Priority(_), SortKey::Priority)
                | (SortValue::Title(_), SortKey::Title)
        );
        if fits && self.list == fingerprint(listing, owner) {
            Ok((&self.key, self.id))
        } else {
            Err(StoreError::CursorMismatch)
        }
    }

    /// Whether the database can compare with it: a caller may have made it up.
    fn is_storable(&self) -> bool {
        match &self.key {
            SortValue::Instant(instant) | SortValue::Due(Some(instant)) => (0..=9999).contains(&instant.year()),
            SortValue::Title(title) => !title.contains('\0'),
            SortValue::Due(None) | SortValue::Priority(_) => true,
        }
    }
}

fn fingerprint(listing: &ListQuery, owner: &UserId) -> [u8; 8] {
    let list = serde_json::to_vec(&(owner, listing.sort, &listing.filter)).unwrap_or_default();
    let mut first = [0; 8];
    first.copy_from_slice(Sha256::digest(list).get(..8).unwrap_or(&[0; 8]));
    first
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(json) = serde_json::to_vec(self) else { return Err(fmt::Error) };
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    #[expect(clippy::map_err_ignore, reason = "what is wrong with a made-up cursor helps nobody")]
    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCursor)?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| InvalidCursor)?;
        if cursor.is_storable() { Ok(cursor) } else { Err(InvalidCursor) }
    }
}
