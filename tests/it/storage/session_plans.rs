//! No operation on accounts and sessions scans a whole table.

use chrono::TimeDelta;
use entity::{
    TokenHash,
    account::{Account, PasswordChange, SessionsAfterChange},
    session::Sessions,
};

use crate::support::{
    Backend, SqlConnection, Store,
    store::{RevokingExt, changed, found, now},
};

const MANY_ROWS: &str = "
    insert into \"user\" (id, name, email, \"emailVerified\")
        select 'u' || n, 'u', n || '@example.com', true from generate_series(1, 20000) n;
    insert into account (id, \"accountId\", \"providerId\", \"userId\", password, \"updatedAt\")
        select 'a' || n, 'u' || n, 'credential', 'u' || n, 'p', now() from generate_series(1, 20000) n;
    insert into session (id, token, \"updatedAt\", \"expiresAt\", \"userId\")
        select 's' || n, 't' || n, now(), now() + interval '1 day', 'u' || n from generate_series(1, 20000) n;
    insert into refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
        select 'h' || n, 's' || n, 'u' || n, now(), now() + interval '1 day', now() from generate_series(1, 20000) n;
    insert into revocation (kind, key, created_at, expires_at)
        select 'session', 'r' || n, now() - interval '1 hour', now() + interval '1 day' from generate_series(1, 20000) n;
    analyze";

const TABLES: &str = "('user', 'account', 'session', 'refresh_token', 'revocation')";

impl SqlConnection {
    /// Terminates the other connections: PostgreSQL counts the scans of a connection when it ends.
    async fn terminates_other_connections(&self) {
        let others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        self.run(&format!("select pg_terminate_backend(pid) {others}")).await;
        while self.number(&format!("select count(*) {others}")).await > 0 {
            tokio::task::yield_now().await;
        }
    }

    /// The number of scans of the tables, sequential or by index.
    async fn scans(&self, what: &str) -> i64 {
        self.number(&format!("select sum({what})::bigint from pg_stat_user_tables where relname in {TABLES}")).await
    }
}

#[actix_web::test]
async fn no_operation_scans_a_table() {
    let store = Store::new(Backend::Postgres).await;
    let sql = store.sql().await;
    sql.run(MANY_ROWS).await;
    let mut feed = store.feed().await;
    sql.run("select pg_stat_reset()").await;
    for round in 0..10 {
        runs_every_operation(&store, &format!("user{round}")).await;
        feed.next().await.unwrap();
    }
    sql.terminates_other_connections().await;
    let index_scans = sql.scans("idx_scan").await;
    assert!(index_scans > 10 * 30, "{index_scans}");
    assert_eq!(sql.scans("seq_scan").await, 0);
}

async fn runs_every_operation(store: &Store, name: &str) {
    let (user, now) = (store.signs_up(name).await, now());
    let other = store.logs_in(name, &format!("{name} 2")).await;
    let (account, sessions): (Account, Sessions) = (store.of(&user.user.id), store.of(&user.user.id));
    store.refreshes(&format!("{name} 1"), now).await;
    store.refreshes(&format!("{name} 1"), now + TimeDelta::seconds(1)).await;
    store.refreshes(&format!("{name} 1"), now + TimeDelta::minutes(1)).await;
    sessions.list(now).await.unwrap();
    found(sessions.revoke(&other.session_id).await.unwrap());
    sessions.revoke_token(TokenHash::new(name), now + TimeDelta::days(1)).await.unwrap().outcome();
    account.password_hash().await.unwrap().expect("a password");
    let change = PasswordChange {
        current_hash: format!("the hash of {name}"),
        new_hash: "new".into(),
        sessions: SessionsAfterChange::RevokeOthers { kept: Some(user.session_id) },
    };
    changed(account.change_password(change, now, now + TimeDelta::days(1)).await.unwrap());
    sessions.revoke_all(now, now + TimeDelta::days(1)).await.unwrap().outcome();
    found(account.delete(now, now + TimeDelta::days(1)).await.unwrap());
    store.cleans_up_a_batch(now).await;
}
