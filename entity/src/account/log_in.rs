//! Before anybody is proven: what a log-in is checked against.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr,
    sea_query::{Expr, ExprTrait, LockType, Order, Query, SelectStatement},
};

use super::{Profile, credential_row, user_row};
use crate::{
    Db, SessionId, StoreError, UserId, better_auth,
    owned::OwnedEntity,
    session::{self, NewSession},
};

/// The door for those who are not proven yet. Nothing that leaves it is anybody's share.
#[derive(Clone)]
pub struct AccountStore {
    pub(super) db: Db,
}

/// A user, and what their password is checked against.
pub struct Credential {
    /// The user.
    pub user: Profile,
    /// Their password, hashed.
    pub password_hash: String,
}

/// A session that was opened or renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSession {
    /// The session.
    pub session_id: SessionId,
    /// When it ends unless it is renewed.
    pub expires_at: DateTime<Utc>,
    /// Whose it is.
    pub user: Profile,
}

impl AccountStore {
    /// The accounts of this database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// The user of this e-mail address, in lower case, if there is one who has a password.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn credential_by_email(&self, email: &str) -> Result<Option<Credential>, StoreError> {
        let rows = self.db.with_timeout(self.db.connection().query_all(&credential(email, self.db.backend()))).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let id = UserId::from(row.try_get_by_index::<String>(6)?.as_str());
        Ok(Some(Credential { user: user_row::from_row(row, &id)?, password_hash: row.try_get_by_index(7)? }))
    }

    /// Opens a session of a user whose password was checked; none if it is not theirs any more.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn create_session(
        &self,
        checked: Credential,
        session: NewSession,
        now: DateTime<Utc>,
    ) -> Result<Option<UserSession>, StoreError> {
        let now = now.trunc_subsecs(3);
        let opening = async {
            let work = self.db.begin().await?;
            if !lock_and_verify_credential(&work, &checked).await? {
                return Ok(None);
            }
            let (session, expires_at) = session::create(&work, &checked.user.id, &session, now).await?;
            work.commit().await?;
            Ok(Some(UserSession { session_id: session, expires_at, user: checked.user }))
        };
        self.db.with_timeout(opening).await
    }
}

fn credential(email: &str, backend: DbBackend) -> SelectStatement {
    let user = |column| Expr::col((user_row::Entity, column));
    let theirs = Expr::col((credential_row::Entity, credential_row::Column::UserId)).eq(user(user_row::Column::Id));
    let mut select = Query::select();
    select
        .exprs(user_row::columns(backend))
        .expr(better_auth::id_as_text(user_row::Column::Id))
        .column((credential_row::Entity, credential_row::Column::Password))
        .from(user_row::Entity)
        .inner_join(credential_row::Entity, theirs)
        .and_where(user(user_row::Column::Email).eq(email))
        .cond_where(credential_row::has_password())
        .and_where(user_row::password_log_in_allowed())
        .order_by((credential_row::Entity, credential_row::Column::CreatedAt), Order::Asc)
        .limit(1);
    select
}

/// The user is locked first, as whoever changes a password does: so it is not changed before the session is there.
async fn lock_and_verify_credential(work: &DatabaseTransaction, checked: &Credential) -> Result<bool, DbErr> {
    let (backend, user) = (work.get_database_backend(), &checked.user.id);
    let mut lock = Query::select();
    lock.expr(Expr::value(1))
        .from(user_row::Entity)
        .cond_where(user_row::Entity::owned_by(user, backend))
        .lock(LockType::Share);
    work.query_all(&lock).await?;
    let mut select = Query::select();
    select
        .expr(Expr::value(1))
        .from(credential_row::Entity)
        .cond_where(credential_row::Entity::owned_by(user, backend))
        .cond_where(credential_row::has_password())
        .and_where(credential_row::Column::Password.eq(checked.password_hash.as_str()));
    Ok(!work.query_all(&select).await?.is_empty())
}
