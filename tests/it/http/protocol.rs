//! HTTP as RFC 9110 has it: the request's id, the headers of every response, methods, odd paths.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::{ApiResponse, Backend, RawConnection, TestApp, id, on_both};

/// What every response says, whatever it is.
fn is_guarded(response: &ApiResponse) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        assert_eq!(response.header(name), Some(value), "{name} of {}", response.text);
    }
    assert!(
        response.header("vary").is_some_and(|vary| vary.split(", ").any(|field| field == "Origin")),
        "{response:?}"
    );
    assert!(response.header("x-request-id").is_some());
    for name in ["server", "x-powered-by", "set-cookie"] {
        assert_eq!(response.header(name), None);
    }
}

on_both! {
    with accounts:

    every_answer_is_guarded(app) {
        let ann = app.ann();
        let made = ann.post("/api/tasks", json!({"title": "Buy milk"})).await.is(201);
        let one = made.header("location").unwrap().to_owned();
        let create = || ann.request(Method::POST, "/api/tasks");
        for (status, response) in [
            (200, ann.get(&one).await),
            (200, ann.get("/api/tasks").await),
            (200, ann.get("/api/auth/me").await),
            (200, app.anonymous().get("/health/live").await),
            (200, app.anonymous().get("/health/ready").await),
            (200, app.anonymous().get("/openapi.json").await),
            (200, app.anonymous().get("/problems/not-found").await),
            (400, ApiResponse::to(create().header("content-type", "application/json").body("{")).await),
            (401, app.anonymous().get(&one).await),
            (401, app.anonymous().tries_to_log_in("nobody@example.com", "wrong").await),
            (401, app.anonymous().refreshes_with("no such token").await),
            (404, app.bob().get(&one).await),
            (404, app.anonymous().get("/nowhere").await),
            (405, ann.delete("/api/tasks").await),
            (406, ApiResponse::to(create().header("accept", "text/html")).await),
            (413, ApiResponse::to(create().header("content-type", "application/json").body("x".repeat(70_000))).await),
            (415, ApiResponse::to(create()).await),
            (422, ann.get("/api/tasks?limit=0").await),
            (204, ann.delete(&one).await),
            (201, app.anonymous().tries_to_sign_up("ann").await),
            (409, app.anonymous().tries_to_sign_up("ann").await),
            (200, app.anonymous().logs_in("ann").await.get("/api/auth/sessions").await),
            (204, app.anonymous().logs_in("ann").await.logs_out().await),
            (201, made),
        ] {
            is_guarded(&response);
            response.is(status);
        }
    }
}

#[actix_web::test]
async fn a_page_for_people_may_load_its_own_files_only() {
    let app = TestApp::start(Backend::Sqlite).await;
    let page = app.anonymous().get("/swagger-ui/").await.is(200);
    let policy = page.header("content-security-policy").unwrap();
    for source in policy.split(';').map(str::trim) {
        assert!(
            source.split(' ').skip(1).all(|from| ["'none'", "'self'", "'unsafe-inline'", "data:"].contains(&from)),
            "{source}"
        );
        assert!(!source.starts_with("script-src") || source == "script-src 'self'", "{source}");
    }
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
}

#[actix_web::test]
async fn a_request_keeps_its_id_if_that_is_safe() {
    let app = TestApp::start(Backend::Sqlite).await;
    for safe in ["a", "A-b_c.9", "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e", &"x".repeat(64)] {
        let response =
            ApiResponse::to(app.anonymous().request(Method::GET, "/api/tasks").header("x-request-id", safe)).await;
        assert_eq!(response.header("x-request-id"), Some(safe));
        response.requires_a_token();
    }
    let long = "x".repeat(65);
    for unsafe_ in ["", " ", "a b", "a/b", "a\tb", "a\"b", "<script>", "a,b", "a;b", "a:b", "\u{e9}", &long] {
        let response =
            ApiResponse::to(app.anonymous().request(Method::GET, "/api/tasks").header("x-request-id", unsafe_)).await;
        let id = response.header("x-request-id").unwrap();
        assert_eq!(id.parse::<Uuid>().map(|id| id.get_version_num()), Ok(7), "{unsafe_:?}");
        response.requires_a_token();
    }
}

