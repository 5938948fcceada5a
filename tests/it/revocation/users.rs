//! A user whom the front end deletes or bans in the database is signed out everywhere, whatever kind of token they have.

use std::sync::Arc;

use super::replicas::Replicas;
use crate::support::{ACCOUNTS, BACKENDS, Backend, SqlConnection, Store, TestApp, TestDatabase};

/// A boolean column as Better Auth's migrator adds it.
fn banned_column(backend: Backend) -> &'static str {
    match backend {
        Backend::Postgres => r#"alter table "user" add column banned boolean"#,
        Backend::Sqlite => r#"alter table "user" add column banned integer"#,
    }
}

/// Two services on a database to which Better Auth's admin plugin was added after the first one had created it.
async fn replicas_with_admin_plugin(backend: Backend) -> (Replicas, SqlConnection) {
    let database = Arc::new(TestDatabase::new(backend).await);
    let one = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
    let sql = SqlConnection::on(&database).await;
    sql.run(banned_column(backend)).await;
    let two = TestApp::start_on(database, [ACCOUNTS]).await;
    (Replicas { one, two }, sql)
}

#[actix_web::test]
async fn the_deletion_of_a_user_revokes_their_tokens() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let (ann, bob) =
            (replicas.one.anonymous().signs_up("ann").await, replicas.one.anonymous().signs_up("bob").await);
        let (front_end, of_bob) = (replicas.one.user(ann.id()), replicas.one.user(bob.id()));
        let (own_at_two, at_two) = (replicas.used_at_two(&ann).await, replicas.used_at_two(&front_end).await);
        let sql = SqlConnection::on(&replicas.one.database()).await;
        sql.run(&format!("delete from \"user\" where id = '{}'", ann.id())).await;
        front_end.is_rejected_at_both(&at_two).await;
        ann.is_rejected_at_both(&own_at_two).await;
        of_bob.is_accepted().await;
        bob.is_still_signed_in().await;
    }
}

#[actix_web::test]
async fn a_ban_ends_sessions_and_tokens() {
    for backend in BACKENDS {
        let (replicas, sql) = replicas_with_admin_plugin(backend).await;
        let (ann, bob) =
            (replicas.one.anonymous().signs_up("ann").await, replicas.one.anonymous().signs_up("bob").await);
        let (front_end, of_bob) = (replicas.one.user(ann.id()), replicas.one.user(bob.id()));
        let (own_at_two, at_two) = (replicas.used_at_two(&ann).await, replicas.used_at_two(&front_end).await);
        sql.run(&format!("update \"user\" set banned = true where id = '{}'", ann.id())).await;
        front_end.is_rejected_at_both(&at_two).await;
        ann.is_rejected_at_both(&own_at_two).await;
        ann.is_signed_out().await;
        assert_eq!(sql.number(&format!("select count(*) from session where \"userId\" = '{}'", ann.id())).await, 0);
        of_bob.is_accepted().await;
        bob.is_still_signed_in().await;

        sql.run("update \"user\" set banned = false").await;
        front_end.is_rejected().await;
        replicas.one.user_with_later_token(ann.id()).is_accepted().await;
        replicas.one.anonymous().logs_in("ann").await.is_still_signed_in().await;
    }
}

#[actix_web::test]
async fn only_a_new_ban_revokes() {
    for backend in BACKENDS {
        let (replicas, sql) = replicas_with_admin_plugin(backend).await;
        let ann = replicas.one.anonymous().signs_up("ann").await;
        for harmless in ["banned = null", "banned = false", "name = 'Ann', banned = false", "name = 'banned'"] {
            sql.run(&format!("update \"user\" set {harmless}")).await;
        }
        assert_eq!(sql.number("select count(*) from revocation").await, 0);
        ann.is_still_signed_in().await;

        sql.run("update \"user\" set banned = true").await;
        ann.is_rejected_soon().await;
        sql.run("update revocation set issued_until = '2026-01-01T00:00:00.000Z'").await;
        sql.run("update \"user\" set banned = true, name = 'Ann'").await;
        assert_eq!(
            sql.number("select count(*) from revocation where kind = 'user' and issued_until > '2026-01-02'").await,
            0
        );
    }
}

/// The plugin may be added while the service runs; on SQLite bans take effect with its next start.
#[actix_web::test]
async fn on_postgres_the_plugin_can_be_added_at_any_time() {
    let replicas = Replicas::start(Backend::Postgres).await;
    let ann = replicas.one.anonymous().signs_up("ann").await;
    let at_two = replicas.used_at_two(&ann).await;
    let sql = SqlConnection::on(&replicas.one.database()).await;
    sql.run("update \"user\" set name = 'Ann'").await;
    sql.run(banned_column(Backend::Postgres)).await;
    sql.run("update \"user\" set banned = true").await;
    ann.is_rejected_at_both(&at_two).await;
}

/// `pg_database_owner` stands for the role of the front end: it can be assumed and has no rights on our tables.
#[actix_web::test]
async fn a_role_without_rights_on_our_tables_bans_too() {
    let store = Store::new(Backend::Postgres).await;
    let ann = store.signs_up("ann").await;
    let sql = store.sql().await;
    sql.run(banned_column(Backend::Postgres)).await;
    sql.run("grant select, update on \"user\" to pg_database_owner; set role pg_database_owner").await;
    sql.run("create temp table revocation (); create temp table session ()").await;
    sql.run("update \"user\" set banned = true").await;
    assert_eq!(store.revoked().await, [format!("session {}", ann.session_id), format!("user {}", ann.user.id)]);
}

/// The column or the table may have a form of its own; the front end's statement must succeed.
#[actix_web::test]
async fn a_ban_succeeds_beside_other_tables() {
    let user = "create table \"user\" (id text primary key, banned text)";
    for session in ["", "create table session (sid varchar primary key, sess text not null)"] {
        let store = Store::with_ddl(Backend::Postgres, &format!("{user}; {session}")).await;
        let sql = store.sql().await;
        let oversized = "x".repeat(4_000);
        for (id, banned) in [("ann", "true"), ("bob", "not yet"), ("carol", "1"), (&oversized, "true")] {
            sql.run(&format!(
                "insert into \"user\" values ('{id}'); update \"user\" set banned = '{banned}' where id = '{id}'"
            ))
            .await;
        }
        assert_eq!(store.revoked().await, ["user ann", "user carol"]);
        sql.run("delete from \"user\"").await;
        assert_eq!(store.revoked().await, ["user ann", "user bob", "user carol"]);
    }
}
