//! Accounts: the door to one's own, the door for those who are not proven yet, and the plain structs that leave them.

mod change_password;
mod credential_row;
mod log_in;
mod refresh;
mod sign_up;
mod user_row;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QuerySelect, QueryTrait, sea_query::SelectStatement};

pub use self::{
    change_password::PasswordChange,
    log_in::{AccountStore, Credential, UserSession},
    refresh::{RefreshExchange, RefreshOutcome},
    sign_up::{NewAccount, SignUpOutcome},
};
use crate::{
    Db, StoreError, UserId,
    owned::{Owned, Owner, OwnerScoped},
    session::Sessions,
};

/// A user as Better Auth keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who it is.
    pub id: UserId,
    /// What they are called.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Whether the address is known to be theirs.
    pub email_verified: bool,
    /// Where their picture is.
    pub image: Option<String>,
    /// When they signed up.
    pub created_at: DateTime<Utc>,
    /// When any of this was last changed.
    pub updated_at: DateTime<Utc>,
}

/// One user's account in Better Auth's tables, if it is there.
#[derive(Clone)]
pub struct Account {
    rows: Owned<user_row::Entity>,
    credentials: Owned<credential_row::Entity>,
    sessions: Sessions,
    db: Db,
}

impl OwnerScoped for Account {
    fn scoped_to(owner: Owner, db: Db) -> Self {
        Self {
            rows: Owned::new(owner.clone(), &db),
            credentials: Owned::new(owner.clone(), &db),
            sessions: Sessions::scoped_to(owner, db.clone()),
            db,
        }
    }
}

impl Account {
    /// The user, or none if Better Auth keeps no row of them here. A table `user` that lacks a column of Better Auth's
    /// has none of anybody: it is somebody else's, or one whose columns were renamed.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn profile(&self) -> Result<Option<Profile>, StoreError> {
        match self.db.with_timeout(self.db.connection().query_one(&self.select())).await {
            Err(error) if error.is_unknown_column() => Ok(None),
            row => Ok(row?.map(|row| user_row::from_row(&row, self.rows.owner())).transpose()?),
        }
    }

    /// The statement that [`Account::profile`] runs.
    #[cfg(feature = "explain")]
    #[must_use]
    pub fn explain(&self) -> sea_orm::Statement {
        self.db.connection().get_database_backend().build(&self.select())
    }

    fn select(&self) -> SelectStatement {
        let columns = user_row::columns(self.db.connection().get_database_backend());
        let select = self.rows.select().select_only();
        columns.into_iter().fold(select, QuerySelect::expr).into_query()
    }
}
