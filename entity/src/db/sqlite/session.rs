//! The writer's side of a transaction: it serves one caller until that ends the transaction, goes, or falls silent.

use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};

use super::{connection::Connection, error::SqliteError, reply::Reply, row::Outcome};

pub(super) enum Command {
    Run(sea_orm::Statement, Reply<Outcome>),
    Script(String, Reply<()>),
    Commit(Reply<()>),
    Rollback(Reply<()>),
}

/// The caller's end. Dropping it rolls the transaction back.
pub(super) struct SessionHandle(pub(super) Sender<Command>);

pub(super) struct Session<'c> {
    connection: &'c Connection,
    commands: Receiver<Command>,
    idle_timeout: Duration,
}

impl<'c> Session<'c> {
    /// Hands the transaction that has begun on `connection` to the caller.
    pub(super) fn open(connection: &'c Connection, reply: Reply<SessionHandle>) -> Self {
        let (sender, commands) = crossbeam_channel::bounded(1);
        drop(reply.send(Ok(SessionHandle(sender))));
        Self { connection, commands, idle_timeout: connection.timeout() }
    }

    pub(super) fn run(self) {
        while let Ok(command) = self.commands.recv_timeout(self.idle_timeout) {
            match command {
                Command::Commit(reply) if reply.is_closed() => break,
                Command::Run(_, reply) if reply.is_closed() => break,
                Command::Run(statement, reply) => {
                    drop(reply.send(self.ensure_open().and_then(|()| self.connection.run_named(&statement))));
                }
                Command::Script(sql, reply) => {
                    drop(reply.send(self.ensure_open().and_then(|()| self.connection.run_script(&sql))));
                }
                Command::Commit(reply) => return self.commit(reply),
                Command::Rollback(reply) => {
                    self.roll_back();
                    drop(reply.send(Ok(())));
                    return;
                }
            }
        }
        self.roll_back();
    }

    fn commit(&self, reply: Reply<()>) {
        let committed = self.ensure_open().and_then(|()| self.connection.run_script("commit"));
        self.roll_back();
        drop(reply.send(committed));
    }

    /// SQLite rolls back by itself after an interrupt, a full disk and the like; later statements would commit alone.
    fn ensure_open(&self) -> Result<(), SqliteError> {
        if self.connection.inner.is_autocommit() {
            return Err(SqliteError::unavailable("the transaction was rolled back"));
        }
        Ok(())
    }

    fn roll_back(&self) {
        if !self.connection.inner.is_autocommit() {
            drop(self.connection.run_script("rollback"));
        }
    }
}
