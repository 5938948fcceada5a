//! Logs: one line an event for any input, and no secrets.

use std::time::Duration;

use serde_json::Value;
use taskbridge::clock::Clock;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Backend, Process, Program, SECRET, TestDatabase, Token, hostile};

const DEPLOYING: &str = include_str!("../../../docs/deploying.md");

/// Requests that try to inject log lines: the request line and header fields.
const LOG_INJECTIONS: [&str; 9] = [
    "GET /\u{202e}forged\u{2028}\u{85}as\u{2066}it\u{202a}stands HTTP/1.1\r\n",
    "GET /a%0a2026-11-21T00:00:00.000Z%20INFO%20forged HTTP/1.1\r\n",
    "GET /%1b[31mred%e2%80%ae HTTP/1.1\r\n",
    "GET /%e2%80%a8separated%85 HTTP/1.1\r\n",
    "GET /a HTTP/1.1\r\nUser-Agent: a\x1b[2Jb \u{202e}forged\r\n",
    "GET /a HTTP/1.1\r\nX-Request-Id: a\x0bb\r\n",
    "GET /a HTTP/1.1\r\nX-Request-Id: \u{2028}forged\r\n",
    "GET /a\"status=200\" HTTP/1.1\r\n",
    "GET /a HTTP/1.1\r\nX-Request-Id: status=200 forged\r\n",
];

/// Sends bytes unchanged and reads the whole response.
async fn send_raw(process: &Process, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(process.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.ok();
    String::from_utf8_lossy(&response).into_owned()
}

/// Sends a last request that marks the end of the log, and returns the lines of the requests before it.
async fn request_lines(process: &mut Process) -> Vec<String> {
    process.anonymous().get("/the-last-one").await.is(404);
    process.logs("/the-last-one").await;
    let log = process.log();
    log.lines().filter(|line| line.contains("status") && !line.contains("/the-last-one")).map(str::to_owned).collect()
}

#[actix_web::test]
async fn a_request_is_logged_on_one_line() {
    for format in ["text", "json"] {
        let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with("LOG_FORMAT", format);
        let mut process = program.serve().await;
        let kid = "a\n2026-11-21T00:00:00.000Z INFO  forged\r\u{2028}";
        let mut sent = 0;
        for injection in LOG_INJECTIONS {
            let request = format!("{injection}Host: a\r\nConnection: close\r\n\r\n");
            assert!(send_raw(&process, request.as_bytes()).await.starts_with("HTTP/1.1 4"), "{injection:?}");
            sent += 1;
        }
        for claim in ["iss", "aud", "sub"] {
            let token = Token::new("ann", Clock::system().now()).with(claim, kid).sign();
            let caller = crate::support::ApiClient::new(&process.base(), "forger", Some(token));
            caller.get("/api/tasks").await.is(401);
            sent += 1;
        }
        let lines = request_lines(&mut process).await;
        assert!(lines.len() <= sent && lines.len() > sent / 2, "{lines:#?}");
        let log = process.log();
        assert!(log.lines().all(|line| !line.starts_with("2026-11-21T00:00:00.000Z")), "{log}");
        for c in ['\x1b', '\x0b', '\r', '\u{85}', '\u{2028}', '\u{202e}'] {
            assert!(!log.contains(c), "{c:?} is in the log: {log}");
        }
    }
}

#[actix_web::test]
async fn json_lines_are_valid_json() {
    let program =
        Program::new().with("BETTER_AUTH_SECRET", SECRET).with("LOG_FORMAT", "json").with("RUST_LOG", "debug");
    let mut process = program.serve().await;
    process.user("ann").creates_a_task("Buy milk").await;
    process.anonymous().get("/api/tasks").await.is(401);
    request_lines(&mut process).await;
    let lines: Vec<Value> = process.log().lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    for line in &lines {
        for member in ["time", "level", "target", "message"] {
            assert!(line[member].is_string(), "{line}");
        }
    }
    let created = lines.iter().find(|line| line["message"] == "POST /api/tasks").unwrap();
    let fields: Vec<_> = created.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["caller", "cause", "level", "message", "micros", "request", "status", "target", "time"]);
    for field in fields.into_iter().chain(["trace_id", "span_id"]) {
        assert!(DEPLOYING.contains(&format!("| `{field}` |")), "{field} is not documented");
    }
    assert_eq!(created["status"], 201);
    assert!(created["micros"].is_u64() && created["request"].is_string() && created["caller"].is_string(), "{created}");
    assert_ne!(created["caller"], "ann");
}

/// No token, no part of a token, no secret and no password is logged, even at level debug.
#[actix_web::test]
async fn no_secret_is_logged() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let mut url = url::Url::parse(database.url()).unwrap();
    if url.password().is_none() {
        url.set_password(Some("the-password-of-the-database")).unwrap();
    }
    let program = Program::on(&database).with("DATABASE_URL", url.as_str()).with("RUST_LOG", "debug");
    let mut process = program.serve().await;
    let now = Clock::system().now();
    let good = Token::new("ann", now).sign();
    let mut secrets = vec![SECRET.to_owned(), url.password().unwrap().to_owned()];
    for target in ["/api/tasks", &format!("/api/tasks?access_token={good}"), "/api/tasks?sort=no"] {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {good}\r\n\r\n");
        send_raw(&process, request.as_bytes()).await;
    }
    secrets.push(good);
    for one in hostile::corpus(SECRET, now.timestamp()) {
        let mut request =
            format!("GET /api/tasks?{} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n", one.query.unwrap_or_default())
                .into_bytes();
        for field in &one.authorization {
            request.extend([b"Authorization: ", field.as_slice(), b"\r\n"].concat());
            let text = String::from_utf8_lossy(field).into_owned();
            secrets.extend(text.split([' ', ',']).map(str::to_owned));
        }
        send_raw(&process, &[request.as_slice(), b"\r\n"].concat()).await;
        // slower than the rate beyond which lines are suppressed
        tokio::time::sleep(Duration::from_millis(6)).await;
    }
    let lines = request_lines(&mut process).await;
    assert!(lines.len() > 250, "{} requests were logged", lines.len());
    let log = process.log();
    for secret in secrets {
        for part in secret
            .split('.')
            .filter(|part| part.len() >= 20)
            .chain([secret.as_str()].into_iter().filter(|one| one.len() >= 20))
        {
            assert!(!log.contains(part), "{part} is in the log");
        }
    }
}

#[actix_web::test]
async fn a_long_path_is_cut_and_a_user_id_is_hashed() {
    let mut process = Program::new().with("BETTER_AUTH_SECRET", SECRET).serve().await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "a".repeat(60_000));
    assert!(send_raw(&process, long.as_bytes()).await.starts_with("HTTP/1.1 404"));
    process.user("the-id-of-ann").get("/api/the-id-of-ann/tasks").await.is(200);
    let lines = request_lines(&mut process).await;
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines.iter().all(|line| line.len() < 1_000 && !line.contains("the-id-of-ann")), "{lines:#?}");
    let caller = lines[1].split_once("caller=").unwrap().1.split_once(' ').unwrap().0;
    assert!(lines[1].contains(&format!("GET /api/{caller}/tasks ")), "{}", lines[1]);
}
