//! [`StoreError`] and [`MigrationError`], and how errors of the drivers become one.

use std::error::Error;

use sea_orm::DbErr;

use super::error_class::ErrorClass;

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

/// A statement named a column that its table does not have.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct UnknownColumn(Cause);

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
    /// The role lacks a right on the schema of the service's tables, which these statements grant.
    #[error("the database role may not create the service's tables until the database's owner has run \"{0}\"")]
    MissingPrivilege(String),
}

impl StoreError {
    pub(crate) fn unexpected(cause: impl Into<Cause>) -> Self {
        Self::Unexpected(cause.into())
    }

    /// Constructs the error of a driver.
    pub(super) fn new(class: ErrorClass, cause: impl Into<Cause>) -> Self {
        match class {
            ErrorClass::Unavailable => Self::Unavailable(cause.into()),
            ErrorClass::AccessDenied => Self::AccessDenied(cause.into()),
            ErrorClass::UnknownColumn => Self::unexpected(UnknownColumn(cause.into())),
            ErrorClass::Other => Self::unexpected(cause),
        }
    }

    /// Returns whether a statement named a column that its table does not have.
    pub(crate) fn is_unknown_column(&self) -> bool {
        matches!(self, Self::Unexpected(cause) if cause.is::<UnknownColumn>())
    }

    /// Returns the same error for another caller.
    pub(super) fn duplicate(&self) -> Self {
        match self {
            Self::Unavailable(cause) => Self::Unavailable(cause.to_string().into()),
            Self::AccessDenied(cause) => Self::AccessDenied(cause.to_string().into()),
            Self::Unexpected(cause) => Self::Unexpected(cause.to_string().into()),
            Self::CursorMismatch => Self::CursorMismatch,
        }
    }
}

/// An error of a migration. Its cause is a [`StoreError`], unless SeaORM itself failed.
impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        Self::unexpected(error)
    }
}
