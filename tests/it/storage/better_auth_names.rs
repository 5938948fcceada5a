//! Better Auth's tables and columns under other names (`modelName`, `usePlural`, `snake_case`), as the settings say.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use entity::{BetterAuthNames, Cleanup, Db, DbSettings};
use reqwest::Method;
use serde_json::json;

use crate::support::{
    ACCOUNTS, ApiResponse, BACKENDS, Backend, Program, SqlConnection, TestApp, TestDatabase, password,
    store::{distant_future, run_cleanup_batch, settings},
};

const POSTGRES: &str = include_str!("../../fixtures/better-auth/ddl_postgres_migrator.sql");
const SQLITE: &str = include_str!("../../fixtures/better-auth/ddl_sqlite_migrator.sql");

const DEFAULT: [&str; 5] = ["user", "session", "account", "verification", "jwks"];
const PLURAL: [&str; 5] = ["users", "sessions", "accounts", "verifications", "jwkss"];
const OWN: [&str; 5] = ["Member", "login_session", "identity", "verification", "account"];

/// Settings, and the names of the tables under them.
type Names = (&'static [(&'static str, &'static str)], [&'static str; 5]);

const NAMES: [Names; 4] = [
    (&[("BETTER_AUTH_NAMES", "plural")], PLURAL),
    (&[("BETTER_AUTH_NAMES", "snake_case")], DEFAULT),
    (&[("BETTER_AUTH_NAMES", "plural, snake_case")], PLURAL),
    (
        &[
            ("BETTER_AUTH_TABLE_USER", "Member"),
            ("BETTER_AUTH_TABLE_SESSION", "login_session"),
            ("BETTER_AUTH_TABLE_ACCOUNT", "identity"),
            ("BETTER_AUTH_TABLE_JWKS", "account"),
        ],
        OWN,
    ),
];

fn is_snake_case(settings: &[(&str, &str)]) -> bool {
    settings.iter().any(|(_, value)| value.contains("snake_case"))
}

/// Better Auth's tables under these names.
fn better_auth_ddl(backend: Backend, (settings, tables): Names) -> String {
    let ddl = if backend == Backend::Postgres { POSTGRES } else { SQLITE };
    let identifier = |name: &str| match DEFAULT.iter().position(|table| *table == name) {
        Some(position) => tables[position].to_owned(),
        None if is_snake_case(settings) => name
            .chars()
            .flat_map(|c| c.is_ascii_uppercase().then_some('_').into_iter().chain([c.to_ascii_lowercase()]))
            .collect(),
        None => name.to_owned(),
    };
    let parts = ddl.split('"').enumerate();
    let parts: Vec<_> =
        parts.map(|(position, part)| if position % 2 == 1 { identifier(part) } else { part.to_owned() }).collect();
    parts.join("\"")
}

async fn tables(database: &TestDatabase) -> Vec<String> {
    let sql = if database.backend() == Backend::Postgres {
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    } else {
        "select name from sqlite_master where type = 'table' and name not like 'task%' and name not in
            ('idempotency_key', 'refresh_token', 'revocation', 'closed_account', 'rate_limit_counter', 'seaql_migrations')"
    };
    let mut tables = SqlConnection::on(database).await.column(sql).await;
    tables.sort();
    tables
}

fn sorted(tables: [&str; 5]) -> Vec<String> {
    let mut tables = tables.map(str::to_owned).to_vec();
    tables.sort();
    tables
}

async fn count(database: &TestDatabase, table: &str) -> i64 {
    SqlConnection::on(database).await.number(&format!("select count(*) from \"{table}\"")).await
}

/// Runs statements of every kind on the tables.
async fn accounts_work(app: &TestApp) {
    let ann = app.anonymous().signs_up("ann").await;
    ann.creates_a_task("Buy milk").await;
    assert_eq!(ann.get("/api/auth/me").await.is(200).json()["email"], "ann@example.com");
    let there = app.anonymous().logs_in("ann").await.refreshes().await;
    let browser = app.signs_in_in_a_browser("ann").await;
    assert_eq!(browser.sessions().await.len(), 3);
    browser.post("/api/auth/update-user", json!({"name": "Ann"})).await.is(200);
    let change = json!({"current_password": password("ann"), "new_password": "another of her own"});
    ann.post("/api/auth/password", change).await.is(204);
    there.is_signed_out().await;
    let delete = ann.request(Method::DELETE, "/api/auth/me").json(&json!({"password": "another of her own"}));
    ApiResponse::to(delete).await.is(204);
}

/// A session and a user that Better Auth deletes.
async fn triggers_work(app: &TestApp, [users, sessions, ..]: [&str; 5]) {
    let (bob, carl) = (app.anonymous().signs_up("bob").await, app.anonymous().signs_up("carl").await);
    let carls = app.user(carl.id());
    carls.creates_a_task("Buy milk").await;
    let sql = SqlConnection::on(&app.database()).await;
    sql.run(&format!("delete from \"{sessions}\" where id = '{}'", bob.session_id())).await;
    bob.is_rejected_soon().await;
    sql.run(&format!("delete from \"{users}\" where name = 'carl'")).await;
    assert_eq!(sql.number("select count(*) from task where title = 'Buy milk'").await, 0);
}

