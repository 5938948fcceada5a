//! `Idempotency-Key`: a request that is repeated is run once, and each repetition gets the stored answer.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::{Method, header::HeaderValue};
use serde_json::{Value, json};

use crate::support::{
    ApiClient, ApiResponse, BACKENDS, Backend, SqlConnection, TestApp, TestDatabase, id, on_both, task::path,
};

const NO_SETTINGS: [(&str, &str); 0] = [];

/// Makes every insert of a task fail.
const NO_TASKS_POSTGRES: &str = "create function fail() returns trigger language plpgsql as 'begin raise ''no''; end';
    create trigger no_tasks before insert on task for each row execute function fail()";
const NO_TASKS_SQLITE: &str = "create trigger no_tasks before insert on task begin select raise(abort, 'no'); end";

impl ApiClient {
    /// Sends a create under a key.
    pub(super) async fn posts_under(&self, key: &str, path: &str, task: &Value) -> ApiResponse {
        ApiResponse::to(self.request(Method::POST, path).header("idempotency-key", key).json(task)).await
    }

    async fn creates_under(&self, key: &str, title: &str) -> ApiResponse {
        self.posts_under(key, "/api/tasks", &json!({ "title": title })).await
    }
}

impl ApiResponse {
    /// Asserts that this is the stored answer to an earlier request.
    #[track_caller]
    #[expect(clippy::wrong_self_convention, reason = "an assertion on a response that is read once")]
    pub(super) fn is_replay_of(self, first: &Self) {
        assert_eq!((self.status, &self.text), (first.status, &first.text));
        for name in ["etag", "location", "content-type", "cache-control"] {
            assert_eq!(self.header(name), first.header(name), "{name}");
        }
        assert_eq!((first.header("idempotency-replayed"), self.header("idempotency-replayed")), (None, Some("true")));
    }
}

