//! Before anybody is proven: what a log-in is checked against.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr,
    sea_query::{Expr, ExprTrait, LockType, Order, Query, SelectStatement},
};

use super::{Profile, credential, row};
use crate::{
    Db, SessionId, StoreError, UserId, better_auth,
    owned::OwnedEntity,
    session::{self, NewSession},
};

/// The door for those who are not proven yet. Nothing that leaves it is anybody's share.
#[derive(Clone)]
pub struct Accounts {
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
pub struct SignedIn {
    /// The session.
    pub session: SessionId,
    /// When it ends unless it is renewed.
    pub expires_at: DateTime<Utc>,
    /// Whose it is.
    pub user: Profile,
}

impl Accounts {
    /// The accounts of this database.
    #[must_use]
    pub fn of(db: Db) -> Self {
        Self { db }
    }

    /// The user of this e-mail address, in lower case, if there is one who has a password.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn credential_of(&self, email: &str) -> Result<Option<Credential>, StoreError> {
        let rows = self.db.within(self.db.connection().query_all(&credential(email, self.db.backend()))).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let id = UserId::from(row.try_get_by_index::<String>(6)?.as_str());
        Ok(Some(Credential { user: row::read(row, &id)?, password_hash: row.try_get_by_index(7)? }))
    }

    /// Opens a session of a user whose password was checked; none if it is not theirs any more.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn open_session(
        &self,
        checked: Credential,
        session: NewSession,
        now: DateTime<Utc>,
    ) -> Result<Option<SignedIn>, StoreError> {
        let now = now.trunc_subsecs(3);
        let opening = async {
            let work = self.db.begin().await?;
            if !still_stands(&work, &checked).await? {
                return Ok(None);
            }
            let (session, expires_at) = session::open(&work, &checked.user.id, &session, now).await?;
            work.commit().await?;
            Ok(Some(SignedIn { session, expires_at, user: checked.user }))
        };
        self.db.within(opening).await
    }
}

fn credential(email: &str, backend: DbBackend) -> SelectStatement {
    let user = |column| Expr::col((row::Entity, column));
    let theirs = Expr::col((credential::Entity, credential::Column::UserId)).eq(user(row::Column::Id));
    let mut select = Query::select();
    select
        .exprs(row::columns(backend))
        .expr(better_auth::text(row::Column::Id))
        .column((credential::Entity, credential::Column::Password))
        .from(row::Entity)
        .inner_join(credential::Entity, theirs)
        .and_where(user(row::Column::Email).eq(email))
        .cond_where(credential::has_password())
        .and_where(row::signs_in_by_password_alone())
        .order_by((credential::Entity, credential::Column::CreatedAt), Order::Asc)
        .limit(1);
    select
}

/// The user is locked first, as whoever changes a password does: so it is not changed before the session is there.
async fn still_stands(work: &DatabaseTransaction, checked: &Credential) -> Result<bool, DbErr> {
    let (backend, user) = (work.get_database_backend(), &checked.user.id);
    let mut lock = Query::select();
    lock.expr(Expr::value(1)).from(row::Entity).cond_where(row::Entity::is_of(user, backend)).lock(LockType::Share);
    work.query_all(&lock).await?;
    let mut select = Query::select();
    select
        .expr(Expr::value(1))
        .from(credential::Entity)
        .cond_where(credential::Entity::is_of(user, backend))
        .cond_where(credential::has_password())
        .and_where(credential::Column::Password.eq(checked.password_hash.as_str()));
    Ok(!work.query_all(&select).await?.is_empty())
}
