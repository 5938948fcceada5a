//! Sign-up, and a check at start-up that the existing tables allow it.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};

use super::{
    profile::Profile,
    store::{AccountStore, UserSession},
};
use crate::{
    StoreError, TokenHash, UserId,
    better_auth::{new_id, timestamp_value},
    db::{Executor, Sql, Transaction},
    session::{self, Lifetimes, NewSession, SessionCredential},
};

/// An account to create.
pub struct NewAccount {
    /// The display name.
    pub name: String,
    /// The e-mail address, in lower case.
    pub email: String,
    /// The URL of a picture.
    pub image: Option<String>,
    /// The hash of the password.
    pub password_hash: String,
}

/// A user whom a sign-up without a session has created, or would have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedUpUser {
    /// The user. If the address was taken, they do not exist.
    pub user: Profile,
    /// Whether the user was created. Otherwise another account has the e-mail address.
    pub is_created: bool,
}

/// The outcome of a sign-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignUpOutcome {
    /// The account was created, with a session.
    Created(UserSession),
    /// Another account has the e-mail address.
    EmailTaken,
}

impl AccountStore {
    /// Creates an account and a session of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn sign_up(
        &self,
        account: NewAccount,
        session: NewSession,
        now: DateTime<Utc>,
    ) -> Result<SignUpOutcome, StoreError> {
        let now = now.trunc_subsecs(3);
        self.db.transaction(async move |transaction| sign_up(transaction, &account, &session, now).await).await
    }

    /// Creates an account whose user cannot log in yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn sign_up_without_session(
        &self,
        account: NewAccount,
        now: DateTime<Utc>,
    ) -> Result<SignedUpUser, StoreError> {
        let now = now.trunc_subsecs(3);
        self.db.transaction(async move |transaction| create_account(transaction, &account, now).await).await
    }

    /// Signs up a placeholder account and rolls it back, to check that the existing tables can hold accounts.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unexpected`] if they cannot; [`StoreError::Unavailable`] if the database cannot be reached in time.
    pub async fn check_account_tables(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let (account, session) = placeholder_account(now)?;
        self.db.dry_run(async |transaction| sign_up(transaction, &account, &session, now).await).await?;
        Ok(())
    }
}

async fn sign_up(
    transaction: &Transaction,
    account: &NewAccount,
    session: &NewSession,
    now: DateTime<Utc>,
) -> Result<SignUpOutcome, StoreError> {
    let SignedUpUser { user, is_created } = create_account(transaction, account, now).await?;
    if !is_created {
        return Ok(SignUpOutcome::EmailTaken);
    }
    let (session_id, expires_at) = session::create(transaction, &user.id, session, now).await?;
    Ok(SignUpOutcome::Created(UserSession { session_id, expires_at, user }))
}

async fn create_account(
    transaction: &Transaction,
    account: &NewAccount,
    now: DateTime<Utc>,
) -> Result<SignedUpUser, StoreError> {
    let NewAccount { name, email, image, password_hash } = account;
    let user = Profile {
        id: UserId::from(new_id()?.as_str()),
        name: name.clone(),
        email: email.clone(),
        email_verified: false,
        image: image.clone(),
        created_at: now,
        updated_at: now,
    };
    let is_created = insert_user(transaction, &user).await?;
    if is_created {
        insert_credential(transaction, &user.id, password_hash, now).await?;
    }
    Ok(SignedUpUser { user, is_created })
}

/// Returns an account that cannot collide with a real one.
fn placeholder_account(now: DateTime<Utc>) -> Result<(NewAccount, NewSession), StoreError> {
    let id = new_id()?;
    let lifetimes =
        Lifetimes { access_token_expires_at: now, idle_timeout: Duration::ZERO, absolute_timeout: Duration::ZERO };
    let session = NewSession {
        credential: SessionCredential::RefreshToken { hash: TokenHash::new(&id), lifetimes },
        ip_address: String::new(),
        user_agent: String::new(),
    };
    let email = format!("{id}@example.invalid");
    Ok((NewAccount { name: id, email, image: None, password_hash: String::new() }, session))
}

/// Returns whether the e-mail address was free. It waits for a concurrent sign-up with the same address.
async fn insert_user(transaction: &Transaction, user: &Profile) -> Result<bool, StoreError> {
    const INSERT: &str = r#"
        insert into "user" (id, name, email, "emailVerified", image, "createdAt", "updatedAt")
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"#;
    let Profile { id, name, email, email_verified, image, created_at, updated_at } = user;
    let timestamp = |instant| timestamp_value(instant, transaction.dialect());
    let values = [
        id.as_str().into(),
        name.as_str().into(),
        email.as_str().into(),
        (*email_verified).into(),
        image.clone().into(),
        timestamp(*created_at),
        timestamp(*updated_at),
    ];
    Ok(transaction.execute(&Sql::new(INSERT, values)).await? > 0)
}

pub(super) async fn insert_credential(
    transaction: &Transaction,
    user: &UserId,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    const INSERT: &str = r#"
        insert into "account" (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
        values ($1, $2, 'credential', $2, $3, $4, $4)"#;
    let created_at = timestamp_value(now, transaction.dialect());
    let values = [new_id()?.into(), user.as_str().into(), password_hash.into(), created_at];
    transaction.execute(&Sql::new(INSERT, values)).await?;
    Ok(())
}
