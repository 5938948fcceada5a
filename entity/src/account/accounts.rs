//! Before anybody is proven: signing up, and what a log-in is checked against.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr,
    sea_query::{Expr, ExprTrait, LockType, Order, Query, SelectStatement},
};

use super::{Profile, credential, row};
use crate::{
    Db, SessionId, StoreError, UserId,
    better_auth::{self, new_id, written},
    owned::OwnedEntity,
    raw,
    session::{self, NewSession},
};

/// The door for those who are not proven yet. Nothing that leaves it is anybody's share.
#[derive(Clone)]
pub struct Accounts {
    pub(super) db: Db,
}

/// What an account is made of.
pub struct NewAccount {
    /// What the user is called.
    pub name: String,
    /// Their e-mail address, in lower case.
    pub email: String,
    /// Their password, hashed.
    pub password_hash: String,
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

/// What came of signing up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignUp {
    /// There is an account, and a session of it.
    Done(SignedIn),
    /// There is one with this e-mail address already.
    EmailTaken,
}

impl Accounts {
    /// The accounts of this database.
    #[must_use]
    pub fn of(db: Db) -> Self {
        Self { db }
    }

    /// Makes an account, and opens a session of it.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn sign_up(
        &self,
        account: NewAccount,
        session: NewSession,
        now: DateTime<Utc>,
    ) -> Result<SignUp, StoreError> {
        let now = now.trunc_subsecs(3);
        let signing_up = async {
            let user = user(&account, now)?;
            let work = self.db.begin().await?;
            if !add_user(&work, &user).await? {
                return Ok(SignUp::EmailTaken);
            }
            add_credential(&work, &user, &account.password_hash).await?;
            let (session, expires_at) = session::open(&work, &user.id, &session, now).await?;
            work.commit().await?;
            Ok(SignUp::Done(SignedIn { session, expires_at, user }))
        };
        self.db.within(signing_up).await
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

fn user(account: &NewAccount, now: DateTime<Utc>) -> Result<Profile, DbErr> {
    Ok(Profile {
        id: UserId::from(new_id()?.as_str()),
        name: account.name.clone(),
        email: account.email.clone(),
        email_verified: false,
        image: None,
        created_at: now,
        updated_at: now,
    })
}

/// Says whether the e-mail address was free; where another takes it at the same time, only when that is decided.
async fn add_user(work: &DatabaseTransaction, user: &Profile) -> Result<bool, DbErr> {
    const INSERT: &str = r#"
        insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
        values ($1, $2, $3, false, $4, $4) on conflict do nothing"#;
    let made = written(user.created_at, work.get_database_backend());
    let values = [user.id.as_str().into(), user.name.as_str().into(), user.email.as_str().into(), made];
    Ok(raw::execute(work, INSERT, values).await? > 0)
}

async fn add_credential(work: &DatabaseTransaction, user: &Profile, password_hash: &str) -> Result<(), DbErr> {
    const INSERT: &str = r#"
        insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
        values ($1, $2, 'credential', $2, $3, $4, $4)"#;
    let made = written(user.created_at, work.get_database_backend());
    raw::execute(work, INSERT, [new_id()?.into(), user.id.as_str().into(), password_hash.into(), made]).await?;
    Ok(())
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
