//! Sessions of our own in Better Auth's tables, and what their end leaves, whoever brings it about.

use chrono::TimeDelta;
use entity::{
    TokenHash,
    account::{RefreshOutcome, SignUpOutcome, UserSession},
};

use crate::support::{
    Backend, Program, Store,
    store::{ACCESS_TOKEN_TTL, BACKENDS, IDLE_TIMEOUT, lifetimes, new_account, new_session, now},
};

#[actix_web::test]
async fn a_sign_up_leaves_what_better_auth_would() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let (session, id) = (store.sql().await, ann.user.id.as_str());
        for id in [id, ann.session_id.as_str()] {
            assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        }
        let user =
            "select id || ' ' || name || ' ' || email from \"user\" where not \"emailVerified\" and image is null";
        assert_eq!(session.text(user).await, format!("{id} ann ann@example.com"));
        let account = "select \"accountId\" || ' ' || \"userId\" || ' ' || password from account
            where \"providerId\" = 'credential' and length(id) = 32 and \"accessToken\" is null";
        assert_eq!(session.text(account).await, format!("{id} {id} the hash of ann"));
        let own = "select id || ' ' || \"userId\" || ' ' || \"ipAddress\" || ' ' || \"userAgent\" from session";
        assert_eq!(session.text(own).await, format!("{} {id} 192.0.2.1 test", ann.session_id));
    }
}

/// A dot makes Better Auth look for a signature behind it, so that its door does not open to what is stored there.
#[actix_web::test]
async fn no_token_that_could_be_used_is_stored() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let session = store.sql().await;
        // base64url of SHA-256("ann 1")
        assert_eq!(
            session.text("select token from session").await,
            "taskbridge.IMUnXMeA3pJPj9Gqe0Y0IBoCWTidwQPi421rScrkahc"
        );
        assert_eq!(session.text("select hash from refresh_token").await, TokenHash::new("ann 1").to_string());
    }
}

#[actix_web::test]
async fn instants_are_written_as_better_auth_writes_them() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (session, instant) = (store.sql().await, "2036-01-02T03:04:05.600789Z".parse().unwrap());
        let SignUpOutcome::Created(ann) =
            store.accounts().sign_up(new_account("ann"), new_session("1", instant), instant).await.unwrap()
        else {
            panic!("taken")
        };
        let written = "2036-01-02T03:04:05.600Z";
        assert_eq!(ann.user.created_at, written.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
        for (table, column) in
            [("user", "createdAt"), ("user", "updatedAt"), ("account", "createdAt"), ("session", "updatedAt")]
        {
            let count = format!("select count(*) from \"{table}\" where \"{column}\" = '{written}'");
            assert_eq!(session.number(&count).await, 1, "{table}.{column}");
        }
        assert_eq!(ann.expires_at, ann.user.created_at + IDLE_TIMEOUT);
    }
}

#[actix_web::test]
async fn a_session_that_better_auth_deletes_leaves_a_revocation() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        let delete = format!("delete from session where id = '{}'", ann.session_id);
        store.sql().await.run(&delete).await;
        assert_eq!(store.revoked().await, [format!("session {}", ann.session_id)]);
        assert_eq!(store.renews("ann 1", now()).await, RefreshOutcome::Invalid);
        assert!(
            matches!(store.renews("bob 1", now()).await, RefreshOutcome::Refreshed(UserSession { session_id, .. }, _) if session_id == bob.session_id)
        );
        assert_eq!(store.count(&format!("refresh_token where session_id = '{}'", ann.session_id)).await, 0);
    }
}

#[actix_web::test]
async fn a_user_who_is_deleted_leaves_one_for_each_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, _bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        let other = store.logs_in("ann", "ann 2").await;
        store.sql().await.run("delete from \"user\" where name = 'ann'").await;
        let mut revoked = [&ann, &other].map(|signed_in| format!("session {}", signed_in.session_id));
        revoked.sort();
        assert_eq!(store.revoked().await, revoked);
        assert_eq!(store.count("refresh_token").await, 1);
    }
}

#[actix_web::test]
async fn a_revocation_lasts_as_long_as_the_last_access_token() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let later = now() + TimeDelta::hours(3);
        store.renews("ann 1", later).await;
        let sessions = store.sessions(&ann);
        let revoked = sessions.revoke(&ann.session_id).await.unwrap().expect("a session");
        assert_eq!(revoked[0].expires_at, later + ACCESS_TOKEN_TTL);
    }
}

