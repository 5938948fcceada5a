//! A transaction in progress, as its caller sees it.

use sea_orm::Statement;
use tokio::sync::oneshot;

use super::{
    error::SqliteError,
    reply::Reply,
    row::Outcome,
    session::{Command, SessionHandle},
};
use crate::db::error::StoreError;

/// A transaction that holds the writer until it is committed, rolled back or dropped, which rolls it back too.
pub(crate) struct SqliteTransaction(SessionHandle);

impl SqliteTransaction {
    pub(super) fn new(handle: SessionHandle) -> Self {
        Self(handle)
    }

    pub(in crate::db) async fn run(&self, statement: Statement) -> Result<Outcome, StoreError> {
        self.send(|reply| Command::Run(statement, reply)).await
    }

    /// Runs several statements without values. No time limit applies.
    pub(in crate::db) async fn run_script(&self, sql: &str) -> Result<(), StoreError> {
        self.send(|reply| Command::Script(sql.to_owned(), reply)).await
    }

    pub(in crate::db) async fn commit(&self) -> Result<(), StoreError> {
        self.send(Command::Commit).await
    }

    pub(in crate::db) async fn rollback(&self) -> Result<(), StoreError> {
        self.send(Command::Rollback).await
    }

    async fn send<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, StoreError> {
        let gone = || SqliteError::unavailable("the transaction was idle for too long and was rolled back");
        let (reply, answer) = oneshot::channel();
        self.0.0.try_send(command(reply)).map_err(|_unsent| gone())?;
        Ok(answer.await.map_err(|_closed| gone())??)
    }
}
