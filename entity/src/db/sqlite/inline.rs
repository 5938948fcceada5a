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

/// Connections for short reads, each used by one thread at a time.
pub(super) struct InlineReaders(Mutex<Vec<Connection>>);

impl InlineReaders {
    pub(super) fn open(location: &Location, settings: &SqliteSettings, count: usize) -> Result<Self, SqliteError> {
        let settings = SqliteSettings { busy_timeout: Duration::ZERO, statement_timeout: MAX_TIME, ..settings.clone() };
        let open = |_| {
            let connection = Connection::open(location, &settings)?;
            connection.run_script("pragma query_only = on")?;
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
