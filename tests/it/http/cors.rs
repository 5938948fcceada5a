//! Which pages may call the service, and what they may read of its answers.

use reqwest::Method;

use crate::support::{ApiClient, ApiResponse, Backend, TestApp};

const APP: &str = "https://app.example";

/// Origins that are none of those listed, however much like them they look.
const STRANGERS: [&str; 14] = [
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

async fn started() -> TestApp {
    TestApp::start_with(Backend::Sqlite, [("CORS_ALLOWED_ORIGINS", "https://app.example,http://localhost:3000")]).await
}

async fn asked_from(origin: &str, client: &ApiClient, method: Method, path: &str) -> ApiResponse {
    let response = ApiResponse::to(client.request(method, path).header("origin", origin)).await;
    assert!(response.header("vary").is_some_and(|vary| vary.contains("Origin")), "{response:?}");
    assert_eq!(response.header("access-control-allow-credentials"), None, "the token is no cookie");
    response
}

fn preflight(app: &TestApp, origin: &str, method: &str, headers: &str) -> reqwest::RequestBuilder {
    let request = app.anonymous().request(Method::OPTIONS, "/api/tasks").header("origin", origin);
    request.header("access-control-request-method", method).header("access-control-request-headers", headers)
}

fn listed(response: &ApiResponse, name: &str) -> Vec<String> {
    let mut items: Vec<_> = response.header(name).unwrap().split(", ").map(str::to_lowercase).collect();
    items.sort();
    items
}

#[actix_web::test]
async fn a_listed_page_reads_every_answer() {
    let app = started().await;
    let (ann, nobody) = (app.ann(), app.anonymous());
    for origin in [APP, "http://localhost:3000"] {
        for (status, response) in [
            (200, asked_from(origin, &ann, Method::GET, "/api/tasks").await),
            (200, asked_from(origin, &ann, Method::HEAD, "/api/tasks").await),
            (401, asked_from(origin, &nobody, Method::GET, "/api/tasks").await),
            (401, asked_from(origin, &app.bearer("garbage"), Method::GET, "/api/tasks").await),
            (404, asked_from(origin, &ann, Method::GET, "/api/tasks/1").await),
            (404, asked_from(origin, &nobody, Method::GET, "/nowhere").await),
            (405, asked_from(origin, &ann, Method::DELETE, "/api/tasks").await),
            (415, asked_from(origin, &ann, Method::POST, "/api/tasks").await),
            (422, asked_from(origin, &ann, Method::GET, "/api/tasks?limit=0").await),
        ] {
            assert_eq!(response.header("access-control-allow-origin"), Some(origin), "{status}");
            let exposed = listed(&response, "access-control-expose-headers");
            assert_eq!(exposed, ["location", "retry-after", "www-authenticate", "x-request-id"]);
            response.is(status);
        }
        let large =
            ann.request(Method::POST, "/api/tasks").header("content-type", "application/json").header("origin", origin);
        let response = ApiResponse::to(large.body("x".repeat(70_000))).await.is(413);
        assert_eq!(response.header("access-control-allow-origin"), Some(origin));
    }
}

#[actix_web::test]
async fn another_page_reads_nothing() {
    let app = started().await;
    for origin in STRANGERS {
        for client in [app.ann(), app.anonymous()] {
            let response = asked_from(origin, &client, Method::GET, "/api/tasks").await;
            assert_eq!(response.header("access-control-allow-origin"), None, "{origin}");
        }
        let response = ApiResponse::to(preflight(&app, origin, "GET", "authorization")).await;
        for name in ["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"] {
            assert_eq!(response.header(name), None, "{origin}");
        }
    }
}

#[actix_web::test]
async fn a_listed_page_asks_first_and_needs_no_token_for_it() {
    let app = started().await;
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] {
        let response =
            ApiResponse::to(preflight(&app, APP, method, "authorization,content-type,x-request-id")).await.is(200);
        assert_eq!(response.text, "");
        assert_eq!(response.header("access-control-allow-origin"), Some(APP));
        assert_eq!(
            listed(&response, "access-control-allow-methods"),
            ["delete", "get", "head", "patch", "post", "put"]
        );
        assert_eq!(
            listed(&response, "access-control-allow-headers"),
            ["accept", "authorization", "content-type", "x-request-id"]
        );
        assert_eq!(response.header("access-control-max-age"), Some("3600"));
        assert!(response.header("vary").unwrap().contains("Origin"));
    }
}

#[actix_web::test]
async fn a_listed_page_may_not_do_what_is_not_offered() {
    let app = started().await;
    for (method, headers) in
        [("TRACE", "authorization"), ("FOO", "authorization"), ("GET", "x-user-id"), ("GET", "cookie")]
    {
        let response =
            ApiResponse::to(preflight(&app, APP, method, headers)).await.is_problem(400, "malformed-request");
        assert_eq!(response.header("access-control-allow-methods"), None);
    }
}

#[actix_web::test]
async fn what_asks_nothing_first_wants_a_token() {
    let app = started().await;
    ApiResponse::to(app.anonymous().request(Method::OPTIONS, "/api/tasks")).await.requires_a_token();
    let origin_alone = app.anonymous().request(Method::OPTIONS, "/api/tasks").header("origin", APP);
    ApiResponse::to(origin_alone).await.requires_a_token();
    ApiResponse::to(app.ann().request(Method::OPTIONS, "/api/tasks")).await.is_problem(405, "method-not-allowed");
}
