//! The one list of tables whose rows belong to users. The deletion of a user and the cleanup of orphans derive from it.

use sea_orm::{EnumIter, Iterable};

use crate::db::SERVICE_SCHEMA;

/// A table whose rows belong to users. Each `OwnedEntity` names its own.
#[derive(Debug, Clone, Copy, EnumIter)]
pub(crate) enum OwnedTable {
    Task,
    TaskCounter,
    IdempotencyKey,
    Session,
    Account,
    User,
}

impl OwnedTable {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::TaskCounter => "task_counter",
            Self::IdempotencyKey => "idempotency_key",
            Self::Session => "session",
            Self::Account => "account",
            Self::User => "user",
        }
    }

    pub(crate) fn owner_column(self) -> &'static str {
        match self {
            Self::Task | Self::TaskCounter | Self::IdempotencyKey => "user_id",
            Self::Session | Self::Account => "userId",
            Self::User => "id",
        }
    }

    /// Returns the column that, with the owner, is the primary key; the owner's if that is the key.
    pub(crate) fn key_column(self) -> &'static str {
        match self {
            Self::Task | Self::Session | Self::Account | Self::User => "id",
            Self::TaskCounter => "user_id",
            Self::IdempotencyKey => "key",
        }
    }

    /// Returns the tables of the service. Better Auth's rows are deleted by a foreign key or a trigger, along with their
    /// user. Those of the service have no foreign key: users may have no row in this database.
    pub(crate) fn service_tables() -> impl Iterator<Item = Self> {
        Self::iter().filter(|table| table.schema().is_some())
    }

    /// Returns the table and its owner column as statements name them: Better Auth's in double quotes.
    pub(crate) fn sql_names(self) -> (String, String) {
        match self.schema() {
            Some(schema) => (format!("{schema}.{}", self.name()), self.owner_column().to_owned()),
            None => (format!("\"{}\"", self.name()), format!("\"{}\"", self.owner_column())),
        }
    }

    /// Returns the schema; `None` for Better Auth's tables, which the connection's search path leads to.
    pub(crate) fn schema(self) -> Option<&'static str> {
        match self {
            Self::Task | Self::TaskCounter | Self::IdempotencyKey => Some(SERVICE_SCHEMA),
            Self::Session | Self::Account | Self::User => None,
        }
    }
}
