//! Errors of PostgreSQL and of the connection to it.

use std::{error::Error, fmt, io, iter};

use tokio_postgres::error::{DbError, SqlState};

use crate::db::{error::StoreError, error_class::ErrorClass};

/// An error of PostgreSQL or of the connection to it. It is shown without the server's DETAIL, which may quote a row.
pub(in crate::db) struct PostgresError(tokio_postgres::Error);

impl PostgresError {
    pub(in crate::db) fn class(&self) -> ErrorClass {
        match self.0.as_db_error() {
            Some(error) => classify(error.code().code(), error.message()),
            None => self.class_of_connection_error(),
        }
    }

    /// Returns whether the connection is lost.
    pub(super) fn is_disconnected(&self) -> bool {
        self.0.is_closed() || self.io_error().is_some()
    }

    fn class_of_connection_error(&self) -> ErrorClass {
        match self.io_error() {
            // a certificate that is not accepted, or a wrong setting of TLS
            Some(error) if error.kind() == io::ErrorKind::InvalidData => ErrorClass::AccessDenied,
            Some(_) => ErrorClass::Unavailable,
            None if self.0.is_closed() => ErrorClass::Unavailable,
            None if self.is_about_access() => ErrorClass::AccessDenied,
            None => ErrorClass::Other,
        }
    }

    fn io_error(&self) -> Option<&io::Error> {
        self.0.source().and_then(|source| source.downcast_ref())
    }

    /// The driver does not tell the kinds of its errors apart but by their text.
    fn is_about_access(&self) -> bool {
        let text = self.0.to_string();
        [
            "authentication error",
            "invalid configuration",
            "error performing TLS handshake",
            "error connecting to server",
        ]
        .iter()
        .any(|prefix| text.starts_with(prefix))
    }
}

/// Why a statement has no outcome.
#[derive(Debug, thiserror::Error)]
pub(super) enum StatementError {
    /// PostgreSQL or the driver reports an error.
    #[error(transparent)]
    Failed(#[from] PostgresError),
    /// The statement took longer than its time limit.
    #[error("the statement took too long")]
    TimedOut,
}

impl StatementError {
    /// Returns whether the same statement may succeed on another connection.
    pub(super) fn is_of_connection(&self) -> bool {
        match self {
            Self::Failed(error) => error.is_disconnected(),
            Self::TimedOut => true,
        }
    }

    /// Returns whether a prepared statement is missing or of another client: a pooler assigned another server connection.
    pub(super) fn is_foreign_statement_name(&self) -> bool {
        self.has_code(&[SqlState::DUPLICATE_PSTATEMENT, SqlState::INVALID_SQL_STATEMENT_NAME])
    }

    /// Returns whether a prepared statement does not fit the schema any more ("cached plan must not change result type").
    pub(super) fn is_outdated_statement(&self) -> bool {
        self.has_code(&[SqlState::FEATURE_NOT_SUPPORTED])
    }

    /// Returns whether another transaction held a lock for longer than the lock timeout.
    pub(super) fn is_lock_timeout(&self) -> bool {
        self.has_code(&[SqlState::LOCK_NOT_AVAILABLE])
    }

    /// Returns whether the server ended the statement because it waited for a lock, or ran, for too long.
    pub(super) fn is_timeout(&self) -> bool {
        self.has_code(&[SqlState::LOCK_NOT_AVAILABLE, SqlState::QUERY_CANCELED])
    }

    fn has_code(&self, codes: &[SqlState]) -> bool {
        let Self::Failed(PostgresError(error)) = self else { return false };
        error.code().is_some_and(|code| codes.contains(code))
    }
}

impl From<StatementError> for StoreError {
    fn from(error: StatementError) -> Self {
        match error {
            StatementError::Failed(error) => error.into(),
            StatementError::TimedOut => Self::Unavailable(Box::new(error)),
        }
    }
}

impl From<tokio_postgres::Error> for PostgresError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self(error)
    }
}

impl From<PostgresError> for StoreError {
    fn from(error: PostgresError) -> Self {
        Self::new(error.class(), error)
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        PostgresError(error).into()
    }
}

impl fmt::Display for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_db_error() {
            Some(error) => write_db_error(error, f),
            None => write_with_causes(&self.0, f),
        }
    }
}

/// The driver shows what it was doing, and the cause why that failed.
fn write_with_causes(error: &tokio_postgres::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let causes = iter::successors(error.source(), |cause| (*cause).source());
    causes.into_iter().try_for_each(|cause| write!(f, ": {cause}"))
}

fn write_db_error(error: &DbError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{} (SQLSTATE {})", error.message(), error.code().code())
}

impl fmt::Debug for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for PostgresError {}

/// Classifies a SQLSTATE by its class, the first two characters.
fn classify(sqlstate: &str, message: &str) -> ErrorClass {
    const PROTOCOL_VIOLATION: &str = "08P01";
    const READ_ONLY_TRANSACTION: &str = "25006";
    const UNDEFINED_COLUMN: &str = "42703";
    match (sqlstate.get(..2), sqlstate) {
        (_, PROTOCOL_VIOLATION) if is_refused_by_pooler(message) => ErrorClass::AccessDenied,
        // invalid authorization, invalid catalog name
        (Some("28" | "3D"), _) => ErrorClass::AccessDenied,
        // connection exception, transaction rollback (deadlock), insufficient resources, object not in prerequisite state
        // (lock timeout), operator intervention (shutdown, statement timeout), system error
        (Some("08" | "40" | "53" | "55" | "57" | "58"), _) | (_, READ_ONLY_TRANSACTION) => ErrorClass::Unavailable,
        (_, UNDEFINED_COLUMN) => ErrorClass::UnknownColumn,
        _ => ErrorClass::Other,
    }
}

/// `PgBouncer` reports wrong settings and outages alike as protocol violations.
fn is_refused_by_pooler(message: &str) -> bool {
    let refusals = [
        "unsupported startup parameter",
        "no such database",
        "no such user",
        "password authentication failed",
        "SASL authentication failed",
        "SSL required",
        "bouncer config error",
    ];
    refusals.iter().any(|prefix| message.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlstates_are_classified() {
        for (class, codes) in [
            (
                ErrorClass::Unavailable,
                ["08006", "08P01", "40P01", "53300", "55P03", "57014", "57P01", "58030", "25006"].as_slice(),
            ),
            (ErrorClass::AccessDenied, &["28P01", "28000", "3D000"]),
            (ErrorClass::UnknownColumn, &["42703"]),
            (ErrorClass::Other, &["23505", "25001", "42P01", "XX000", ""]),
        ] {
            for code in codes {
                assert_eq!(classify(code, ""), class, "{code}");
            }
        }
    }

    #[test]
    fn what_a_pooler_refuses_is_a_setting() {
        for message in ["unsupported startup parameter: options", "no such database: tasks"] {
            assert_eq!(classify("08P01", message), ErrorClass::AccessDenied);
        }
        assert_eq!(classify("08P01", "query_wait_timeout"), ErrorClass::Unavailable);
    }
}
