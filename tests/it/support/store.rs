//! The public types of `entity` on a test database, without a service.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{
    Cleanup, CleanupStep, Db, DbSettings, Owner, OwnerScoped, TokenHash, UserId,
    account::{
        Account, AccountStore, NewAccount, PasswordChangeOutcome, RefreshExchange, RefreshOutcome, SignUpOutcome,
        UserSession,
    },
    revocation::{Revocation, RevocationTarget, Revoking},
    session::{Lifetimes, NewSession, SessionCredential, Sessions, Successors},
    task::SearchIndex,
};
use taskbridge::clock::Clock;

use super::{Backend, SqlConnection, TestDatabase};

pub(crate) const ACCESS_TOKEN_TTL: Duration = Duration::from_hours(24);
pub(crate) const IDLE_TIMEOUT: Duration = Duration::from_hours(24 * 7);
pub(crate) const ABSOLUTE_TIMEOUT: Duration = Duration::from_hours(24 * 30);

/// A migrated database and its stores.
pub(crate) struct Store {
    database: TestDatabase,
    db: Db,
}

/// The current time in milliseconds, the precision of Better Auth's tables.
pub(crate) fn now() -> DateTime<Utc> {
    chrono::SubsecRound::trunc_subsecs(Clock::system().now(), 3)
}

/// A time after the expiry of every token of the tests.
pub(crate) fn distant_future() -> DateTime<Utc> {
    "2036-01-01T00:00:00Z".parse().unwrap()
}

pub(crate) fn lifetimes(now: DateTime<Utc>) -> Lifetimes {
    Lifetimes {
        access_token_expires_at: now + ACCESS_TOKEN_TTL,
        idle_timeout: IDLE_TIMEOUT,
        absolute_timeout: ABSOLUTE_TIMEOUT,
    }
}

pub(crate) fn new_session(refresh: &str, now: DateTime<Utc>) -> NewSession {
    NewSession {
        credential: SessionCredential::RefreshToken { hash: TokenHash::new(refresh), lifetimes: lifetimes(now) },
        ip_address: "192.0.2.1".into(),
        user_agent: "test".into(),
    }
}

pub(crate) fn new_account(name: &str) -> NewAccount {
    let email = format!("{name}@example.com");
    NewAccount { name: name.to_owned(), email, image: None, password_hash: format!("the hash of {name}") }
}

/// A refresh token and the successor that is derived from it.
pub(crate) fn exchange(presented: &str, now: DateTime<Utc>) -> RefreshExchange {
    let successors = Successors { current: TokenHash::new(&format!("{presented}'")), previous: Vec::new() };
    RefreshExchange { presented: TokenHash::new(presented), successors, lifetimes: lifetimes(now) }
}

impl Store {
    pub(crate) async fn new(backend: Backend) -> Self {
        Self::with_ddl(backend, "").await
    }

    /// A database on which `ddl` was run before the migrations.
    pub(crate) async fn with_ddl(backend: Backend, ddl: &str) -> Self {
        let database = TestDatabase::new(backend).await;
        SqlConnection::on(&database).await.run(ddl).await;
        let settings = settings(database.url());
        Db::migrate(&settings).await.expect("a database that can be migrated");
        let db = Db::open(&settings).await.unwrap();
        Self { database, db }
    }

    pub(crate) fn db(&self) -> Db {
        self.db.clone()
    }

    pub(crate) fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// A connection that bypasses the stores.
    pub(crate) async fn sql(&self) -> SqlConnection {
        SqlConnection::on(&self.database).await
    }

    pub(crate) fn accounts(&self) -> AccountStore {
        AccountStore::new(&self.db)
    }

    pub(crate) fn cleanup(&self) -> Cleanup {
        Cleanup::new(&self.db)
    }

    /// Runs a batch of every step of the cleanup; returns the number of deleted rows.
    pub(crate) async fn cleans_up_a_batch(&self, now: DateTime<Utc>) -> u64 {
        run_cleanup_batch(&self.cleanup(), now).await
    }

    pub(crate) fn search_index(&self) -> SearchIndex {
        SearchIndex::new(&self.db)
    }

    #[expect(clippy::disallowed_methods, reason = "no request is made, so there is no token to verify")]
    pub(crate) fn of<T: OwnerScoped>(&self, user: &UserId) -> T {
        T::scoped_to(Owner::from_verified(user.clone()), self.db.clone())
    }

    pub(crate) fn account(&self, user: &UserSession) -> Account {
        self.of(&user.user.id)
    }

    pub(crate) fn sessions(&self, user: &UserSession) -> Sessions {
        self.of(&user.user.id)
    }

    /// Signs `name` up; the refresh token of the session is `name 1`.
    pub(crate) async fn signs_up(&self, name: &str) -> UserSession {
        let now = now();
        let session = new_session(&format!("{name} 1"), now);
        match self.accounts().sign_up(new_account(name), session, now).await.unwrap() {
            SignUpOutcome::Created(signed_in) => signed_in,
            SignUpOutcome::EmailTaken => panic!("{name}'s e-mail address is taken"),
        }
    }

