//! Clients that do not read their responses, or never finish their requests, are disconnected.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use socket2::{Domain, Socket, Type};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Backend, Process, Program, RawConnection, SECRET, TestApp};

/// Eight requests for the largest file that needs no token.
const REQUESTS: &str = "GET /swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n";

/// Connects with a small receive buffer, sends requests for large files and reads nothing.
async fn client_that_does_not_read(process: &Process) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.connect(&process.address().parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    socket.set_nonblocking(true).unwrap();
    let mut stream = TcpStream::from_std(socket.into()).unwrap();
    stream.write_all(REQUESTS.repeat(8).as_bytes()).await.unwrap();
    stream
}

/// The open TCP connections of a process.
fn open_sockets(process: &Process) -> usize {
    let files = std::fs::read_dir(format!("/proc/{}/fd", process.id())).unwrap();
    let is_socket = |path: std::path::PathBuf| {
        std::fs::read_link(path).is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
    };
    files.filter(|file| is_socket(file.as_ref().unwrap().path())).count()
}

async fn eventually(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(10), "does not happen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn clients_that_do_not_read_cost_little_memory_and_are_disconnected() {
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with("SEND_TIMEOUT", "1s");
    let process = program.serve().await;
    process.user("ann").get("/api/tasks").await.is(200);
    process.anonymous().get("/swagger-ui/swagger-ui-bundle.js").await.is(200);
    let (memory, sockets) = (process.peak_memory(), open_sockets(&process));
    let clients = join_all((0..300).map(|_| client_that_does_not_read(&process))).await;
    eventually(|| open_sockets(&process) > sockets + 200).await;
    process.user("ann").get("/api/tasks").await.is(200);
    eventually(|| open_sockets(&process) <= sockets + 2).await;
    let used = process.peak_memory().saturating_sub(memory);
    assert!(used < 9 * 1_024, "{used} KiB for {} clients", clients.len());
}

#[actix_web::test]
async fn a_client_that_reads_slowly_and_steadily_is_not_disconnected() {
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with("SEND_TIMEOUT", "1s");
    let process = program.serve().await;
    let mut client = client_that_does_not_read(&process).await;
    let (mut received, mut piece) = (0, vec![0; 32 * 1_024]);
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(2) {
        received += client.read(&mut piece).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(received > 64 * 1_024, "{received} bytes");
}

/// Actix would read a chunked body behind a response to its end, however long it takes.
#[actix_web::test]
async fn a_chunked_body_behind_a_response_is_cut_off() {
    let app = TestApp::start(Backend::Sqlite).await;
    let chunked = "HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n";
    for (request, status) in [("GET /health/live", 200), ("POST /api/tasks", 401)] {
        let mut connection = RawConnection::connect(&app).await;
        let response = connection.exchanges(format!("{request} {chunked}")).await.is(status);
        assert_eq!(response.header("connection"), Some("close"));
        let started = Instant::now();
        connection.expect_closed().await;
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

#[actix_web::test]
async fn a_connection_stays_open_after_a_chunked_body_that_was_read() {
    let app = TestApp::start(Backend::Sqlite).await;
    let mut connection = RawConnection::connect(&app).await;
    let (token, body) = (app.token("ann").sign(), r#"{"title":"Buy milk"}"#);
    let create = format!(
        "POST /api/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    for _ in 0..2 {
        assert_eq!(connection.exchanges(&create).await.is(201).header("connection"), None);
    }
}
