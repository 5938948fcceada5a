//! HTTP/1.1 framing: ambiguous requests are rejected (RFC 9112), and pipelined requests are authenticated one by one.

use crate::support::{Backend, RawConnection, TestApp};

/// A request that must not be processed on its own.
const SMUGGLED: &str = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

/// Heads that two parsers could delimit differently (RFC 9112 §2.2, §3.2, §5, §6).
fn ambiguous() -> Vec<String> {
    let framed = [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 0\r\nContent-Length: 5",
        "Content-Length: 0\r\nContent-Length: 0",
        "Content-Length: 0,0",
        "Content-Length: +5",
        "Content-Length: -1",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length: ",
        "Content-Length: 18446744073709551616",
        "Content-Length : 5",
        " Content-Length: 5",
        "Content-Length\t: 5",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: \u{b}chunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding : chunked",
        "X-A: 1\r\n 2",
        "X-A: 1\rContent-Length: 5",
        "X-A: 1\0",
        "X\0A: 1",
        "X A: 1",
        ": 1",
        "no colon",
        "Host: y",
    ];
    let mut heads: Vec<_> =
        framed.iter().map(|fields| format!("POST /api/tasks HTTP/1.1\r\nHost: x\r\n{fields}\r\n")).collect();
    heads.extend(
        [
            "POST /api/tasks HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n",
            "GET /api/tasks HTTP/1.1\r\n",
            "GET /api/tasks HTTP/1.2\r\nHost: x\r\n",
            "GET /api/tasks HTTP/2.0\r\nHost: x\r\n",
            "GET /api/tasks\r\nHost: x\r\n",
            "GET /api/ta sks HTTP/1.1\r\nHost: x\r\n",
            "GET /api/tasks\0 HTTP/1.1\r\nHost: x\r\n",
            "GET\t/api/tasks HTTP/1.1\r\nHost: x\r\n",
            "G(T /api/tasks HTTP/1.1\r\nHost: x\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n",
        ]
        .map(str::to_owned),
    );
    heads
}

#[actix_web::test]
async fn ambiguous_framing_is_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let token = app.token("ann").sign();
    for head in ambiguous() {
        let mut connection = RawConnection::connect(&app).await;
        let response =
            connection.exchanges(format!("{head}Authorization: Bearer {token}\r\n\r\n0\r\n\r\n{SMUGGLED}")).await;
        assert_eq!(response.status, 400, "{head:?}");
        assert_eq!((response.text.as_str(), response.header("connection")), ("", Some("close")), "{head:?}");
        connection.expect_closed().await;
    }
    assert_eq!(app.ann().titles("").await, Vec::<String>::new());
}

#[actix_web::test]
async fn invalid_chunks_are_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let token = app.token("ann").sign();
    for chunks in [
        "zz\r\n\r\n",
        "-1\r\n\r\n",
        "0x0\r\n\r\n",
        "\r\n\r\n",
        " 2\r\n{}\r\n0\r\n\r\n",
        "10000000000000000\r\n",
        "2;\nxx\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}xx0\r\n\r\n",
        "2\n{}\n0\n\n",
        "2\r{}\r0\r\r",
        "2\r\n{}\n0\r\n\r\n",
    ] {
        let mut connection = RawConnection::connect(&app).await;
        let head =
            "POST /api/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked";
        let response =
            connection.exchanges(format!("{head}\r\nAuthorization: Bearer {token}\r\n\r\n{chunks}{SMUGGLED}")).await;
        response.is_problem(400, "malformed-request");
        connection.expect_closed().await;
    }
}

#[actix_web::test]
async fn a_large_head_is_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let many = "X-A: 1\r\n".repeat(100);
    let long = format!("X-A: {}\r\n", "a".repeat(140_000));
    for fields in [many, long] {
        let mut connection = RawConnection::connect(&app).await;
        let response =
            connection.exchanges(format!("GET /api/tasks HTTP/1.1\r\nHost: x\r\n{fields}\r\n")).await.is(431);
        assert_eq!(response.text, "");
        connection.expect_closed().await;
    }
}

