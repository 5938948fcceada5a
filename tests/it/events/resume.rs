//! A client that connects again misses nothing and gets nothing twice.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{ApiClient, BACKENDS, EventStream, LocalTasks, TestApp, on_both, task::path};

/// A sync token of all that exists.
async fn token(client: &ApiClient) -> String {
    client.get("/api/tasks/changes?limit=1000").await.is(200).json()["next"].as_str().unwrap().to_owned()
}

on_both! {
    what_changed_since_a_token_comes_first(app) {
        let ann = app.ann();
        let (milk, bread) = (ann.creates_a_task("Buy milk").await, ann.creates_a_task("Buy bread").await);
        let token = token(&ann).await;
        let changed = ann.patch(&path(&milk), json!({"title": "Buy oat milk"})).await.is(200).json();
        ann.delete(&path(&bread)).await.is(204);
        let mut streams = [ann.events_since(&token).await, ann.events_after(&token).await];
        let later = ann.creates_a_task("later").await;
        for events in &mut streams {
            assert_eq!(events.next_change().await, json!({"task": changed}));
            assert_eq!(events.next_change().await["deleted"]["id"], bread["id"]);
            assert_eq!(events.next_change().await, json!({"task": later}));
        }
    }

    a_stream_can_be_resumed_before_its_first_event(app) {
        let ann = app.ann();
        ann.creates_a_task("Buy milk").await;
        let id = ann.events().await.last_id;
        let task = ann.creates_a_task("Buy bread").await;
        assert_eq!(ann.events_after(&id).await.next_change().await, json!({"task": task}));
    }

    the_last_event_id_takes_precedence(app) {
        let ann = app.ann();
        let old = token(&ann).await;
        ann.creates_a_task("Buy milk").await;
        let new = token(&ann).await;
        let path = format!("/api/tasks/events?since={old}");
        let response = ann.tries_events(&path, Some(&new)).await.unwrap();
        let mut events = EventStream::new(response).await;
        let task = ann.creates_a_task("Buy bread").await;
        assert_eq!(events.next_change().await, json!({"task": task}));
        // before its first event, a client may send an empty one
        ann.tries_events("/api/tasks/events", Some("")).await.unwrap();
    }

    a_long_absence_is_read_page_by_page_while_others_write(app) {
        let (ann, mut local) = (app.ann(), LocalTasks::default());
        let start = token(&ann).await;
        for number in 0..130 {
            ann.creates_a_task(&number.to_string()).await;
        }
        let mut events = ann.events_since(&start).await;
        let mut other = ann.events().await;
        let writes = async {
            for number in 130..200 {
                ann.creates_a_task(&number.to_string()).await;
                other.next_change().await;
            }
        };
        let reads = async {
            while local.last_revision() < 200 {
                local.apply(&events.next_change().await);
            }
        };
        tokio::join!(writes, reads);
        assert_eq!(local.revisions, (1..=200).collect::<Vec<_>>());
        local.are_those_of(&ann).await;
    }

    tokens_that_are_not_the_users_are_rejected(app) {
        let (ann, bob) = (app.ann(), app.bob());
        ann.creates_a_task("Buy milk").await;
        let token = token(&ann).await;
        let path = format!("/api/tasks/events?since={token}");
        for (path, id, pointer) in [
            (path.as_str(), None, "/since"), ("/api/tasks/events", Some(token.as_str()), "/Last-Event-ID"),
            ("/api/tasks/events?since=x", None, "/since"), ("/api/tasks/events", Some("x"), "/Last-Event-ID"),
            ("/api/tasks/events?limit=1", None, "/limit"),
        ] {
            let rejected = bob.tries_events(path, id).await.unwrap_err().is_problem(422, "invalid-content");
            assert_eq!(rejected.pointers(), [pointer]);
        }
    }
}

#[actix_web::test]
async fn a_stream_ends_at_shutdown_and_resumes_at_the_restarted_service() {
    for backend in BACKENDS {
        let mut app = TestApp::start_with(backend, [("SHUTDOWN_TIMEOUT", "20s")]).await;
        let mut events = app.ann().events().await;
        let first = app.ann().creates_a_task("before").await;
        assert_eq!(events.next_change().await, json!({"task": first}));
        let started = Instant::now();
        app.stop().await;
        assert_eq!(events.next().await, None);
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        app.restart().await;
        let second = app.ann().creates_a_task("after").await;
        let mut events = app.ann().events_after(&events.last_id).await;
        assert_eq!(events.next_change().await, json!({"task": second}));
    }
}
