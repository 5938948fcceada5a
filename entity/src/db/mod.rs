//! The database as an opaque pool: open, migrate, ping. Nothing outside this package can run a statement on it.

pub(crate) mod statement;

use std::{error::Error, future::Future, time::Duration};

use migration::MigrationStatus;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait, sqlx,
};

/// How the database is reached.
#[derive(Clone)]
pub struct DbSettings {
    /// `sqlite:` or `postgres:`; may hold a password, so it is never shown.
    pub url: String,
    /// Connections of one pool.
    pub max_connections: u32,
    /// How long to wait for a connection.
    pub acquire_timeout: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
}

/// A connection idle for longer is tested before it is used; a busy one is not, which saves a round trip a request.
const TEST_IF_IDLE_FOR: Duration = Duration::from_secs(1);

/// What a statement may wait beyond its own limit for the answer to cross the network.
const GRACE: Duration = Duration::from_millis(500);

/// A pool of connections, and nothing that can be asked of it but to migrate and to say whether it is there.
#[derive(Clone)]
pub struct Db {
    connection: DatabaseConnection,
    patience: Duration,
}

impl Db {
    /// Opens a pool; connections are made as they are needed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the URL is not understood, or the SQLite file can't be opened.
    pub async fn open(settings: &DbSettings) -> Result<Self, StoreError> {
        let connection = connect(settings, true).await?;
        Ok(Self { connection, patience: settings.acquire_timeout + settings.statement_timeout + GRACE })
    }

    /// Brings the tables up to date, under a lock; returns the names of the migrations that ran.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the database is away or refuses.
    pub async fn migrate(settings: &DbSettings) -> Result<Vec<String>, StoreError> {
        let connection = connect(settings, false).await?;
        let ran = migration::up(&connection).await?;
        connection.close().await?;
        Ok(ran)
    }

    /// The migrations, and which of them this database has.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the database is away.
    pub async fn migration_status(settings: &DbSettings) -> Result<Vec<MigrationStatus>, StoreError> {
        Ok(migration::status(&connect(settings, false).await?).await?)
    }

    /// Asks for an answer, whatever it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if there is none in time.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.with_timeout(self.connection.ping()).await
    }

    pub(crate) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Begins what must hold together. On SQLite it is the one writer from the first statement on: a reader that wants to
    /// write later may be refused.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        self.connection.begin_with_options(options).await
    }

    /// Waits for a statement's answer, but not for ever: a database that accepts and never answers is away too.
    pub(crate) async fn with_timeout<T>(
        &self,
        answer: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, StoreError> {
        match tokio::time::timeout(self.patience, answer).await {
            Ok(answer) => Ok(answer?),
            Err(elapsed) => Err(StoreError::Unavailable(Box::new(elapsed))),
        }
    }
}

/// Whether `url` names a database that [`Db`] can open.
#[must_use]
pub fn is_database_url(url: &str) -> bool {
    if url.starts_with("sqlite:") {
        url.parse::<sqlx::sqlite::SqliteConnectOptions>().is_ok()
    } else {
        url.starts_with("postgres://") && url.parse::<sqlx::postgres::PgConnectOptions>().is_ok()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where a pool is made")]
async fn connect(settings: &DbSettings, lazily: bool) -> Result<DatabaseConnection, DbErr> {
    let statement = settings.statement_timeout.as_millis().to_string();
    let busy = settings.acquire_timeout;
    let mut options = ConnectOptions::new(&settings.url);
    options
        .connect_lazy(lazily)
        .max_connections(settings.max_connections)
        .acquire_timeout(settings.acquire_timeout)
        .test_before_acquire_if_idle_for(TEST_IF_IDLE_FOR)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(move |postgres| {
            postgres.application_name("taskbridge").options([
                ("statement_timeout", statement.as_str()),
                ("lock_timeout", statement.as_str()),
                ("idle_in_transaction_session_timeout", statement.as_str()),
            ])
        })
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(busy)
        });
    Database::connect(options).await
}

/// Why the store did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away, too slow, full or stopping: the same request may succeed later.
    #[error("the database is away: {0}")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The database does not know us: waiting alone does not help, somebody has to set it right.
    #[error("the database does not let us in: {0}")]
    AccessDenied(#[source] Box<dyn Error + Send + Sync>),
    /// The database answered what it never should.
    #[error("the database answered unexpectedly: {0}")]
    Unexpected(#[source] Box<dyn Error + Send + Sync>),
    /// A cursor that does not belong to this list.
    #[error("the cursor is of another list")]
    CursorMismatch,
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => Self::of(cause)(Box::new(error)),
            DbErr::ConnectionAcquire(_) => Self::Unavailable(Box::new(error)),
            // its text may hold the URL, and that a password
            DbErr::Conn(_) => Self::AccessDenied("the URL is not understood".into()),
            _ => Self::Unexpected(Box::new(error)),
        }
    }
}

impl StoreError {
    /// Whether a statement named a column that its table does not have. SQLite tells it in words only.
    pub(crate) fn is_unknown_column(&self) -> bool {
        let Self::Unexpected(error) = self else { return false };
        match error.downcast_ref() {
            Some(DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause))) => {
                cause.as_database_error().is_some_and(|answer| {
                    answer.code().is_some_and(|code| code == "42703")
                        || answer.message().starts_with("no such column: ")
                })
            }
            _ => false,
        }
    }

    fn of(cause: &sqlx::Error) -> fn(Box<dyn Error + Send + Sync>) -> Self {
        match cause.as_database_error().map(|answer| answer.code().unwrap_or_default()) {
            Some(code) if means_refused(&code) => Self::AccessDenied,
            Some(code) if means_away(&code) => Self::Unavailable,
            None if is_no_answer(cause) => Self::Unavailable,
            _ => Self::Unexpected,
        }
    }
}

fn is_no_answer(error: &sqlx::Error) -> bool {
    matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
    )
}

/// PostgreSQL's SQLSTATE: a wrong role or password, or no such database. SQLite's: a file that can't be opened.
fn means_refused(code: &str) -> bool {
    const CAN_NOT_OPEN: i32 = 14;
    if code.len() == 5 {
        ["28", "3D"].iter().any(|class| code.starts_with(class))
    } else {
        primary(code) == CAN_NOT_OPEN
    }
}

/// Of SQLite's extended result code the part that names the kind.
fn primary(code: &str) -> i32 {
    code.parse::<i32>().map_or(0, |extended| extended & 0xff)
}

/// PostgreSQL's SQLSTATE (five characters) or SQLite's extended result code (a number).
fn means_away(code: &str) -> bool {
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const READ_ONLY: i32 = 8;
    const IO: i32 = 10;
    const FULL: i32 = 13;
    if code.len() == 5 {
        // connection, rolled back (deadlock), resources, state (lock timeout), intervention (shutdown, statement timeout), system
        ["08", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class)) || code == "25006"
    } else {
        [BUSY, LOCKED, READ_ONLY, IO, FULL].contains(&primary(code))
    }
}

/// Whether the database speaks PostgreSQL's dialect; else it is SQLite's.
pub(crate) fn is_postgres(backend: DbBackend) -> bool {
    backend == DbBackend::Postgres
}