#[actix_web::test]
async fn a_long_request_target_is_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let mut connection = RawConnection::connect(&app).await;
    let response =
        connection.exchanges(format!("GET /api/tasks?q={} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(70_000))).await;
    assert_eq!((response.status.as_u16(), response.text.as_str()), (400, ""));
}

#[actix_web::test]
async fn pipelined_requests_are_authenticated_one_by_one() {
    let app = TestApp::start(Backend::Sqlite).await;
    let task = app.ann().creates_a_task("Buy milk").await;
    let get = |path: &str, field: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n{field}\r\n");
    let bearer = |sub: &str| format!("Authorization: Bearer {}\r\n", app.token(sub).sign());
    let path = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    let forged = format!("Authorization: Bearer {}\r\n", app.token("ann").signed_with(&"x".repeat(32)).sign());

    let mut connection = RawConnection::connect(&app).await;
    let all = [&bearer("ann"), "", &bearer("bob"), &forged, &bearer("ann")].map(|field| get(&path, field)).concat();
    connection.sends(all).await.unwrap();
    assert_eq!(connection.receives().await.is(200).json(), task);
    connection.receives().await.requires_a_token();
    connection.receives().await.is_problem(404, "not-found");
    connection.receives().await.rejects_the_token();
    assert_eq!(connection.receives().await.is(200).json(), task);
}

#[actix_web::test]
async fn pipelined_requests_with_blank_lines_in_their_bodies_are_answered_in_order() {
    let app = TestApp::start(Backend::Sqlite).await;
    let token = app.token("ann").sign();
    let create = |number: usize| {
        let body = format!("{{\r\n\r\n\"title\":\n\n\"{number}\"\r\n\r\n}}\n\n");
        format!(
            "POST /api/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let mut connection = RawConnection::connect(&app).await;
    connection.sends((0..40).map(create).collect::<String>()).await.unwrap();
    for number in 0..40 {
        assert_eq!(connection.receives().await.is(201).json()["title"], number.to_string());
    }
}

#[actix_web::test]
async fn an_unread_body_is_not_a_request() {
    let app = TestApp::start(Backend::Sqlite).await;
    let token = app.token("ann").sign();
    for (field, status) in [(String::new(), 401), (format!("Authorization: Bearer {token}\r\n"), 415)] {
        let mut connection = RawConnection::connect(&app).await;
        let head = format!("POST /api/tasks HTTP/1.1\r\nHost: x\r\n{field}Content-Length: {}\r\n\r\n", SMUGGLED.len());
        connection.exchanges(head + SMUGGLED).await.is(status);
        connection.expect_closed().await;
    }
    let mut connection = RawConnection::connect(&app).await;
    let get = format!("GET /api/tasks HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{SMUGGLED}", SMUGGLED.len());
    connection.exchanges(get).await.requires_a_token();
    connection.expect_closed().await;
}

#[actix_web::test]
async fn a_head_response_has_no_body() {
    let app = TestApp::start(Backend::Sqlite).await;
    let token = app.token("ann").sign();
    let mut connection = RawConnection::connect(&app).await;
    for (field, status) in [(format!("Authorization: Bearer {token}\r\n"), 200), (String::new(), 401)] {
        connection.sends(format!("HEAD /api/tasks HTTP/1.1\r\nHost: x\r\n{field}\r\n")).await.unwrap();
        let response = connection.receives_head_response().await.is(status);
        assert_ne!(response.header("content-length"), Some("0"));
    }
    assert_eq!(connection.exchanges(SMUGGLED).await.is(200).json()["status"], "ok");
}

#[actix_web::test]
async fn expect_100_continue_is_supported() {
    let app = TestApp::start(Backend::Sqlite).await;
    let mut connection = RawConnection::connect(&app).await;
    let (token, body) = (app.token("ann").sign(), r#"{"title":"Buy milk"}"#);
    let head = "POST /api/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue";
    let head = format!("{head}\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n", body.len());
    connection.exchanges(head).await.is(100);
    assert_eq!(connection.exchanges(body).await.is(201).json()["title"], "Buy milk");
}

#[actix_web::test]
async fn protocol_upgrades_are_ignored() {
    let app = TestApp::start(Backend::Sqlite).await;
    for protocol in ["h2c", "websocket", "TLS/1.0"] {
        let mut connection = RawConnection::connect(&app).await;
        let upgrade = format!("Connection: Upgrade\r\nUpgrade: {protocol}\r\n");
        let response = connection.exchanges(format!("GET /api/tasks HTTP/1.1\r\nHost: x\r\n{upgrade}\r\n")).await;
        assert_eq!(response.header("upgrade"), None);
        response.requires_a_token();
    }
}

#[actix_web::test]
async fn a_tls_handshake_is_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let mut connection = RawConnection::connect(&app).await;
    connection.sends(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").await.unwrap();
    connection.receives().await.is(400);
    connection.expect_closed().await;
}
