//! `SHUTDOWN_DELAY`: the service reports "not ready" and still serves until the listener closes.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Backend, Process, Program, TestDatabase};

const LIVE: &[u8] = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";

/// Returns what the service sends after `request`, until it closes the connection or has sent one response.
async fn exchange(connection: &mut TcpStream, request: &[u8]) -> String {
    connection.write_all(request).await.unwrap();
    let mut response = [0; 4096];
    let count = connection.read(&mut response).await.unwrap();
    String::from_utf8_lossy(&response[..count]).to_lowercase()
}

async fn connect(process: &Process) -> TcpStream {
    TcpStream::connect(process.address()).await.unwrap()
}

async fn serve_with_delay(delay: &str) -> (TestDatabase, Process) {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let process = Program::on(&database).with("SHUTDOWN_DELAY", delay).serve().await;
    (database, process)
}

#[actix_web::test]
async fn requests_are_served_during_the_delay() {
    let (_database, mut process) = serve_with_delay("2s").await;
    let (mut busy, mut idle) = (connect(&process).await, connect(&process).await);
    for connection in [&mut busy, &mut idle] {
        assert!(!exchange(connection, LIVE).await.contains("connection: close"));
    }
    let started = Instant::now();
    process.signal("TERM");
    assert!(process.logs("shutdown started").await.contains("2s"));
    let ann = process.user("ann");
    ann.get("/health/ready").await.is(503);
    let created = ann.post("/api/tasks", serde_json::json!({"title": "Buy milk"})).await;
    assert_eq!((created.status, &created.headers["connection"]), (StatusCode::CREATED, &"close".parse().unwrap()));
    // a connection from before the signal
    let response = exchange(&mut busy, LIVE).await;
    assert!(response.starts_with("http/1.1 200") && response.contains("connection: close"), "{response}");
    process.logs("listener closed").await;
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap(), 0);
    assert_eq!(process.exit_code().await, Some(0), "{}", process.log());
    assert!(TcpStream::connect(process.address()).await.is_err());
}

#[actix_web::test]
async fn a_second_signal_ends_the_delay() {
    let (_database, mut process) = serve_with_delay("10m").await;
    process.signal("TERM");
    process.logs("shutdown started").await;
    // signals within a second count as one
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    process.signal("TERM");
    process.logs("shutdown forced").await;
    assert_eq!(process.exit_code().await, Some(1));
}

/// The process is paused, so that connections wait to be accepted when it receives the signal.
#[cfg(target_os = "linux")]
#[actix_web::test]
async fn waiting_connections_are_served() {
    let (_database, mut process) = serve_with_delay("0s").await;
    process.signal("STOP");
    let mut connections = Vec::new();
    for _ in 0..60 {
        let mut connection = connect(&process).await;
        connection.write_all(LIVE).await.unwrap();
        connections.push(connection);
    }
    process.signal("TERM");
    process.signal("CONT");
    for mut connection in connections {
        let mut response = String::new();
        connection.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 200"), "{response:?}");
    }
    assert_eq!(process.exit_code().await, Some(0), "{}", process.log());
}
