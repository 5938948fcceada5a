//! Shutdown: in-flight requests are completed, no acknowledged write is lost, and the timeout is kept.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Backend, Load, Process, Program, SqlConnection, TestDatabase, Token, task::path};

/// A POST whose body is half sent after `100 Continue`.
pub(super) struct SlowRequest {
    stream: TcpStream,
    rest: &'static [u8],
}

impl SlowRequest {
    pub(super) async fn start(process: &Process) -> Self {
        let token = Token::new("ann", taskbridge::clock::Clock::system().now()).sign();
        let (first, rest) = br#"{"title": "slow"}"#.split_at(5);
        let head = format!(
            "POST /api/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            first.len() + rest.len()
        );
        let mut stream = TcpStream::connect(process.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut continue_response = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
        stream.read_exact(&mut continue_response).await.unwrap();
        assert!(continue_response.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&continue_response));
        stream.write_all(first).await.unwrap();
        Self { stream, rest }
    }

    pub(super) async fn finish(mut self) -> String {
        self.stream.write_all(self.rest).await.unwrap();
        let mut response = String::new();
        self.stream.read_to_string(&mut response).await.unwrap();
        response
    }
}

/// Stops a service under load with `signal`.
async fn stops_gracefully(backend: Backend, signal: &str) {
    let database = TestDatabase::new(backend).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "10s").serve().await;
    let load = Load::start(&process.user("load"), 6);
    load.wait_for_writes(60).await;
    let slow = SlowRequest::start(&process).await;
    let started = Instant::now();
    process.signal(signal);
    process.logs("shutdown started").await;
    let response = slow.finish().await;
    assert!(
        response.starts_with("HTTP/1.1 201") && response.to_lowercase().contains("connection: close"),
        "{response}"
    );
    let report = load.stop().await;
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    assert_eq!(process.exit_code().await, Some(0), "{}", process.log());
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    report.is_stored_in(&database, "load").await;
    assert_eq!(SqlConnection::on(&database).await.number("select count(*) from task where title = 'slow'").await, 1);
}

#[actix_web::test]
async fn sigterm_stops_gracefully() {
    stops_gracefully(Backend::Sqlite, "TERM").await;
    stops_gracefully(Backend::Postgres, "TERM").await;
}

#[actix_web::test]
async fn sigint_stops_gracefully() {
    stops_gracefully(Backend::Sqlite, "INT").await;
    stops_gracefully(Backend::Postgres, "INT").await;
}

#[actix_web::test]
async fn keep_alive_connections_are_closed() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "10s").serve().await;
    let slow = SlowRequest::start(&process).await;
    let mut keep_alive = TcpStream::connect(process.address()).await.unwrap();
    keep_alive.write_all(b"GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut response = [0; 4096];
    let count = keep_alive.read(&mut response).await.unwrap();
    assert!(response[..count].starts_with(b"HTTP/1.1 200"));
    process.signal("TERM");
    process.logs("shutdown started").await;
    // the service responds 503, or has closed the idle connection already
    keep_alive.write_all(b"GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n").await.ok();
    let count = keep_alive.read(&mut response).await.unwrap_or(0);
    assert!(
        count == 0 || response[..count].starts_with(b"HTTP/1.1 503"),
        "{}",
        String::from_utf8_lossy(&response[..count])
    );
    assert!(slow.finish().await.starts_with("HTTP/1.1 201"));
    assert_eq!(process.exit_code().await, Some(0));
}

#[actix_web::test]
async fn a_second_signal_stops_immediately() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "1h").serve().await;
    let _slow = SlowRequest::start(&process).await;
    process.signal("TERM");
    process.logs("shutdown started").await;
    process.signal("TERM");
    // signals within a second count as one
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let started = Instant::now();
    process.signal("TERM");
    process.logs("shutdown forced").await;
    assert_eq!(process.exit_code().await, Some(1));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[actix_web::test]
async fn signals_within_a_second_count_as_one() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "2s").serve().await;
    let _slow = SlowRequest::start(&process).await;
    process.signal("TERM");
    process.signal("INT");
    process.signal("TERM");
    assert_eq!(process.exit_code().await, Some(0));
    assert!(!process.log().contains("shutdown forced"), "{}", process.log());
}

#[actix_web::test]
async fn a_hanging_request_is_aborted_at_the_timeout() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "1s").serve().await;
    let _slow = SlowRequest::start(&process).await;
    let started = Instant::now();
    process.signal("TERM");
    process.exit_code().await;
    let took = started.elapsed();
    assert!((Duration::from_millis(900)..Duration::from_secs(5)).contains(&took), "{took:?}");
}

#[actix_web::test]
async fn statements_that_wait_for_a_lock_are_aborted_at_the_timeout() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "1s").serve().await;
    let (ann, sql) = (process.user("ann"), SqlConnection::on(&database).await);
    let task = ann.creates_a_task("Buy milk").await;
    sql.run("begin; update taskbridge.task set priority = 1; update taskbridge.task_counter set revision = 9").await;
    let path = path(&task);
    let operations = json!({"operations": [{"op": "create", "task": {"title": "Buy bread"}}]});
    let single = ann.request(Method::PATCH, &path).json(&json!({"title": "Buy oats"})).send();
    let in_transaction = ann.request(Method::POST, "/api/tasks/batch").json(&operations).send();
    let (single, in_transaction, code) = futures_util::join!(single, in_transaction, async {
        database.wait_for_locks(2).await;
        process.signal("TERM");
        process.exit_code().await
    });
    assert!(single.is_err() && in_transaction.is_err());
    assert_eq!(code, Some(0), "{}", process.log());
    assert!(!process.log().contains("panicked"), "{}", process.log());
}