#[actix_web::test]
async fn two_requests_have_two_ids() {
    let app = TestApp::start(Backend::Sqlite).await;
    let (one, other) = (app.anonymous().get("/health/live").await, app.anonymous().get("/health/live").await);
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

#[actix_web::test]
async fn a_strange_method_does_nothing() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    let task = ann.creates_a_task("Buy milk").await;
    for method in ["TRACE", "FOO", "PROPFIND", "LINK", "PURGE", "get", "delete", "OPTIONS"] {
        for path in ["/api/tasks", &format!("/api/tasks/{}", id(&task)), "/health/live"] {
            let response = ApiResponse::to(ann.request(method.parse().unwrap(), path)).await;
            assert!(response.header("allow").is_some(), "{method} {path}");
            response.is_problem(405, "method-not-allowed");
        }
        ApiResponse::to(app.anonymous().request(method.parse().unwrap(), "/api/tasks")).await.requires_a_token();
    }
    let response = RawConnection::connect(&app)
        .await
        .exchanges("CONNECT tasks.example:443 HTTP/1.1\r\nHost: tasks.example:443\r\n\r\n")
        .await;
    response.is_problem(404, "not-found");
    ann.sees(&task).await;
}

/// Other ways to write `/api/tasks`, and ways round what guards it.
const ODD_PATHS: [&str; 34] = [
    "//api/tasks",
    "/api//tasks",
    "/api/./tasks",
    "/./api/tasks",
    "/api/x/../tasks",
    "/api/%2e/tasks",
    "/api/%2e%2e/tasks",
    "/api/tasks/",
    "/api/tasks//",
    "/api/tasks/.",
    "/api/tasks/..",
    "/api/tasks/%2e%2e",
    "/api/tasks;a=b",
    "/api/tasks%3Ba=b",
    "/api%2ftasks",
    "/api%2Ftasks",
    "/api%5Ctasks",
    "/API/tasks",
    "/api/Tasks",
    "/api/tasks%00",
    "/api/tasks%20",
    "/api/tasks.json",
    "/api/tasks%0d%0aX-A:%20b",
    "/health/live/../../api/tasks",
    "/health/live/%2e%2e/%2e%2e/api/tasks",
    "/openapi.json/../api/tasks",
    "/swagger-ui/../api/tasks",
    "/swagger-ui/%2e%2e/api/tasks",
    "/swagger-ui/..%2fapi/tasks",
    "/swagger-ui/..%5capi/tasks",
    "/problems/../api/tasks",
    "/problems/..%2f..%2fapi%2ftasks",
    "/swagger-ui/%2e%2e/%2e%2e/etc/passwd",
    "*",
];

#[actix_web::test]
async fn an_odd_path_leads_nowhere() {
    let app = TestApp::start(Backend::Sqlite).await;
    app.ann().creates_a_task("Buy milk").await;
    let token = app.token("ann").sign();
    for path in ODD_PATHS {
        let ask = |field: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n{field}\r\n");
        let nobodys = RawConnection::connect(&app).await.exchanges(ask("")).await;
        assert!([401, 404].contains(&nobodys.status.as_u16()), "{path}: {}", nobodys.text);
        let anns =
            RawConnection::connect(&app).await.exchanges(ask(&format!("Authorization: Bearer {token}\r\n"))).await;
        assert_eq!(anns.status, 404, "{path}: {}", anns.text);
        assert_eq!(anns.header("x-a"), None);
        anns.is_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn another_spelling_of_the_same_path_wants_the_same_token() {
    let app = TestApp::start(Backend::Sqlite).await;
    let token = app.token("ann").sign();
    for path in [
        "/%61pi/tasks",
        "/api/%74asks",
        "/api/task%73?limit=1",
        "/api/tasks#fragment",
        "http://other.example/api/tasks",
    ] {
        let ask = |field: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n{field}\r\n");
        RawConnection::connect(&app).await.exchanges(ask("")).await.requires_a_token();
        RawConnection::connect(&app).await.exchanges(ask(&format!("Authorization: Bearer {token}\r\n"))).await.is(200);
    }
}

#[actix_web::test]
async fn odd_fields_do_no_harm() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    for (name, value) in [
        ("if-match", "\"x\""),
        ("if-none-match", "*"),
        ("if-modified-since", "yesterday"),
        ("if-range", "x"),
        ("range", "bytes=9-1"),
        ("range", "bytes=0-0,-1"),
        ("expect", "something"),
        ("te", "trailers"),
        ("upgrade", "websocket"),
        ("max-forwards", "-1"),
        ("idempotency-key", "\u{e9}"),
        ("accept-encoding", "br;q=2"),
        ("accept-charset", "utf-16"),
        ("accept-language", "*"),
        ("forwarded", "for=\"[::1\""),
        ("x-forwarded-for", "','"),
        ("cookie", "=;=;"),
        ("priority", "u=9"),
        ("traceparent", "00-0-0-0"),
    ] {
        ApiResponse::to(ann.request(Method::GET, "/api/tasks").header(name, value)).await.is(200);
    }
}
