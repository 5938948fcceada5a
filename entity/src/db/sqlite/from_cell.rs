//! [`FromCell`]: the types that a cell can be read as.

use std::str;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::error::SqliteError;

/// A value as SQLite stores it, borrowed from its row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'r> {
    Null,
    Integer(i64),
    Real(f64),
    /// Text in any encoding: SQLite does not validate it.
    Text(&'r [u8]),
    Blob(&'r [u8]),
}

/// A type that a cell can be read as; it may borrow from the row.
pub(crate) trait FromCell<'r>: Sized {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError>;
}

/// What sqlx accepts beside RFC 3339: with and without seconds, fraction, `Z` or offset, a space or a `T`.
const DATE_TIME_FORMATS: [&str; 12] = [
    "%F %T%.f",
    "%F %R",
    "%F %RZ",
    "%F %R%:z",
    "%F %T%.fZ",
    "%F %T%.f%:z",
    "%FT%R",
    "%FT%RZ",
    "%FT%R%:z",
    "%FT%T%.f",
    "%FT%T%.fZ",
    "%FT%T%.f%:z",
];

impl<'r> FromCell<'r> for &'r str {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        match cell {
            Cell::Text(text) => str::from_utf8(text).map_err(mismatch),
            _ => Err(SqliteError::other("not a text")),
        }
    }
}

impl<'r> FromCell<'r> for String {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        <&str>::from_cell(cell).map(str::to_owned)
    }
}

impl<'r, T: FromCell<'r>> FromCell<'r> for Option<T> {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        if cell == Cell::Null { Ok(None) } else { T::from_cell(cell).map(Some) }
    }
}

impl<'r> FromCell<'r> for i64 {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        match cell {
            Cell::Integer(value) => Ok(value),
            _ => Err(SqliteError::other("not an integer")),
        }
    }
}

impl<'r> FromCell<'r> for i32 {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        i64::from_cell(cell)?.try_into().map_err(mismatch)
    }
}

impl<'r> FromCell<'r> for i16 {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        i64::from_cell(cell)?.try_into().map_err(mismatch)
    }
}

impl<'r> FromCell<'r> for bool {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        Ok(i64::from_cell(cell)? != 0)
    }
}

impl<'r> FromCell<'r> for f64 {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        match cell {
            Cell::Real(value) => Ok(value),
            _ => Err(SqliteError::other("not a real number")),
        }
    }
}

impl<'r> FromCell<'r> for Uuid {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        match cell {
            Cell::Blob(bytes) => Self::from_slice(bytes).map_err(mismatch),
            _ => Err(SqliteError::other("not a blob")),
        }
    }
}

impl<'r> FromCell<'r> for DateTime<Utc> {
    /// An integer counts seconds since 1970.
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        let time = match cell {
            Cell::Integer(seconds) => Self::from_timestamp(seconds, 0),
            _ => parse_date_time(<&str>::from_cell(cell)?),
        };
        time.ok_or_else(|| SqliteError::other("not a date and time"))
    }
}

impl<'r> FromCell<'r> for &'r RawValue {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        serde_json::from_str(<&str>::from_cell(cell)?).map_err(|error| json_mismatch(&error))
    }
}

impl<'r> FromCell<'r> for serde_json::Value {
    fn from_cell(cell: Cell<'r>) -> Result<Self, SqliteError> {
        serde_json::from_str(<&str>::from_cell(cell)?).map_err(|error| json_mismatch(&error))
    }
}

fn parse_date_time(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    DATE_TIME_FORMATS.iter().find_map(|format| {
        let with_offset = DateTime::parse_from_str(text, format).map(|time| time.to_utc());
        with_offset.or_else(|_error| NaiveDateTime::parse_from_str(text, format).map(|time| time.and_utc())).ok()
    })
}

fn mismatch(error: impl std::error::Error) -> SqliteError {
    SqliteError::other(error.to_string())
}

/// serde's own text may quote the value.
fn json_mismatch(error: &serde_json::Error) -> SqliteError {
    SqliteError::other(format!("invalid JSON at column {}", error.column()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_read_in_every_written_form() {
        let expected: DateTime<Utc> = "2026-11-27T10:20:30Z".parse().unwrap();
        for text in [
            "2026-11-27T10:20:30Z",
            "2026-11-27T10:20:30+00:00",
            "2026-11-27T10:20:30.000Z",
            "2026-11-27T12:20:30.000000+02:00",
            "2026-11-27 10:20:30",
            "2026-11-27 10:20:30.000",
            "2026-11-27 10:20:30+00:00",
        ] {
            assert_eq!(DateTime::<Utc>::from_cell(Cell::Text(text.as_bytes())).unwrap(), expected, "{text}");
        }
        assert!(DateTime::<Utc>::from_cell(Cell::Text(b"yesterday")).is_err());
    }
}
