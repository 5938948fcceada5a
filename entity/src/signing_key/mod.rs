//! Better Auth's table `jwks`: the key pairs that sign access tokens.

mod model;
mod row;

pub use self::model::{NewSigningKey, PrivateKeyText, StoredSigningKey};
use crate::{Db, StoreError, better_auth::new_id, db::Executor};

/// Most keys that are read, the newest ones. Rows are never deleted.
const MAX_KEYS: u64 = 1_000;

/// The key pairs of the service and of a Better Auth on the same database.
#[derive(Clone)]
pub struct SigningKeyStore {
    db: Db,
}

impl SigningKeyStore {
    /// Opens the key pairs of `db`.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Returns all keys, the newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn list(&self) -> Result<Vec<StoredSigningKey>, StoreError> {
        let dialect = self.db.dialect();
        let rows = match self.db.query(&row::select(MAX_KEYS, true, dialect)).await {
            Err(error) if error.is_unknown_column() => self.db.query(&row::select(MAX_KEYS, false, dialect)).await?,
            rows => rows?,
        };
        rows.iter().map(row::from_row).collect()
    }

    /// Stores a key pair and returns its id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise, for
    /// example if the table's ids are not text.
    pub async fn insert(&self, key: &NewSigningKey) -> Result<String, StoreError> {
        let (id, dialect) = (new_id()?, self.db.dialect());
        match self.db.execute(&row::insert(&id, key, true, dialect)).await {
            Err(error) if error.is_unknown_column() => self.db.execute(&row::insert(&id, key, false, dialect)).await?,
            inserted => inserted?,
        };
        Ok(id)
    }
}
