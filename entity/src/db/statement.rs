//! SQL text with its values, for statements that read better written out than built.

use sea_orm::{DbBackend, Statement, StatementBuilder, Value};

/// SQL text and the values of its parameters. Both dialects write the first parameter as `$1`.
pub(crate) struct Sql<'a, const N: usize> {
    text: &'a str,
    values: [Value; N],
}

impl<'a, const N: usize> Sql<'a, N> {
    pub(crate) fn new(text: &'a str, values: [Value; N]) -> Self {
        Self { text, values }
    }
}

impl<const N: usize> StatementBuilder for Sql<'_, N> {
    fn build(&self, backend: &DbBackend) -> Statement {
        Statement::from_sql_and_values(*backend, self.text, self.values.clone())
    }
}

/// The outcome of a statement.
#[derive(Debug)]
pub(crate) struct Outcome<R> {
    pub(super) rows: Vec<R>,
    /// The number of rows that the statement affected.
    pub(super) affected: u64,
}

impl<R> Outcome<R> {
    /// Returns the first row of the `returning` clause, if any.
    pub(crate) fn into_row(self) -> Option<R> {
        self.rows.into_iter().next()
    }

    pub(super) fn map<S>(self, convert: impl Fn(R) -> S) -> Outcome<S> {
        Outcome { rows: self.rows.into_iter().map(convert).collect(), affected: self.affected }
    }
}

impl<R> Default for Outcome<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), affected: 0 }
    }
}
