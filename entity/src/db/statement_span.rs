//! Spans of statements, with their text and without the values of their parameters.

use opentelemetry::{
    KeyValue,
    trace::{SpanBuilder, SpanKind},
};

use super::{dialect::Dialect, error::StoreError};
use crate::trace::Span;

/// The span of a statement. Waits for a connection are part of it.
pub(super) struct StatementSpan(Span);

impl StatementSpan {
    /// Starts the span inside the current one; nothing outside a recorded trace.
    pub(super) fn start(dialect: Dialect, sql: &str) -> Self {
        Self(Span::child(|| describe(dialect, sql)))
    }

    /// Runs the statement. The span ends with it.
    pub(super) fn run<T>(
        self,
        statement: impl Future<Output = Result<T, StoreError>>,
    ) -> impl Future<Output = Result<T, StoreError>> {
        self.0.run_to_end(statement, StoreError::name)
    }
}

/// The number of writes that a commit holds.
pub(super) fn group_size(size: usize) -> KeyValue {
    KeyValue::new("taskbridge.commit.group_size", i64::try_from(size).unwrap_or(i64::MAX))
}

fn describe(dialect: Dialect, sql: &str) -> SpanBuilder {
    let system = if dialect.is_postgres() { "postgresql" } else { "sqlite" };
    let statement = without_common_tables(sql);
    let operation = operation(statement);
    let name = table(statement).map_or_else(|| operation.clone(), |table| format!("{operation} {table}"));
    SpanBuilder::from_name(name).with_kind(SpanKind::Client).with_attributes([
        KeyValue::new("db.system.name", system),
        KeyValue::new("db.operation.name", operation),
        KeyValue::new("db.query.text", sql.trim().to_owned()),
    ])
}

/// Returns the statement behind its common table expressions, which are in parentheses.
fn without_common_tables(sql: &str) -> &str {
    if operation(sql) != "WITH" {
        return sql;
    }
    let mut depth = 0_usize;
    for (position, character) in sql.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let rest = sql.get(position..).unwrap_or_default();
        if depth == 0 && ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&operation(rest).as_str()) {
            return rest;
        }
    }
    sql
}

fn operation(sql: &str) -> String {
    sql.split_whitespace().next().unwrap_or_default().to_ascii_uppercase()
}

/// Returns the first table that the statement names, without its schema.
fn table(sql: &str) -> Option<&str> {
    let mut words = sql.split_whitespace();
    while let Some(word) = words.next() {
        if ["from", "into", "update"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword)) {
            let name = words.next()?.split(['(', ')', ',', ';']).next()?;
            let name = name.rsplit('.').next()?.trim_matches('"');
            if !name.is_empty() {
                return Some(name);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_named_by_operation_and_table() {
        for (sql, name) in [
            (r#"SELECT "id" FROM "taskbridge"."task" WHERE "user_id" = $1"#, "SELECT task"),
            (r#"insert into "user"("id") values ($1)"#, "INSERT user"),
            ("update taskbridge.task set title = $1", "UPDATE task"),
            ("select max(id) from (select id from revocation) r", "SELECT revocation"),
            (
                r#"WITH "counter" AS (INSERT INTO "taskbridge"."task_counter" ("user_id") SELECT $1 RETURNING 1) UPDATE "taskbridge"."task" SET "title" = $2"#,
                "UPDATE task",
            ),
            ("select 1", "SELECT"),
            ("begin", "BEGIN"),
        ] {
            assert_eq!(describe(Dialect::Postgres, sql).name, name);
        }
    }
}
