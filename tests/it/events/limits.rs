//! What streams may cost: their number, requests beside them, and clients that do not read.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use crate::support::{ApiClient, Backend, EventStream, LocalTasks, RawConnection, SOON, TestApp};

/// Opens a stream as soon as the service allows it.
async fn opens_eventually(client: &ApiClient) -> EventStream {
    let started = Instant::now();
    loop {
        match client.tries_events("/api/tasks/events", None).await {
            Ok(response) => return EventStream::new(response).await,
            Err(error) => drop(error.is(429)),
        }
        assert!(started.elapsed() < SOON, "a closed stream still counts");
        sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn a_user_may_open_so_many_streams() {
    let app = TestApp::start_with(Backend::Sqlite, [("EVENT_STREAMS_PER_USER", "2")]).await;
    let (ann, bob) = (app.ann(), app.bob());
    let (first, _second) = (ann.events().await, ann.events().await);
    let rejected = ann.tries_events("/api/tasks/events", None).await.unwrap_err().is_problem(429, "too-many-requests");
    assert!(rejected.header("retry-after").is_some());
    bob.events().await;
    drop(first);
    opens_eventually(&ann).await;
}

#[actix_web::test]
async fn a_rejected_stream_takes_no_place() {
    let app = TestApp::start_with(Backend::Sqlite, [("EVENT_STREAMS_PER_USER", "1")]).await;
    for _ in 0..3 {
        app.ann().tries_events("/api/tasks/events?since=AAAA", None).await.unwrap_err().is(422);
    }
    app.ann().events().await;
}

#[actix_web::test]
async fn streams_leave_room_for_requests() {
    let settings = [("MAX_CONCURRENT_REQUESTS", "2"), ("REQUEST_QUEUE_TIMEOUT", "1ms")];
    let app = TestApp::start_with(Backend::Sqlite, settings).await;
    let ann = app.ann();
    let mut streams = Vec::new();
    for _ in 0..10 {
        streams.push(ann.events().await);
    }
    let task = ann.creates_a_task("Buy milk").await;
    for stream in &mut streams {
        assert_eq!(stream.next_change().await, json!({"task": task}));
    }
}

/// A client that reads nothing is disconnected; the user's other clients are not held up, and it resumes with what it missed.
#[actix_web::test]
async fn a_client_that_does_not_read_is_disconnected() {
    let app = TestApp::start_with(Backend::Sqlite, [("SEND_TIMEOUT", "300ms")]).await;
    let (ann, mut local) = (app.ann(), LocalTasks::default());
    let mut slow = RawConnection::connect(&app).await;
    let token = ann.token().unwrap();
    slow.sends(format!("GET /api/tasks/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"))
        .await
        .unwrap();
    let mut fast = ann.events().await;
    let long = "x".repeat(10_000);
    for _ in 0..600 {
        ann.creates(json!({"title": "Buy milk", "description": long})).await;
        local.apply(&fast.next_change().await);
    }
    sleep(Duration::from_millis(700)).await;
    let received = slow.receives_until_closed().await;
    assert!(received < 600 * 10_000, "{received} bytes were sent to a client that did not read");
    local.are_those_of(&ann).await;
}