    /// Opens another session of `name` with this refresh token.
    pub(crate) async fn logs_in(&self, name: &str, refresh: &str) -> UserSession {
        let now = now();
        let credential =
            self.accounts().credential_by_email(&format!("{name}@example.com")).await.unwrap().expect(name);
        self.accounts().create_session(credential, new_session(refresh, now), now).await.unwrap().expect(name)
    }

    /// Refreshes; the successor of a token is the token followed by `'`.
    pub(crate) async fn refreshes(&self, refresh: &str, now: DateTime<Utc>) -> RefreshOutcome {
        self.accounts().refresh(exchange(refresh, now), || now).await.unwrap().outcome()
    }

    /// Refreshes with a token that was exchanged before; returns the revoked sessions.
    pub(crate) async fn reuses(&self, refresh: &str, now: DateTime<Utc>) -> Vec<String> {
        reused(self.accounts().refresh(exchange(refresh, now), || now).await.unwrap())
    }

    pub(crate) async fn still_refreshes(&self, refresh: &str) -> bool {
        matches!(self.refreshes(refresh, now()).await, RefreshOutcome::Refreshed(..))
    }

    /// The ids of the user's sessions, as listed.
    pub(crate) async fn listed(&self, user: &UserSession) -> Vec<String> {
        let listed = self.sessions(user).list(now()).await.unwrap();
        listed.into_iter().map(|session| session.id.to_string()).collect()
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        self.sql().await.number(&format!("select count(*) from {sql}")).await
    }

    /// The stored revocations: kind and key.
    pub(crate) async fn revoked(&self) -> Vec<String> {
        self.sql().await.column("select kind || ' ' || key from revocation order by 1").await
    }
}

/// Runs a batch of every step of a service without accounts; returns the number of deleted rows.
pub(crate) async fn run_cleanup_batch(cleanup: &Cleanup, now: DateTime<Utc>) -> u64 {
    let mut deleted = 0;
    for step in CleanupStep::all().filter(|step| *step != CleanupStep::Verifications) {
        deleted += cleanup.run_batch(step, now).await.unwrap_or_else(|error| panic!("{step}: {error}"));
    }
    deleted
}

/// The settings of a pool of a test.
pub(crate) fn settings(url: &str) -> DbSettings {
    let seconds = Duration::from_secs(5);
    DbSettings { max_connections: 20, acquire_timeout: seconds, statement_timeout: seconds, ..DbSettings::new(url) }
}

/// The ids of the revoked sessions.
pub(crate) fn revoked_sessions(revoked: &[Revocation]) -> Vec<String> {
    let session = |revocation: &Revocation| match &revocation.target {
        RevocationTarget::Session(id) => Some(id.to_string()),
        _ => None,
    };
    revoked.iter().filter_map(session).collect()
}

/// The revoked users: id, latest revoked issue time, expiry of the revocation.
pub(crate) fn revoked_users(revoked: &[Revocation]) -> Vec<(String, DateTime<Utc>, DateTime<Utc>)> {
    let user = |revocation: &Revocation| match &revocation.target {
        RevocationTarget::User { id, issued_until } => Some((id.to_string(), *issued_until, revocation.expires_at)),
        _ => None,
    };
    revoked.iter().filter_map(user).collect()
}

/// Returns the sessions that a refresh revoked because its token was reused.
#[track_caller]
pub(crate) fn reused(refresh: Revoking<RefreshOutcome>) -> Vec<String> {
    let (outcome, revocations) = refresh.split();
    assert!(matches!(outcome, RefreshOutcome::Reused { .. }), "{outcome:?}");
    revoked_sessions(&revocations)
}

/// Both parts of an operation that revokes tokens.
pub(crate) trait RevokingExt<T>: Sized {
    fn split(self) -> (T, Vec<Revocation>);

    fn outcome(self) -> T {
        self.split().0
    }

    fn revocations(self) -> Vec<Revocation> {
        self.split().1
    }
}

impl<T> RevokingExt<T> for Revoking<T> {
    fn split(self) -> (T, Vec<Revocation>) {
        let mut revocations = Vec::new();
        let outcome = self.apply_with(|stored| revocations = stored.to_vec());
        (outcome, revocations)
    }
}

/// Returns the revocations of a change of a password that must have succeeded.
#[track_caller]
pub(crate) fn changed(change: Revoking<PasswordChangeOutcome>) -> Vec<Revocation> {
    let (outcome, revocations) = change.split();
    assert!(matches!(outcome, PasswordChangeOutcome::Changed(_)), "the password was not changed");
    revocations
}

/// Returns the revocations of an operation that must have found what it revokes.
#[track_caller]
pub(crate) fn found(operation: Revoking<bool>) -> Vec<Revocation> {
    let (found, revocations) = operation.split();
    assert!(found, "nothing was found to revoke");
    revocations
}
