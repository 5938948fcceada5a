//! [`StoreError`] and [`MigrationError`], and how errors of the drivers become one.

use std::error::Error;

use migration::NamesMismatch;
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

impl StoreError {
    /// Returns the name of the variant, for traces and metrics.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::AccessDenied(_) => "access_denied",
            Self::Unexpected(_) => "unexpected",
            Self::CursorMismatch => "cursor_mismatch",
        }
    }
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
    /// Better Auth's tables have other names than the settings say. The service would create empty tables beside them.
    #[error("{}", describe(.0))]
    Names(NamesMismatch),
    /// The role lacks a right on the schema of the service's tables, which these statements grant.
    #[error("the database role may not create the service's tables until the database's owner has run \"{0}\"")]
    MissingPrivilege(String),
    /// The database lacks these migrations or triggers, and the settings forbid to add them.
    #[error("the database is not up to date: it lacks {}; run `taskbridge migrate`", .0.join(", "))]
    Pending(Vec<String>),
    /// The database has been migrated, and this role may not read it.
    #[error(
        "the database role {0} may not read the schema taskbridge; run the statements that `taskbridge migrate --role {0}` prints"
    )]
    AccessDenied(String),
}

fn describe(mismatch: &NamesMismatch) -> String {
    match mismatch {
        NamesMismatch::Tables(tables) => format!(
            "Better Auth's tables have other names (modelName, usePlural) than the service expects: {}; set BETTER_AUTH_NAMES=plural, \
             or BETTER_AUTH_TABLE_USER, BETTER_AUTH_TABLE_SESSION and BETTER_AUTH_TABLE_ACCOUNT",
            tables.join(", ")
        ),
        NamesMismatch::SnakeCase(table) => {
            format!("the columns of Better Auth's table {table} are snake_case; set BETTER_AUTH_NAMES=snake_case")
        }
        NamesMismatch::CamelCase(table) => {
            format!(
                "the columns of Better Auth's table {table} are camelCase; remove snake_case from BETTER_AUTH_NAMES"
            )
        }
        NamesMismatch::Missing(tables) => format!(
            "the database does not have these tables of Better Auth: {}; check BETTER_AUTH_NAMES and BETTER_AUTH_TABLE_*",
            tables.join(", ")
        ),
    }
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
