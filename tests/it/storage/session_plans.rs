//! However many sessions, tokens and revocations there are, no door walks through a whole table of them.

use chrono::TimeDelta;
use entity::{
    TokenHash,
    account::{Account, PasswordChange},
    session::Sessions,
};

use crate::support::{Backend, SqlConnection, Store, store::now};

const MANY: &str = "
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
    /// What a connection did is counted at its end.
    async fn ends_all_others(&self) {
        let others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        self.run(&format!("select pg_terminate_backend(pid) {others}")).await;
        while self.number(&format!("select count(*) {others}")).await > 0 {
            tokio::task::yield_now().await;
        }
    }

    /// How often a table of ours was walked through, or looked into by an index.
    async fn counted(&self, what: &str) -> i64 {
        self.number(&format!("select sum({what})::bigint from pg_stat_user_tables where relname in {TABLES}")).await
    }
}

#[actix_web::test]
async fn no_door_walks_through_a_table() {
    let store = Store::new(Backend::Postgres).await;
    let session = store.sql().await;
    session.run(MANY).await;
    let mut feed = store.feed().await;
    session.run("select pg_stat_reset()").await;
    for round in 0..10 {
        uses_every_door(&store, &format!("user{round}")).await;
        feed.next().await.unwrap();
    }
    session.ends_all_others().await;
    let sought = session.counted("idx_scan").await;
    assert!(sought > 10 * 30, "{sought}");
    assert_eq!(session.counted("seq_scan").await, 0);
}

async fn uses_every_door(store: &Store, name: &str) {
    let (user, now) = (store.signs_up(name).await, now());
    let other = store.logs_in(name, &format!("{name} 2")).await;
    let (account, sessions): (Account, Sessions) = (store.of(&user.user.id), store.of(&user.user.id));
    store.renews(&format!("{name} 1"), now).await;
    store.renews(&format!("{name} 1"), now + TimeDelta::seconds(1)).await;
    store.renews(&format!("{name} 1"), now + TimeDelta::minutes(1)).await;
    sessions.list(now).await.unwrap();
    sessions.revoke(&other.session_id).await.unwrap();
    let _ = sessions.revoke_token(TokenHash::new(name), now + TimeDelta::days(1)).await.unwrap();
    account.password_hash().await.unwrap().expect("a password");
    let change = PasswordChange {
        current_hash: format!("the hash of {name}"),
        new_hash: "new".into(),
        keep_session: Some(user.session_id),
    };
    let _ = account.change_password(change, now, now + TimeDelta::days(1)).await.unwrap().expect("her password");
    let _ = sessions.revoke_all(now, now + TimeDelta::days(1)).await.unwrap();
    let _ = account.delete(now, now + TimeDelta::days(1)).await.unwrap().expect("an account");
    store.sweep().run_batch(now).await.unwrap();
}
