//! The end: running requests are answered, nothing acknowledged is lost, and it comes in time.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Backend, Load, Process, Program, SqlConnection, TestDatabase, Token};

/// A POST that the service has taken up, and whose body stops half way.
struct Slow {
    stream: TcpStream,
    rest: &'static [u8],
}

impl Slow {
    async fn begin(process: &Process) -> Self {
        let token = Token::new("ann", taskbridge::clock::Clock::system().now()).sign();
        let (first, rest) = br#"{"title": "slow"}"#.split_at(5);
        let head = format!(
            "POST /api/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            first.len() + rest.len()
        );
        let mut stream = TcpStream::connect(process.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
        stream.read_exact(&mut go_on).await.unwrap();
        assert!(go_on.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&go_on));
        stream.write_all(first).await.unwrap();
        Self { stream, rest }
    }

    async fn ends(mut self) -> String {
        self.stream.write_all(self.rest).await.unwrap();
        let mut response = String::new();
        self.stream.read_to_string(&mut response).await.unwrap();
        response
    }
}

/// Told by `signal`, a service under load ends well.
async fn ends_well(backend: Backend, signal: &str) {
    let database = TestDatabase::new(backend).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "10s").serve().await;
    let load = Load::start(&process.user("load"), 6);
    load.wait_for_writes(60).await;
    let slow = Slow::begin(&process).await;
    let begun = Instant::now();
    process.signal(signal);
    process.logs("stopping").await;
    let response = slow.ends().await;
    assert!(
        response.starts_with("HTTP/1.1 201") && response.to_lowercase().contains("connection: close"),
        "{response}"
    );
    let account = load.stop().await;
    assert!(account.rejected.is_empty(), "{:?}", account.rejected);
    assert_eq!(process.exit_code().await, Some(0), "{}", process.log());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    account.is_stored_in(&database, "load").await;
    assert_eq!(SqlConnection::on(&database).await.number("select count(*) from task where title = 'slow'").await, 1);
}

#[actix_web::test]
async fn told_by_sigterm_it_ends_well() {
    ends_well(Backend::Sqlite, "TERM").await;
    ends_well(Backend::Postgres, "TERM").await;
}

#[actix_web::test]
async fn told_by_sigint_it_ends_well() {
    ends_well(Backend::Sqlite, "INT").await;
    ends_well(Backend::Postgres, "INT").await;
}

#[actix_web::test]
async fn whoever_keeps_a_connection_is_told_that_it_stops() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "10s").serve().await;
    let slow = Slow::begin(&process).await;
    let mut kept = TcpStream::connect(process.address()).await.unwrap();
    kept.write_all(b"GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut response = [0; 4096];
    let count = kept.read(&mut response).await.unwrap();
    assert!(response[..count].starts_with(b"HTTP/1.1 200"));
    process.signal("TERM");
    process.logs("stopping").await;
    // either it is asked in time and says that it stops, or the idle connection is closed already
    kept.write_all(b"GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n").await.ok();
    let count = kept.read(&mut response).await.unwrap_or(0);
    assert!(
        count == 0 || response[..count].starts_with(b"HTTP/1.1 503"),
        "{}",
        String::from_utf8_lossy(&response[..count])
    );
    assert!(slow.ends().await.starts_with("HTTP/1.1 201"));
    assert_eq!(process.exit_code().await, Some(0));
}

#[actix_web::test]
async fn a_second_wish_to_stop_ends_it_at_once() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "1h").serve().await;
    let _slow = Slow::begin(&process).await;
    process.signal("TERM");
    process.logs("stopping").await;
    process.signal("TERM");
    // within a second it is the same wish
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let begun = Instant::now();
    process.signal("TERM");
    process.logs("stopping at once").await;
    assert_eq!(process.exit_code().await, Some(1));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[actix_web::test]
async fn a_signal_that_comes_twice_at_once_is_one_wish() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "2s").serve().await;
    let _slow = Slow::begin(&process).await;
    process.signal("TERM");
    process.signal("INT");
    process.signal("TERM");
    assert_eq!(process.exit_code().await, Some(0));
    assert!(!process.log().contains("at once"), "{}", process.log());
}

#[actix_web::test]
async fn a_request_that_does_not_end_is_given_its_time_and_no_more() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let mut process = Program::on(&database).with("SHUTDOWN_TIMEOUT", "1s").serve().await;
    let _slow = Slow::begin(&process).await;
    let begun = Instant::now();
    process.signal("TERM");
    process.exit_code().await;
    let took = begun.elapsed();
    assert!((Duration::from_millis(900)..Duration::from_secs(5)).contains(&took), "{took:?}");
}
