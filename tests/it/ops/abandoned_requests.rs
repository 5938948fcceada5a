//! Clients that do not wait for a response: their statements end, and no connection is lost or added.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::support::{Backend, SqlConnection, TestApp, id};

const CONNECTIONS: i64 = 7;

const COUNT_CONNECTIONS: &str =
    "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'taskbridge'";

#[actix_web::test]
async fn abandoned_requests_open_no_further_connections() {
    let settings = [("WORKERS", "1"), ("DATABASE_MAX_CONNECTIONS", "7")];
    let app = TestApp::start_with(Backend::Postgres, settings).await;
    let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
    let observer = SqlConnection::on(&app.database()).await;
    let task = ann.creates_a_task("Buy milk").await;
    let path = format!("/api/tasks/{}", id(&task));
    sql.run("begin; update task set priority = 1").await;
    for _ in 0..30 {
        let request = ann.request(Method::PATCH, &path).json(&json!({"title": "Buy bread"}));
        request.timeout(Duration::from_millis(20)).send().await.expect_err("the row is locked");
        let connections = observer.number(COUNT_CONNECTIONS).await;
        assert!(connections <= CONNECTIONS, "{connections} connections");
    }
    sql.run("rollback").await;
    let started = Instant::now();
    while ann.patch(&path, json!({"title": "Buy butter"})).await.status != 200 {
        assert!(started.elapsed() < Duration::from_secs(5), "the connections do not come back");
    }
    for _ in 0..20 {
        ann.creates_a_task("afterwards").await;
        ann.get("/api/tasks?q=afterwards").await.is(200);
    }
    assert!(observer.number(COUNT_CONNECTIONS).await <= CONNECTIONS);
}
