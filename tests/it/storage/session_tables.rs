//! Sessions in Better Auth's tables, and the revocations that triggers write when sessions are deleted.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::{
    TokenHash,
    account::{RefreshOutcome, SignUpOutcome, UserSession},
};

use crate::support::{
    BACKENDS, Backend, Program, Store, migrations,
    store::{ACCESS_TOKEN_TTL, IDLE_TIMEOUT, found, lifetimes, new_account, new_session, now},
};

#[actix_web::test]
async fn a_sign_up_inserts_what_better_auth_would() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let (sql, id) = (store.sql().await, ann.user.id.as_str());
        for id in [id, ann.session_id.as_str()] {
            assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        }
        let user =
            "select id || ' ' || name || ' ' || email from \"user\" where not \"emailVerified\" and image is null";
        assert_eq!(sql.text(user).await, format!("{id} ann ann@example.com"));
        let account = "select \"accountId\" || ' ' || \"userId\" || ' ' || password from account
            where \"providerId\" = 'credential' and length(id) = 32 and \"accessToken\" is null";
        assert_eq!(sql.text(account).await, format!("{id} {id} the hash of ann"));
        let session_row = "select id || ' ' || \"userId\" || ' ' || \"ipAddress\" || ' ' || \"userAgent\" from session";
        assert_eq!(sql.text(session_row).await, format!("{} {id} 192.0.2.1 test", ann.session_id));
    }
}

/// The dot makes Better Auth expect a signature, so that it rejects the stored value as a session token.
#[actix_web::test]
async fn no_usable_token_is_stored() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let sql = store.sql().await;
        // base64url of SHA-256("ann 1")
        assert_eq!(
            sql.text("select token from session").await,
            "taskbridge.IMUnXMeA3pJPj9Gqe0Y0IBoCWTidwQPi421rScrkahc"
        );
        assert_eq!(sql.text("select hash from refresh_token").await, TokenHash::new("ann 1").to_string());
    }
}

#[actix_web::test]
async fn timestamps_have_better_auths_format() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (sql, instant) = (store.sql().await, "2036-01-02T03:04:05.600789Z".parse().unwrap());
        let SignUpOutcome::Created(ann) =
            store.accounts().sign_up(new_account("ann"), new_session("1", instant), instant).await.unwrap()
        else {
            panic!("taken")
        };
        let formatted = "2036-01-02T03:04:05.600Z";
        assert_eq!(ann.user.created_at, formatted.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
        for (table, column) in
            [("user", "createdAt"), ("user", "updatedAt"), ("account", "createdAt"), ("session", "updatedAt")]
        {
            let count = format!("select count(*) from \"{table}\" where \"{column}\" = '{formatted}'");
            assert_eq!(sql.number(&count).await, 1, "{table}.{column}");
        }
        assert_eq!(ann.expires_at, ann.user.created_at + IDLE_TIMEOUT);
    }
}

#[actix_web::test]
async fn deleting_a_session_inserts_a_revocation() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        let delete = format!("delete from session where id = '{}'", ann.session_id);
        store.sql().await.run(&delete).await;
        assert_eq!(store.revoked().await, [format!("session {}", ann.session_id)]);
        assert_eq!(store.refreshes("ann 1", now()).await, RefreshOutcome::Invalid);
        assert!(
            matches!(store.refreshes("bob 1", now()).await, RefreshOutcome::Refreshed(UserSession { session_id, .. }, _) if session_id == bob.session_id)
        );
        assert_eq!(store.count(&format!("refresh_token where session_id = '{}'", ann.session_id)).await, 0);
    }
}

#[actix_web::test]
async fn deleting_a_user_revokes_every_session_and_token() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, _bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        let other = store.logs_in("ann", "ann 2").await;
        store.sql().await.run("delete from \"user\" where name = 'ann'").await;
        let mut revoked = [&ann, &other].map(|signed_in| format!("session {}", signed_in.session_id)).to_vec();
        revoked.sort();
        revoked.push(format!("user {}", ann.user.id));
        assert_eq!(store.revoked().await, revoked);
        assert_eq!(store.count("refresh_token").await, 1);
    }
}

#[actix_web::test]
async fn a_revocation_covers_the_last_access_token() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let later = now() + TimeDelta::hours(3);
        store.refreshes("ann 1", later).await;
        let sessions = store.sessions(&ann);
        let revoked = found(sessions.revoke(&ann.session_id).await.unwrap());
        assert_eq!(revoked[0].expires_at, later + ACCESS_TOKEN_TTL);
    }
}

#[actix_web::test]
async fn an_expired_session_leaves_no_revocation() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let sql = store.sql().await;
        // expired two hours ago
        let long_ago = now() - TimeDelta::hours(26);
        store.accounts().sign_up(new_account("ann"), new_session("1", long_ago), long_ago).await.unwrap();
        sql.run("delete from session").await;
        assert_eq!(store.revoked().await, [""; 0]);
        assert_eq!(store.count("refresh_token").await, 0);
    }
}

