//! `POST /api/auth/login`: accepted passwords, and responses that do not reveal whether an account exists.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{ACCOUNTS, Backend, SqlConnection, TestApp, email, on_both, password};

const LOG_IN: &str = "/api/auth/login";
const HASHES: &str = include_str!("../../fixtures/better-auth/password_hashes.json");

/// Inserts a user of Better Auth with this password hash, or of a social provider without one.
async fn insert_better_auth_user(app: &TestApp, name: &str, hash: Option<&str>) {
    let instant = "'2026-11-21T05:53:43.642Z'";
    let (provider, hash) = match hash {
        Some(hash) => ("credential", format!("'{hash}'")),
        None => ("github", "null".into()),
    };
    SqlConnection::on(&app.database())
        .await
        .run(&format!(
            "insert into \"user\" (id, name, email, \"emailVerified\", \"createdAt\", \"updatedAt\")
                values ('id-{name}', '{name}', '{}', true, {instant}, {instant});
            insert into account (id, \"accountId\", \"providerId\", \"userId\", password, \"createdAt\", \"updatedAt\")
                values ('account-{name}', 'id-{name}', '{provider}', 'id-{name}', {hash}, {instant}, {instant})",
            email(name)
        ))
        .await;
}

on_both! {
    with accounts:

    a_log_in_opens_another_session(app) {
        let first = app.anonymous().signs_up("ann").await;
        let response = app.anonymous().tries_to_log_in(&email("ann"), &password("ann")).await.is(200);
        assert_eq!(response.header("cache-control"), Some("no-store"));
        let again = app.anonymous().signed_in_by(response);
        let members: Vec<_> = again.token_response().as_object().unwrap().keys().collect();
        assert_eq!(members, ["access_token", "expires_in", "refresh_token", "token_type", "user"]);
        assert_eq!(again.token_response()["user"], first.token_response()["user"]);
        assert_ne!(again.session_id(), first.session_id());
        first.is_still_signed_in().await;
        again.is_still_signed_in().await;
        app.anonymous().tries_to_log_in("ANN@Example.com", &password("ann")).await.is(200);
    }

    banned_and_two_factor_users_are_rejected(app) {
        for name in ["ann", "bob", "carol"] {
            app.anonymous().signs_up(name).await;
        }
        let sql = SqlConnection::on(&app.database()).await;
        sql.run("alter table \"user\" add column banned boolean").await;
        app.anonymous().logs_in("ann").await.is_accepted().await;
        sql.run("alter table \"user\" add column \"twoFactorEnabled\" boolean default false").await;
        sql.run("update \"user\" set banned = true where name = 'ann'").await;
        sql.run("update \"user\" set \"twoFactorEnabled\" = true where name = 'bob'").await;
        let unknown = app.anonymous().tries_to_log_in("nobody@example.com", "x").await.is(401);
        for name in ["ann", "bob"] {
            app.anonymous().tries_to_log_in(&email(name), &password(name)).await.is_same_as(&unknown);
        }
        app.anonymous().logs_in("carol").await.is_accepted().await;
    }

    a_session_stores_address_and_user_agent(app) {
        app.anonymous().signs_up("ann").await;
        let sql = SqlConnection::on(&app.database()).await;
        let request = app.anonymous().request(reqwest::Method::POST, LOG_IN).header("user-agent", "Firefox/1".repeat(100));
        crate::support::ApiResponse::to(request.json(&json!({"email": email("ann"), "password": password("ann")}))).await.is(200);
        let stored = sql.column("select \"ipAddress\" || ' ' || \"userAgent\" from session order by length(\"userAgent\") desc").await;
        assert_eq!(stored, [format!("127.0.0.1 {}", &"Firefox/1".repeat(100)[..512]), "127.0.0.1 ".into()]);
        let tokens = sql.column("select token from session").await;
        assert!(tokens.iter().all(|token| token.starts_with("taskbridge.")), "{tokens:?}");
    }

    an_unknown_account_looks_like_a_wrong_password(app) {
        app.anonymous().signs_up("ann").await;
        insert_better_auth_user(&app, "social", None).await;
        let unknown = app.anonymous().tries_to_log_in(&email("nobody"), &password("ann")).await.rejects_the_log_in();
        for (email, password) in [
            (email("ann"), password("bob")), (email("ann"), String::new()), (email("ann"), password("ann") + " "),
            (email("ann"), password("ann").to_uppercase()), (email("social"), password("ann")), (email("social"), String::new()),
        ] {
            app.anonymous().tries_to_log_in(&email, &password).await.is_same_as(&unknown);
        }
        app.anonymous().logs_in("ann").await.is_accepted().await;
    }

    an_invalid_hash_matches_no_password(app) {
        app.anonymous().signs_up("ann").await;
        let unknown = app.anonymous().tries_to_log_in(&email("nobody"), "x").await.rejects_the_log_in();
        let sql = SqlConnection::on(&app.database()).await;
        for hash in [
            "", ":", "x", "::::", "00:00", "$2b$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
            &"0".repeat(32), &format!("{}:", "0".repeat(32)), &format!("{}:{}", "0".repeat(32), "0".repeat(127)),
            &format!("{}:{}", "é".repeat(16), "é".repeat(64)), &format!("{}:{}", "0".repeat(32), "g".repeat(128)),
            &"x".repeat(100_000),
        ] {
            sql.run(&format!("update account set password = '{hash}'")).await;
            for password in [&password("ann"), "", "x"] {
                app.anonymous().tries_to_log_in(&email("ann"), password).await.is_same_as(&unknown);
            }
        }
    }

    hashes_of_better_auth_are_accepted(app) {
        let fixtures: Value = serde_json::from_str(HASHES).unwrap();
        let hashes = fixtures["hashes"].as_array().unwrap();
        assert_eq!(hashes.len(), 14);
        for (number, fixture) in hashes.iter().enumerate() {
            let name = format!("user{number}");
            insert_better_auth_user(&app, &name, fixture["hash"].as_str()).await;
            let password = fixture["plaintext"].as_str().unwrap();
            // Better Auth accepts a NUL
            if password.contains('\0') {
                app.anonymous().tries_to_log_in(&email(&name), password).await.is_problem(400, "malformed-request");
                continue;
            }
            let user = app.anonymous().logs_in_with(&name, password).await;
            assert_eq!(user.token_response()["user"]["id"], format!("id-{name}"));
            user.is_still_signed_in().await;
            app.anonymous().tries_to_log_in(&email(&name), &password.chars().skip(1).collect::<String>()).await.rejects_the_log_in();
        }
    }

    passwords_are_compared_after_nfkc(app) {
        let sign_up = json!({"name": "Ann", "email": email("ann"), "password": " Zo\u{eb} \u{fb01}le, with the 73 bytes that another hash would cut, and more of them x"});
        app.anonymous().post("/api/auth/signup", sign_up.clone()).await.is(201);
        let password = sign_up["password"].as_str().unwrap();
        for same in [password.to_owned(), password.replace('\u{eb}', "e\u{308}"), password.replace('\u{fb01}', "fi")] {
            app.anonymous().tries_to_log_in(&email("ann"), &same).await.is(200);
        }
        for other in [password.trim().to_owned(), password.replace('x', "y"), password.to_lowercase(), password.replace('\u{eb}', "e")] {
            app.anonymous().tries_to_log_in(&email("ann"), &other).await.rejects_the_log_in();
        }
    }

    every_invalid_field_is_named(app) {
        for (pointer, body) in [
            ("/email", json!({"email": "ann", "password": "x"})),
            ("/email", json!({"email": 1, "password": "x"})),
            ("/email", json!({"password": "x"})),
            ("/password", json!({"email": email("ann")})),
            ("/password", json!({"email": email("ann"), "password": "x".repeat(129)})),
            ("/password", json!({"email": email("ann"), "password": {"$ne": ""}})),
            ("/remember", json!({"email": email("ann"), "password": "x", "remember": true})),
        ] {
            let problem = app.anonymous().post(LOG_IN, body).await.is_problem(422, "invalid-content");
            assert_eq!(problem.pointers(), [pointer]);
        }
        app.anonymous().tries_to_log_in("ann@example.com\0", "x").await.is_problem(400, "malformed-request");
        app.anonymous().tries_to_log_in(&email("ann"), "x\0").await.is_problem(400, "malformed-request");
    }
}

/// Compares the fastest responses, which other load affects least.
#[actix_web::test]
async fn an_unknown_user_takes_as_long_as_a_known_one() {
    let app = TestApp::start_with(Backend::Sqlite, [ACCOUNTS]).await;
    app.anonymous().signs_up("ann").await;
    insert_better_auth_user(&app, "social", None).await;
    let names = ["ann", "nobody", "social"];
    let mut times = names.map(|_| Vec::<Duration>::new());
    for _ in 0..7 {
        for (times, name) in times.iter_mut().zip(names) {
            let started = Instant::now();
            app.anonymous().tries_to_log_in(&email(name), "wrong").await.rejects_the_log_in();
            times.push(started.elapsed());
        }
    }
    let quickest = times.map(|times| times.into_iter().min().unwrap());
    let (least, most) = (quickest.iter().min().unwrap(), quickest.iter().max().unwrap());
    assert!(*most < *least * 3 / 2, "{names:?} take {quickest:?}");
}
