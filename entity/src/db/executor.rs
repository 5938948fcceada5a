//! Running statements, on a pool or inside a transaction.

use sea_orm::{ConnectionTrait, DatabaseTransaction, StatementBuilder};

use super::{dialect::Dialect, error::StoreError, row::Row};

/// What statements run on: `Db`, each in a transaction of its own, or a [`Transaction`].
pub(crate) trait Executor {
    fn dialect(&self) -> Dialect;

    /// Runs a statement to its end and returns its rows.
    async fn query(&self, statement: &impl StatementBuilder) -> Result<Vec<Row>, StoreError>;

    /// Runs a statement and returns the number of rows it affected.
    async fn execute(&self, statement: &impl StatementBuilder) -> Result<u64, StoreError>;

    /// Runs a statement to its end and returns its first row, if any. It reads on after that row: SQLite commits a write
    /// only after the last row, and may fail there.
    async fn query_one(&self, statement: &impl StatementBuilder) -> Result<Option<Row>, StoreError> {
        Ok(self.query(statement).await?.into_iter().next())
    }
}

/// A transaction in progress.
pub(crate) struct Transaction(DatabaseTransaction);

impl Transaction {
    pub(super) fn new(transaction: DatabaseTransaction) -> Self {
        Self(transaction)
    }

    pub(super) fn into_inner(self) -> DatabaseTransaction {
        self.0
    }
}

impl Executor for Transaction {
    fn dialect(&self) -> Dialect {
        Dialect::from_backend(self.0.get_database_backend())
    }

    async fn query(&self, statement: &impl StatementBuilder) -> Result<Vec<Row>, StoreError> {
        query(&self.0, statement).await
    }

    async fn execute(&self, statement: &impl StatementBuilder) -> Result<u64, StoreError> {
        execute(&self.0, statement).await
    }
}

pub(super) async fn query(
    on: &impl ConnectionTrait,
    statement: &impl StatementBuilder,
) -> Result<Vec<Row>, StoreError> {
    Ok(on.query_all(statement).await?.into_iter().map(Row::new).collect())
}

pub(super) async fn execute(on: &impl ConnectionTrait, statement: &impl StatementBuilder) -> Result<u64, StoreError> {
    Ok(on.execute(statement).await?.rows_affected())
}
