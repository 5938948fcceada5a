//! Several services on one database, and restarts: each migration runs once, and no acknowledged write is lost.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::Value;

use crate::support::{
    BACKENDS, Load, Process, Program, SqlConnection, TestApp, TestDatabase, migration_names, on_both,
};

const NO_SETTINGS: [(&str, &str); 0] = [];

/// Asserts that every migration is recorded once.
async fn every_migration_ran_once(database: &TestDatabase) {
    let sql = SqlConnection::on(database).await;
    let applied = sql.column("select version from seaql_migrations order by version").await;
    assert_eq!(applied, migration_names());
}

#[actix_web::test]
async fn services_in_one_process_start_concurrently() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let apps = join_all((0..4).map(|_| TestApp::start_on(Arc::clone(&database), NO_SETTINGS))).await;
        every_migration_ran_once(&database).await;
        for app in &apps {
            let task = app.ann().creates_a_task("Buy milk").await;
            for other in &apps {
                other.ann().sees(&task).await;
                other.bob().cannot_see(&task).await;
            }
        }
    }
}

#[actix_web::test]
async fn processes_start_concurrently() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        let mut processes: Vec<_> = (0..4).map(|_| program.start()).collect();
        join_all(processes.iter_mut().map(Process::wait_until_listening)).await;
        every_migration_ran_once(&database).await;
        for process in &processes {
            let task = process.user("ann").creates_a_task("Buy milk").await;
            for other in &processes {
                other.user("ann").sees(&task).await;
            }
        }
        let logs: String = processes.iter().map(Process::log).collect();
        assert_eq!(logs.matches("database migrated").count(), 1, "{logs}");
    }
}

#[actix_web::test]
async fn cursors_and_tasks_are_shared() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let (one, two) = (
            TestApp::start_on(Arc::clone(&database), NO_SETTINGS).await,
            TestApp::start_on(database, NO_SETTINGS).await,
        );
        for title in ["a", "b", "c"] {
            one.ann().creates_a_task(title).await;
        }
        let page = one.ann().get("/api/tasks?sort=title&limit=2").await.is(200).json();
        let rest = format!("/api/tasks?sort=title&cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(two.ann().get(&rest).await.is(200).json()["items"][0]["title"], "c");
    }
}

on_both! {
    tasks_survive_a_restart(app) {
        let mut app = app;
        let task: Value = app.ann().creates_a_task("Buy milk").await;
        let before = app.ann().pages("").await;
        app.restart().await;
        app.ann().sees(&task).await;
        assert_eq!(app.ann().pages("").await, before);
        app.bob().cannot_see(&task).await;
        app.ann().creates_a_task("Buy bread").await;
    }
}

/// Kills the service during writes three times and restarts it on the same database.
#[actix_web::test]
async fn a_kill_loses_no_acknowledged_write() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        let mut seen: Vec<Value> = Vec::new();
        for _ in 0..3 {
            let mut process = program.serve().await;
            for task in &seen {
                process.user("ann").sees(task).await;
            }
            let load = Load::start(&process.user(&format!("load{}", seen.len())), 4);
            load.wait_for_writes(30).await;
            seen.push(process.user("ann").creates_a_task("Buy milk").await);
            process.signal("KILL");
            assert_eq!(process.exit_code().await, None);
            load.stop().await.is_stored_in(&database, &format!("load{}", seen.len() - 1)).await;
        }
    }
}
