//! Signing up, and at the start a rehearsal of it: the tables may be somebody else's.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{AccountStore, Profile, UserSession};
use crate::{
    StoreError, TokenHash, UserId,
    better_auth::{new_id, timestamp_value},
    db::statement,
    session::{self, Lifetimes, NewSession},
};

/// What an account is made of.
pub struct NewAccount {
    /// What the user is called.
    pub name: String,
    /// Their e-mail address, in lower case.
    pub email: String,
    /// Their password, hashed.
    pub password_hash: String,
}

/// What came of signing up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignUpOutcome {
    /// There is an account, and a session of it.
    Created(UserSession),
    /// There is one with this e-mail address already.
    EmailTaken,
}

impl AccountStore {
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
    ) -> Result<SignUpOutcome, StoreError> {
        let signing_up = async {
            let work = self.db.begin().await?;
            let signed_up = sign_up(&work, &account, &session, now.trunc_subsecs(3)).await?;
            work.commit().await?;
            Ok(signed_up)
        };
        self.db.with_timeout(signing_up).await
    }

    /// Signs somebody up and takes it back, to see whether these tables can keep accounts.
    ///
    /// # Errors
    ///
    /// What the database answered.
    pub async fn check_account_tables(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let rehearsing = async {
            let work = self.db.begin().await?;
            let (account, session) = placeholder_account(now)?;
            sign_up(&work, &account, &session, now).await?;
            work.rollback().await
        };
        self.db.with_timeout(rehearsing).await
    }
}

async fn sign_up(
    work: &DatabaseTransaction,
    account: &NewAccount,
    session: &NewSession,
    now: DateTime<Utc>,
) -> Result<SignUpOutcome, DbErr> {
    let user = user(account, now)?;
    if !add_user(work, &user).await? {
        return Ok(SignUpOutcome::EmailTaken);
    }
    add_credential(work, &user, &account.password_hash).await?;
    let (session, expires_at) = session::create(work, &user.id, session, now).await?;
    Ok(SignUpOutcome::Created(UserSession { session_id: session, expires_at, user }))
}

/// Whom nobody is called.
fn placeholder_account(now: DateTime<Utc>) -> Result<(NewAccount, NewSession), DbErr> {
    let id = new_id()?;
    let account = NewAccount { name: id.clone(), email: format!("{id}@example.invalid"), password_hash: String::new() };
    let lifetimes =
        Lifetimes { access_token_expires_at: now, idle_timeout: Duration::ZERO, absolute_timeout: Duration::ZERO };
    let refresh = TokenHash::new(&id);
    Ok((
        account,
        NewSession { refresh_token: refresh, lifetimes, ip_address: String::new(), user_agent: String::new() },
    ))
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
    let made = timestamp_value(user.created_at, work.get_database_backend());
    let values = [user.id.as_str().into(), user.name.as_str().into(), user.email.as_str().into(), made];
    Ok(statement::execute(work, INSERT, values).await? > 0)
}

async fn add_credential(work: &DatabaseTransaction, user: &Profile, password_hash: &str) -> Result<(), DbErr> {
    const INSERT: &str = r#"
        insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
        values ($1, $2, 'credential', $2, $3, $4, $4)"#;
    let made = timestamp_value(user.created_at, work.get_database_backend());
    statement::execute(work, INSERT, [new_id()?.into(), user.id.as_str().into(), password_hash.into(), made]).await?;
    Ok(())
}
