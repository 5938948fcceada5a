//! Backups of a SQLite database.

use std::path::Path;

use super::{
    database::{Db, is_sqlite},
    sqlite::{self, BackupError},
};

impl Db {
    /// Copies the SQLite database at `url`, which may be in use, into a new file.
    ///
    /// # Errors
    ///
    /// [`BackupError`]; no file remains.
    pub async fn backup(url: &str, file: &Path) -> Result<(), BackupError> {
        if !is_sqlite(url) {
            return Err(BackupError::NotSqlite);
        }
        let (url, file) = (url.to_owned(), file.to_owned());
        let copied = tokio::task::spawn_blocking(move || sqlite::backup(&url, &file)).await;
        copied.map_err(|error| BackupError::Database(error.into()))?
    }
}
