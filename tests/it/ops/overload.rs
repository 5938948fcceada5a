//! Overload: requests that cannot run in time are rejected, and those that wait for their client occupy no slot.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, header};
use serde_json::json;

use crate::support::{ApiResponse, Backend, RawConnection, SqlConnection, TestApp, id};

const PAGE: &str = "http://localhost:3000";

const ONE_REQUEST: [(&str, &str); 2] = [("MAX_CONCURRENT_REQUESTS", "1"), ("REQUEST_QUEUE_TIMEOUT", "50ms")];

#[actix_web::test]
async fn requests_beyond_the_limit_are_rejected_until_others_end() {
    let app = TestApp::start_with(Backend::Postgres, ONE_REQUEST).await;
    let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
    let task = ann.creates_a_task("Buy milk").await;
    sql.run("begin; update task set priority = 1").await;
    let path = format!("/api/tasks/{}", id(&task));
    let blocked = ann.patch(&path, json!({"title": "Buy bread"}));
    let meanwhile = async {
        app.database().wait_for_lock().await;
        let listed = ann.request(Method::GET, "/api/tasks").header(header::ORIGIN, PAGE);
        let rejected = ApiResponse::to(listed).await.is_problem(503, "overloaded");
        assert_eq!(rejected.header("retry-after"), Some("1"));
        assert_eq!(rejected.header("access-control-allow-origin"), Some(PAGE));
        app.anonymous().get("/api/tasks").await.is_problem(503, "overloaded");
        app.anonymous().get("/health/live").await.is(200);
        app.anonymous().get("/health/ready").await.is(200);
        sql.run("rollback").await;
    };
    let (changed, ()) = futures_util::join!(blocked, meanwhile);
    changed.is(200);
    ann.get("/api/tasks").await.is(200);
}

#[actix_web::test]
async fn a_request_that_waits_for_its_body_occupies_no_slot() {
    let app = TestApp::start_with(Backend::Sqlite, ONE_REQUEST).await;
    let (token, body) = (app.token("ann").sign(), r#"{"title":"Buy milk"}"#);
    let head = format!(
        "POST /api/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let mut slow = Vec::new();
    for _ in 0..5 {
        let mut connection = RawConnection::connect(&app).await;
        connection.sends(format!("{head}{}", &body[..5])).await.unwrap();
        slow.push(connection);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    app.ann().get("/api/tasks").await.is(200);
    for connection in &mut slow {
        connection.exchanges(&body[5..]).await.is(201);
    }
}

#[actix_web::test]
async fn a_short_queue_serves_a_burst() {
    let settings = [("MAX_CONCURRENT_REQUESTS", "1"), ("REQUEST_QUEUE_TIMEOUT", "10s")];
    let app = TestApp::start_with(Backend::Sqlite, settings).await;
    let ann = app.ann();
    for response in join_all((0..15).map(|_| ann.get("/api/tasks"))).await {
        response.is(200);
    }
}