/// A reset of the password, which is stored after the response.
async fn resets_are_stored(app: &TestApp, verifications: &str) {
    app.anonymous().signs_up("dora").await;
    app.browser().post("/api/auth/request-password-reset", json!({"email": "dora@example.com"})).await.is(200);
    let started = Instant::now();
    while count(&app.database(), verifications).await == 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "no row in {verifications}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn the_service_uses_the_configured_names() {
    for backend in BACKENDS {
        for names @ (settings, expected) in NAMES {
            for ddl in ["", &better_auth_ddl(backend, names)] {
                let database = Arc::new(TestDatabase::new(backend).await);
                SqlConnection::on(&database).await.run(ddl).await;
                let settings = settings.iter().copied().chain([ACCOUNTS, ("MAIL", "log")]);
                let app = TestApp::start_on(Arc::clone(&database), settings).await;
                accounts_work(&app).await;
                triggers_work(&app, expected).await;
                resets_are_stored(&app, expected[3]).await;
                assert_eq!(tables(&database).await, sorted(expected), "{settings:?}", settings = names.0);
                assert_eq!(count(&database, expected[0]).await, 2);
            }
        }
    }
}

/// An earlier start without the settings has created the tables, and its triggers on them.
#[actix_web::test]
async fn settings_that_are_added_later_apply() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        drop(TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await);
        let sql = SqlConnection::on(&database).await;
        for table in DEFAULT {
            sql.run(&format!("drop table \"{table}\"{}", if backend == Backend::Postgres { " cascade" } else { "" }))
                .await;
        }
        sql.run(&better_auth_ddl(backend, NAMES[0])).await;
        let app = TestApp::start_on(Arc::clone(&database), [ACCOUNTS, ("BETTER_AUTH_NAMES", "plural")]).await;
        accounts_work(&app).await;
        triggers_work(&app, PLURAL).await;
        let better_auth_names = Arc::new(BetterAuthNames::plural());
        let db = Db::open(&DbSettings { better_auth_names, ..settings(database.url()) }).await.unwrap();
        run_cleanup_batch(&Cleanup::new(&db), distant_future()).await;
        assert_eq!(count(&database, "sessions").await, 0);
    }
}

#[actix_web::test]
async fn names_that_the_database_does_not_have_stop_the_start() {
    let [plural, snake_case, both, own] = NAMES;
    let default: Names = (&[], DEFAULT);
    let cases: [(Names, Names, &[&str]); 6] = [
        (plural, default, &["accounts, sessions, users", "BETTER_AUTH_NAMES=plural"]),
        (default, plural, &["account, session, user;"]),
        (snake_case, default, &["table user are snake_case", "BETTER_AUTH_NAMES=snake_case"]),
        (default, snake_case, &["table user are camelCase", "remove snake_case"]),
        (both, plural, &["table users are snake_case"]),
        (plural, own, &["accounts, sessions, users"]),
    ];
    for backend in BACKENDS {
        for (existing, (settings, _), words) in cases {
            let database = TestDatabase::new(backend).await;
            SqlConnection::on(&database).await.run(&better_auth_ddl(backend, existing)).await;
            let program = Program::on(&database);
            let program = settings.iter().fold(program, |program, (name, value)| program.with(name, value));
            let output = program.run(&["migrate"]).await;
            assert_eq!(output.code, Some(1), "{output:?}");
            let last = output.stderr.lines().last().unwrap();
            assert!(words.iter().all(|word| last.contains(word)), "{last}");
            assert_eq!(tables(&database).await, sorted(existing.1));
        }
    }
}

#[actix_web::test]
async fn a_missing_table_stops_the_start() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        assert_eq!(program.run(&["migrate"]).await.code, Some(0));
        let output = program.with("BETTER_AUTH_TABLE_VERIFICATION", "codes").run(&["migrate"]).await;
        assert_eq!(output.code, Some(1), "{output:?}");
        assert!(output.stderr.contains("does not have these tables of Better Auth: codes"), "{output:?}");
    }
}

/// The triggers and their functions follow tables that are renamed.
#[actix_web::test]
async fn a_ban_ends_sessions_after_the_tables_are_renamed() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        drop(TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await);
        let sql = SqlConnection::on(&database).await;
        for (former, name) in DEFAULT.into_iter().zip(PLURAL) {
            sql.run(&format!("alter table \"{former}\" rename to {name}")).await;
        }
        sql.run("alter table users add column banned boolean").await;
        let app = TestApp::start_on(Arc::clone(&database), [ACCOUNTS, ("BETTER_AUTH_NAMES", "plural")]).await;
        let (bob, carl) = (app.anonymous().signs_up("bob").await, app.anonymous().signs_up("carl").await);
        sql.run("update users set banned = true where name = 'bob'").await;
        bob.is_rejected_soon().await;
        carl.is_still_signed_in().await;
        assert_eq!(count(&database, "sessions").await, 1);
    }
}