on_both! {
    a_repeated_request_gets_the_stored_answer(app) {
        let ann = app.ann();
        let first = ann.creates_under("key", "Buy milk").await.is(201);
        let task = first.json();
        ann.creates_under("key", "Buy milk").await.is_replay_of(&first);
        ann.patch(&path(&task), json!({"title": "Buy bread"})).await.is(200);
        ann.creates_under("key", "Buy milk").await.is_replay_of(&first);
        ann.delete(&path(&task)).await.is(204);
        ann.creates_under("key", "Buy milk").await.is_replay_of(&first);
        assert_eq!(ann.titles("").await, Vec::<String>::new());
    }

    a_key_holds_under_every_alias(app) {
        let ann = app.ann();
        let body = json!({"title": "Buy milk"});
        let first = ann.posts_under("key", "/api/tasks", &body).await.is(201);
        for alias in ["/tasks", "/api/ann/tasks"] {
            ann.posts_under("key", alias, &body).await.is_replay_of(&first);
        }
        assert_eq!(ann.titles("").await, ["Buy milk"]);
    }

    another_request_under_a_used_key_is_rejected(app) {
        let ann = app.ann();
        let first = ann.creates_under("key", "Buy milk").await.is(201);
        ann.creates_under("key", "Buy bread").await.is_problem(422, "idempotency-key-reused");
        let spaced = ann.request(Method::POST, "/api/tasks").header("idempotency-key", "key");
        let spaced = spaced.header("content-type", "application/json").body(r#"{"title": "Buy milk"}"#);
        ApiResponse::to(spaced).await.is_problem(422, "idempotency-key-reused");
        ann.creates_under("KEY", "Buy bread").await.is(201);
        ann.creates_under("key", "Buy milk").await.is_replay_of(&first);
        assert_eq!(ann.titles("sort=title").await, ["Buy bread", "Buy milk"]);
    }

    an_equal_key_of_another_user_is_another_key(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let anns = ann.creates_under("key", "Buy milk").await.is(201);
        let bobs = bob.creates_under("key", "Buy milk").await.is(201);
        assert_eq!((bobs.header("idempotency-replayed"), &bobs.json()["user_id"]), (None, &json!("bob")));
        bob.creates_under("key", "Buy bread").await.is_problem(422, "idempotency-key-reused");
        ann.creates_under("key", "Buy milk").await.is_replay_of(&anns);
        bob.creates_under("key", "Buy milk").await.is_replay_of(&bobs);
        bob.cannot_see(&anns.json()).await;
    }

    a_rejected_request_leaves_its_key_free(app) {
        let ann = app.ann();
        ann.creates_under("key", " ").await.is_problem(422, "invalid-content");
        app.anonymous().creates_under("key", "Buy milk").await.is(401);
        ann.creates_under("key", "Buy milk").await.is(201);
        ann.creates_under("key", " ").await.is_problem(422, "invalid-content");
    }

    a_failed_write_leaves_its_key_free(app) {
        let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
        let (fail, drop) = if app.is_on(Backend::Postgres) {
            (NO_TASKS_POSTGRES, "drop trigger no_tasks on task")
        } else {
            (NO_TASKS_SQLITE, "drop trigger no_tasks")
        };
        sql.run(fail).await;
        ann.creates_under("key", "Buy milk").await.is_problem(500, "internal-error");
        assert_eq!(sql.number("select count(*) from idempotency_key").await, 0);
        sql.run(drop).await;
        let first = ann.creates_under("key", "Buy milk").await.is(201);
        assert_eq!(first.json()["revision"], 1);
        ann.creates_under("key", "Buy milk").await.is_replay_of(&first);
    }

    a_key_expires(app) {
        let ann = app.ann();
        let first = ann.creates_under("key", "Buy milk").await.is(201);
        app.advance_clock(TimeDelta::hours(23));
        let ann = app.user_with_later_token("ann");
        ann.creates_under("key", "Buy milk").await.is_replay_of(&first);
        app.advance_clock(TimeDelta::hours(2));
        let ann = app.user_with_later_token("ann");
        let second = ann.creates_under("key", "Buy bread").await.is(201);
        assert_eq!(second.header("idempotency-replayed"), None);
        ann.creates_under("key", "Buy bread").await.is_replay_of(&second);
        assert_eq!(ann.titles("sort=title").await, ["Buy bread", "Buy milk"]);
    }

    a_key_is_1_to_255_visible_ascii_characters(app) {
        let ann = app.ann();
        let long = "k".repeat(256);
        for key in ["", " ", "a b", "a\tb", "\u{e9}", "\u{1f511}", &long] {
            let request = ann.request(Method::POST, "/api/tasks").json(&json!({"title": "Buy milk"}));
            let key = HeaderValue::from_bytes(key.as_bytes()).unwrap();
            ApiResponse::to(request.header("idempotency-key", key)).await.is_problem(400, "malformed-request");
        }
        let twice = ann.request(Method::POST, "/api/tasks").json(&json!({"title": "Buy milk"}));
        let twice = twice.header("idempotency-key", "a").header("idempotency-key", "a");
        ApiResponse::to(twice).await.is_problem(400, "malformed-request");
        assert_eq!(ann.titles("").await, Vec::<String>::new());
        for (number, key) in ["'; drop table task; --", "%", "\\", "\"quoted\"", "$1", "a,b", &long[1..]].into_iter().enumerate() {
            let key = key.replace(' ', "");
            let first = ann.creates_under(&key, "Buy milk").await.is(201);
            ann.creates_under(&key, "Buy milk").await.is_replay_of(&first);
            assert_eq!(ann.titles("").await.len(), number + 1);
        }
    }
}

/// A request may be told that the first one is still running. Repeated, it gets the answer.
#[actix_web::test]
async fn fifty_equal_requests_at_once_write_once() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let apps = [
            TestApp::start_on(Arc::clone(&database), NO_SETTINGS).await,
            TestApp::start_on(Arc::clone(&database), NO_SETTINGS).await,
        ];
        let requests = (0..50).map(|number| {
            let ann = apps[number % 2].ann();
            async move { ann.creates_under("key", "Buy milk").await }
        });
        let answers = join_all(requests).await;
        let (created, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
        let first = created.iter().find(|answer| answer.header("idempotency-replayed").is_none()).expect("a first");
        assert!(created.iter().all(|answer| answer.text == first.text));
        assert_eq!(created.iter().filter(|answer| answer.header("idempotency-replayed").is_none()).count(), 1);
        for other in others {
            let other = other.is_problem(409, "request-in-progress");
            assert_eq!((backend, other.header("retry-after")), (Backend::Postgres, Some("1")));
        }
        for app in &apps {
            app.ann().creates_under("key", "Buy milk").await.is_replay_of(first);
            assert_eq!(app.ann().titles("").await, ["Buy milk"]);
        }
        let sql = SqlConnection::on(&database).await;
        assert_eq!(sql.number("select revision from task_counter where user_id = 'ann'").await, 1);
    }
}

#[actix_web::test]
async fn a_request_whose_first_is_in_progress_is_answered_soon() {
    let app = TestApp::start(Backend::Postgres).await;
    let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
    let claim = "begin; insert into idempotency_key (user_id, key, request_hash, expires_at)
        values ('ann', 'key', '', '2036-01-01Z')";
    sql.run(claim).await;
    let started = Instant::now();
    let response = ann.creates_under("key", "Buy milk").await.is_problem(409, "request-in-progress");
    assert_eq!(response.header("retry-after"), Some("1"));
    assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
    app.bob().creates_under("key", "Buy milk").await.is(201);
    ann.creates_under("another-key", "Buy bread").await.is(201);
    sql.run("rollback").await;
    ann.creates_under("key", "Buy milk").await.is(201);
}

/// Longer than a request waits for its key.
const LONGER_THAN_FOR_A_KEY: Duration = Duration::from_millis(300);

/// The short wait is for the key alone.
#[actix_web::test]
async fn another_write_of_the_user_is_waited_for() {
    let app = TestApp::start(Backend::Postgres).await;
    let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
    let task = ann.creates_a_task("Buy milk").await;
    sql.run("begin; update task_counter set revision = revision where user_id = 'ann'").await;
    let (response, ()) = futures_util::join!(ann.creates_under("key", "Buy bread"), async {
        app.database().wait_for_lock().await;
        tokio::time::sleep(LONGER_THAN_FOR_A_KEY).await;
        sql.run("commit").await;
    });
    assert_ne!(id(&response.is(201).json()), id(&task));
}
