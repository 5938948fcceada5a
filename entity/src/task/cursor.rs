//! Cursors: the position where a page ended, bound to its list.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Utc};
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    model::{Priority, Task},
    sort::{Filter, Sort, SortKey},
};
use crate::{StoreError, UserId};

/// The position where a page ended. It is opaque to clients and valid only for the list that it was issued for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// A fingerprint of owner, filter and sort order.
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

impl SortValue {
    /// Returns the parameter of a statement that compares with it; `None` for a missing due date, which is part of its text.
    pub(super) fn to_value(&self) -> Option<Value> {
        Some(match self {
            Self::Instant(instant) | Self::Due(Some(instant)) => (*instant).into(),
            Self::Due(None) => return None,
            Self::Priority(priority) => priority.rank().into(),
            Self::Title(title) => title.as_str().into(),
        })
    }
}

/// The text is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct InvalidCursor;

impl Cursor {
    pub(super) fn after(last: &Task<'_>, filter: &Filter, sort: Sort, owner: &UserId) -> Self {
        let key = match sort.key {
            SortKey::CreatedAt => SortValue::Instant(last.created_at),
            SortKey::UpdatedAt => SortValue::Instant(last.updated_at),
            SortKey::DueAt => SortValue::Due(last.due_at),
            SortKey::Priority => SortValue::Priority(last.priority),
            SortKey::Title => SortValue::Title(last.title.to_owned()),
        };
        Self { list: fingerprint(filter, sort, owner), key, id: last.id.0 }
    }

    /// Returns the sort value and id of the last task, if the cursor was issued for this list.
    pub(super) fn position(
        &self,
        filter: &Filter,
        sort: Sort,
        owner: &UserId,
    ) -> Result<(&SortValue, Uuid), StoreError> {
        let matches_key = matches!(
            (&self.key, sort.key),
            (SortValue::Instant(_), SortKey::CreatedAt | SortKey::UpdatedAt)
                | (SortValue::Due(_), SortKey::DueAt)
                | (SortValue::Priority(_), SortKey::Priority)
                | (SortValue::Title(_), SortKey::Title)
        );
        if matches_key && self.list == fingerprint(filter, sort, owner) {
            Ok((&self.key, self.id))
        } else {
            Err(StoreError::CursorMismatch)
        }
    }

    /// Returns whether the database can compare with the sort value: a client may have forged the cursor.
    fn is_storable(&self) -> bool {
        match &self.key {
            SortValue::Instant(instant) | SortValue::Due(Some(instant)) => (0..=9999).contains(&instant.year()),
            SortValue::Title(title) => !title.contains('\0'),
            SortValue::Due(None) | SortValue::Priority(_) => true,
        }
    }
}

fn fingerprint(filter: &Filter, sort: Sort, owner: &UserId) -> [u8; 8] {
    let list = serde_json::to_vec(&(owner, sort, filter)).unwrap_or_default();
    let mut fingerprint = [0; 8];
    fingerprint.copy_from_slice(Sha256::digest(list).get(..8).unwrap_or(&[0; 8]));
    fingerprint
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(json) = serde_json::to_vec(self) else { return Err(fmt::Error) };
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    #[expect(clippy::map_err_ignore, reason = "a client cannot act on the details")]
    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCursor)?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| InvalidCursor)?;
        if cursor.is_storable() { Ok(cursor) } else { Err(InvalidCursor) }
    }
}
