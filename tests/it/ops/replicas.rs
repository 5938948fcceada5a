//! Several services on one database, and services that start again: each migration runs once, and every task is kept.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::Value;

use crate::support::{Backend, Load, Process, Program, SqlConnection, TestApp, TestDatabase, on_both};

const EMPTY: [(&str, &str); 0] = [];

/// Every migration stands once in the books.
async fn each_ran_once(database: &TestDatabase) {
    let session = SqlConnection::on(database).await;
    let ran = session.column::<String>("select version from seaql_migrations order by version").await;
    let names = [
        "m20261121_000001_better_auth",
        "m20261121_000002_task",
        "m20261121_000003_session",
        "m20261121_000004_front_end_session",
    ];
    assert_eq!(ran, names);
}

#[actix_web::test]
async fn services_of_one_process_start_together() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = Arc::new(TestDatabase::new(backend).await);
        let apps = join_all((0..4).map(|_| TestApp::start_on(Arc::clone(&database), EMPTY))).await;
        each_ran_once(&database).await;
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
async fn processes_start_together() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        let mut processes: Vec<_> = (0..4).map(|_| program.start()).collect();
        join_all(processes.iter_mut().map(Process::wait_until_listening)).await;
        each_ran_once(&database).await;
        for process in &processes {
            let task = process.user("ann").creates_a_task("Buy milk").await;
            for other in &processes {
                other.user("ann").sees(&task).await;
            }
        }
        let logs: String = processes.iter().map(Process::log).collect();
        assert_eq!(logs.matches("the database was brought up to date").count(), 1, "{logs}");
    }
}

#[actix_web::test]
async fn cursors_and_tasks_go_from_one_service_to_another() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = Arc::new(TestDatabase::new(backend).await);
        let (one, two) =
            (TestApp::start_on(Arc::clone(&database), EMPTY).await, TestApp::start_on(database, EMPTY).await);
        for title in ["a", "b", "c"] {
            one.ann().creates_a_task(title).await;
        }
        let page = one.ann().get("/api/tasks?sort=title&limit=2").await.is(200).json();
        let rest = format!("/api/tasks?sort=title&cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(two.ann().get(&rest).await.is(200).json()["items"][0]["title"], "c");
    }
}

on_both! {
    a_restart_keeps_tasks(app) {
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

/// Killed in the midst of writing, three times, and started again on what was left.
#[actix_web::test]
async fn a_kill_loses_no_acknowledged_write() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
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
