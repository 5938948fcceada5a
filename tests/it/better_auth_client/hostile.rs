//! Hostile bodies, and too many attempts.

use reqwest::Method;
use serde_json::json;

use crate::support::{ACCOUNTS, ApiResponse, Backend, TestApp, email, on_both};

const POSTS: [&str; 6] = [
    "/api/auth/sign-up/email",
    "/api/auth/sign-in/email",
    "/api/sign-in/email",
    "/api/auth/sign-in/social",
    "/api/auth/request-password-reset",
    "/api/auth/reset-password",
];

async fn post(app: &TestApp, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> ApiResponse {
    let request = app.browser().request(Method::POST, path).header("content-type", content_type);
    ApiResponse::to(request.body(body)).await
}

on_both! {
    with accounts:

    malformed_bodies_are_rejected(app) {
        let member = |value: &str| format!(r#"{{"name": "Eve", "email": {value}, "password": {value}, "newPassword": {value}}}"#).into_bytes();
        for path in POSTS {
            for body in [
                b"{".to_vec(),
                b"nonsense".to_vec(),
                b"{} {}".to_vec(),
                b"[]".to_vec(),
                b"null".to_vec(),
                b"5".to_vec(),
                "[".repeat(100_000).into_bytes(),
                format!(r#"{{"unknown": {}{}}}"#, "[".repeat(20_000), "]".repeat(20_000)).into_bytes(),
                member(r#""lone \ud83d surrogate""#),
                member(r#""nul \u0000 character""#),
                b"{\"email\": \"\xff\xfe\"}".to_vec(),
                b"{\"email\": \"a\0b\"}".to_vec(),
                member("{}"),
                member("[\"correct horse battery\"]"),
                member("1e400"),
            ] {
                let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
                let response = post(&app, path, "application/json", body).await;
                assert!(matches!(response.status.as_u16(), 400 | 413), "{path} {shown}: {} {}", response.status, response.text);
                assert!(response.json()["code"].is_string(), "{path} {shown}: {}", response.text);
            }
            for content_type in ["text/plain", "multipart/form-data; boundary=x", "application/json; charset=latin1"] {
                post(&app, path, content_type, "{}").await.is_problem(415, "unsupported-media-type");
            }
            post(&app, path, "application/json", "x".repeat(70_000)).await.is_problem(413, "content-too-large");
        }
    }

    hostile_text_is_stored_as_it_is(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        for name in ["'; drop table \"user\"; --", "{{7*7}}", "<script>", "a\r\nset-cookie: x=y", "👩‍👩‍👧", "%00%0d%0a"] {
            ann.post("/api/auth/update-user", json!({ "name": name })).await.is(200);
            assert_eq!(ann.get("/api/auth/get-session").await.is(200).json()["user"]["name"], name);
        }
        for token in ["' or 1=1 --", "%", "", "x".repeat(60_000).as_str()] {
            ann.post("/api/auth/revoke-session", json!({ "token": token })).await.is(200);
        }
        assert!(ann.is_known().await);
    }
}

#[actix_web::test]
async fn too_many_attempts_are_a_429_that_the_client_understands() {
    let app = TestApp::start_with(Backend::Sqlite, [ACCOUNTS, ("RATE_LIMIT", "on")]).await;
    let wrong = json!({ "email": email("ann"), "password": "wrong" });
    for _ in 0..10 {
        app.browser().post("/api/auth/sign-in/email", wrong.clone()).await.is(401);
    }
    for path in ["/api/auth/sign-in/email", "/api/sign-in/email"] {
        let response = app.browser().post(path, wrong.clone()).await.is_problem(429, "too-many-requests");
        assert_eq!(response.header("x-retry-after"), response.header("retry-after"));
        assert!(response.header("x-retry-after").is_some());
        assert!(response.json()["message"].is_string());
    }
    app.anonymous().tries_to_log_in(&email("ann"), "wrong").await.is_problem(429, "too-many-requests");
}
