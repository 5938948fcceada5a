//! One user's account.

use sea_orm::{
    QuerySelect, QueryTrait,
    sea_query::{LockType, SelectStatement},
};

use super::{credential_row, profile::Profile, user_row};
use crate::{
    Db, StoreError,
    db::{Executor, Transaction},
    owned::{Owned, Owner, OwnerScoped},
    session::Sessions,
};

/// One user's account in Better Auth's tables, if it exists.
#[derive(Clone)]
pub struct Account {
    pub(super) users: Owned<user_row::Entity>,
    pub(super) credentials: Owned<credential_row::Entity>,
    pub(super) sessions: Sessions,
    pub(super) db: Db,
}

impl OwnerScoped for Account {
    fn scoped_to(owner: Owner, db: Db) -> Self {
        let db = db.limited_to(owner.id().as_str());
        Self {
            users: Owned::new(owner.clone(), &db),
            credentials: Owned::new(owner.clone(), &db),
            sessions: Sessions::scoped_to(owner, db.clone()),
            db,
        }
    }
}

impl Account {
    /// Returns the user. It is `None` if this database has no row of them, or if its table `user` lacks a column of Better
    /// Auth's: that table is another library's, or its columns were renamed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn profile(&self) -> Result<Option<Profile>, StoreError> {
        match self.db.query_one(&self.select()).await {
            Err(error) if error.is_unknown_column() => Ok(None),
            row => row?.map(|row| user_row::from_row(&row, self.users.owner())).transpose(),
        }
    }

    /// Returns the statement that [`Account::profile`] runs.
    #[cfg(feature = "explain")]
    #[must_use]
    pub fn explain(&self) -> sea_orm::Statement {
        self.db.explain(&self.select())
    }

    /// Locks the user and returns whether they exist. The creation of a session locks them too, so that one of the two
    /// waits for the other.
    pub(super) async fn lock(&self, transaction: &Transaction, lock: LockType) -> Result<bool, StoreError> {
        let mut select = self.users.select().select_only().column(user_row::Column::Id).into_query();
        Ok(transaction.query_one(select.lock(lock)).await?.is_some())
    }

    fn select(&self) -> SelectStatement {
        let select = self.users.select().select_only();
        user_row::columns(self.db.dialect()).into_iter().fold(select, QuerySelect::expr).into_query()
    }
}
