//! Row-level security as a second wall behind the conditions of the statements (PostgreSQL).

use migration::row_level_security::{self, OwnedTable as Table};
use sea_orm::Iterable;

use crate::{Db, DbSettings, StoreError, owned_tables::OwnedTable};

/// The policies on the tables whose rows belong to users.
pub struct RowLevelSecurity {
    settings: DbSettings,
}

impl RowLevelSecurity {
    /// Manages the policies of a database. `settings` must name a role that owns the tables, except to read the status.
    #[must_use]
    pub fn new(settings: DbSettings) -> Self {
        Self { settings }
    }

    /// Creates policies that limit `role`, the service's, to the rows that each of its statements is meant for.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::AccessDenied`] or
    /// [`StoreError::Unexpected`] if it rejects a statement.
    pub async fn enable(&self, role: &str) -> Result<(), StoreError> {
        Db::administer(&self.settings, async |db| row_level_security::enable(db, &tables(), role).await).await
    }

    /// Drops the policies.
    ///
    /// # Errors
    ///
    /// As [`RowLevelSecurity::enable`].
    pub async fn disable(&self) -> Result<(), StoreError> {
        Db::administer(&self.settings, async |db| row_level_security::disable(db, &tables()).await).await
    }

    /// Returns the tables, by name, with whether they limit the role of the connection.
    ///
    /// # Errors
    ///
    /// As [`RowLevelSecurity::enable`].
    pub async fn status(&self) -> Result<Vec<(String, bool)>, StoreError> {
        Db::administer(&self.settings, async |db| row_level_security::status(db, &tables()).await).await
    }
}

fn tables() -> Vec<Table> {
    let table = |table: OwnedTable| {
        let (relation, owner) = table.sql_names();
        Table { relation, owner }
    };
    OwnedTable::iter().map(table).collect()
}
