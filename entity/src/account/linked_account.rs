//! The sign-in methods of an authenticated user.

use chrono::{DateTime, Utc};
use sea_orm::{
    QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, SimpleExpr},
};

use super::{credential_row as row, user_account::Account};
use crate::{
    StoreError, better_auth,
    db::{Dialect, Executor, Row},
};

/// A row of Better Auth's table `account`, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedAccount {
    /// The row's id.
    pub id: String,
    /// The user's id at the provider.
    pub account_id: String,
    /// The provider; `credential` for a password.
    pub provider_id: String,
    /// The OAuth scopes, separated by commas.
    pub scope: Option<String>,
    /// When the account was linked.
    pub created_at: DateTime<Utc>,
    /// When the row was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Account {
    /// Returns the user's sign-in methods, the oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn linked_accounts(&self) -> Result<Vec<LinkedAccount>, StoreError> {
        let select = self.credentials.select().order_by_asc(row::Column::CreatedAt).select_only();
        let select = columns(self.db.dialect()).into_iter().fold(select, QuerySelect::expr);
        self.db.query(&select.into_query()).await?.iter().map(from_row).collect()
    }
}

fn columns(dialect: Dialect) -> [SimpleExpr; 6] {
    let column = |column: row::Column| Expr::col((row::Entity, column));
    let timestamp = |name| better_auth::timestamp_column(column(name), dialect);
    [
        better_auth::id_as_text(row::Column::Id),
        column(row::Column::AccountId),
        column(row::Column::ProviderId),
        column(row::Column::Scope),
        timestamp(row::Column::CreatedAt),
        timestamp(row::Column::UpdatedAt),
    ]
}

fn from_row(row: &Row) -> Result<LinkedAccount, StoreError> {
    Ok(LinkedAccount {
        id: row.get(0)?,
        account_id: row.get(1)?,
        provider_id: row.get(2)?,
        scope: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
    })
}
