//! SQLite: one thread that writes, several that run long reads, and one that checkpoints. Short reads run on the caller's.

mod backup;
mod checkpoint;
mod connection;
mod error;
mod from_cell;
mod inline;
mod readers;
mod reply;
mod row;
mod session;
mod settings;
#[cfg(test)]
mod tests;
mod transaction;
mod url;
mod value;
mod writer;

use std::{sync::Arc, thread, time::Duration};

use crossbeam_channel::{Receiver, Sender, TrySendError};
use opentelemetry::Context;
use sea_orm::Statement;
use tokio::{sync::oneshot, time::timeout};

pub use self::backup::BackupError;
pub(in crate::db) use self::backup::copy as backup;
use self::{
    checkpoint::CheckpointTrigger,
    connection::Connection,
    inline::InlineReaders,
    readers::Read,
    row::Outcome,
    url::Location,
    writer::{Job, Write, Writer},
};
pub(crate) use self::{
    error::SqliteError,
    from_cell::{Cell, FromCell},
    row::Row,
    transaction::SqliteTransaction,
};
pub(super) use self::{settings::SqliteSettings, url::is_url};
use super::{
    dialect::Dialect,
    error::StoreError,
    metrics::{InProgress, METRICS},
    statement_span::StatementSpan,
};

/// The most jobs that wait for a thread; more are refused.
const QUEUE_CAPACITY: usize = 4_096;

/// An open SQLite database. Its threads end when the last clone is dropped.
#[derive(Clone)]
pub(in crate::db) struct Sqlite(Arc<Queues>);

struct Queues {
    /// How long a caller waits: for its turn, for another process's lock, and for its statement.
    limit: Duration,
    writes: Sender<Job>,
    /// `None` for a database in memory, which only the writer's connection sees.
    reads: Option<Reads>,
}

struct Reads {
    inline: InlineReaders,
    queue: Sender<Read>,
}

impl Sqlite {
    /// Opens the database and starts the threads.
    ///
    /// # Errors
    ///
    /// [`StoreError::AccessDenied`] if the URL is invalid or the file cannot be opened.
    pub(in crate::db) async fn open(settings: SqliteSettings) -> Result<Self, StoreError> {
        let opened = tokio::task::spawn_blocking(move || Queues::open(&settings)).await;
        let queues = opened.map_err(StoreError::unexpected)??;
        Ok(Self(Arc::new(queues)))
    }

    /// Runs a read, on the caller's thread if it is short.
    pub(in crate::db) async fn read(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let read = async |statement| {
            let inline = self.0.reads.as_ref().and_then(|reads| reads.inline.read(&statement));
            match inline {
                Some(rows) => Ok(rows?),
                None => self.read_on_thread(statement).await,
            }
        };
        span(&statement).run(read(statement)).await
    }

    /// Runs a read that may take long, on a thread of its own.
    pub(in crate::db) async fn read_slowly(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        span(&statement).run(self.read_on_thread(statement)).await
    }

    async fn read_on_thread(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let Some(reads) = &self.0.reads else { return Ok(self.write_in_turn(statement, None).await?.rows) };
        self.request(&reads.queue, |reply| Read { statement, reply }).await
    }

    /// Runs a statement, and then `second`; both take effect, or none. The outcome of the first arrives after the commit.
    pub(in crate::db) async fn write(
        &self,
        statement: Statement,
        second: Option<Statement>,
    ) -> Result<Outcome, StoreError> {
        span(&statement).run(self.write_in_turn(statement, second)).await
    }

    async fn write_in_turn(&self, statement: Statement, second: Option<Statement>) -> Result<Outcome, StoreError> {
        let _waiting = InProgress::start(&METRICS.sqlite_writer_waiting);
        let context = Context::current();
        self.request(&self.0.writes, |reply| Job::Write(Write { statement, second, context, reply })).await
    }

    /// Begins a transaction, which has the write lock from the start.
    pub(in crate::db) async fn begin(&self) -> Result<SqliteTransaction, StoreError> {
        let _waiting = InProgress::start(&METRICS.sqlite_writer_waiting);
        Ok(SqliteTransaction::new(self.request(&self.0.writes, Job::Begin).await?))
    }

    async fn request<J, T>(
        &self,
        queue: &Sender<J>,
        job: impl FnOnce(oneshot::Sender<Result<T, SqliteError>>) -> J,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        queue.try_send(job(reply)).map_err(|error| {
            SqliteError::unavailable(match error {
                TrySendError::Full(_) => "too many statements wait for SQLite",
                TrySendError::Disconnected(_) => "the SQLite thread has ended",
            })
        })?;
        let answer = timeout(self.0.limit, answer).await;
        let answer = answer.map_err(|_elapsed| SqliteError::unavailable("SQLite is busy"))?;
        Ok(answer.map_err(|_closed| SqliteError::unavailable("the SQLite thread has ended"))??)
    }
}

impl Queues {
    fn open(settings: &SqliteSettings) -> Result<Self, SqliteError> {
        let location = Location::parse(&settings.url)?;
        let limit = settings.busy_timeout + settings.statement_timeout;
        let (checkpoints, sizes) = crossbeam_channel::bounded(1);
        let (writes, jobs) = crossbeam_channel::bounded(QUEUE_CAPACITY);
        let connection = Connection::open(&location, settings)?;
        connection.keep_plans()?;
        let thread = Writer::new(connection, jobs, CheckpointTrigger::new(checkpoints));
        spawn("sqlite-writer", move || thread.run())?;
        if location.in_memory {
            return Ok(Self { limit, writes, reads: None });
        }
        let connection = Connection::open(&location, settings)?;
        spawn("sqlite-checkpoint", move || checkpoint::run(&connection, &sizes))?;
        let inline = InlineReaders::open(&location, settings, thread::available_parallelism().map_or(1, usize::from))?;
        let reads = Some(Reads { inline, queue: open_readers(&location, settings)? });
        Ok(Self { limit, writes, reads })
    }
}

fn span(statement: &Statement) -> StatementSpan {
    StatementSpan::start(Dialect::Sqlite, &statement.sql)
}

fn open_readers(location: &Location, settings: &SqliteSettings) -> Result<Sender<Read>, SqliteError> {
    let (reads, queue) = crossbeam_channel::bounded(QUEUE_CAPACITY);
    for _ in 0..settings.readers.max(1) {
        let connection = Connection::open(location, settings)?;
        connection.run_script("pragma query_only = on")?;
        let queue: Receiver<Read> = queue.clone();
        spawn("sqlite-reader", move || readers::run(&connection, &queue))?;
    }
    Ok(reads)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), SqliteError> {
    let spawned = thread::Builder::new().name(name.into()).spawn(work);
    spawned.map(drop).map_err(|error| SqliteError::unavailable(&error.to_string()))
}
