//! Log-in by e-mail address and password.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ColumnTrait,
    sea_query::{Expr, ExprTrait, LockType, Order, Query, SelectStatement},
};

use super::{
    credential_row,
    profile::Profile,
    store::{AccountStore, UserSession},
    user_row,
};
use crate::{
    StoreError, UserId, better_auth,
    db::{Dialect, Executor, Transaction},
    owned::OwnedEntity,
    session::{self, NewSession},
};

/// A user with the password hash that a log-in is verified against.
pub struct Credential {
    /// The user.
    pub user: Profile,
    /// The stored password hash.
    pub password_hash: String,
}

impl AccountStore {
    /// Returns the user with this lower-case e-mail address, if there is one who may log in by password.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn credential_by_email(&self, email: &str) -> Result<Option<Credential>, StoreError> {
        let Some(row) = self.db.query_one(&select(email, self.db.dialect())).await? else { return Ok(None) };
        let id = UserId::from(row.get::<String>(6)?.as_str());
        Ok(Some(Credential { user: user_row::from_row(&row, &id)?, password_hash: row.get(7)? }))
    }

    /// Creates a session of a user whose password has been verified. Returns `None` if the password has changed since.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn create_session(
        &self,
        verified: Credential,
        session: NewSession,
        now: DateTime<Utc>,
    ) -> Result<Option<UserSession>, StoreError> {
        let now = now.trunc_subsecs(3);
        self.db
            .transaction(async move |transaction| {
                if !is_current(transaction, &verified).await? {
                    return Ok(None);
                }
                let (session_id, expires_at) = session::create(transaction, &verified.user.id, &session, now).await?;
                Ok(Some(UserSession { session_id, expires_at, user: verified.user }))
            })
            .await
    }
}

fn select(email: &str, dialect: Dialect) -> SelectStatement {
    let user = |column| Expr::col((user_row::Entity, column));
    let credential = |column| Expr::col((credential_row::Entity, column));
    let mut select = Query::select();
    select
        .exprs(user_row::columns(dialect))
        .expr(better_auth::id_as_text(user_row::Column::Id))
        .column((credential_row::Entity, credential_row::Column::Password))
        .from(user_row::Entity)
        .inner_join(credential_row::Entity, credential(credential_row::Column::UserId).eq(user(user_row::Column::Id)))
        .and_where(user(user_row::Column::Email).eq(email))
        .cond_where(credential_row::has_password())
        .and_where(user_row::password_log_in_allowed())
        .order_by((credential_row::Entity, credential_row::Column::CreatedAt), Order::Asc)
        .limit(1);
    select
}

/// Returns whether the password is still the verified one. It locks the user, as a change of the password does, so that
/// the password cannot change before the session exists.
async fn is_current(transaction: &Transaction, verified: &Credential) -> Result<bool, StoreError> {
    let (dialect, user) = (transaction.dialect(), &verified.user.id);
    let mut lock = Query::select();
    lock.expr(Expr::value(1))
        .from(user_row::Entity)
        .cond_where(user_row::Entity::owned_by(user, dialect))
        .lock(LockType::Share);
    transaction.query(&lock).await?;
    let mut select = Query::select();
    select
        .expr(Expr::value(1))
        .from(credential_row::Entity)
        .cond_where(credential_row::Entity::owned_by(user, dialect))
        .cond_where(credential_row::has_password())
        .and_where(credential_row::Column::Password.eq(verified.password_hash.as_str()));
    Ok(transaction.query_one(&select).await?.is_some())
}
