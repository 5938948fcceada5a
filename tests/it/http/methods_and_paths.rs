//! Unsupported methods, path variants and unsupported header fields (RFC 9110).

use reqwest::{Method, redirect::Policy};
use serde_json::json;

use crate::support::{ApiResponse, Backend, RawConnection, TestApp, id, without_tls};

#[actix_web::test]
async fn unsupported_methods_change_nothing() {
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

/// Variants of `/api/tasks` and paths that try to bypass authentication.
const PATH_VARIANTS: [&str; 33] = [
    "//api/tasks",
    "/api//tasks",
    "/api/./tasks",
    "/./api/tasks",
    "/api/x/../tasks",
    "/api/%2e/tasks",
    "/api/%2e%2e/tasks",
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
async fn path_variants_are_not_found() {
    let app = TestApp::start(Backend::Sqlite).await;
    app.ann().creates_a_task("Buy milk").await;
    let token = app.token("ann").sign();
    for path in PATH_VARIANTS {
        let get = |field: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n{field}\r\n");
        let anonymous = RawConnection::connect(&app).await.exchanges(get("")).await;
        assert!([401, 404].contains(&anonymous.status.as_u16()), "{path}: {}", anonymous.text);
        let authenticated =
            RawConnection::connect(&app).await.exchanges(get(&format!("Authorization: Bearer {token}\r\n"))).await;
        assert_eq!(authenticated.status, 404, "{path}: {}", authenticated.text);
        assert_eq!(authenticated.header("x-a"), None);
        authenticated.is_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn a_trailing_slash_is_redirected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let token = app.token("ann").sign();
    let client = without_tls().redirect(Policy::none()).build().unwrap();
    let send = |method: Method, path: &str| client.request(method, format!("{}{path}", app.base()));
    let id = "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e";
    for prefix in ["/api/tasks", "/tasks", "/api/ann/tasks"] {
        for (path, location) in [
            (format!("{prefix}/"), prefix.to_owned()),
            (format!("{prefix}/?limit=1&q=a%20b"), format!("{prefix}?limit=1&q=a%20b")),
            (format!("{prefix}/{id}/"), format!("{prefix}/{id}")),
            (format!("{prefix}/{id}/complete/"), format!("{prefix}/{id}/complete")),
        ] {
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PATCH] {
                let response = ApiResponse::to(send(method.clone(), &path).bearer_auth(&token)).await.is(307);
                assert_eq!(response.header("location"), Some(location.as_str()), "{method} {path}");
                assert_eq!(response.text, "");
            }
            ApiResponse::to(send(Method::GET, &path)).await.requires_a_token();
        }
        for path in [format!("{prefix}//"), format!("{prefix}/{id}/nothing/"), format!("{prefix}/{id}//")] {
            ApiResponse::to(send(Method::GET, &path).bearer_auth(&token)).await.is_problem(404, "not-found");
        }
    }
}

#[actix_web::test]
async fn a_redirected_request_keeps_method_and_body() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    let task = ann.post("/api/tasks/", json!({"title": "Buy milk"})).await.is(201).json();
    ann.sees(&task).await;
    assert_eq!(ann.get("/api/tasks/?limit=1").await.is(200).json()["items"][0], task);
}

#[actix_web::test]
async fn equivalent_paths_require_the_same_token() {
    let app = TestApp::start(Backend::Sqlite).await;
    let token = app.token("ann").sign();
    for path in [
        "/%61pi/tasks",
        "/api/%74asks",
        "/api/task%73?limit=1",
        "/api/tasks#fragment",
        "http://other.example/api/tasks",
    ] {
        let get = |field: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n{field}\r\n");
        RawConnection::connect(&app).await.exchanges(get("")).await.requires_a_token();
        RawConnection::connect(&app).await.exchanges(get(&format!("Authorization: Bearer {token}\r\n"))).await.is(200);
    }
}

#[actix_web::test]
async fn unsupported_header_fields_are_ignored() {
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
