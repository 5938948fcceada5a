//! Sessions: how long they live, their list, and how they end, on every replica.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::support::{ACCOUNTS, ApiResponse, Backend, BetterAuthUser, SOON, TestApp, email, on_both, password};

async fn session_of(client: &BetterAuthUser) -> Value {
    client.get("/api/auth/get-session").await.is(200).json()["session"].take()
}

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

on_both! {
    with accounts:

    a_session_is_extended_once_a_day(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let created = session_of(&ann).await;
        assert_eq!(instant(&created["expiresAt"]) - instant(&created["createdAt"]), Duration::days(7));
        app.advance_clock(Duration::hours(23));
        let unchanged = ann.get("/api/auth/get-session").await.is(200);
        assert_eq!(unchanged.header("set-cookie"), None);
        assert_eq!(unchanged.json()["session"], created);
        app.advance_clock(Duration::hours(2));
        let not_refreshed = ann.get("/api/auth/get-session?disableRefresh=true").await.is(200);
        assert_eq!(not_refreshed.json()["session"], created);
        let extended = ann.get("/api/auth/get-session").await.is(200);
        assert!(extended.header("set-cookie").unwrap().contains("Max-Age=604800"));
        let session = extended.json()["session"].take();
        assert!(instant(&session["expiresAt"]) >= instant(&created["expiresAt"]) + Duration::hours(24));
        assert_eq!((&session["token"], &session["createdAt"]), (&created["token"], &created["createdAt"]));
        assert_eq!(session_of(&ann).await, session);
    }

    a_session_that_is_not_remembered_ends_after_a_day(app) {
        app.signs_up_in_a_browser("ann").await;
        let body = json!({ "email": email("ann"), "password": password("ann"), "rememberMe": false });
        let ann = BetterAuthUser::authenticate("/api/auth/sign-in/email", body, app.base(), "http://localhost:3000").await;
        let created = session_of(&ann).await;
        assert_eq!(instant(&created["expiresAt"]) - instant(&created["createdAt"]), Duration::days(1));
        app.advance_clock(Duration::hours(23));
        assert_eq!(session_of(&ann).await, created);
        app.advance_clock(Duration::hours(2));
        let ended = ann.get("/api/auth/get-session").await.is(200);
        assert_eq!(ended.json(), Value::Null);
        assert_eq!(ended.headers.get_all("set-cookie").iter().count(), 3);
    }

    sessions_are_listed_and_revoked_by_token(app) {
        let (ann, bob) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("bob").await);
        let other = app.signs_in_in_a_browser("ann").await;
        let access_token = other.token().await;
        let tokens: Vec<_> = ann.sessions().await.iter().map(|session| session["token"].as_str().unwrap().to_owned()).collect();
        assert_eq!(tokens.len(), 2);
        assert!(tokens.contains(&ann.session_token().to_owned()) && tokens.contains(&other.session_token().to_owned()));
        for (client, token) in [(&bob, ann.session_token()), (&ann, "unknown"), (&ann, other.session_token())] {
            assert_eq!(client.post("/api/auth/revoke-session", json!({ "token": token })).await.is(200).json(), json!({ "status": true }));
        }
        assert!(ann.is_known().await && bob.is_known().await && !other.is_known().await);
        app.bearer(access_token).get("/api/tasks").await.rejects_the_token();
    }

    only_a_fresh_session_lists_sessions(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        app.advance_clock(Duration::hours(25));
        let response = ann.get("/api/auth/list-sessions").await.is_problem(403, "forbidden");
        assert_eq!(response.json()["code"], "SESSION_NOT_FRESH");
        assert_eq!(ann.post("/api/auth/delete-user", json!({})).await.is(400).json()["code"], "SESSION_EXPIRED");
    }

    other_sessions_end_and_this_one_stays(app) {
        let (ann, other) = (app.signs_up_in_a_browser("ann").await, app.signs_in_in_a_browser("ann").await);
        let bob = app.signs_up_in_a_browser("bob").await;
        let own_log_in = app.anonymous().logs_in("ann").await;
        let kept = ann.token().await;
        ann.post("/api/auth/revoke-other-sessions", json!({})).await.is(200);
        assert!(ann.is_known().await && !other.is_known().await && bob.is_known().await);
        own_log_in.get("/api/tasks").await.rejects_the_token();
        app.bearer(kept).get("/api/tasks").await.is(200);
        let revoked = ann.post("/api/auth/revoke-sessions", json!({})).await.is(200);
        assert_eq!(revoked.headers.get_all("set-cookie").iter().count(), 3);
        assert!(!ann.is_known().await && bob.is_known().await);
    }

    a_session_that_has_ended_loses_its_cookies(app) {
        let (ann, other) = (app.signs_up_in_a_browser("ann").await, app.signs_in_in_a_browser("ann").await);
        other.post("/api/auth/revoke-other-sessions", json!({})).await.is(200);
        let cookies = |response: &ApiResponse| response.headers.get_all("set-cookie").iter().count();
        assert_eq!(cookies(&ann.get("/api/auth/list-sessions").await.is(401)), 3);
        assert_eq!(cookies(&app.browser().get("/api/auth/list-sessions").await.is(401)), 0);
    }

    a_sign_out_repeats(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        for client in [&ann, &ann, &app.browser()] {
            let response = client.post("/api/auth/sign-out", json!({})).await.is(200);
            assert_eq!(response.json(), json!({ "success": true }));
            assert_eq!(response.headers.get_all("set-cookie").iter().count(), 3);
        }
    }
}

#[actix_web::test]
async fn a_sign_out_ends_access_tokens_on_every_replica() {
    let here = TestApp::start_with(Backend::Postgres, [ACCOUNTS]).await;
    let there = TestApp::start_on(here.database(), [ACCOUNTS]).await;
    let ann = here.signs_up_in_a_browser("ann").await;
    let client = there.bearer(ann.token().await);
    client.get("/api/tasks").await.is(200);
    ann.signs_out().await;
    let started = std::time::Instant::now();
    while client.get("/api/tasks").await.status == 200 {
        assert!(started.elapsed() < SOON, "still accepted");
    }
}
