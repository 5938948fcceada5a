//! [`SqliteError`]: what SQLite reported, and its class.

use rusqlite::ffi;

use crate::db::{error::StoreError, error_class::ErrorClass};

/// An error of SQLite or of a thread that runs its statements. The text holds no parameter values.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub(crate) struct SqliteError {
    class: ErrorClass,
    message: String,
}

impl SqliteError {
    pub(super) fn class(&self) -> ErrorClass {
        self.class
    }

    pub(super) fn unavailable(message: &str) -> Self {
        Self { class: ErrorClass::Unavailable, message: message.into() }
    }

    pub(super) fn access_denied(message: &str) -> Self {
        Self { class: ErrorClass::AccessDenied, message: message.into() }
    }

    pub(super) fn other(message: impl Into<String>) -> Self {
        Self { class: ErrorClass::Other, message: message.into() }
    }
}

impl From<rusqlite::Error> for SqliteError {
    fn from(error: rusqlite::Error) -> Self {
        let (code, message) = match error {
            rusqlite::Error::SqliteFailure(code, message) => (Some(code), message),
            // its own text would repeat the statement
            rusqlite::Error::SqlInputError { error, msg, .. } => (Some(error), Some(msg)),
            other => return Self::other(other.to_string()),
        };
        let message = message.or_else(|| code.map(|code| code.to_string())).unwrap_or_default();
        Self { class: classify(code.map_or(0, |code| code.extended_code), &message), message }
    }
}

impl From<SqliteError> for StoreError {
    fn from(error: SqliteError) -> Self {
        Self::new(error.class, error)
    }
}

/// Classifies an extended result code. Its low byte is the primary code; an unknown column is known by the message alone.
fn classify(code: i32, message: &str) -> ErrorClass {
    match code & 0xff {
        ffi::SQLITE_BUSY
        | ffi::SQLITE_LOCKED
        | ffi::SQLITE_READONLY
        | ffi::SQLITE_IOERR
        | ffi::SQLITE_FULL
        | ffi::SQLITE_INTERRUPT => ErrorClass::Unavailable,
        ffi::SQLITE_CANTOPEN => ErrorClass::AccessDenied,
        _ if message.starts_with("no such column: ") || message.contains(" has no column named ") => {
            ErrorClass::UnknownColumn
        }
        _ => ErrorClass::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_codes_are_classified() {
        for (class, codes) in [
            (ErrorClass::Unavailable, [5, 517, 6, 8, 9, 10, 778, 13].as_slice()),
            (ErrorClass::AccessDenied, &[14, 270]),
            (ErrorClass::Other, &[1, 11, 19, 1555, 0]),
        ] {
            for code in codes {
                assert_eq!(classify(*code, "near \"selct\": syntax error"), class, "{code}");
            }
        }
        assert_eq!(classify(1, "no such column: banned"), ErrorClass::UnknownColumn);
        assert_eq!(classify(1, "table jwks has no column named alg"), ErrorClass::UnknownColumn);
    }
}
