//! A consistent copy of a database that is in use.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};
use tempfile::NamedTempFile;

use super::{error::SqliteError, url::Location};

/// How long another process may keep the database locked.
const LOCK_TIMEOUT: Duration = Duration::from_secs(30);

const RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is not a SQLite file.
    #[error("only SQLite databases can be backed up by this command; use pg_dump for PostgreSQL")]
    NotSqlite,
    /// A file of that name exists.
    #[error("{} exists; a backup does not replace a file", .0.display())]
    FileExists(PathBuf),
    /// The file cannot be written.
    #[error("{}: {source}", file.display())]
    File {
        /// The file of the backup.
        file: PathBuf,
        /// What the operating system answered.
        source: io::Error,
    },
    /// The database cannot be read.
    #[error("the database cannot be read: {0}")]
    Database(Box<dyn std::error::Error + Send + Sync>),
    /// The copy is damaged, as the database probably is.
    #[error("the copy failed SQLite's integrity check: {0}")]
    Damaged(String),
}

/// Copies the database into a new file, which only its owner may read. Blocks the thread, and no other user of the database.
pub(in crate::db) fn copy(url: &str, file: &Path) -> Result<(), BackupError> {
    let location = Location::parse(url).map_err(database_error)?;
    if file.try_exists().map_err(file_error(file))? {
        return Err(BackupError::FileExists(file.into()));
    }
    let folder = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let temporary = NamedTempFile::new_in(folder).map_err(file_error(file))?;
    fill(&location, temporary.path())?;
    temporary.as_file().sync_all().map_err(file_error(file))?;
    temporary.persist_noclobber(file).map_err(|error| file_error(file)(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(file_error(file))
}

/// Copies all pages in one step, so that the copy is of one moment: a write between two steps would begin the copy anew.
fn fill(location: &Location, target: &Path) -> Result<(), BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(&location.path, flags).map_err(sqlite_error)?;
    let mut copy = Connection::open(target).map_err(sqlite_error)?;
    let backup = Backup::new(&source, &mut copy).map_err(sqlite_error)?;
    let started = Instant::now();
    while backup.step(-1).map_err(sqlite_error)? != StepResult::Done {
        if started.elapsed() > LOCK_TIMEOUT {
            return Err(database_error(SqliteError::unavailable("another process has locked it")));
        }
        std::thread::sleep(RETRY_INTERVAL);
    }
    drop(backup);
    // the copied header says WAL, which would leave files beside the copy
    copy.query_row("pragma journal_mode = delete", [], |_row| Ok(())).map_err(sqlite_error)?;
    let check: String = copy.query_row("pragma integrity_check(1)", [], |row| row.get(0)).map_err(sqlite_error)?;
    if check == "ok" { Ok(()) } else { Err(BackupError::Damaged(check)) }
}

fn sqlite_error(error: rusqlite::Error) -> BackupError {
    database_error(error.into())
}

fn database_error(error: SqliteError) -> BackupError {
    BackupError::Database(error.into())
}

fn file_error(file: &Path) -> impl Fn(io::Error) -> BackupError {
    move |source| BackupError::File { file: file.into(), source }
}
