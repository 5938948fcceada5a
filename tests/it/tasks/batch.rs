//! Several operations in one request: all take effect, or none.

use std::sync::Arc;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    ApiClient, ApiResponse, BACKENDS, Backend, SqlConnection, TestApp, TestDatabase, id, on_both,
    task::{full_task, has_fields, path, read},
};

/// The batches of one user run one after another.
const PATIENT: [(&str, &str); 1] = [("DATABASE_ACQUIRE_TIMEOUT", "30s")];

/// An id that no task has.
const MISSING: &str = "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e";

impl ApiClient {
    async fn sends_a_batch(&self, operations: &[Value]) -> ApiResponse {
        self.post("/api/tasks/batch", json!({ "operations": operations })).await
    }

    /// Sends operations that succeed, and returns their results.
    async fn runs(&self, operations: &[Value]) -> Vec<Value> {
        self.sends_a_batch(operations).await.is(200).json()["results"].as_array().unwrap().clone()
    }
}

fn create(title: &str) -> Value {
    json!({"op": "create", "task": {"title": title}})
}

fn update(id: &str, title: &str) -> Value {
    json!({"op": "update", "id": id, "task": {"title": title}})
}

fn operation(op: &str, id: &str) -> Value {
    json!({"op": op, "id": id})
}

