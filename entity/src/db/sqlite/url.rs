//! `sqlite:` URLs, in the forms that sqlx accepts.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use rusqlite::OpenFlags;
use url::form_urlencoded;

use super::error::SqliteError;

/// What a URL names: a file or a database in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) path: PathBuf,
    pub(super) flags: OpenFlags,
    pub(super) in_memory: bool,
}

impl Location {
    /// Parses `sqlite:PATH`, `sqlite://PATH` and `sqlite::memory:`, with `mode`, `cache` and `immutable` as parameters.
    /// `cache` is accepted and ignored: each connection has a cache of its own.
    pub(super) fn parse(url: &str) -> Result<Self, SqliteError> {
        let rest = url.trim_start_matches("sqlite://").trim_start_matches("sqlite:");
        let (database, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let path = percent_decode_str(database).decode_utf8().map_err(|_utf8| invalid())?;
        let mut location = Self {
            path: PathBuf::from(path.as_ref()),
            flags: OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            in_memory: database == ":memory:",
        };
        for (key, value) in form_urlencoded::parse(parameters.as_bytes()) {
            location.apply(&key, &value)?;
        }
        Ok(location)
    }

    fn apply(&mut self, key: &str, value: &str) -> Result<(), SqliteError> {
        match (key, value) {
            ("mode", "ro") => {
                self.flags.remove(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE);
                self.flags.insert(OpenFlags::SQLITE_OPEN_READ_ONLY);
            }
            ("mode", "rwc") => self.flags.insert(OpenFlags::SQLITE_OPEN_CREATE),
            ("mode", "memory") => self.in_memory = true,
            ("mode", "rw") | ("cache", "private" | "shared") | ("immutable", "false" | "0") => {}
            _ => return Err(invalid()),
        }
        Ok(())
    }
}

/// Returns whether `url` names a SQLite database.
pub(in crate::db) fn is_url(url: &str) -> bool {
    Location::parse(url).is_ok()
}

/// The text names no part of the URL.
fn invalid() -> SqliteError {
    SqliteError::access_denied("invalid database URL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_prefixes_and_percent_encoding_name_a_file() {
        for (url, path) in [
            ("sqlite:a.db", "a.db"),
            ("sqlite://a.db?mode=rwc", "a.db"),
            ("sqlite:/tmp/a.db", "/tmp/a.db"),
            ("sqlite:///tmp/a%3Fb.db?mode=rw&cache=private", "/tmp/a?b.db"),
        ] {
            assert_eq!(Location::parse(url).unwrap().path, PathBuf::from(path), "{url}");
        }
    }

    #[test]
    fn the_mode_decides_whether_the_file_is_created() {
        let creates = |url| Location::parse(url).unwrap().flags.contains(OpenFlags::SQLITE_OPEN_CREATE);
        assert!(creates("sqlite:a.db?mode=rwc"));
        assert!(!creates("sqlite:a.db"));
        assert!(!creates("sqlite:a.db?mode=ro"));
    }

    #[test]
    fn unknown_parameters_are_rejected() {
        assert!(Location::parse("sqlite:a.db?mode=x").is_err());
        assert!(Location::parse("sqlite:a.db?journal=wal").is_err());
    }
}
