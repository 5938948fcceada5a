//! [`StoreError`] and [`MigrationError`], and the one place where errors of the database driver become one.

use std::error::Error;

use sea_orm::{DbErr, RuntimeErr, sqlx};

use super::{error_class::ErrorClass, postgres, sqlite};

type Cause = Box<dyn Error + Send + Sync>;

/// Why the store could not do what was requested.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is overloaded, out of space or shutting down. The same request may succeed later.
    #[error("database unavailable: {0}")]
    Unavailable(#[source] Cause),
    /// The database rejects the role, the password, the database name or the file. An operator has to change something.
    #[error("database access denied: {0}")]
    AccessDenied(#[source] Cause),
    /// The database answered in a way that the service does not expect.
    #[error("unexpected answer from the database: {0}")]
    Unexpected(#[source] Cause),
    /// The cursor was issued for a list with another owner, filter or sort order.
    #[error("the cursor belongs to another list")]
    CursorMismatch,
}

/// Why the migrations could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Better Auth uses these tables in place of `user`, `session` and `account`. The service would create empty tables
    /// beside them.
    #[error(
        "Better Auth uses the tables {} in place of user, session and account; remove modelName and usePlural from its \
        configuration and rename the tables, or give the service a database of its own",
        .0.join(", ")
    )]
    RenamedTables(Vec<String>),
}

impl StoreError {
    pub(crate) fn unexpected(cause: impl Into<Cause>) -> Self {
        Self::Unexpected(cause.into())
    }

    /// Returns whether a statement named a column that its table does not have.
    pub(crate) fn is_unknown_column(&self) -> bool {
        let Self::Unexpected(error) = self else { return false };
        let driver_error = error.downcast_ref().and_then(driver_error);
        driver_error.is_some_and(|error| classify(error) == ErrorClass::UnknownColumn)
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let class = match (&error, driver_error(&error)) {
            (_, Some(cause)) => classify(cause),
            (DbErr::ConnectionAcquire(_), None) => ErrorClass::Unavailable,
            // the text may hold the URL, which may hold a password
            (DbErr::Conn(_), None) => return Self::AccessDenied("invalid database URL".into()),
            _ => ErrorClass::Other,
        };
        match class {
            ErrorClass::Unavailable => Self::Unavailable(Box::new(error)),
            ErrorClass::AccessDenied => Self::AccessDenied(Box::new(error)),
            ErrorClass::UnknownColumn | ErrorClass::Other => Self::Unexpected(Box::new(error)),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        DbErr::Conn(RuntimeErr::SqlxError(error.into())).into()
    }
}

fn driver_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

fn classify(error: &sqlx::Error) -> ErrorClass {
    match error {
        sqlx::Error::Database(error) => match error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
            Some(error) => postgres::classify(error.code()),
            None => sqlite::classify(error.code().as_deref(), error.message()),
        },
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => ErrorClass::Unavailable,
        _ => ErrorClass::Other,
    }
}