/// Tokens of the front end may name the session, and their lifetime is unknown.
#[actix_web::test]
async fn a_session_of_better_auth_is_revoked_for_8_days() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let sql = store.sql().await;
        store.signs_up("ann").await;
        sql.run(&insert_better_auth_session("theirs", "ann")).await;
        sql.run("delete from session where id = 'theirs'").await;
        assert_eq!(store.revoked().await, ["session theirs"]);
        let bounds = match backend {
            Backend::Postgres => "now() + interval '7 days 23 hours' and now() + interval '8 days'",
            Backend::Sqlite => {
                "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+191 hours') and strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+8 days')"
            }
        };
        assert_eq!(store.count(&format!("revocation where expires_at between {bounds}")).await, 1);
    }
}

/// SQLite tools recreate a table to alter it and drop its triggers.
#[actix_web::test]
async fn the_migration_restores_a_missing_trigger() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let sql = store.sql().await;
        store.signs_up("ann").await;
        sql.run(&insert_better_auth_session("theirs", "ann")).await;
        let on = if backend == Backend::Postgres { "on session" } else { "" };
        sql.run(&format!("drop trigger session_revoke {on}")).await;
        sql.run("delete from seaql_migrations where version = 'm20261121_000004_front_end_session'").await;
        assert_eq!(Program::on(store.database()).run(&["migrate"]).await.code, Some(0));
        sql.run("delete from session where id = 'theirs'").await;
        assert_eq!(store.revoked().await, ["session theirs"]);
    }
}

/// No token can name such a session, and its row must remain deletable.
#[actix_web::test]
async fn an_oversized_session_id_leaves_no_revocation() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let sql = store.sql().await;
        store.signs_up("ann").await;
        sql.run(&insert_better_auth_session(&"x".repeat(4_000), "ann")).await;
        sql.run("delete from session where length(id) = 4000").await;
        assert_eq!((store.count("session").await, store.revoked().await), (1, vec![]));
    }
}

/// The functions run with the rights of their owner; a foreign trigger could revoke or delete with them.
#[actix_web::test]
async fn only_the_owner_may_execute_trigger_functions() {
    let store = Store::new(Backend::Postgres).await;
    let sql = store.sql().await;
    let executable = "select count(*) from pg_proc where pronamespace = 'taskbridge'::regnamespace and prosecdef
        and has_function_privilege('pg_database_owner', oid, 'execute')";
    assert_eq!(sql.number(executable).await, 0);
    let all =
        "select proname::text from pg_proc where pronamespace = 'taskbridge'::regnamespace and prosecdef order by 1";
    assert_eq!(sql.column(all).await, Vec::from_iter(security_definer_functions()));
}

/// The names of the functions that the migrations create with the rights of their owner.
fn security_definer_functions() -> BTreeSet<String> {
    let sql = migrations().into_values().collect::<String>();
    let declarations = sql.split("function ").skip(1).filter_map(|rest| rest.split_once("$$"));
    let names =
        declarations.filter(|(head, _)| head.contains("security definer")).map(|(head, _)| head.split('(').next());
    names.flatten().map(|name| name.trim_start_matches("taskbridge.").to_owned()).collect()
}

/// Inserts a session of Better Auth for the user with this name.
fn insert_better_auth_session(id: &str, name: &str) -> String {
    format!(
        "insert into session (id, \"expiresAt\", token, \"createdAt\", \"updatedAt\", \"ipAddress\", \"userAgent\", \"userId\")
        select '{id}', '2036-01-01T00:00:00.000Z', 'token of {id}', '2026-11-21T05:53:43.642Z', '2026-11-21T05:53:43.642Z', '', '', id
        from \"user\" where name = '{name}'"
    )
}

/// `pg_database_owner` stands for the role of the front end: it can be assumed and has no rights on our tables. Temporary
/// tables of the same names do not mislead the trigger functions.
#[actix_web::test]
async fn a_role_without_rights_on_our_tables_revokes_too() {
    let store = Store::new(Backend::Postgres).await;
    let ann = store.signs_up("ann").await;
    let sql = store.sql().await;
    sql.run("grant select, delete on \"user\", session, account to pg_database_owner; set role pg_database_owner")
        .await;
    let rights = "select count(*) from pg_class where relnamespace = 'taskbridge'::regnamespace and relkind = 'r'
        and has_table_privilege(oid, 'select, insert, update, delete')";
    assert_eq!(sql.number(rights).await, 0);
    sql.run("create temp table refresh_token (); create temp table revocation (); create temp table task ()").await;
    sql.run("delete from \"user\" where name = 'ann'").await;
    assert_eq!(store.revoked().await, [format!("session {}", ann.session_id), format!("user {}", ann.user.id)]);
    assert_eq!(store.count("refresh_token").await, 0);
}

#[actix_web::test]
async fn a_refresh_token_without_a_session_is_invalid() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let sql = store.sql().await;
        let until = lifetimes(now()).access_token_expires_at.to_rfc3339();
        sql.run(&format!(
            "insert into refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
                values ('{}', 'gone', 'gone', '{until}', '{until}', '{until}')",
            TokenHash::new("left over")
        ))
        .await;
        assert_eq!(store.refreshes("left over", now()).await, RefreshOutcome::Invalid);
    }
}