on_both! {
    the_results_are_in_the_order_of_the_operations(app) {
        let ann = app.ann();
        let (updated, completed) = (ann.creates_a_task("a").await, ann.creates_a_task("b").await);
        let (deleted, restored) = (ann.creates_a_task("c").await, ann.creates_a_task("d").await);
        ann.delete(&path(&restored)).await.is(204);
        let results = ann.runs(&[
            json!({"op": "create", "task": full_task()}),
            json!({"op": "update", "id": id(&updated), "if_match": 1.0, "task": {"title": "A", "priority": "low"}}),
            json!({"op": "complete", "id": id(&completed), "task": {"completed": true}}),
            operation("delete", id(&deleted)),
            operation("restore", id(&restored)),
        ]).await;
        has_fields(&results[0], &full_task());
        has_fields(&results[1], &json!({"id": updated["id"], "title": "A", "priority": "low", "revision": 7}));
        has_fields(&results[2], &json!({"id": completed["id"], "completed": true, "revision": 8}));
        assert_eq!(results[3], json!({"deleted": {"id": deleted["id"], "revision": 9}}));
        has_fields(&results[4], &json!({"id": restored["id"], "deleted_at": null, "revision": 10}));
        for stored in [&results[0], &results[1], &results[2], &results[4]] {
            ann.sees(stored).await;
        }
        ann.cannot_see(&deleted).await;
    }

    an_operation_sees_the_earlier_ones(app) {
        let (ann, new) = (app.ann(), Uuid::now_v7().to_string());
        let results = ann.runs(&[
            json!({"op": "create", "id": new, "task": {"title": "a"}}),
            json!({"op": "update", "id": new, "if_match": 1, "task": {"title": "b"}}),
            operation("complete", &new),
            operation("complete", &new),
            operation("delete", &new),
            operation("restore", &new),
            json!({"op": "update", "id": new, "if_match": 6, "task": {}}),
        ]).await;
        let completed: Vec<_> = results.iter().map(|result| result["completed"].clone()).collect();
        assert_eq!(json!(completed), json!([false, false, true, false, null, false, false]));
        has_fields(&results[6], &json!({"id": new, "title": "b", "revision": 6}));
        ann.sees(&results[6]).await;
    }

    all_operations_take_effect_or_none(app) {
        let ann = app.ann();
        let (task, other) = (ann.creates_a_task("a").await, ann.creates_a_task("b").await);
        for (failing, status, slug, pointer) in [
            (update(MISSING, "c"), 404, "not-found", "/operations/3/id"),
            (operation("restore", id(&task)), 404, "not-found", "/operations/3/id"),
            (operation("delete", id(&other)), 404, "not-found", "/operations/3/id"),
            (json!({"op": "complete", "id": id(&task), "if_match": 1}), 412, "precondition-failed", "/operations/3/if_match"),
            (json!({"op": "create", "id": id(&other), "task": {"title": "c"}}), 412, "precondition-failed", "/operations/3/id"),
            (json!({"op": "create", "id": id(&task), "task": {"title": "c"}}), 412, "precondition-failed", "/operations/3/id"),
            (json!({"op": "create", "task": {"title": " "}}), 422, "invalid-content", "/operations/3/task/title"),
        ] {
            let operations = [create("c"), update(id(&task), "A"), operation("delete", id(&other)), failing, create("d")];
            let response = ann.sends_a_batch(&operations).await.is_problem(status, slug);
            assert_eq!(response.pointers(), [pointer]);
            assert_eq!(response.header("etag"), None);
            ann.sees(&task).await;
            ann.sees(&other).await;
            assert_eq!(ann.titles("sort=title").await, ["a", "b"]);
        }
        assert_eq!(ann.creates_a_task("c").await["revision"], 3);
    }

    another_users_task_is_like_a_missing_one(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let (task, trashed) = (ann.creates_a_task("a").await, ann.creates_a_task("b").await);
        ann.delete(&path(&trashed)).await.is(204);
        for (op, foreign) in [("complete", &task), ("delete", &task), ("restore", &trashed)] {
            let missing = bob.sends_a_batch(&[create("c"), operation(op, MISSING)]).await.is_problem(404, "not-found");
            bob.sends_a_batch(&[create("c"), operation(op, id(foreign))]).await.is_same_as(&missing);
        }
        let conditional = json!({"op": "update", "id": id(&task), "if_match": 1, "task": {"title": "c"}});
        bob.sends_a_batch(&[conditional]).await.is_problem(404, "not-found");
        ann.sees(&task).await;
        assert_eq!(bob.titles("").await, Vec::<String>::new());
        let own = bob.runs(&[json!({"op": "create", "id": id(&task), "task": {"title": "c"}})]).await;
        assert_eq!(own[0]["user_id"], "bob");
        ann.sees(&task).await;
    }

    every_alias_serves_a_batch(app) {
        let ann = app.ann();
        for prefix in ["/api/tasks", "/tasks", "/api/ann/tasks"] {
            ann.post(&format!("{prefix}/batch"), json!({"operations": [create(prefix)]})).await.is(200);
        }
        app.bob().post("/api/ann/tasks/batch", json!({"operations": [create("a")]})).await.is_problem(404, "not-found");
        assert_eq!(ann.titles("").await.len(), 3);
        ann.get("/api/tasks/batch").await.is_problem(405, "method-not-allowed");
    }

    a_batch_is_run_once_under_a_key(app) {
        let ann = app.ann();
        let send = |key: &'static str, operations: Value| {
            let request = ann.request(Method::POST, "/api/tasks/batch").header("idempotency-key", key);
            ApiResponse::to(request.json(&json!({ "operations": operations })))
        };
        send("key", json!([create("a"), operation("delete", MISSING)])).await.is_problem(404, "not-found");
        let first = send("key", json!([create("a"), create("b")])).await.is(200);
        send("key", json!([create("a"), create("b")])).await.is_replay_of(&first);
        send("key", json!([create("a")])).await.is_problem(422, "idempotency-key-reused");
        ann.posts_under("key", "/api/tasks", &json!({"operations": []})).await.is_problem(422, "invalid-content");
        ann.posts_under("key", "/api/tasks", &json!({"title": "a"})).await.is_problem(422, "idempotency-key-reused");
        assert_eq!(ann.titles("sort=title").await, ["a", "b"]);
    }

    invalid_operations_are_pointed_to(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("a").await;
        let id = id(&task);
        let valid = create("b");
        for (invalid, pointers) in [
            (json!({}), vec!["/op"]),
            (json!({"op": "destroy", "id": id}), vec!["/op"]),
            (json!({"op": "Create", "task": {"title": "b"}}), vec!["/op"]),
            (json!({"op": 1}), vec!["/op"]),
            (json!({"op": null}), vec!["/op"]),
            (json!(["create", null, null, {"title": "b"}]), vec![""]),
            (json!("create"), vec![""]),
            (json!(null), vec![""]),
            (json!({"op": "create"}), vec!["/task"]),
            (json!({"op": "create", "task": null}), vec!["/task"]),
            (json!({"op": "create", "task": ["b"]}), vec!["/task"]),
            (json!({"op": "create", "task": {}}), vec!["/task/title"]),
            (json!({"op": "create", "task": {"title": null}}), vec!["/task/title"]),
            (json!({"op": "create", "task": {"title": "b", "user_id": "bob"}}), vec!["/task/user_id"]),
            (json!({"op": "create", "task": {"title": "b", "tags": ["x", "x"], "description": "d".repeat(10_001)}}), vec!["/task/description", "/task/tags/1"]),
            (json!({"op": "create", "task": {"title": "b", "due_at": "today"}}), vec!["/task/due_at"]),
            (json!({"op": "create", "if_match": 1, "task": {"title": "b"}}), vec!["/if_match"]),
            (json!({"op": "create", "id": "x", "task": {"title": "b"}}), vec!["/id"]),
            (json!({"op": "create", "id": null, "task": {"title": "b"}}), vec!["/id"]),
            (json!({"op": "create", "id": id.replace('-', ""), "task": {"title": "b"}}), vec!["/id"]),
            (json!({"op": "update", "task": {"title": "b"}}), vec!["/id"]),
            (json!({"op": "update"}), vec!["/id", "/task"]),
            (json!({"op": "update", "id": id, "task": {"title": ""}}), vec!["/task/title"]),
            (json!({"op": "update", "id": id, "task": {"title": "b"}, "if_match": "1"}), vec!["/if_match"]),
            (json!({"op": "update", "id": id, "task": {"title": "b"}, "if_match": 1.5}), vec!["/if_match"]),
            (json!({"op": "update", "id": id, "task": {"title": "b"}, "if_match": null}), vec!["/if_match"]),
            (json!({"op": "complete", "id": id, "task": {}}), vec!["/task/completed"]),
            (json!({"op": "complete", "id": id, "task": {"completed": true, "title": "b"}}), vec!["/task"]),
            (json!({"op": "complete", "id": id, "completed": true}), vec!["/completed"]),
            (json!({"op": "delete", "id": id, "task": {"title": "b"}}), vec!["/task"]),
            (json!({"op": "restore"}), vec!["/id"]),
        ] {
            let response = ann.sends_a_batch(&[valid.clone(), invalid.clone()]).await;
            let expected: Vec<_> = pointers.iter().map(|pointer| format!("/operations/1{pointer}")).collect();
            assert_eq!(response.is_problem(422, "invalid-content").pointers(), expected, "{invalid}");
        }
        let two = [json!({"op": "create", "task": {"title": ""}}), valid, json!({"op": "delete"})];
        let response = ann.sends_a_batch(&two).await.is_problem(422, "invalid-content");
        assert_eq!(response.pointers(), ["/operations/0/task/title", "/operations/2/id"]);
        ann.sees(&task).await;
        assert_eq!(ann.titles("").await, ["a"]);
    }

    a_batch_has_1_to_100_operations(app) {
        let ann = app.ann();
        let operations: Vec<_> = (0..101).map(|number| create(&number.to_string())).collect();
        for invalid in [json!([]), json!(operations), json!({}), json!("create"), json!(null)] {
            let response = ann.post("/api/tasks/batch", json!({ "operations": invalid })).await;
            assert_eq!(response.is_problem(422, "invalid-content").pointers(), ["/operations"]);
        }
        for invalid in [json!({}), json!({"operations": [create("a")], "atomic": false})] {
            ann.post("/api/tasks/batch", invalid).await.is_problem(422, "invalid-content");
        }
        assert_eq!(ann.titles("").await, Vec::<String>::new());
        assert_eq!(ann.runs(&operations[..100]).await.len(), 100);
        assert_eq!(ann.titles("limit=100").await.len(), 100);
    }

    a_batch_may_have_1_mebibyte(app) {
        let ann = app.ann();
        let large = |length: usize| json!({"op": "create", "task": {"title": "a", "description": "d".repeat(length)}});
        ann.runs(&vec![large(10_000); 100]).await;
        let too_large = ann.sends_a_batch(&vec![large(11_000); 100]).await.is_problem(413, "content-too-large");
        assert_eq!(too_large.json()["detail"], "The request body is larger than 1024 KiB.");
        let other = ann.post("/api/tasks", json!({"title": "a", "description": "d".repeat(66_000)})).await;
        assert_eq!(other.is_problem(413, "content-too-large").json()["detail"], "The request body is larger than 64 KiB.");
        let nul = ann.sends_a_batch(&[create("a\u{0}")]).await;
        nul.is_problem(400, "malformed-request");
        assert_eq!(ann.titles("limit=100").await.len(), 100);
    }
}

