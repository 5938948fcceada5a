//! The headers of every response.

use reqwest::Method;
use serde_json::json;

use crate::support::{ApiResponse, Backend, TestApp, on_both};

/// Asserts the security headers, `Vary`, and the request id.
fn has_security_headers(response: &ApiResponse) {
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

    every_response_has_security_headers(app) {
        let ann = app.ann();
        let created = ann.post("/api/tasks", json!({"title": "Buy milk"})).await.is(201);
        let one = created.header("location").unwrap().to_owned();
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
            (201, created),
        ] {
            has_security_headers(&response);
            response.is(status);
        }
    }
}

#[actix_web::test]
async fn the_swagger_page_may_load_its_own_files_only() {
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
