//! Problem details (RFC 9457): every error status returns a complete document with a page that explains it.

use reqwest::{Method, header};
use serde_json::json;

use crate::support::{ApiResponse, Backend, RawConnection, SqlConnection, TestApp, id, on_both};

on_both! {
    every_error_is_a_problem_document(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let one = format!("/api/tasks/{}", id(&task));
        let create = || ann.request(Method::POST, "/api/tasks").header(header::CONTENT_TYPE, "application/json");

        ApiResponse::to(create().body("{")).await.is_problem(400, "malformed-request");
        ann.get("/api/tasks?q=%ff").await.is_problem(400, "malformed-request");
        app.anonymous().get(&one).await.is_problem(401, "unauthorized");
        ann.get("/nowhere").await.is_problem(404, "not-found");
        ann.get(&format!("{one}/nothing")).await.is_problem(404, "not-found");
        app.bob().get(&one).await.is_problem(404, "not-found");
        ann.delete("/api/tasks").await.is_problem(405, "method-not-allowed");
        ApiResponse::to(ann.request(Method::GET, &one).header("accept", "text/html")).await.is_problem(406, "not-acceptable");
        ApiResponse::to(create().body("x".repeat(70_000))).await.is_problem(413, "content-too-large");
        ApiResponse::to(create().header(header::CONTENT_ENCODING, "gzip").body("{}")).await.is_problem(415, "unsupported-media-type");
        ann.post("/api/tasks", json!({})).await.is_problem(422, "invalid-content");
        ann.get("/api/tasks?limit=0").await.is_problem(422, "invalid-content");
        ann.sees(&task).await;
    }

    a_405_lists_the_allowed_methods(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let one = format!("/api/tasks/{}", id(&task));
        for (path, allow, disallowed) in [
            ("/api/tasks", "GET, HEAD, POST", "PUT PATCH DELETE OPTIONS TRACE FOO"),
            ("/tasks", "GET, HEAD, POST", "PUT DELETE"),
            ("/api/ann/tasks", "GET, HEAD, POST", "PUT DELETE"),
            (&one, "GET, HEAD, PUT, PATCH, DELETE", "POST OPTIONS TRACE QUERY"),
            (&format!("/tasks/{}", id(&task)), "GET, HEAD, PUT, PATCH, DELETE", "POST"),
            (&format!("{one}/complete"), "PATCH", "GET HEAD PUT POST DELETE"),
            ("/health/live", "GET, HEAD", "POST PUT PATCH DELETE OPTIONS"),
            ("/health/ready", "GET, HEAD", "POST"),
            ("/openapi.json", "GET, HEAD", "POST DELETE"),
            ("/problems/not-found", "GET, HEAD", "POST"),
            ("/", "GET, HEAD", "POST PUT"),
        ] {
            for method in disallowed.split(' ') {
                let response = ApiResponse::to(ann.request(method.parse().unwrap(), path)).await;
                assert_eq!(response.header("allow"), Some(allow), "{method} {path}");
                if method != "HEAD" {
                    response.is_problem(405, "method-not-allowed");
                }
            }
        }
        ann.sees(&task).await;
    }
}

#[actix_web::test]
async fn every_problem_type_has_a_page() {
    let app = TestApp::start(Backend::Sqlite).await;
    for (slug, title) in [
        ("malformed-request", "Malformed request"),
        ("unauthorized", "Unauthorized"),
        ("not-found", "Not found"),
        ("method-not-allowed", "Method not allowed"),
        ("not-acceptable", "Not acceptable"),
        ("email-taken", "E-mail taken"),
        ("request-timeout", "Request timeout"),
        ("content-too-large", "Content too large"),
        ("unsupported-media-type", "Unsupported media type"),
        ("invalid-content", "Invalid content"),
        ("too-many-requests", "Too many requests"),
        ("internal-error", "Internal error"),
        ("unavailable", "Unavailable"),
    ] {
        let page = app.anonymous().get(&format!("/problems/{slug}")).await.is(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(page.text.contains(&format!("<h1>{title}</h1>")), "{}", page.text);
    }
    for slug in ["none", "%00", "%3Cscript%3E", "not-found/"] {
        app.anonymous().get(&format!("/problems/{slug}")).await.is_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn a_response_must_match_accept() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    let get_with =
        |accept: &'static str| ApiResponse::to(ann.request(Method::GET, "/api/tasks").header("accept", accept));
    for accept in [
        "application/json",
        "*/*",
        "application/*",
        "text/html;q=0.9, */*;q=0.1",
        "application/problem+json",
        "application/problem+json, application/json;q=0.5",
        "",
    ] {
        get_with(accept).await.is(200);
    }
    for accept in [
        "text/html",
        "application/xml",
        "image/*",
        "application/json;q=0",
        "application/json;q=0.0, */*",
        "application/json;q=0, application/problem+json",
    ] {
        get_with(accept).await.is_problem(406, "not-acceptable");
    }
    let rejected = ann.request(Method::POST, "/api/tasks").header("accept", "text/html").json(&json!({"title": "x"}));
    ApiResponse::to(rejected).await.is_problem(406, "not-acceptable");
    let escaped = ann.request(Method::GET, "/api/%74asks").header("accept", "text/html");
    ApiResponse::to(escaped).await.is_problem(406, "not-acceptable");
    assert_eq!(ann.titles("").await, Vec::<String>::new());
}

#[actix_web::test]
async fn an_operation_without_a_body_accepts_all() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    for accept in ["application/problem+json", "text/html", "application/json;q=0", "*/*"] {
        let task = ann.creates_a_task("Buy milk").await;
        for path in ["/api/tasks", "/tasks", "/api/ann/tasks"] {
            let path = format!("{path}/{}", id(&task));
            let rejected = ann.request(Method::GET, &path).header("accept", "text/html");
            ApiResponse::to(rejected).await.is_problem(406, "not-acceptable");
        }
        let delete = ann.request(Method::DELETE, &format!("/api/tasks/{}", id(&task))).header("accept", accept);
        ApiResponse::to(delete).await.is(204);
    }
}

#[actix_web::test]
async fn a_slow_body_times_out() {
    let app = TestApp::start(Backend::Sqlite).await;
    let mut connection = RawConnection::connect(&app).await;
    let head = "POST /api/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n";
    let credential = format!("Authorization: Bearer {}\r\n\r\n", app.token("ann").sign());
    connection.exchanges(format!("{head}{credential}{{\"title\"")).await.is_problem(408, "request-timeout");
    connection.expect_closed().await;
}

#[actix_web::test]
async fn a_locked_database_is_a_503() {
    let app = TestApp::start_with(Backend::Sqlite, [("DATABASE_ACQUIRE_TIMEOUT", "50ms")]).await;
    let ann = app.ann();
    let other = SqlConnection::on(&app.database()).await;
    other.run("begin immediate").await;
    let response = ann.post("/api/tasks", json!({"title": "Buy milk"})).await.is_problem(503, "unavailable");
    assert_eq!(response.header("retry-after"), Some("1"));
    ann.get("/api/tasks").await.is(200);
    other.run("commit").await;
    let task = ann.creates_a_task("Buy milk").await;
    ann.sees(&task).await;
}
