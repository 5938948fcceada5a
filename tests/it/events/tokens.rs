//! A stream ends within a second of its token.

use std::sync::Arc;

use chrono::Duration as Time;
use reqwest::Method;
use serde_json::json;

use crate::support::{ACCOUNTS, BACKENDS, EventStream, TestApp, TestDatabase, on_both};

on_both! {
    with accounts:

    a_stream_ends_when_its_token_expires(app) {
        let short = app.token("ann").with("exp", (app.now() + Time::minutes(10)).timestamp());
        let mut events = app.bearer(short.sign()).events().await;
        let mut other = app.ann().events().await;
        app.advance_clock(Time::minutes(10));
        events.ends_as_unauthorized().await;
        let task = app.ann().creates_a_task("Buy milk").await;
        assert_eq!(other.next_change().await, json!({"task": task}));
    }

    a_stream_ends_when_its_session_ends(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let other_session = app.anonymous().logs_in("ann").await;
        let (mut events, mut other) = (ann.events().await, other_session.events().await);
        ann.logs_out().await.is(204);
        events.ends_as_unauthorized().await;
        let task = other_session.creates_a_task("Buy milk").await;
        assert_eq!(other.next_change().await, json!({"task": task}));
    }

    a_stream_ends_when_a_front_end_token_is_logged_out(app) {
        let ann = app.ann();
        let mut events = ann.events().await;
        ann.logs_out().await.is(204);
        events.ends_as_unauthorized().await;
    }

    a_token_opens_no_stream_in_its_leeway(app) {
        let token = app.token("ann").with("iat", 1).with("exp", (app.now() - Time::seconds(5)).timestamp());
        let ann = app.bearer(token.sign());
        ann.get("/api/tasks").await.is(200);
        ann.tries_events("/api/tasks/events", None).await.unwrap_err().reports_an_expired_token();
    }

    an_expired_token_opens_no_stream(app) {
        let token = app.token("ann").with("iat", 1).with("exp", (app.now() - Time::hours(1)).timestamp());
        app.bearer(token.sign()).tries_events("/api/tasks/events", None).await.unwrap_err().reports_an_expired_token();
        app.anonymous().tries_events("/api/tasks/events", None).await.unwrap_err().requires_a_token();
    }
}

#[actix_web::test]
async fn a_stream_ends_when_another_service_revokes_its_token() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let here = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
        let there = TestApp::start_on(database, [ACCOUNTS]).await;
        let ann = here.anonymous().signs_up("ann").await;
        let mut events = there.bearer(ann.access_token()).events().await;
        ann.logs_out().await.is(204);
        events.ends_as_unauthorized().await;
    }
}

#[actix_web::test]
async fn the_session_cookie_opens_a_stream() {
    for backend in BACKENDS {
        let app = TestApp::start_with(backend, [ACCOUNTS, ("SESSION_COOKIE", "on")]).await;
        let browser = app.signs_up_in_a_browser("ann").await;
        let response = browser.request(Method::GET, "/api/tasks/events").send().await.unwrap();
        let mut events = EventStream::new(response).await;
        let task = browser.post("/api/tasks", json!({"title": "Buy milk"})).await.is(201).json();
        assert_eq!(events.next_change().await, json!({"task": task}));
    }
}
