//! The SQL dialects.

use sea_orm::{DbBackend, Statement, StatementBuilder};

/// The schema of the service's own tables on PostgreSQL. Statements name it, and are built without it for SQLite, which has no
/// schemas.
pub(crate) const SERVICE_SCHEMA: &str = "taskbridge";

/// The SQL dialect of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
        let mut statement = statement.build(&self.backend());
        if self == Self::Sqlite {
            statement.sql = without_schema(&statement.sql);
        }
        statement
    }

    pub(crate) fn is_postgres(self) -> bool {
        self == Self::Postgres
    }

    /// Returns the clause that makes a statement pass over rows that another transaction has locked. SQLite has a single
    /// writer and no such clause.
    pub(crate) fn skip_locked(self) -> &'static str {
        if self.is_postgres() { "for update skip locked" } else { "" }
    }

    /// Returns the name of the function that returns the greatest of its arguments.
    pub(crate) fn greatest(self) -> &'static str {
        if self.is_postgres() { "greatest" } else { "max" }
    }
}

/// Removes [`SERVICE_SCHEMA`] before the names of tables. Values are parameters, so that no text of a user is changed.
fn without_schema(sql: &str) -> String {
    let mut parts = sql.split(SERVICE_SCHEMA);
    let mut result = String::with_capacity(sql.len());
    result.push_str(parts.next().unwrap_or_default());
    for part in parts {
        if let Some(table) = part.strip_prefix('.') {
            result.push_str(table);
        } else if let (Some(table), Some('"')) = (part.strip_prefix("\"."), result.chars().next_back()) {
            result.pop();
            result.push_str(table);
        } else {
            result.push_str(SERVICE_SCHEMA);
            result.push_str(part);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_schema_of_a_table_is_removed() {
        for (sql, expected) in [
            (r#"select "task"."id" from "taskbridge"."task""#, r#"select "task"."id" from "task""#),
            ("delete from taskbridge.task where taskbridge.task.id = 1", "delete from task where task.id = 1"),
            ("notify taskbridge_revocation", "notify taskbridge_revocation"),
            (r#"select "taskbridge" from x"#, r#"select "taskbridge" from x"#),
            ("select 1", "select 1"),
        ] {
            assert_eq!(without_schema(sql), expected);
        }
    }
}
