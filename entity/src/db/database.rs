//! The database.

use std::{convert::Infallible, sync::Arc, time::Instant};

use sea_orm::{Statement, StatementBuilder};

use super::{
    dialect::Dialect,
    error::StoreError,
    executor::{Connection, Executor, Transaction},
    metrics::METRICS,
    postgres::{self, Listener, Request},
    row::Row,
    row_scope::RowScope,
    settings::{DbSettings, Pooler},
    sql_builder::SqlBuilder,
    sqlite::{self, Sqlite},
    statement::{Outcome, Sql},
    statement_span::StatementSpan,
};

/// A database and its connections. Outside this package it can only be opened, migrated and pinged.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    sql: SqlBuilder,
    has_row_level_security: bool,
    row_scope: RowScope,
}

#[derive(Clone)]
enum Engine {
    Postgres(Arc<postgres::Pool>),
    Sqlite(Sqlite),
}

impl Db {
    /// Opens a SQLite file, or prepares to connect to PostgreSQL on first use.
    ///
    /// # Errors
    ///
    /// [`StoreError::AccessDenied`] if the URL is invalid or the SQLite file cannot be opened; [`StoreError::Unexpected`]
    /// otherwise.
    pub async fn open(settings: &DbSettings) -> Result<Self, StoreError> {
        let (engine, dialect) = if is_sqlite(&settings.url) {
            (Engine::Sqlite(Sqlite::open(settings.into()).await?), Dialect::Sqlite)
        } else {
            (Engine::Postgres(Arc::new(postgres::Pool::new(settings)?)), Dialect::Postgres)
        };
        Ok(Self {
            engine,
            sql: SqlBuilder::new(dialect, &settings.better_auth_names),
            has_row_level_security: settings.row_level_security && dialect.is_postgres(),
            row_scope: RowScope::default(),
        })
    }

    /// Returns what stands between the service and PostgreSQL; [`Pooler::None`] for SQLite.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::AccessDenied`] if it rejects the
    /// connection; [`StoreError::Unexpected`] otherwise.
    pub async fn detect_pooler(settings: &DbSettings) -> Result<Pooler, StoreError> {
        if is_sqlite(&settings.url) { Ok(Pooler::None) } else { postgres::detect_pooler(settings).await }
    }

    /// Returns the database for statements of one user. Row-level security hides the rows of others from them.
    pub(crate) fn limited_to(self, owner: &str) -> Self {
        self.with_row_scope(|| RowScope::owner(owner))
    }

    /// Returns the database for statements that find a user or clean up. Row-level security hides no row from them.
    pub(crate) fn with_all_rows(&self) -> Self {
        self.clone().with_row_scope(RowScope::all)
    }

    fn with_row_scope(self, scope: impl FnOnce() -> RowScope) -> Self {
        let row_scope = if self.has_row_level_security { scope() } else { RowScope::default() };
        Self { row_scope, ..self }
    }

