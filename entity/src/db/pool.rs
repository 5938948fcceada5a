//! The pool of connections.

use std::{future::Future, time::Duration};

use migration::MigrationStatus;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, StatementBuilder,
    TransactionOptions, TransactionTrait,
};

use super::{
    dialect::Dialect,
    error::{MigrationError, StoreError},
    executor::{self, Executor, Transaction},
    postgres,
    row::Row,
    sqlite,
};

/// How to reach the database.
#[derive(Clone)]
pub struct DbSettings {
    /// A `sqlite:` or `postgres:` URL. It may hold a password, so it is never shown.
    pub url: String,
    /// The maximum number of connections in a pool.
    pub max_connections: u32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// How long a statement may run.
    pub statement_timeout: Duration,
}

/// A connection that was idle for longer is tested before use. A busy one is not, which saves a round trip per request.
const TEST_AFTER_IDLE: Duration = Duration::from_secs(1);

/// Time allowed beyond the statement timeout for the answer to cross the network.
const STATEMENT_TIMEOUT_GRACE: Duration = Duration::from_millis(500);

/// A pool of connections. Outside this package it can only be opened, migrated and pinged.
#[derive(Clone)]
pub struct Db {
    pub(super) connection: DatabaseConnection,
    timeout: Duration,
}

impl Db {
    /// Opens a pool. It connects to a server on first use.
    ///
    /// # Errors
    ///
    /// [`StoreError::AccessDenied`] if the URL is invalid or the SQLite file cannot be opened; [`StoreError::Unexpected`]
    /// otherwise.
    pub async fn open(settings: &DbSettings) -> Result<Self, StoreError> {
        let connection = connect(settings, true).await?;
        let timeout = settings.acquire_timeout + settings.statement_timeout + STATEMENT_TIMEOUT_GRACE;
        Ok(Self { connection, timeout })
    }

    /// Applies the pending migrations under a lock and returns their names.
    ///
    /// # Errors
    ///
    /// [`MigrationError::RenamedTables`] if Better Auth's tables have other names than `user`, `session` and `account`;
    /// [`MigrationError::Store`] otherwise: it is [`StoreError::Unavailable`] also if another process holds the lock for too
    /// long.
    pub async fn migrate(settings: &DbSettings) -> Result<Vec<String>, MigrationError> {
        let connection = connect(settings, false).await.map_err(StoreError::from)?;
        let outcome = migration::up(&connection).await.map_err(StoreError::from)?;
        connection.close().await.map_err(StoreError::from)?;
        match outcome {
            migration::Outcome::Applied(names) => Ok(names),
            migration::Outcome::RenamedTables(names) => Err(MigrationError::RenamedTables(names)),
        }
    }

    /// Returns every migration, in order, and whether this database has it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached; [`StoreError::AccessDenied`] if it rejects the role, the
    /// password or the name; [`StoreError::Unexpected`] otherwise.
    pub async fn migration_status(settings: &DbSettings) -> Result<Vec<MigrationStatus>, StoreError> {
        Ok(migration::status(&connect(settings, false).await?).await?)
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::AccessDenied`] if it rejects the
    /// connection; [`StoreError::Unexpected`] otherwise.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.with_timeout(async { Ok(self.connection.ping().await?) }).await
    }

    /// Runs `work` in a transaction: commits it if `work` succeeds, rolls it back if it fails or takes too long.
    pub(crate) async fn transaction<T>(
        &self,
        work: impl AsyncFnOnce(&Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with_timeout(async {
            let transaction = Transaction::new(self.begin().await?);
            let result = work(&transaction).await?;
            transaction.into_inner().commit().await?;
            Ok(result)
        })
        .await
    }

    /// Runs `work` in a transaction that is always rolled back.
    pub(crate) async fn dry_run<T>(
        &self,
        work: impl AsyncFnOnce(&Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with_timeout(async {
            let transaction = Transaction::new(self.begin().await?);
            let result = work(&transaction).await?;
            transaction.into_inner().rollback().await?;
            Ok(result)
        })
        .await
    }

    /// Returns the statement as the database receives it.
    #[cfg(feature = "explain")]
    pub(crate) fn explain(&self, statement: &impl StatementBuilder) -> sea_orm::Statement {
        statement.build(&self.connection.get_database_backend())
    }

    /// On SQLite, takes the write lock at once: a transaction that reads first may be refused it later.
    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        self.connection.begin_with_options(options).await
    }

    /// Limits the time that `answer` may take: a database that accepts a statement and never answers is unavailable too.
    pub(super) async fn with_timeout<T>(
        &self,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        match tokio::time::timeout(self.timeout, answer).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(StoreError::Unavailable(Box::new(elapsed))),
        }
    }
}

impl Executor for Db {
    fn dialect(&self) -> Dialect {
        Dialect::from_backend(self.connection.get_database_backend())
    }

    async fn query(&self, statement: &impl StatementBuilder) -> Result<Vec<Row>, StoreError> {
        self.with_timeout(executor::query(&self.connection, statement)).await
    }

    async fn execute(&self, statement: &impl StatementBuilder) -> Result<u64, StoreError> {
        self.with_timeout(executor::execute(&self.connection, statement)).await
    }
}

/// Returns whether [`Db`] can open `url`.
#[must_use]
pub fn is_database_url(url: &str) -> bool {
    if url.starts_with("sqlite:") { sqlite::is_url(url) } else { postgres::is_url(url) }
}

#[expect(clippy::disallowed_methods, reason = "the one place that opens a pool")]
async fn connect(settings: &DbSettings, lazily: bool) -> Result<DatabaseConnection, DbErr> {
    let (acquire_timeout, statement_timeout) = (settings.acquire_timeout, settings.statement_timeout);
    let mut options = ConnectOptions::new(&settings.url);
    options
        .connect_lazy(lazily)
        .max_connections(settings.max_connections)
        .acquire_timeout(acquire_timeout)
        .test_before_acquire_if_idle_for(TEST_AFTER_IDLE)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(move |options| postgres::connect_options(options, statement_timeout))
        .map_sqlx_sqlite_opts(move |options| sqlite::connect_options(options, acquire_timeout));
    Database::connect(options).await
}
