//! `taskbridge serve --no-migrate`, and databases of later versions.

use crate::support::{BACKENDS, Backend, Program, SqlConnection, TestDatabase, migration_names};

/// Asserts that the start fails with one line that names `lacking` and what to run.
async fn does_not_start(program: &Program, lacking: &str) {
    let output = program.run(&["serve", "--no-migrate"]).await;
    assert_eq!((output.code, output.stderr.lines().count()), (Some(1), 1), "{output:?}");
    assert!(output.stderr.contains(lacking) && output.stderr.contains("run `taskbridge migrate`"), "{output:?}");
}

#[actix_web::test]
async fn pending_migrations_stop_the_start() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        does_not_start(&program, &migration_names().join(", ")).await;
        let status = program.run(&["migrate", "status"]).await;
        assert!(!status.stdout.contains("applied"), "{status:?}");
        assert_eq!(program.run(&["migrate"]).await.code, Some(0));
        program.serve_without_migrating().await.user("ann").creates_a_task("Buy milk").await;
    }
}

/// As after a tool has recreated a table of Better Auth.
#[actix_web::test]
async fn a_missing_trigger_stops_the_start() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        assert_eq!(program.run(&["migrate"]).await.code, Some(0));
        let on_table = if backend == Backend::Postgres { "on session" } else { "" };
        SqlConnection::on(&database).await.run(&format!("drop trigger session_revoke {on_table}")).await;
        does_not_start(&program, "trigger session_revoke").await;
        assert_eq!(program.run(&["migrate"]).await.code, Some(0));
        program.serve_without_migrating().await;
    }
}

/// As when a replica of this version restarts during an upgrade to the next one.
#[actix_web::test]
async fn a_database_of_a_later_version_is_served() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        assert_eq!(program.run(&["migrate"]).await.code, Some(0));
        let later = "insert into seaql_migrations (version, applied_at) values ('m20990101_000001_later', 0)";
        SqlConnection::on(&database).await.run(later).await;
        assert_eq!(program.run(&["migrate"]).await.stdout, "nothing to do\n");
        program.serve().await.user("ann").creates_a_task("Buy milk").await;
        program.serve_without_migrating().await.user("ann").creates_a_task("Buy bread").await;
    }
}
