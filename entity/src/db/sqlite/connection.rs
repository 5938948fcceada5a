//! One connection, and running one statement on it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::config::DbConfig;

use super::{
    error::SqliteError,
    row::{Outcome, Row},
    settings::SqliteSettings,
    url::Location,
    value,
};

/// How many instructions of SQLite's virtual machine run between two looks at the clock.
const INSTRUCTIONS_PER_CHECK: i32 = 1_000;

const CACHED_STATEMENTS: usize = 128;

/// A connection whose statements are interrupted after the statement timeout.
pub(super) struct Connection {
    pub(super) inner: rusqlite::Connection,
    timeout: Duration,
    epoch: Instant,
    /// Milliseconds after `epoch`; zero is no limit.
    deadline: Arc<AtomicU64>,
}

impl Connection {
    pub(super) fn open(location: &Location, settings: &SqliteSettings) -> Result<Self, SqliteError> {
        let inner = if location.in_memory {
            rusqlite::Connection::open_in_memory()?
        } else {
            rusqlite::Connection::open_with_flags(&location.path, location.flags)?
        };
        inner.busy_timeout(settings.busy_timeout)?;
        inner.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        inner.query_row("pragma journal_mode = wal", [], |_row| Ok(()))?;
        inner.execute_batch("pragma synchronous = full; pragma foreign_keys = on")?;
        let (epoch, deadline) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let limit = Arc::clone(&deadline);
        let is_late = move || matches!(limit.load(Ordering::Relaxed), limit if limit > 0 && millis(epoch) > limit);
        inner.progress_handler(INSTRUCTIONS_PER_CHECK, Some(is_late))?;
        Ok(Self { inner, timeout: settings.statement_timeout, epoch, deadline })
    }

    /// Keeps the plan of a cached statement. Otherwise SQLite, once it has statistics, prepares the statement again whenever its
    /// values change.
    pub(super) fn keep_plans(&self) -> Result<(), SqliteError> {
        self.inner.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(())
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Runs a statement to its end.
    pub(super) fn run(&self, statement: &sea_orm::Statement) -> Result<Outcome, SqliteError> {
        self.run_in_time(statement, false)
    }

    /// Runs a statement to its end, and returns its rows with the names of their columns.
    pub(super) fn run_named(&self, statement: &sea_orm::Statement) -> Result<Outcome, SqliteError> {
        self.run_in_time(statement, true)
    }

    fn run_in_time(&self, statement: &sea_orm::Statement, with_names: bool) -> Result<Outcome, SqliteError> {
        let timeout = u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX);
        self.deadline.store(millis(self.epoch).saturating_add(timeout).max(1), Ordering::Relaxed);
        let result = self.run_to_end(statement, with_names);
        self.deadline.store(0, Ordering::Relaxed);
        result
    }

    /// Runs several statements without values and without a time limit.
    pub(super) fn run_script(&self, sql: &str) -> Result<(), SqliteError> {
        Ok(self.inner.execute_batch(sql)?)
    }

    fn run_to_end(&self, statement: &sea_orm::Statement, with_names: bool) -> Result<Outcome, SqliteError> {
        let mut prepared = self.inner.prepare_cached(&statement.sql)?;
        value::bind(&mut prepared, statement.values.as_ref().map_or(&[], |values| values.0.as_slice()))?;
        let is_read = prepared.readonly();
        let mut outcome = Outcome::default();
        let columns = prepared.column_count();
        let names = with_names.then(|| column_names(&prepared));
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next()? {
            outcome.rows.push(Row::read(row, columns, names.as_ref())?);
        }
        outcome.affected = if is_read { 0 } else { self.inner.changes() };
        Ok(outcome)
    }
}

fn column_names(statement: &rusqlite::Statement<'_>) -> Arc<[String]> {
    statement.column_names().into_iter().map(str::to_owned).collect()
}

fn millis(epoch: Instant) -> u64 {
    u64::try_from(epoch.elapsed().as_millis()).unwrap_or(u64::MAX)
}
