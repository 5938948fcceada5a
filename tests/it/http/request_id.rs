//! `X-Request-Id`: kept if it is safe, generated otherwise.

use reqwest::Method;
use uuid::Uuid;

use crate::support::{ApiResponse, Backend, TestApp};

#[actix_web::test]
async fn a_safe_request_id_is_kept() {
    let app = TestApp::start(Backend::Sqlite).await;
    for safe in ["a", "A-b_c.9", "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e", &"x".repeat(64)] {
        let response =
            ApiResponse::to(app.anonymous().request(Method::GET, "/api/tasks").header("x-request-id", safe)).await;
        assert_eq!(response.header("x-request-id"), Some(safe));
        response.requires_a_token();
    }
}

#[actix_web::test]
async fn an_unsafe_request_id_is_replaced() {
    let app = TestApp::start(Backend::Sqlite).await;
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
async fn every_request_has_an_id_of_its_own() {
    let app = TestApp::start(Backend::Sqlite).await;
    let (one, other) = (app.anonymous().get("/health/live").await, app.anonymous().get("/health/live").await);
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}
