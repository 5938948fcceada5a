//! CORS: which origins may call the service, and which headers they may read.

use reqwest::Method;

use crate::support::{ApiClient, ApiResponse, Backend, TestApp};

const APP: &str = "https://app.example";

/// Origins that are not listed, though some look similar.
const OTHER_ORIGINS: [&str; 14] = [
    "null",
    "https://evil.example",
    "http://app.example",
    "https://app.example.evil",
    "https://evil-app.example",
    "https://sub.app.example",
    "https://app.example:8443",
    "https://APP.example.",
    "https://app.example/",
    "https://app.example@evil.example",
    "app.example",
    "*",
    "",
    "https://app.example, https://evil.example",
];

async fn start() -> TestApp {
    TestApp::start_with(Backend::Sqlite, [("CORS_ALLOWED_ORIGINS", "https://app.example,http://localhost:3000")]).await
}

async fn request_from(origin: &str, client: &ApiClient, method: Method, path: &str) -> ApiResponse {
    let response = ApiResponse::to(client.request(method, path).header("origin", origin)).await;
    assert!(response.header("vary").is_some_and(|vary| vary.contains("Origin")), "{response:?}");
    assert_eq!(response.header("access-control-allow-credentials"), None, "no cookies are used");
    response
}

fn preflight(app: &TestApp, origin: &str, method: &str, headers: &str) -> reqwest::RequestBuilder {
    let request = app.anonymous().request(Method::OPTIONS, "/api/tasks").header("origin", origin);
    request.header("access-control-request-method", method).header("access-control-request-headers", headers)
}

fn sorted_list(response: &ApiResponse, name: &str) -> Vec<String> {
    let mut items: Vec<_> = response.header(name).unwrap().split(", ").map(str::to_lowercase).collect();
    items.sort();
    items
}

#[actix_web::test]
async fn a_listed_origin_may_read_every_response() {
    let app = start().await;
    let (ann, anonymous) = (app.ann(), app.anonymous());
    for origin in [APP, "http://localhost:3000"] {
        for (status, response) in [
            (200, request_from(origin, &ann, Method::GET, "/api/tasks").await),
            (200, request_from(origin, &ann, Method::HEAD, "/api/tasks").await),
            (401, request_from(origin, &anonymous, Method::GET, "/api/tasks").await),
            (401, request_from(origin, &app.bearer("garbage"), Method::GET, "/api/tasks").await),
            (404, request_from(origin, &ann, Method::GET, "/api/tasks/1").await),
            (404, request_from(origin, &anonymous, Method::GET, "/nowhere").await),
            (405, request_from(origin, &ann, Method::DELETE, "/api/tasks").await),
            (415, request_from(origin, &ann, Method::POST, "/api/tasks").await),
            (422, request_from(origin, &ann, Method::GET, "/api/tasks?limit=0").await),
        ] {
            assert_eq!(response.header("access-control-allow-origin"), Some(origin), "{status}");
            let exposed = sorted_list(&response, "access-control-expose-headers");
            assert_eq!(
                exposed,
                [
                    "etag",
                    "idempotency-replayed",
                    "location",
                    "retry-after",
                    "set-auth-jwt",
                    "set-auth-token",
                    "www-authenticate",
                    "x-request-id",
                    "x-retry-after"
                ]
            );
            response.is(status);
        }
        let large =
            ann.request(Method::POST, "/api/tasks").header("content-type", "application/json").header("origin", origin);
        let response = ApiResponse::to(large.body("x".repeat(70_000))).await.is(413);
        assert_eq!(response.header("access-control-allow-origin"), Some(origin));
    }
}

#[actix_web::test]
async fn other_origins_may_read_nothing() {
    let app = start().await;
    for origin in OTHER_ORIGINS {
        for client in [app.ann(), app.anonymous()] {
            let response = request_from(origin, &client, Method::GET, "/api/tasks").await;
            assert_eq!(response.header("access-control-allow-origin"), None, "{origin}");
        }
        let response = ApiResponse::to(preflight(&app, origin, "GET", "authorization")).await;
        for name in ["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"] {
            assert_eq!(response.header(name), None, "{origin}");
        }
    }
}

#[actix_web::test]
async fn a_preflight_needs_no_token() {
    let app = start().await;
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] {
        let response =
            ApiResponse::to(preflight(&app, APP, method, "authorization,content-type,x-request-id")).await.is(200);
        assert_eq!(response.text, "");
        assert_eq!(response.header("access-control-allow-origin"), Some(APP));
        assert_eq!(
            sorted_list(&response, "access-control-allow-methods"),
            ["delete", "get", "head", "patch", "post", "put"]
        );
        assert_eq!(
            sorted_list(&response, "access-control-allow-headers"),
            [
                "accept",
                "authorization",
                "content-type",
                "idempotency-key",
                "if-match",
                "if-none-match",
                "last-event-id",
                "traceparent",
                "tracestate",
                "x-request-id"
            ]
        );
        assert_eq!(response.header("access-control-max-age"), Some("3600"));
        assert!(response.header("vary").unwrap().contains("Origin"));
    }
}

#[actix_web::test]
async fn a_preflight_rejects_unknown_methods_and_headers() {
    let app = start().await;
    for (method, headers) in
        [("TRACE", "authorization"), ("FOO", "authorization"), ("GET", "x-user-id"), ("GET", "cookie")]
    {
        let response =
            ApiResponse::to(preflight(&app, APP, method, headers)).await.is_problem(400, "malformed-request");
        assert_eq!(response.header("access-control-allow-methods"), None);
    }
}

#[actix_web::test]
async fn options_without_a_preflight_requires_a_token() {
    let app = start().await;
    ApiResponse::to(app.anonymous().request(Method::OPTIONS, "/api/tasks")).await.requires_a_token();
    let origin_alone = app.anonymous().request(Method::OPTIONS, "/api/tasks").header("origin", APP);
    ApiResponse::to(origin_alone).await.requires_a_token();
    ApiResponse::to(app.ann().request(Method::OPTIONS, "/api/tasks")).await.is_problem(405, "method-not-allowed");
}
