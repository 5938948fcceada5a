//! Builds the text of statements for a database.

use std::sync::Arc;

use migration::BetterAuthNames;
use sea_orm::{Statement, StatementBuilder};

use super::dialect::Dialect;

/// Builds the text of statements for a database: in its dialect, and with its names of Better Auth's tables and columns.
#[derive(Clone)]
pub(super) struct SqlBuilder {
    pub(super) dialect: Dialect,
    /// `None` for Better Auth's own names, with which statements are written.
    names: Option<Arc<BetterAuthNames>>,
}

impl SqlBuilder {
    pub(super) fn new(dialect: Dialect, names: &Arc<BetterAuthNames>) -> Self {
        let has_other_names = **names != BetterAuthNames::default();
        Self { dialect, names: has_other_names.then(|| Arc::clone(names)) }
    }

    pub(super) fn build(&self, statement: &impl StatementBuilder) -> Statement {
        self.with_names(self.dialect.build(statement))
    }

    /// Replaces Better Auth's own names of its tables and columns.
    pub(super) fn with_names(&self, mut statement: Statement) -> Statement {
        if let Some(names) = &self.names {
            statement.sql = names.rewrite(&statement.sql);
        }
        statement
    }
}
