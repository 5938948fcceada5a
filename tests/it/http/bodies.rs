//! Request bodies: malformed JSON, nesting, size, content encodings and media types.

use reqwest::Method;
use serde_json::json;

use crate::support::{ApiClient, ApiResponse, Backend, RawConnection, TestApp, on_both};

const MAX_BODY_BYTES: usize = 64 * 1024;

const JSON: &str = "application/json";

impl ApiClient {
    async fn posts(&self, content_type: &str, body: impl Into<Vec<u8>>) -> ApiResponse {
        let request = self.request(Method::POST, "/api/tasks").header("content-type", content_type);
        ApiResponse::to(request.body(body.into())).await
    }
}

fn padded(length: usize) -> String {
    let task = r#"{"title":"Buy milk"}"#;
    task.to_owned() + &" ".repeat(length - task.len())
}

fn deep(open: &str, close: &str, depth: usize) -> String {
    open.repeat(depth) + &close.repeat(depth)
}

on_both! {
    invalid_json_is_rejected(app) {
        let ann = app.ann();
        for text in [
            "", " ", "{", "}", "nonsense", "{\"title\"", "{\"title\":}", "{\"title\":\"x\"", "{\"title\":\"x\",}", "{\"title\":\"x\"}}",
            "{\"title\":\"x\"}{\"title\":\"y\"}", "{\"title\":\"x\"} // why", "/* why */ {\"title\":\"x\"}", "{'title':'x'}", "{title:\"x\"}",
            "{\"zzz\":1", "{\"zzz\":1,,}", "{\"title\":[}", "{\"title\":\"a\",\"x\":\"\\ud800\"}", "{\"title\":NaN}", "{\"title\":Infinity}", "{\"title\":+1}", "{\"title\":01}", "{\"title\":1e400}", "{\"title\":\"x\ny\"}",
            "{\"title\":\"\\x41\"}", "{\"title\":\"\\u12\"}", "\u{feff}{\"title\":\"x\"}", "title=x", "<title>x</title>", "[", "[1,2", "nul",
        ] {
            ann.posts(JSON, text).await.is_problem(400, "malformed-request");
        }
        assert_eq!(ann.titles("").await, Vec::<String>::new());
    }

    nul_and_invalid_unicode_are_rejected(app) {
        let ann = app.ann();
        for body in [
            &br#"{"title":"a\u0000b"}"#[..], br#"{"title":"x","description":"\u0000"}"#, br#"{"title":"x","tags":["\\\u0000"]}"#,
            b"{\"title\":\"a\0b\"}", b"{\"title\":\"\xff\"}", b"{\"title\":\"\xc0\x80\"}", b"{\"title\":\"\xed\xa0\x80\"}",
            b"{\"title\":\"\xf4\x90\x80\x80\"}", b"\xff\xfe{\0\"\0", br#"{"title":"\ud800"}"#, br#"{"title":"\udc00\ud800"}"#,
            br#"{"title":"x","tags":["\ud83d"]}"#,
        ] {
            ann.posts(JSON, body).await.is_problem(400, "malformed-request");
        }
    }

    escaped_and_control_characters_are_stored(app) {
        let ann = app.ann();
        for (escaped, stored) in [(r#""\\u0000""#, r"\u0000"), (r#""\ud83e\udd5b""#, "\u{1f95b}"), (r#""\u0001\t""#, "\u{1}\t")] {
            let body = format!(r#"{{"title":"x","description":{escaped}}}"#);
            assert_eq!(ann.posts(JSON, body).await.is(201).json()["description"], stored);
        }
    }

    deep_nesting_is_rejected(app) {
        let ann = app.ann();
        for depth in [100, 127, 128, 1_000, 30_000] {
            for text in [deep("[", "]", depth), "[".repeat(depth), format!("{{\"x\":{}}}", deep("[", "]", depth))] {
                let response = ann.posts(JSON, text).await;
                assert!([400, 422].contains(&response.status.as_u16()), "{depth}: {}", response.text);
            }
            let response = ann.posts(JSON, format!("{{\"title\":{}}}", deep("[", "]", depth))).await;
            // the parser accepts at most 128 levels
            if depth < 127 { response.is_problem(422, "invalid-content") } else { response.is_problem(400, "malformed-request") };
        }
        for depth in [127, 128, 1_000, 5_000] {
            for text in [deep("{\"title\":", "}", depth), format!("{{\"title\":\"x\",\"tags\":{}}}", deep("{\"a\":", "}", depth))] {
                let response = ann.posts(JSON, text).await;
                assert!([400, 422].contains(&response.status.as_u16()), "{depth}: {}", response.text);
            }
        }
        ann.posts(JSON, deep("[", "]", 100_000)).await.is_problem(413, "content-too-large");
        ann.creates_a_task("Buy milk").await;
    }

    bodies_up_to_64_kib_are_accepted(app) {
        let ann = app.ann();
        for length in [MAX_BODY_BYTES - 1, MAX_BODY_BYTES] {
            ann.posts(JSON, padded(length)).await.is(201);
        }
        for length in [MAX_BODY_BYTES + 1, 10 * MAX_BODY_BYTES, 10_000_000] {
            let mut connection = RawConnection::connect(&app).await;
            let head = head(&app, &format!("Content-Type: {JSON}\r\nContent-Length: {length}"));
            connection.sends(head).await.unwrap();
            connection.exchanges(padded(length)).await.is_problem(413, "content-too-large");
        }
        assert_eq!(ann.titles("").await.len(), 2);
    }
}

fn head(app: &TestApp, fields: &str) -> String {
    let token = app.token("ann").sign();
    format!("POST /api/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{fields}\r\n\r\n")
}

#[actix_web::test]
async fn a_large_content_length_is_rejected_before_the_body() {
    let app = TestApp::start(Backend::Sqlite).await;
    for fields in ["Content-Length: 1073741824", "Content-Length: 18446744073709551615"] {
        let mut connection = RawConnection::connect(&app).await;
        let head = head(&app, &format!("Content-Type: {JSON}\r\n{fields}"));
        connection.exchanges(head).await.is_problem(413, "content-too-large");
        connection.expect_closed().await;
    }
}

#[actix_web::test]
async fn an_endless_chunked_body_is_rejected_at_the_limit() {
    let app = TestApp::start(Backend::Sqlite).await;
    let mut connection = RawConnection::connect(&app).await;
    connection.sends(head(&app, &format!("Content-Type: {JSON}\r\nTransfer-Encoding: chunked"))).await.unwrap();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    for _ in 0..17 {
        connection.sends(&chunk).await.unwrap();
    }
    connection.receives().await.is_problem(413, "content-too-large");
}

#[actix_web::test]
async fn a_chunked_body_is_accepted() {
    let app = TestApp::start(Backend::Sqlite).await;
    let chunks = "7\r\n{\"title\r\nD\r\n\":\"Buy milk\"}\r\n0\r\n\r\n";
    let head = head(&app, &format!("Content-Type: {JSON}\r\nTransfer-Encoding: chunked"));
    assert_eq!(RawConnection::connect(&app).await.exchanges(head + chunks).await.is(201).json()["title"], "Buy milk");
}

#[actix_web::test]
async fn compressed_bodies_are_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    let encoded = |encoding| {
        let request = ann.request(Method::POST, "/api/tasks").header("content-encoding", encoding);
        ApiResponse::to(request.json(&json!({"title": "Buy milk"})))
    };
    for encoding in
        ["gzip", "GZIP", "x-gzip", "br", "zstd", "deflate", "compress", "gzip, gzip", "identity, gzip", "none", ""]
    {
        encoded(encoding).await.is_problem(415, "unsupported-media-type");
    }
    encoded("identity").await.is(201);
    encoded("Identity").await.is(201);
}

#[actix_web::test]
async fn other_media_types_are_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    for content_type in [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/problem+json",
        "application/merge-patch+json",
        "application/json;charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json, text/plain",
        "text/plain, application/json",
        "application/*",
        "*/*",
        "json",
        "",
    ] {
        ann.posts(content_type, padded(50)).await.is_problem(415, "unsupported-media-type");
    }
    let untyped = ann.request(Method::POST, "/api/tasks").body(padded(50));
    ApiResponse::to(untyped).await.is_problem(415, "unsupported-media-type");
    assert_eq!(ann.titles("").await, Vec::<String>::new());
}

#[actix_web::test]
async fn json_media_types_with_parameters_are_accepted() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    for content_type in [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        "application/json; charset=\"utf-8\"",
        "application/json; profile=x",
    ] {
        ann.posts(content_type, padded(50)).await.is(201);
    }
}

#[actix_web::test]
async fn repeated_content_headers_are_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let body = padded(20);
    for (first, last) in [
        ("Content-Type: application/json", "Content-Type: text/plain"),
        ("Content-Encoding: identity", "Content-Encoding: gzip"),
    ] {
        let json = "Content-Type: application/json\r\n";
        let fields = format!(
            "{}{first}\r\n{last}\r\nContent-Length: {}",
            if first.contains("Encoding") { json } else { "" },
            body.len()
        );
        RawConnection::connect(&app)
            .await
            .exchanges(head(&app, &fields) + &body)
            .await
            .is_problem(415, "unsupported-media-type");
    }
}
