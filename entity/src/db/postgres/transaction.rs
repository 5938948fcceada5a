//! A transaction on a connection of its own.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::future::join3;

use super::{
    exclusive::ExclusiveConnection,
    request::{Outcome, Request},
};
use crate::db::error::StoreError;

/// A transaction in progress. Dropping it before it is committed or rolled back closes its connection, which rolls it back.
pub(crate) struct Transaction {
    connection: ExclusiveConnection,
    statement_limit: Duration,
    is_finished: AtomicBool,
}

impl Transaction {
    pub(super) async fn begin(
        connection: ExclusiveConnection,
        begin: &str,
        statement_limit: Duration,
    ) -> Result<Self, StoreError> {
        let transaction = Self { connection, statement_limit, is_finished: AtomicBool::new(false) };
        transaction.run_script(begin).await?;
        Ok(transaction)
    }

    pub(in crate::db) async fn run(&self, request: &Request) -> Result<Outcome, StoreError> {
        Ok(self.connection.get().run(request, self.statement_limit).await?)
    }

    /// Runs a statement that waits for a lock at most for `lock_timeout`. Returns `None` if that has passed: then the
    /// transaction can only be rolled back.
    pub(in crate::db) async fn run_unless_locked(
        &self,
        request: &Request,
        lock_timeout: Duration,
    ) -> Result<Option<Outcome>, StoreError> {
        let (connection, limit) = (self.connection.get(), self.statement_limit);
        let set = format!("set local lock_timeout = {}", lock_timeout.as_millis());
        // from here on, the statement timeout limits the waits
        let reset = "set local lock_timeout = 0";
        let (set, outcome, reset) = join3(
            connection.run_script(&set, limit),
            connection.run(request, limit),
            connection.run_script(reset, limit),
        )
        .await;
        set?;
        match outcome {
            Err(error) if error.is_lock_timeout() => Ok(None),
            outcome => {
                let outcome = outcome?;
                reset?;
                Ok(Some(outcome))
            }
        }
    }

    /// Runs statements without parameters and drops their rows.
    pub(in crate::db) async fn run_script(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.connection.get().run_script(sql, self.statement_limit).await?)
    }

    pub(in crate::db) async fn commit(&self) -> Result<(), StoreError> {
        self.finish("commit").await
    }

    pub(in crate::db) async fn rollback(&self) -> Result<(), StoreError> {
        self.finish("rollback").await
    }

    async fn finish(&self, sql: &str) -> Result<(), StoreError> {
        self.run_script(sql).await?;
        self.is_finished.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.is_finished.load(Ordering::Relaxed) {
            self.connection.get().give_up();
        }
    }
}
