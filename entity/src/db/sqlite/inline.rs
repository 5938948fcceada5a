//! Short reads on the caller's thread: handing a read to another thread and back costs as much as the read.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sea_orm::Statement;

use super::{connection::Connection, error::SqliteError, row::Row, settings::SqliteSettings, url::Location};
use crate::db::error_class::ErrorClass;

/// How long a read may keep the caller's thread.
const MAX_TIME: Duration = Duration::from_millis(20);

/// How much of the file is mapped into memory. Reads of mapped pages cost neither a system call nor a copy.
const MAPPED_BYTES: i64 = 1 << 30;

/// Connections for short reads, each used by one thread at a time.
pub(super) struct InlineReaders(Mutex<Vec<Connection>>);

impl InlineReaders {
    pub(super) fn open(location: &Location, settings: &SqliteSettings, count: usize) -> Result<Self, SqliteError> {
        let settings = SqliteSettings { busy_timeout: Duration::ZERO, statement_timeout: MAX_TIME, ..settings.clone() };
        let open = |_| {
            let connection = Connection::open(location, &settings)?;
            connection.run_script("pragma query_only = on")?;
            connection.keep_plans()?;
            connection.inner.pragma_update(None, "mmap_size", MAPPED_BYTES)?;
            Ok(connection)
        };
        Ok(Self(Mutex::new((0..count).map(open).collect::<Result<_, SqliteError>>()?)))
    }

    /// Runs a read. Returns `None` if it would have to wait or takes too long: then it must run on another thread.
    pub(super) fn read(&self, statement: &Statement) -> Option<Result<Vec<Row>, SqliteError>> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        let outcome = connection.run(statement);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        match outcome {
            Err(error) if error.class() == ErrorClass::Unavailable => None,
            outcome => Some(outcome.map(|outcome| outcome.rows)),
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;
    use sea_orm::DbBackend;

    use super::*;

    const SELECT: &str = "select text from note where owner = $1";

    #[test]
    fn a_cached_statement_is_not_prepared_again_for_other_values() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("taskbridge.db").display());
        let settings =
            SqliteSettings { url, readers: 1, busy_timeout: Duration::ZERO, statement_timeout: Duration::from_secs(1) };
        let location = Location::parse(&settings.url).unwrap();
        let writer = Connection::open(&location, &settings).unwrap();
        writer.run_script("create table note (owner text, text text); create index owner on note (owner)").unwrap();
        writer.run_script("insert into note values ('ann', 'a'), ('ben', 'b'), ('ben', 'c'); analyze").unwrap();
        let readers = InlineReaders::open(&location, &settings, 1).unwrap();
        for (owner, notes) in [("ann", 1), ("ben", 2), ("eve", 0)] {
            let statement = Statement::from_sql_and_values(DbBackend::Sqlite, SELECT, [owner.into()]);
            assert_eq!(readers.read(&statement).unwrap().unwrap().len(), notes);
        }
        let connection = readers.0.lock().unwrap().pop().unwrap();
        let statement = connection.inner.prepare_cached(SELECT).unwrap();
        assert_eq!(statement.get_status(StatementStatus::Run), 3);
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
