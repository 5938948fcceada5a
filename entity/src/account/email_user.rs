//! Users found by their email address, for what a mail to that address proves.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, Query, SelectStatement},
};

use super::{profile::Profile, store::AccountStore, user_row};
use crate::{
    StoreError, UserId,
    better_auth::{self, timestamp_value},
    db::{Dialect, Executor, Row, Transaction},
    owned::OwnedEntity,
    verification,
};

/// The outcome of a change of an email address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmailChangeOutcome {
    /// The user has the new address.
    Changed(Profile),
    /// Another user has the new address.
    Taken,
    /// The user no longer exists or no longer has the former address.
    Stale,
}

impl AccountStore {
    /// Returns the user with this lower-case email address.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<Profile>, StoreError> {
        let select = select(user_row::Column::Email.eq(email).into(), self.db.dialect());
        self.db.query_one(&select).await?.map(|row| from_row(&row)).transpose()
    }

    /// Returns the user with this id, which a verified token names.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn user_by_id(&self, id: &UserId) -> Result<Option<Profile>, StoreError> {
        let dialect = self.db.dialect();
        let select = select(user_row::Entity::owned_by(id, dialect), dialect);
        self.db.query_one(&select).await?.map(|row| from_row(&row)).transpose()
    }

    /// Records that the user has verified their email address, unless it has changed since.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn verify_email(&self, user: &Profile, now: DateTime<Utc>) -> Result<(), StoreError> {
        let dialect = self.db.dialect();
        let mut update = Query::update();
        update
            .table(user_row::Entity)
            .value(user_row::Column::EmailVerified, true)
            .value(user_row::Column::UpdatedAt, timestamp(now, dialect))
            .cond_where(user_row::Entity::owned_by(&user.id, dialect))
            .and_where(user_row::Column::Email.eq(user.email.as_str()));
        self.db.execute(&update).await?;
        Ok(())
    }

    /// Replaces the email address of `user`, unless it has changed since. Links that were mailed to the former address end.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn change_email(
        &self,
        user: &Profile,
        new_email: &str,
        now: DateTime<Utc>,
    ) -> Result<EmailChangeOutcome, StoreError> {
        let change = async |transaction: &Transaction| change_email(transaction, user, new_email, now).await;
        match self.db.transaction(change).await {
            // a concurrent change or sign-up has taken the address
            Err(StoreError::Unexpected(_)) if self.user_by_email(new_email).await?.is_some() => {
                Ok(EmailChangeOutcome::Taken)
            }
            outcome => outcome,
        }
    }
}

async fn change_email(
    transaction: &Transaction,
    user: &Profile,
    new_email: &str,
    now: DateTime<Utc>,
) -> Result<EmailChangeOutcome, StoreError> {
    let dialect = transaction.dialect();
    let taken = select(user_row::Column::Email.eq(new_email).into(), dialect);
    if transaction.query_one(&taken).await?.is_some() {
        return Ok(EmailChangeOutcome::Taken);
    }
    let mut update = Query::update();
    update
        .table(user_row::Entity)
        .value(user_row::Column::Email, new_email)
        .value(user_row::Column::UpdatedAt, timestamp(now, dialect))
        .cond_where(user_row::Entity::owned_by(&user.id, dialect))
        .and_where(user_row::Column::Email.eq(user.email.as_str()))
        .returning(Query::returning().exprs(user_row::columns(dialect)));
    let Some(row) = transaction.execute_returning(&update).await? else { return Ok(EmailChangeOutcome::Stale) };
    verification::delete_by_value(transaction, user.id.as_str()).await?;
    Ok(EmailChangeOutcome::Changed(user_row::from_row(&row, &user.id)?))
}

fn select(condition: Condition, dialect: Dialect) -> SelectStatement {
    let mut select = Query::select();
    select
        .exprs(user_row::columns(dialect))
        .expr(better_auth::id_as_text(user_row::Column::Id))
        .from(user_row::Entity)
        .cond_where(condition);
    select
}

fn from_row(row: &Row) -> Result<Profile, StoreError> {
    let id = UserId::from(row.get::<String>(6)?.as_str());
    user_row::from_row(row, &id)
}

fn timestamp(instant: DateTime<Utc>, dialect: Dialect) -> Expr {
    Expr::value(timestamp_value(instant.trunc_subsecs(3), dialect))
}