    pub(crate) fn has_row_level_security(&self) -> bool {
        self.has_row_level_security
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::AccessDenied`] if it rejects the
    /// connection; [`StoreError::Unexpected`] otherwise.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.query(&Sql::new("select 1", [])).await?;
        Ok(())
    }

    /// Runs a read that may take long, so that it delays no other.
    pub(crate) async fn query_alone(&self, statement: &impl StatementBuilder) -> Result<Vec<Row>, StoreError> {
        match &self.engine {
            Engine::Postgres(pool) => {
                let started = Instant::now();
                let outcome = pool.run_alone(&self.request(statement)).await;
                METRICS.record(&METRICS.slow_read, started, outcome).map(rows)
            }
            Engine::Sqlite(_) => self.query_slowly(statement).await,
        }
    }

    /// Runs a read that may take long, so that it delays no other. It is planned for the values of its parameters.
    pub(crate) async fn query_slowly(&self, statement: &impl StatementBuilder) -> Result<Vec<Row>, StoreError> {
        let started = Instant::now();
        let result = match &self.engine {
            Engine::Postgres(pool) => pool.run_alone(&self.request(statement).unprepared()).await.map(rows),
            Engine::Sqlite(sqlite) => sqlite.read_slowly(self.build(statement)).await.map(sqlite_rows),
        };
        METRICS.record(&METRICS.slow_read, started, result)
    }

    /// Runs `work` in a transaction: commits it if `work` succeeds, rolls it back if it fails or takes too long.
    pub(crate) async fn transaction<T>(
        &self,
        work: impl AsyncFnOnce(&Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let result =
            self.transaction_unless(async |transaction| work(transaction).await.map(Ok::<T, Infallible>)).await;
        result.map(|Ok(value)| value)
    }

    /// Runs `work` in a transaction: commits it if `work` succeeds, rolls it back if it rejects the request, fails or takes
    /// too long.
    pub(crate) async fn transaction_unless<T, E>(
        &self,
        work: impl AsyncFnOnce(&Transaction) -> Result<Result<T, E>, StoreError>,
    ) -> Result<Result<T, E>, StoreError> {
        let started = Instant::now();
        let transaction = METRICS.record_error(self.begin().await)?;
        let mut result = work(&transaction).await;
        if matches!(result, Ok(Ok(_))) {
            result = transaction.commit().await.and(result);
        } else {
            drop(transaction.rollback().await);
        }
        METRICS.record(&METRICS.transaction, started, result)
    }

    /// Runs `work` in a transaction that is always rolled back.
    pub(crate) async fn dry_run<T>(
        &self,
        work: impl AsyncFnOnce(&Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = self.begin().await?;
        let result = work(&transaction).await;
        let rolled_back = transaction.rollback().await;
        let result = result?;
        rolled_back?;
        Ok(result)
    }

    /// On SQLite, takes the write lock at once: a transaction that reads first may be refused it later.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        let begin = async {
            Ok(match &self.engine {
                Engine::Postgres(pool) => Connection::Postgres(pool.begin().await?),
                Engine::Sqlite(sqlite) => Connection::Sqlite(sqlite.begin().await?),
            })
        };
        let connection = StatementSpan::start(self.sql.dialect, "begin").run(begin).await?;
        Ok(Transaction::new(connection, self.sql.clone(), self.row_scope.clone()))
    }

    /// Returns the statement as the database receives it.
    #[cfg(feature = "explain")]
    pub(crate) fn explain(&self, statement: &impl StatementBuilder) -> Statement {
        self.build(statement)
    }

    /// Listens on `channels`. Returns `None` if the database cannot notify (SQLite), or not reliably (a pooler).
    pub(crate) async fn listen(&self, channels: &[&str]) -> Result<Option<Listener>, StoreError> {
        match &self.engine {
            Engine::Postgres(pool) => pool.listen(channels).await,
            Engine::Sqlite(_) => Ok(None),
        }
    }

    /// Returns whether [`Db::listen`] connects.
    pub(crate) fn can_listen(&self) -> bool {
        matches!(&self.engine, Engine::Postgres(pool) if pool.can_listen())
    }

    fn request(&self, statement: &impl StatementBuilder) -> Request {
        self.row_scope.apply(Request::from(self.build(statement)))
    }

    fn build(&self, statement: &impl StatementBuilder) -> Statement {
        self.sql.build(statement)
    }
}

impl Executor for Db {
    fn dialect(&self) -> Dialect {
        self.sql.dialect
    }

    async fn query(&self, statement: &impl StatementBuilder) -> Result<Vec<Row>, StoreError> {
        let started = Instant::now();
        let result = match &self.engine {
            Engine::Postgres(pool) => pool.read(&self.request(statement)).await.map(rows),
            Engine::Sqlite(sqlite) => sqlite.read(self.build(statement)).await.map(sqlite_rows),
        };
        METRICS.record(&METRICS.read, started, result)
    }

    async fn write(&self, statement: &impl StatementBuilder) -> Result<Outcome<Row>, StoreError> {
        let started = Instant::now();
        let result = match &self.engine {
            Engine::Postgres(pool) => {
                pool.run_alone(&self.request(statement)).await.map(|outcome| outcome.map(Row::Postgres))
            }
            Engine::Sqlite(sqlite) => {
                sqlite.write(self.build(statement), None).await.map(|outcome| outcome.map(Row::Sqlite))
            }
        };
        METRICS.record(&METRICS.write, started, result)
    }

    async fn write_both(
        &self,
        first: &impl StatementBuilder,
        second: &impl StatementBuilder,
    ) -> Result<Outcome<Row>, StoreError> {
        let Engine::Sqlite(sqlite) = &self.engine else {
            return self.transaction(async |transaction| transaction.write_both(first, second).await).await;
        };
        let started = Instant::now();
        let result = sqlite.write(self.build(first), Some(self.build(second))).await;
        METRICS.record(&METRICS.write, started, result.map(|outcome| outcome.map(Row::Sqlite)))
    }

    /// On PostgreSQL, concurrent inserts share a commit.
    async fn insert(&self, statement: &impl StatementBuilder, lock_key: &str) -> Result<Outcome<Row>, StoreError> {
        let Engine::Postgres(pool) = &self.engine else { return self.write(statement).await };
        let started = Instant::now();
        let result = pool.insert(self.request(statement), lock_key).await;
        METRICS.record(&METRICS.insert, started, result.map(|outcome| outcome.map(Row::Postgres)))
    }
}

fn rows(outcome: Outcome<tokio_postgres::Row>) -> Vec<Row> {
    outcome.rows.into_iter().map(Row::Postgres).collect()
}

fn sqlite_rows(rows: Vec<sqlite::Row>) -> Vec<Row> {
    rows.into_iter().map(Row::Sqlite).collect()
}

/// Returns whether [`Db`] can open `url`.
#[must_use]
pub fn is_database_url(url: &str) -> bool {
    if is_sqlite(url) { sqlite::is_url(url) } else { postgres::is_url(url) }
}

pub(super) fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}
