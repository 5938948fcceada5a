//! Changes of an authenticated user's profile.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ActiveValue::Set,
    QueryTrait,
    sea_query::{Expr, Query},
};

use super::{profile::Profile, user_account::Account, user_row};
use crate::{StoreError, better_auth::timestamp_value, db::Executor};

/// The members of a profile to change. `None` leaves a member as it is.
#[derive(Debug, Clone, Default)]
pub struct ProfileUpdate {
    /// The display name.
    pub name: Option<String>,
    /// The URL of a picture; `Some(None)` removes it.
    pub image: Option<Option<String>>,
}

impl Account {
    /// Changes the profile and returns it, if the user exists.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn update_profile(
        &self,
        update: ProfileUpdate,
        now: DateTime<Utc>,
    ) -> Result<Option<Profile>, StoreError> {
        let dialect = self.db.dialect();
        let mut row = user_row::ActiveModel::default();
        if let Some(name) = update.name {
            row.name = Set(name);
        }
        if let Some(image) = update.image {
            row.image = Set(image);
        }
        let updated_at = Expr::value(timestamp_value(now.trunc_subsecs(3), dialect));
        let mut statement = self.users.update(row).col_expr(user_row::Column::UpdatedAt, updated_at).into_query();
        statement.returning(Query::returning().exprs(user_row::columns(dialect)));
        let row = self.db.execute_returning(&statement).await?;
        row.map(|row| user_row::from_row(&row, self.users.owner())).transpose()
    }
}
