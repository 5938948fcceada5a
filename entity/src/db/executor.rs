//! Running statements, each in a transaction of its own or inside one.

use std::time::Duration;

use sea_orm::{Statement, StatementBuilder};

use super::{
    dialect::Dialect,
    error::StoreError,
    postgres::{self, Request},
    row::Row,
    row_scope::RowScope,
    sql_builder::SqlBuilder,
    sqlite,
    statement::Outcome,
    statement_span::StatementSpan,
};

/// What statements run on: `Db`, each in a transaction of its own, or a [`Transaction`].
pub(crate) trait Executor {
    fn dialect(&self) -> Dialect;

    /// Runs a read and returns its rows.
    async fn query(&self, statement: &impl StatementBuilder) -> Result<Vec<Row>, StoreError>;

    /// Runs a write and returns the rows of its `returning` clause and the number of rows it affected.
    async fn write(&self, statement: &impl StatementBuilder) -> Result<Outcome<Row>, StoreError>;

    /// Runs a write and then another, in one transaction. Returns the outcome of the first.
    async fn write_both(
        &self,
        first: &impl StatementBuilder,
        second: &impl StatementBuilder,
    ) -> Result<Outcome<Row>, StoreError>;

    /// Inserts a row under a new key; `lock_key` names the one other row that the statement may lock.
    async fn insert(&self, statement: &impl StatementBuilder, lock_key: &str) -> Result<Outcome<Row>, StoreError>;

    /// Runs a read and returns its first row, if any.
    async fn query_one(&self, statement: &impl StatementBuilder) -> Result<Option<Row>, StoreError> {
        Ok(self.query(statement).await?.into_iter().next())
    }

    /// Runs a write and returns the number of rows it affected.
    async fn execute(&self, statement: &impl StatementBuilder) -> Result<u64, StoreError> {
        Ok(self.write(statement).await?.affected)
    }

    /// Runs a write and returns the first row of its `returning` clause, if any.
    async fn execute_returning(&self, statement: &impl StatementBuilder) -> Result<Option<Row>, StoreError> {
        Ok(self.write(statement).await?.into_row())
    }
}

/// A transaction in progress. It is rolled back if it is dropped before it is committed.
pub(crate) struct Transaction {
    connection: Connection,
    sql: SqlBuilder,
    row_scope: RowScope,
}

/// The connection of a transaction.
pub(super) enum Connection {
    Postgres(postgres::Transaction),
    Sqlite(sqlite::SqliteTransaction),
}

impl Transaction {
    pub(super) fn new(connection: Connection, sql: SqlBuilder, row_scope: RowScope) -> Self {
        Self { connection, sql, row_scope }
    }

    pub(super) async fn commit(&self) -> Result<(), StoreError> {
        let commit = async {
            match &self.connection {
                Connection::Postgres(transaction) => transaction.commit().await,
                Connection::Sqlite(transaction) => transaction.commit().await,
            }
        };
        StatementSpan::start(self.sql.dialect, "commit").run(commit).await
    }

    pub(super) async fn rollback(&self) -> Result<(), StoreError> {
        let rollback = async {
            match &self.connection {
                Connection::Postgres(transaction) => transaction.rollback().await,
                Connection::Sqlite(transaction) => transaction.rollback().await,
            }
        };
        StatementSpan::start(self.sql.dialect, "rollback").run(rollback).await
    }

    /// Runs statements of a migration without parameters and drops their rows.
    pub(super) async fn run_script(&self, script: Statement) -> Result<(), StoreError> {
        let sql = self.sql.with_names(script).sql;
        match &self.connection {
            Connection::Postgres(transaction) => transaction.run_script(&sql).await,
            Connection::Sqlite(transaction) => transaction.run_script(&sql).await,
        }
    }

    /// Runs a statement of a migration.
    pub(super) async fn run_statement(&self, statement: Statement) -> Result<Outcome<Row>, StoreError> {
        self.run(self.sql.with_names(statement)).await
    }

    /// Runs a write that waits at most for `limit` until another transaction has ended. Returns `None` if it has not: then this
    /// transaction can only be rolled back. On SQLite, which has one writer, there is no other transaction.
    pub(crate) async fn write_unless_locked(
        &self,
        statement: &impl StatementBuilder,
        limit: Duration,
    ) -> Result<Option<Outcome<Row>>, StoreError> {
        let Connection::Postgres(transaction) = &self.connection else { return self.write(statement).await.map(Some) };
        let request = self.row_scope.apply(Request::from(self.sql.build(statement)));
        let span = StatementSpan::start(self.sql.dialect, &request.statement());
        let outcome = span.run(transaction.run_unless_locked(&request, limit)).await?;
        Ok(outcome.map(|outcome| outcome.map(Row::Postgres)))
    }

    async fn run(&self, statement: Statement) -> Result<Outcome<Row>, StoreError> {
        let span = StatementSpan::start(self.sql.dialect, &statement.sql);
        let run = async {
            match &self.connection {
                Connection::Postgres(transaction) => {
                    let request = self.row_scope.apply(Request::from(statement));
                    Ok(transaction.run(&request).await?.map(Row::Postgres))
                }
                Connection::Sqlite(transaction) => Ok(transaction.run(statement).await?.map(Row::Sqlite)),
            }
        };
        span.run(run).await
    }
}

impl Executor for Transaction {
    fn dialect(&self) -> Dialect {
        self.sql.dialect
    }

    async fn query(&self, statement: &impl StatementBuilder) -> Result<Vec<Row>, StoreError> {
        Ok(self.write(statement).await?.rows)
    }

    async fn write(&self, statement: &impl StatementBuilder) -> Result<Outcome<Row>, StoreError> {
        self.run(self.sql.build(statement)).await
    }

    async fn write_both(
        &self,
        first: &impl StatementBuilder,
        second: &impl StatementBuilder,
    ) -> Result<Outcome<Row>, StoreError> {
        let outcome = self.write(first).await?;
        self.write(second).await?;
        Ok(outcome)
    }

    async fn insert(&self, statement: &impl StatementBuilder, _lock_key: &str) -> Result<Outcome<Row>, StoreError> {
        self.write(statement).await
    }
}
