//! Changes reach open streams, in order, each once.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{
    ApiResponse, BACKENDS, LocalTasks, SqlConnection, TestApp, TestDatabase, id, on_both, task::path,
};

on_both! {
    each_change_is_an_event(app) {
        let ann = app.ann();
        let mut events = ann.events().await;
        let task = ann.creates_a_task("Buy milk").await;
        assert_eq!(events.next_change().await, json!({"task": task}));
        let changed = ann.patch(&path(&task), json!({"completed": true})).await.is(200).json();
        assert_eq!(events.next_change().await, json!({"task": changed}));
        ann.delete(&path(&task)).await.is(204);
        assert_eq!(events.next_change().await, json!({"deleted": {"id": id(&task), "revision": 3}}));
        let restored = ann.post(&format!("{}/restore", path(&task)), json!(null)).await.is(200).json();
        assert_eq!(events.next_change().await, json!({"task": restored}));
        ann.delete(&format!("{}?permanent=true", path(&task))).await.is(204);
        assert_eq!(events.next_change().await, json!({"deleted": {"id": id(&task), "revision": 5}}));
    }

    the_response_is_not_buffered_or_cached(app) {
        let response = app.ann().tries_events("/api/tasks/events", None).await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!([header("content-type"), header("cache-control"), header("x-accel-buffering")], ["text/event-stream", "no-store", "no"]);
    }

    changes_of_another_user_never_arrive(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let (mut of_ann, mut of_bob) = (ann.events().await, bob.events().await);
        for number in 0..10 {
            ann.creates_a_task(&format!("ann {number}")).await;
            bob.creates_a_task(&format!("bob {number}")).await;
        }
        for (events, user) in [(&mut of_ann, "ann"), (&mut of_bob, "bob")] {
            for number in 0..10 {
                let task = events.next_change().await;
                assert_eq!(task["task"]["title"], format!("{user} {number}"));
                assert_eq!(task["task"]["user_id"], user);
            }
        }
    }

    all_streams_of_a_user_get_the_same_events(app) {
        let ann = app.ann();
        let paths = ["/api/tasks/events", "/tasks/events", "/api/ann/tasks/events"];
        let mut streams = Vec::new();
        for path in paths {
            streams.push(ann.events_at(path).await);
            ann.creates_a_task(path).await;
        }
        for (position, stream) in streams.iter_mut().enumerate() {
            for path in &paths[position..] {
                assert_eq!(stream.next_change().await["task"]["title"], *path);
            }
        }
        assert!(streams.windows(2).all(|pair| pair[0].last_id == pair[1].last_id));
    }

    a_burst_arrives_in_order(app) {
        let ann = app.ann();
        let (mut events, mut local) = (ann.events().await, LocalTasks::default());
        let writes = async {
            for number in 0..150 {
                ann.creates_a_task(&number.to_string()).await;
            }
        };
        let reads = async {
            while local.last_revision() < 150 {
                local.apply(&events.next_change().await);
            }
        };
        tokio::join!(writes, reads);
        assert_eq!(local.revisions.len(), 150);
        local.are_those_of(&ann).await;
    }

    streams_stay_open_while_much_is_written(app) {
        let end = Instant::now() + Duration::from_secs(2);
        let user = async |number: usize| {
            let user = app.user(&format!("user{number}"));
            let mut events = user.events().await;
            while Instant::now() < end {
                let task = user.creates_a_task("Buy milk").await;
                assert_eq!(events.next_change().await, json!({"task": task}));
            }
        };
        join_all((0..16).map(user)).await;
    }

    a_change_by_sql_arrives(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let mut events = ann.events().await;
        let sql = SqlConnection::on(&app.database()).await;
        sql.run("begin; update task set title = 'Buy bread', revision = 2; update task_counter set revision = 2; commit").await;
        let change = events.next_change().await;
        assert_eq!((&change["task"]["id"], &change["task"]["title"]), (&task["id"], &json!("Buy bread")));
    }

    head_ends_at_once(app) {
        let head = ApiResponse::to(app.ann().request(Method::HEAD, "/api/tasks/events")).await.is(200);
        assert_eq!((head.header("content-type"), head.text.as_str()), (Some("text/event-stream"), ""));
    }

    other_methods_and_media_types_are_rejected(app) {
        let ann = app.ann();
        for base in ["/api/tasks", "/tasks", "/api/ann/tasks"] {
            let rejected = ann.put(&format!("{base}/events"), json!({"title": "a"})).await;
            assert_eq!(rejected.is_problem(405, "method-not-allowed").header("allow"), Some("GET, HEAD"));
        }
        let json = ann.request(Method::GET, "/api/tasks/events").header("accept", "application/json");
        ApiResponse::to(json).await.is_problem(406, "not-acceptable");
    }
}

#[actix_web::test]
async fn a_change_reaches_the_streams_of_other_services_within_a_second() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let here = TestApp::start_on(Arc::clone(&database), []).await;
        let there = TestApp::start_on(database, []).await;
        let mut events = there.ann().events().await;
        let mut delays = Vec::new();
        for title in ["a", "b", "c", "d", "e"] {
            here.ann().creates_a_task(title).await;
            let started = Instant::now();
            assert_eq!(events.next_change().await["task"]["title"], title);
            delays.push(started.elapsed());
        }
        delays.sort();
        assert!(delays[2] < Duration::from_secs(1), "{delays:?}");
    }
}
