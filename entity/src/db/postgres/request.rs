//! A statement in the form in which it is sent.

use std::{borrow::Cow, ops::Range};

use sea_orm::{Statement, Value, sea_query::ArrayType};
use sea_query_postgres::PostgresValue;
use tokio_postgres::types::Type;

use crate::db::statement;

/// The outcome of a statement.
pub(super) type Outcome = statement::Outcome<tokio_postgres::Row>;

/// How a statement with common table expressions begins.
const WITH: &str = "WITH ";

/// SQL text and the values of its parameters.
pub(in crate::db) struct Request {
    pub(super) sql: String,
    pub(super) parameters: Vec<PostgresValue>,
    /// Whether the connection may keep the statement prepared. If not, its plan is made for the values of its parameters.
    pub(super) may_be_prepared: bool,
    /// The part of the text that declares the type of the last parameter, `row_scope`, which PostgreSQL infers.
    scope: Option<Range<usize>>,
}

impl From<Statement> for Request {
    fn from(statement: Statement) -> Self {
        let Statement { sql, values, .. } = statement;
        let parameters = values.into_iter().flatten().map(PostgresValue).collect();
        Self { sql, parameters, may_be_prepared: true, scope: None }
    }
}

impl Request {
    pub(in crate::db) fn unprepared(self) -> Self {
        Self { may_be_prepared: false, ..self }
    }

    /// Adds a parameter that limits the statement to the rows of `scope`. PostgreSQL reads it before it runs the statement,
    /// and never evaluates the subquery, which only declares its type.
    pub(in crate::db) fn with_row_scope(mut self, scope: &str) -> Self {
        self.parameters.push(PostgresValue(scope.into()));
        let declaration = format!("row_scope as (select ${}::taskbridge.row_scope)", self.parameters.len());
        let (start, scope) = if self.sql.starts_with(WITH) {
            (WITH.len(), declaration + ", ")
        } else {
            (0, format!("{WITH}{declaration} "))
        };
        self.sql.insert_str(start, &scope);
        Self { scope: Some(start..start + scope.len()), ..self }
    }

    /// Returns the text of the statement without the scope.
    pub(in crate::db) fn statement(&self) -> Cow<'_, str> {
        let Some(scope) = &self.scope else { return Cow::Borrowed(&self.sql) };
        let mut statement = self.sql.clone();
        statement.replace_range(scope.clone(), "");
        Cow::Owned(statement)
    }

    pub(super) fn typed_parameters(&self) -> impl Iterator<Item = (&PostgresValue, Type)> {
        let inferred = self.scope.as_ref().map(|_| self.parameters.len().saturating_sub(1));
        self.parameters.iter().enumerate().map(move |(position, parameter)| {
            let is_inferred = inferred == Some(position);
            (parameter, if is_inferred { Type::UNKNOWN } else { parameter_type(parameter) })
        })
    }
}

/// Returns the type that a parameter is declared with. [`Type::UNKNOWN`] leaves it to the server.
fn parameter_type(PostgresValue(value): &PostgresValue) -> Type {
    match value {
        Value::Bool(_) => Type::BOOL,
        Value::SmallInt(_) => Type::INT2,
        Value::Int(_) => Type::INT4,
        // sea-query binds a limit as an unsigned number, which PostgreSQL has not
        Value::BigInt(_) | Value::BigUnsigned(_) => Type::INT8,
        Value::Array(ArrayType::BigInt, _) => Type::INT8_ARRAY,
        Value::Array(ArrayType::String, _) => Type::TEXT_ARRAY,
        Value::String(_) => Type::TEXT,
        Value::Json(_) => Type::JSONB,
        Value::Bytes(_) => Type::BYTEA,
        Value::ChronoDateTimeUtc(_) => Type::TIMESTAMPTZ,
        Value::Uuid(_) => Type::UUID,
        _ => Type::UNKNOWN,
    }
}
