//! SQLite: connection options and result codes.

use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::error_class::ErrorClass;

pub(super) fn connect_options(options: SqliteConnectOptions, busy_timeout: Duration) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(busy_timeout)
}

pub(super) fn is_url(url: &str) -> bool {
    url.parse::<SqliteConnectOptions>().is_ok()
}

/// Classifies an extended result code. Its low byte is the primary code; an unknown column is known by the message alone.
pub(super) fn classify(code: Option<&str>, message: &str) -> ErrorClass {
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const READ_ONLY: i32 = 8;
    const IO_ERROR: i32 = 10;
    const FULL: i32 = 13;
    const CANNOT_OPEN: i32 = 14;
    let code: i32 = code.and_then(|code| code.parse().ok()).unwrap_or_default();
    match code & 0xff {
        BUSY | LOCKED | READ_ONLY | IO_ERROR | FULL => ErrorClass::Unavailable,
        CANNOT_OPEN => ErrorClass::AccessDenied,
        _ if message.starts_with("no such column: ") => ErrorClass::UnknownColumn,
        _ => ErrorClass::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_codes_are_classified() {
        for (class, codes) in [
            (ErrorClass::Unavailable, ["5", "517", "6", "8", "10", "778", "13"].as_slice()),
            (ErrorClass::AccessDenied, &["14", "270"]),
            (ErrorClass::Other, &["1", "11", "19", "1555", ""]),
        ] {
            for code in codes {
                assert_eq!(classify(Some(code), "near \"selct\": syntax error"), class, "{code}");
            }
        }
        assert_eq!(classify(Some("1"), "no such column: banned"), ErrorClass::UnknownColumn);
        assert_eq!(classify(None, ""), ErrorClass::Other);
    }
}
