//! The SQL dialects.

use sea_orm::{DbBackend, Statement, StatementBuilder};

/// The SQL dialect of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    pub(super) fn backend(self) -> DbBackend {
        match self {
            Self::Postgres => DbBackend::Postgres,
            Self::Sqlite => DbBackend::Sqlite,
        }
    }

    pub(super) fn build(self, statement: &impl StatementBuilder) -> Statement {
        statement.build(&self.backend())
    }

    pub(crate) fn is_postgres(self) -> bool {
        self == Self::Postgres
    }

    /// Returns the clause that makes a statement pass over rows that another transaction has locked. SQLite has a single
    /// writer and no such clause.
    pub(crate) fn skip_locked(self) -> &'static str {
        if self.is_postgres() { "for update skip locked" } else { "" }
    }
}
