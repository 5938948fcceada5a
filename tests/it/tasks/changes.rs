//! What has changed since a sync token.

use serde_json::{Value, json};

use crate::support::{LocalTasks, SqlConnection, id, on_both, task::path};

/// The statement of docs/operating.md that follows a restore; on PostgreSQL with the name of the schema.
const ADVANCE_COUNTERS: &str =
    "update task_counter set revision = revision + 1000000, pruned_revision = revision + 1000000";

on_both! {
    each_change_is_read_once_in_order(app) {
        let (ann, mut local) = (app.ann(), LocalTasks::default());
        local.reads_all(&ann, 100).await;
        assert_eq!(local.titles(), [""; 0]);
        let (milk, bread) = (ann.creates_a_task("Buy milk").await, ann.creates_a_task("Buy bread").await);
        ann.patch(&path(&milk), json!({"title": "Buy oat milk"})).await.is(200);
        local.reads_all(&ann, 100).await;
        assert_eq!((local.titles(), &local.revisions), (vec!["Buy oat milk", "Buy bread"], &vec![2, 3]));
        ann.delete(&path(&bread)).await.is(204);
        local.reads_all(&ann, 100).await;
        assert_eq!((local.titles(), &local.revisions[2..]), (vec!["Buy oat milk"], &[4][..]));
        ann.post(&format!("{}/restore", path(&bread)), Value::Null).await.is(200);
        ann.delete(&format!("{}?permanent=true", path(&milk))).await.is(204);
        local.reads_all(&ann, 100).await;
        assert_eq!((local.titles(), &local.revisions[3..]), (vec!["Buy bread"], &[5, 6][..]));
        local.reads_all(&ann, 100).await;
        assert_eq!(local.revisions.len(), 5);
        local.are_those_of(&ann).await;
    }

    a_change_is_a_task_or_what_is_left_of_it(app) {
        let ann = app.ann();
        let start = ann.get("/api/tasks/changes").await.is(200).json();
        let (milk, bread) = (ann.creates_a_task("Buy milk").await, ann.creates_a_task("Buy bread").await);
        ann.delete(&path(&bread)).await.is(204);
        let page = ann.get(&format!("/api/tasks/changes?since={}", start["next"].as_str().unwrap())).await.is(200).json();
        assert_eq!(page["items"], json!([{"task": milk}, {"deleted": {"id": id(&bread), "revision": 3}}]));
        assert_eq!(page["has_more"], false);
    }

    tasks_that_were_deleted_before_the_first_page_are_left_out(app) {
        let (ann, mut local) = (app.ann(), LocalTasks::default());
        let tasks = [ann.creates_a_task("a").await, ann.creates_a_task("b").await, ann.creates_a_task("c").await];
        let known = ann.creates_a_task("d").await;
        ann.delete(&path(&tasks[0])).await.is(204);
        ann.delete(&format!("{}?permanent=true", path(&tasks[1]))).await.is(204);
        assert!(local.reads_a_page(&ann, 1).await);
        ann.delete(&path(&known)).await.is(204);
        local.reads_all(&ann, 1).await;
        assert_eq!((local.titles(), &local.revisions), (vec!["c"], &vec![3, 7]));
    }

    after_a_restore_everything_is_read_again(app) {
        let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
        let kept = ann.creates_a_task("kept").await;
        let lost = ann.creates_a_task("lost").await;
        let known = ann.get("/api/tasks/changes").await.is(200).json();
        // the state of a backup that was made before the second task
        sql.run("delete from task where title = 'lost'; update task_counter set revision = 1").await;
        sql.run(ADVANCE_COUNTERS).await;
        for title in ["a", "b"] {
            let task = ann.creates_a_task(title).await;
            assert_ne!(task["revision"], lost["revision"]);
        }
        let since = known["next"].as_str().unwrap();
        ann.get(&format!("/api/tasks/changes?since={since}")).await.is_problem(410, "sync-token-expired");
        let mut local = LocalTasks::default();
        local.reads_all(&ann, 2).await;
        assert_eq!(local.titles(), ["kept", "a", "b"]);
        ann.delete(&path(&kept)).await.is(204);
        local.reads_all(&ann, 2).await;
        local.are_those_of(&ann).await;
    }

    the_last_page_leads_to_later_changes(app) {
        let ann = app.ann();
        for title in ["a", "b", "c", "d"] {
            ann.creates_a_task(title).await;
        }
        for limit in [1, 2, 3, 4, 5] {
            let mut local = LocalTasks::default();
            local.reads_all(&ann, limit).await;
            assert_eq!(local.revisions, [1, 2, 3, 4], "{limit}");
            local.are_those_of(&ann).await;
        }
    }

    a_page_of_large_tasks_is_short(app) {
        let (ann, mut local) = (app.ann(), LocalTasks::default());
        let description = "€".repeat(10_000);
        let task = json!({"title": "Buy milk", "description": description});
        let operations: Vec<_> = (0..21).map(|_| json!({"op": "create", "task": task})).collect();
        for _ in 0..6 {
            ann.post("/api/tasks/batch", json!({"operations": operations})).await.is(200);
        }
        assert!(local.reads_a_page(&ann, 1_000).await, "another page follows");
        assert_eq!(local.revisions.len(), 100);
        assert!(!local.reads_a_page(&ann, 1_000).await);
        assert_eq!(local.revisions.len(), 126);
        local.are_those_of(&ann).await;
    }

    a_page_is_as_long_as_its_limit(app) {
        let (ann, mut local) = (app.ann(), LocalTasks::default());
        let operations: Vec<_> = (0..90).map(|number| json!({"op": "create", "task": {"title": number.to_string()}})).collect();
        for _ in 0..3 {
            ann.post("/api/tasks/batch", json!({"operations": operations})).await.is(200);
        }
        assert!(local.reads_a_page(&ann, 250).await);
        assert_eq!(local.revisions, (1..=250).collect::<Vec<_>>());
        assert!(!local.reads_a_page(&ann, 250).await);
        assert_eq!(local.revisions.len(), 270);
    }

    a_sync_token_is_bound_to_its_user(app) {
        let (ann, bob) = (app.ann(), app.bob());
        ann.creates_a_task("Buy milk").await;
        let token = ann.get("/api/tasks/changes").await.is(200).json()["next"].as_str().unwrap().to_owned();
        let rejected = bob.get(&format!("/api/tasks/changes?since={token}")).await.is_problem(422, "invalid-content");
        assert_eq!(rejected.pointers(), ["/since"]);
        assert_eq!(bob.get("/api/tasks/changes").await.is(200).json()["items"], json!([]));
    }

    invalid_parameters_are_rejected(app) {
        let ann = app.ann();
        let token = ann.get("/api/tasks/changes").await.is(200).json()["next"].as_str().unwrap().to_owned();
        let query = |name: &str, value: &str| (format!("{name}={value}"), format!("/{name}"));
        for (query, pointer) in [
            query("since", ""), query("since", "x"), query("since", &token[1..]), query("since", &format!("{token}A")),
            query("since", &"_".repeat(32)), query("since", &"A".repeat(32)), query("since", &format!("{token}&since={token}")),
            query("limit", "0"), query("limit", "1001"), query("limit", "+1"), query("limit", "x"), query("cursor", "x"),
        ] {
            let rejected = ann.get(&format!("/api/tasks/changes?{query}")).await.is_problem(422, "invalid-content");
            assert_eq!(rejected.pointers(), [pointer], "{query}");
        }
        ann.get(&format!("/api/tasks/changes?limit=1000&since={token}")).await.is(200);
    }

    only_get_is_allowed(app) {
        let ann = app.ann();
        for base in ["/api/tasks", "/tasks", "/api/ann/tasks"] {
            let path = format!("{base}/changes");
            for response in [ann.put(&path, json!({"title": "a"})).await, ann.patch(&path, json!({})).await, ann.delete(&path).await] {
                assert_eq!(response.is_problem(405, "method-not-allowed").header("allow"), Some("GET, HEAD"));
            }
        }
    }
}
