//! `SESSION_COOKIE=on`: the session cookie authenticates every route.

use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    ACCOUNTS, ApiResponse, BACKENDS, Backend, BetterAuthUser, SOON, SqlConnection, TestApp, email, id, password,
};

const COOKIE_ON: (&str, &str) = ("SESSION_COOKIE", "on");

async fn app_on(backend: Backend) -> TestApp {
    TestApp::start_with(backend, [ACCOUNTS, COOKIE_ON]).await
}

async fn titles(client: &BetterAuthUser) -> Vec<String> {
    let page = client.get("/api/tasks").await.is(200).json();
    page["items"].as_array().unwrap().iter().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
}

async fn creates(client: &BetterAuthUser, title: &str) -> Value {
    client.post("/api/tasks", json!({ "title": title })).await.is(201).json()
}

#[actix_web::test]
async fn users_see_their_own_tasks() {
    for backend in BACKENDS {
        let app = app_on(backend).await;
        let (ann, bob) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("bob").await);
        let task = creates(&ann, "Buy milk").await;
        creates(&bob, "Buy bread").await;
        for _ in 0..2 {
            assert_eq!(titles(&ann).await, ["Buy milk"]);
            assert_eq!(titles(&bob).await, ["Buy bread"]);
            bob.get(&format!("/api/tasks/{}", id(&task))).await.is_problem(404, "not-found");
        }
        assert_eq!(task["user_id"], ann.id());
        assert_eq!(ann.get("/api/auth/me").await.is(200).json()["email"], email("ann"));
        app.bearer(ann.token().await).sees(&task).await;
    }
}

#[actix_web::test]
async fn by_default_the_tasks_take_no_cookie() {
    let app = TestApp::start_with(Backend::Sqlite, [ACCOUNTS]).await;
    let ann = app.signs_up_in_a_browser("ann").await;
    ann.get("/api/tasks").await.requires_a_token();
}

#[actix_web::test]
async fn an_unsafe_method_needs_a_trusted_origin() {
    let app = app_on(Backend::Sqlite).await;
    let ann = app.signs_up_in_a_browser("ann").await;
    let task = creates(&ann, "Buy milk").await;
    let (path, cookie) = (format!("{}/api/tasks/{}", app.base(), id(&task)), ann.cookie("session_token"));
    let request = |method: Method, headers: &[(&'static str, &'static str)]| {
        let request = reqwest::Client::new().request(method, &path).json(&json!({ "title": "Eve was here" }));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        ApiResponse::to(request.header("cookie", format!("better-auth.session_token={cookie}")))
    };
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("referer", "https://evil.example/")],
        &[("origin", "http://localhost:3000.evil.example")],
        &[],
    ] {
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            request(method, headers).await.is_problem(403, "forbidden");
        }
    }
    request(Method::GET, &[]).await.is(200);
    assert_eq!(titles(&ann).await, ["Buy milk"]);
    request(Method::PATCH, &[("origin", "http://localhost:3000")]).await.is(200);
}

#[actix_web::test]
async fn two_credentials_are_refused() {
    let app = app_on(Backend::Sqlite).await;
    let (ann, bob) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("bob").await);
    let token = bob.token().await;
    let both = app.browser().with_cookie("better-auth.session_token", ann.cookie("session_token")).with_bearer(&token);
    both.get("/api/tasks").await.rejects_the_token();
    let garbage = app.browser().with_cookie("better-auth.session_token", "garbage");
    garbage.get("/api/tasks").await.requires_a_token();
    garbage.with_bearer(&token).get("/api/tasks").await.is(200);
}

#[actix_web::test]
async fn a_warm_request_reads_no_session() {
    for backend in BACKENDS {
        let app = app_on(backend).await;
        let (ann, cold) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("bob").await);
        creates(&ann, "Buy milk").await;
        let sql = SqlConnection::on(&app.database()).await;
        sql.run("alter table session rename to session_elsewhere").await;
        assert_eq!(titles(&ann).await, ["Buy milk"]);
        cold.get("/api/tasks").await.is(500);
        sql.run("alter table session_elsewhere rename to session").await;
        assert_eq!(titles(&cold).await, [""; 0]);
    }
}

