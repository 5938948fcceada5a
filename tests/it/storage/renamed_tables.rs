//! Better Auth's tables under other names (`modelName`, `usePlural`): the service names them and does not start.

use entity::{Db, MigrationError, NamesMismatch};

use crate::support::{BACKENDS, Backend, Program, SqlConnection, TestDatabase, store::settings};

const POSTGRES: &str = include_str!("../../fixtures/better-auth/ddl_postgres_migrator.sql");
const SQLITE: &str = include_str!("../../fixtures/better-auth/ddl_sqlite_migrator.sql");

/// The old and the new name of a table.
type Renaming = (&'static str, &'static str);

const PLURALS: [Renaming; 3] = [("user", "users"), ("session", "sessions"), ("account", "accounts")];

/// Better Auth's tables, some of them renamed.
async fn database_with(backend: Backend, renamed: &[Renaming]) -> TestDatabase {
    let database = TestDatabase::new(backend).await;
    let sql = SqlConnection::on(&database).await;
    sql.run(if backend == Backend::Postgres { POSTGRES } else { SQLITE }).await;
    for (from, to) in renamed {
        sql.run(&format!(r#"alter table "{from}" rename to "{to}""#)).await;
    }
    database
}

async fn tables(database: &TestDatabase) -> Vec<String> {
    let sql = if database.backend() == Backend::Postgres {
        "select relname::text from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace order by 1"
    } else {
        "select name from sqlite_master where type = 'table' order by 1"
    };
    SqlConnection::on(database).await.column(sql).await
}

#[actix_web::test]
async fn renamed_tables_are_reported_and_nothing_is_created() {
    let [users, sessions, accounts] = PLURALS;
    let cases: [(&[Renaming], &[&str]); 3] = [
        (&[users, sessions, accounts], &["accounts", "sessions", "users"]),
        (&[users], &["users"]),
        (&[("account", "login"), ("session", "Login Session")], &["Login Session", "login"]),
    ];
    for backend in BACKENDS {
        for (renamed, expected) in cases {
            let database = database_with(backend, renamed).await;
            let before = tables(&database).await;
            match Db::migrate(&settings(database.url())).await {
                Err(MigrationError::Names(NamesMismatch::Tables(names))) => assert_eq!(names, expected),
                other => panic!("{other:?}"),
            }
            assert_eq!(tables(&database).await, before);
        }
    }
}

#[actix_web::test]
async fn columns_in_snake_case_are_recognized() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let ddl = "create table users (id text primary key, name text, email text, email_verified text);
            create table accounts (id text, account_id text, provider_id text, user_id text, access_token text)";
        SqlConnection::on(&database).await.run(ddl).await;
        let outcome = Db::migrate(&settings(database.url())).await;
        let expected = ["accounts", "users"];
        let Err(MigrationError::Names(NamesMismatch::Tables(names))) = &outcome else { panic!("{outcome:?}") };
        assert_eq!(*names, expected);
    }
}

/// `users` and `sessions` of other libraries, and Auth.js, which has an `accounts` with other columns.
#[actix_web::test]
async fn similar_tables_of_other_libraries_are_ignored() {
    let ddl = r#"
        create table users (id text primary key, name text, email text, "emailVerified" text, image text);
        create table sessions (id text, "sessionToken" text, "userId" text, expires text);
        create table accounts ("userId" text, type text, provider text, "providerAccountId" text, access_token text)"#;
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        SqlConnection::on(&database).await.run(ddl).await;
        assert!(!Db::migrate(&settings(database.url())).await.unwrap().is_empty());
    }
}

#[actix_web::test]
async fn the_service_does_not_start_beside_renamed_tables() {
    for backend in BACKENDS {
        let database = database_with(backend, &PLURALS).await;
        for arguments in [&[] as &[&str], &["migrate"]] {
            let output = Program::on(&database).run(arguments).await;
            assert_eq!(output.code, Some(1), "{output:?}");
            let last = output.stderr.lines().last().unwrap();
            for words in ["accounts, sessions, users", "modelName", "usePlural", "BETTER_AUTH_NAMES"] {
                assert!(last.contains(words), "{last}");
            }
        }
    }
}