/// Each batch writes the same tasks, every other one in the reverse order.
#[actix_web::test]
async fn concurrent_batches_do_not_deadlock() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let apps = [
            TestApp::start_on(Arc::clone(&database), PATIENT).await,
            TestApp::start_on(Arc::clone(&database), PATIENT).await,
        ];
        let created = apps[0].ann().runs(&vec![create("a"); 10]).await;
        let batches = (0..8).map(|number: usize| {
            let mut operations: Vec<_> = created.iter().map(|task| update(id(task), &number.to_string())).collect();
            if number % 2 == 1 {
                operations.reverse();
            }
            let ann = apps[number / 2 % 2].ann();
            async move { ann.runs(&operations).await.len() }
        });
        let singles = created.iter().map(|task| {
            let ann = apps[0].ann();
            async move { ann.patch(&path(task), json!({"priority": "low"})).await.is(200) }
        });
        let (lengths, _) = futures_util::join!(join_all(batches), join_all(singles));
        assert_eq!(lengths, [10; 8]);
        let mut titles = Vec::new();
        for task in &created {
            let task = read(&apps[1].ann(), task).await;
            assert_eq!(task["priority"], "low");
            titles.push(task["title"].clone());
        }
        // the last batch changed them all
        titles.dedup();
        assert_eq!(titles.len(), 1, "{titles:?}");
        assert_eq!(apps[0].ann().creates_a_task("b").await["revision"], 10 + 8 * 10 + 10 + 1);
    }
}