#[actix_web::test]
async fn what_needs_no_revocation_leaves_none() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let session = store.sql().await;
        // over for two hours
        let long_ago = now() - TimeDelta::hours(26);
        store.accounts().sign_up(new_account("ann"), new_session("1", long_ago), long_ago).await.unwrap();
        session.run("delete from session").await;
        assert_eq!(store.revoked().await, [""; 0]);
        assert_eq!(store.count("refresh_token").await, 0);
    }
}

/// The front end's tokens may name it, and how long they live nobody here knows.
#[actix_web::test]
async fn a_session_of_better_auth_s_own_is_remembered_for_eight_days() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let session = store.sql().await;
        store.signs_up("ann").await;
        session.run(&better_auths_session("theirs", "ann")).await;
        session.run("delete from session where id = 'theirs'").await;
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

/// As the tools of SQLite do to change one; and as a service did that knew no better.
#[actix_web::test]
async fn a_table_that_was_made_anew_is_given_its_trigger_by_the_next_migration() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let session = store.sql().await;
        store.signs_up("ann").await;
        session.run(&better_auths_session("theirs", "ann")).await;
        let on = if backend == Backend::Postgres { "on session" } else { "" };
        session.run(&format!("drop trigger session_revoke {on}")).await;
        session.run("delete from seaql_migrations where version = 'm20261121_000004_front_end_session'").await;
        assert_eq!(Program::on(store.database()).run(&["migrate"]).await.code, Some(0));
        session.run("delete from session where id = 'theirs'").await;
        assert_eq!(store.revoked().await, ["session theirs"]);
    }
}

/// No token could name it; and its row must go as it went before.
#[actix_web::test]
async fn a_session_whose_id_is_no_name_goes_without_a_word() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let session = store.sql().await;
        store.signs_up("ann").await;
        session.run(&better_auths_session(&"x".repeat(4_000), "ann")).await;
        session.run("delete from session where length(id) = 4000").await;
        assert_eq!((store.count("session").await, store.revoked().await), (1, vec![]));
    }
}

/// They run as their maker: a trigger of another's making would revoke, or delete, what it names.
#[actix_web::test]
async fn nobody_else_makes_triggers_of_our_functions() {
    let store = Store::new(Backend::Postgres).await;
    let session = store.sql().await;
    let open = "select count(*) from pg_proc where pronamespace = current_schema()::regnamespace and prosecdef
        and has_function_privilege('pg_database_owner', oid, 'execute')";
    assert_eq!(session.number(open).await, 0);
    let ours = "select count(*) from pg_proc where pronamespace = current_schema()::regnamespace and prosecdef";
    assert_eq!(session.number(ours).await, 4);
}

/// A session that Better Auth opened for the user of this name.
fn better_auths_session(id: &str, name: &str) -> String {
    format!(
        "insert into session (id, \"expiresAt\", token, \"createdAt\", \"updatedAt\", \"ipAddress\", \"userAgent\", \"userId\")
        select '{id}', '2036-01-01T00:00:00.000Z', 'token of {id}', '2026-11-21T05:53:43.642Z', '2026-11-21T05:53:43.642Z', '', '', id
        from \"user\" where name = '{name}'"
    )
}

/// `pg_database_owner` stands for the front end's role: the test may take it, and it has no right on our tables. Tables of
/// its own in their place do not mislead what runs as their maker.
#[actix_web::test]
async fn a_front_end_without_a_right_on_our_tables_revokes_too() {
    let store = Store::new(Backend::Postgres).await;
    let ann = store.signs_up("ann").await;
    let session = store.sql().await;
    session
        .run("grant select, delete on \"user\", session, account to pg_database_owner; set role pg_database_owner")
        .await;
    let rights = "select count(*) from unnest(array['refresh_token', 'revocation']) as one
        where has_table_privilege(one, 'select, insert, update, delete')";
    assert_eq!(session.number(rights).await, 0);
    session.run("create temp table refresh_token (); create temp table revocation (); create temp table task ()").await;
    session.run("delete from \"user\" where name = 'ann'").await;
    assert_eq!(store.revoked().await, [format!("session {}", ann.session_id)]);
    assert_eq!(store.count("refresh_token").await, 0);
}

#[actix_web::test]
async fn a_token_without_a_session_is_good_for_nothing() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let session = store.sql().await;
        let until = lifetimes(now()).access_token_expires_at.to_rfc3339();
        session
            .run(&format!(
                "insert into refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
                values ('{}', 'gone', 'gone', '{until}', '{until}', '{until}')",
                TokenHash::new("left over")
            ))
            .await;
        assert_eq!(store.renews("left over", now()).await, RefreshOutcome::Invalid);
    }
}
