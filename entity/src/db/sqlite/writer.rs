//! The one thread that writes: it takes writes in turn and commits together all that wait.

use std::cell::Cell;

use crossbeam_channel::Receiver;
use opentelemetry::Context;

use super::{
    checkpoint::CheckpointTrigger,
    connection::Connection,
    error::SqliteError,
    reply::Reply,
    row::Outcome,
    session::{Session, SessionHandle},
};
use crate::{
    db::{metrics::METRICS, statement_span::group_size},
    trace::add_event,
};

/// The most writes that one commit holds.
const MAX_GROUP: usize = 256;

/// What waits for the writer.
pub(super) enum Job {
    Write(Write),
    Begin(Reply<SessionHandle>),
}

pub(super) struct Write {
    /// The statement whose outcome is returned.
    pub(super) statement: sea_orm::Statement,
    /// Runs after it; both take effect, or none.
    pub(super) second: Option<sea_orm::Statement>,
    /// The trace that the write is part of.
    pub(super) context: Context,
    pub(super) reply: Reply<Outcome>,
}

thread_local! {
    /// The pages in the WAL after this thread's last commit. SQLite's hook takes no closure.
    static WAL_PAGES: Cell<u32> = const { Cell::new(0) };
}

pub(super) struct Writer {
    connection: Connection,
    queue: Receiver<Job>,
    checkpoint: CheckpointTrigger,
}

impl Writer {
    pub(super) fn new(connection: Connection, queue: Receiver<Job>, checkpoint: CheckpointTrigger) -> Self {
        Self { connection, queue, checkpoint }
    }

    /// Works until the last sender of the queue is gone.
    pub(super) fn run(mut self) {
        // this hook replaces the one that checkpoints inside a commit
        self.connection.inner.wal_hook(Some(|_wal, pages| {
            WAL_PAGES.set(u32::try_from(pages).unwrap_or_default());
            Ok(())
        }));
        while let Ok(job) = self.queue.recv() {
            let mut next = Some(job);
            while let Some(job) = next.take() {
                next = self.take(job);
            }
        }
    }

    /// Does `job`, and with a write those that wait behind it; returns the transaction that ended the group.
    fn take(&mut self, job: Job) -> Option<Job> {
        let next = match job {
            Job::Begin(reply) => {
                self.transaction(reply);
                None
            }
            Job::Write(write) if write.reply.is_closed() => None,
            Job::Write(write) => self.group(write),
        };
        self.checkpoint.committed(WAL_PAGES.get());
        next
    }

    fn transaction(&self, reply: Reply<SessionHandle>) {
        if reply.is_closed() {
            return;
        }
        match self.begin() {
            Ok(()) => Session::open(&self.connection, reply).run(),
            Err(error) => self.fail_waiting(&error, || drop(reply.send(Err(error.clone())))),
        }
    }

    fn group(&self, first: Write) -> Option<Job> {
        if let Err(error) = self.begin() {
            self.fail_waiting(&error, || drop(first.reply.send(Err(error.clone()))));
            return None;
        }
        let (mut done, mut next) = (Vec::new(), None);
        let mut waiting = Some(first);
        while let Some(write) = waiting.take() {
            self.run_in_group(write, &mut done);
            if done.len() >= MAX_GROUP {
                break;
            }
            match self.queue.try_recv() {
                Ok(Job::Write(write)) => waiting = Some(write),
                Ok(begin) => next = Some(begin),
                Err(_empty) => {}
            }
        }
        self.commit(done);
        next
    }

    /// Runs one write. SQLite undoes a failed statement alone, but rolls back all of the transaction after an interrupt, a
    /// full disk and the like: then the earlier writes of the group run again.
    fn run_in_group(&self, write: Write, done: &mut Vec<(Write, Outcome)>) {
        if write.reply.is_closed() {
            return;
        }
        add_event(&write.context, "writer acquired", Vec::new);
        match self.ensure_begun().and_then(|()| self.run_write(&write)) {
            Ok(written) => done.push((write, written)),
            Err(error) => {
                drop(write.reply.send(Err(error)));
                if self.connection.inner.is_autocommit() {
                    self.repeat(done);
                }
            }
        }
    }

    fn run_write(&self, write: &Write) -> Result<Outcome, SqliteError> {
        let Some(second) = &write.second else { return self.connection.run(&write.statement) };
        self.connection.run_script("savepoint pair")?;
        let outcome = self.connection.run(&write.statement);
        let outcome = outcome.and_then(|outcome| self.connection.run(second).map(|_second| outcome));
        if !self.connection.inner.is_autocommit() {
            let end = if outcome.is_ok() { "release pair" } else { "rollback to pair; release pair" };
            if let Err(error) = self.connection.run_script(end) {
                // else the group would commit what fails here
                drop(self.connection.run_script("rollback"));
                return Err(error);
            }
        }
        outcome
    }

    fn repeat(&self, done: &mut Vec<(Write, Outcome)>) {
        let writes: Vec<Write> = done.drain(..).map(|(write, _written)| write).collect();
        for write in writes {
            self.run_in_group(write, done);
        }
    }

    fn ensure_begun(&self) -> Result<(), SqliteError> {
        if self.connection.inner.is_autocommit() { self.begin() } else { Ok(()) }
    }

    fn begin(&self) -> Result<(), SqliteError> {
        self.connection.run_script("begin immediate")
    }

    /// Commits and tells each caller its result. A failed commit fails all.
    fn commit(&self, done: Vec<(Write, Outcome)>) {
        METRICS.record_commit(done.len());
        for (write, _written) in &done {
            add_event(&write.context, "group commit", || vec![group_size(done.len())]);
        }
        let committed = if self.connection.inner.is_autocommit() {
            Err(SqliteError::unavailable("the transaction was rolled back"))
        } else {
            self.connection.run_script("commit")
        };
        if committed.is_err() && !self.connection.inner.is_autocommit() {
            drop(self.connection.run_script("rollback"));
        }
        for (write, written) in done {
            drop(write.reply.send(committed.clone().map(|()| written)));
        }
    }

    /// Another process holds the write lock: those that wait would each wait as long again.
    fn fail_waiting(&self, error: &SqliteError, fail_first: impl FnOnce()) {
        fail_first();
        for job in self.queue.try_iter().take(self.queue.len()) {
            match job {
                Job::Write(write) => drop(write.reply.send(Err(error.clone()))),
                Job::Begin(reply) => drop(reply.send(Err(error.clone()))),
            }
        }
    }
}