#[actix_web::test]
async fn a_warm_session_ends_at_once() {
    for backend in BACKENDS {
        let app = app_on(backend).await;
        let (ann, other) = (app.signs_up_in_a_browser("ann").await, app.signs_in_in_a_browser("ann").await);
        assert_eq!((titles(&ann).await.len(), titles(&other).await.len()), (0, 0));
        other.signs_out().await;
        other.get("/api/tasks").await.is_problem(401, "unauthorized");
        ann.get("/api/tasks").await.is(200);
        let third = app.signs_in_in_a_browser("ann").await;
        third.get("/api/tasks").await.is(200);
        let change = json!({ "currentPassword": password("ann"), "newPassword": "another one of hers", "revokeOtherSessions": true });
        ann.post("/api/auth/change-password", change).await.is(200);
        for ended in [&ann, &third] {
            ended.get("/api/tasks").await.is_problem(401, "unauthorized");
        }
    }
}

#[actix_web::test]
async fn a_warm_session_expires() {
    let app = app_on(Backend::Sqlite).await;
    app.signs_up_in_a_browser("ann").await;
    let body = json!({ "email": email("ann"), "password": password("ann"), "rememberMe": false });
    let ann = BetterAuthUser::authenticate("/api/auth/sign-in/email", body, app.base(), "http://localhost:3000").await;
    app.advance_clock(chrono::Duration::days(1) - chrono::Duration::minutes(1));
    ann.get("/api/tasks").await.is(200);
    app.advance_clock(chrono::Duration::minutes(1));
    ann.get("/api/tasks").await.is_problem(401, "unauthorized");
}

#[actix_web::test]
async fn a_sign_out_ends_a_warm_session_on_every_replica() {
    let here = app_on(Backend::Postgres).await;
    let there = TestApp::start_on(here.database(), [ACCOUNTS, COOKIE_ON]).await;
    let ann = here.signs_up_in_a_browser("ann").await;
    let at_the_other = there.browser().with_cookie("better-auth.session_token", ann.cookie("session_token"));
    at_the_other.get("/api/tasks").await.is(200);
    ann.signs_out().await;
    let started = Instant::now();
    while at_the_other.get("/api/tasks").await.status == 200 {
        assert!(started.elapsed() < SOON, "still accepted");
    }
}

#[actix_web::test]
async fn pages_of_allowed_origins_may_send_the_cookie() {
    let app = app_on(Backend::Sqlite).await;
    let ann = app.signs_up_in_a_browser("ann").await;
    assert_eq!(ann.get("/api/tasks").await.is(200).header("access-control-allow-credentials"), Some("true"));
    let elsewhere =
        app.browser().at("https://evil.example").with_cookie("better-auth.session_token", ann.cookie("session_token"));
    assert_eq!(elsewhere.get("/api/tasks").await.header("access-control-allow-credentials"), None);
}

/// A front end that keeps its JavaScript server: the service has no accounts.
#[actix_web::test]
async fn a_session_of_better_auth_reaches_the_tasks() {
    let there = crate::support::BetterAuth::start([]).await;
    let app = TestApp::start_on(there.database(), [COOKIE_ON]).await;
    let ann = there.signs_up("ann").await;
    let here = app.browser().with_cookie("better-auth.session_token", ann.cookie("session_token"));
    let task = creates(&here, "Buy milk").await;
    assert_eq!(task["user_id"], ann.id());
    assert_eq!(titles(&here).await, ["Buy milk"]);
    ann.signs_out().await;
    let started = Instant::now();
    while here.get("/api/tasks").await.status == 200 {
        assert!(started.elapsed() < SOON, "still accepted");
    }
}