#[actix_web::test]
async fn batches_that_wait_leave_a_connection_for_others() {
    let app = TestApp::start_with(Backend::Postgres, [("WORKERS", "1")]).await;
    let (ann, bob, sql) = (app.ann(), app.bob(), SqlConnection::on(&app.database()).await);
    ann.creates_a_task("a").await;
    sql.run("begin; update task_counter set revision = revision + 1").await;
    let operations = [create("b")];
    let batches = join_all((0..5).map(|_| ann.sends_a_batch(&operations)));
    let (responses, ()) = futures_util::join!(batches, async {
        app.database().wait_for_lock().await;
        bob.creates_a_task("c").await;
        sql.run("commit").await;
    });
    assert!(responses.into_iter().all(|response| response.status == 200));
}

/// A batch sees what was committed before it wrote anything, also in an operation that only reads.
#[actix_web::test]
async fn a_batch_waits_for_the_other_writers_of_the_user() {
    let app = TestApp::start(Backend::Postgres).await;
    let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
    let task = ann.creates_a_task("a").await;
    sql.run("begin; update task_counter set revision = 2; update task set revision = 2, title = 'b'").await;
    let unchanged = json!({"op": "update", "id": id(&task), "if_match": 1, "task": {}});
    let operations = [unchanged, create("c")];
    let (response, ()) = futures_util::join!(ann.sends_a_batch(&operations), async {
        app.database().wait_for_lock().await;
        sql.run("commit").await;
    });
    let response = response.is_problem(412, "precondition-failed");
    assert_eq!(response.pointers(), ["/operations/0/if_match"]);
    assert_eq!(ann.titles("").await, ["b"]);
}
