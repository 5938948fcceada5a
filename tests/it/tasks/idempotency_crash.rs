//! A service that is killed, and a client that disconnects, between a write and its answer: the repeated request writes nothing
//! more.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::support::{ApiClient, ApiResponse, BACKENDS, Program, SqlConnection, TestApp, TestDatabase};

/// Sends the request and ignores the response.
fn creates_without_reading(user: &ApiClient, key: &str) {
    let request = user.request(Method::POST, "/api/tasks").header("idempotency-key", key);
    let request = request.json(&json!({"title": key}));
    actix_web::rt::spawn(async move { drop(request.send().await) });
}

async fn repeats(user: &ApiClient, key: &str) -> ApiResponse {
    user.posts_under(key, "/api/tasks", &json!({ "title": key })).await
}

/// Repeats the request until the first one has ended.
async fn repeats_until_created(user: &ApiClient, key: &str) -> ApiResponse {
    let started = Instant::now();
    loop {
        let response = repeats(user, key).await;
        if response.status != 409 || started.elapsed() > Duration::from_secs(10) {
            return response.is(201);
        }
    }
}

async fn wait_for_the_write(sql: &SqlConnection) {
    let started = Instant::now();
    while sql.number("select count(*) from task").await == 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "no task is created");
    }
}

#[actix_web::test]
async fn a_kill_after_the_write_is_followed_by_the_stored_answer() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let sql = SqlConnection::on(&database).await;
        let mut process = Program::on(&database).serve().await;
        creates_without_reading(&process.user("ann"), "key");
        wait_for_the_write(&sql).await;
        process.signal("KILL");
        assert_eq!(process.exit_code().await, None);

        let process = Program::on(&database).serve().await;
        let answer = repeats(&process.user("ann"), "key").await.is(201);
        assert_eq!(answer.header("idempotency-replayed"), Some("true"));
        assert_eq!(sql.number("select count(*) from task").await, 1);
    }
}

/// The kill comes before, during or after the write.
#[actix_web::test]
async fn a_kill_at_any_time_leads_to_one_task() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let mut process = Program::on(&database).serve().await;
        for (number, millis) in [0, 1, 2, 4, 8].into_iter().enumerate() {
            let key = format!("key-{number}");
            creates_without_reading(&process.user("ann"), &key);
            tokio::time::sleep(Duration::from_millis(millis)).await;
            process.signal("KILL");
            assert_eq!(process.exit_code().await, None);
            process = Program::on(&database).serve().await;
            repeats_until_created(&process.user("ann"), &key).await;
            assert_eq!(process.user("ann").titles("").await.len(), number + 1);
        }
    }
}

#[actix_web::test]
async fn a_client_that_disconnects_can_repeat_the_request() {
    for backend in BACKENDS {
        let app = TestApp::start(backend).await;
        for (number, micros) in [0, 200, 500, 1_000, 2_000, 4_000, 8_000].into_iter().enumerate() {
            let (ann, key) = (app.ann(), format!("key-{number}"));
            let request = ann.request(Method::POST, "/api/tasks").header("idempotency-key", &key);
            let request = request.json(&json!({ "title": key }));
            tokio::time::timeout(Duration::from_micros(micros), request.send()).await.ok();
            repeats_until_created(&app.ann(), &key).await;
            assert_eq!(app.ann().titles("").await.len(), number + 1);
        }
    }
}
