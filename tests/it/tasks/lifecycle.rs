//! Every operation on one task, from its making to its end.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{
    id, on_both,
    task::{has, is_recent, path},
};

fn everything() -> Value {
    json!({
        "title": "Buy milk", "description": "Two litres", "completed": true, "priority": "high",
        "due_at": "2026-12-24T18:00:00.123456Z", "tags": ["shopping", "a", "Z"],
    })
}

on_both! {
    a_change_is_never_earlier_than_the_last(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        app.advance_clock(Duration::seconds(-10));
        let changed = ann.patch(&path(&task), json!({"title": "Buy oats"})).await.is(200).json();
        assert_eq!(changed["updated_at"], task["updated_at"]);
    }


    a_task_needs_only_a_title(app) {
        let ann = app.ann();
        let since = app.now();
        let task = ann.creates_a_task("Buy milk").await;
        assert_eq!(task, json!({
            "id": task["id"], "user_id": "ann", "title": "Buy milk", "description": null, "completed": false, "completed_at": null,
            "priority": "none", "due_at": null, "tags": [], "created_at": task["created_at"], "updated_at": task["created_at"],
        }));
        is_recent(&task, "created_at", since, &app);
        assert_eq!(id(&task).as_bytes()[14], b'7', "{task}");
        ann.sees(&task).await;
    }

    a_task_can_say_everything(app) {
        let ann = app.ann();
        let since = app.now();
        let task = ann.creates(everything()).await;
        has(&task, &everything());
        is_recent(&task, "completed_at", since, &app);
        ann.sees(&task).await;
    }

    a_new_task_says_where_it_is(app) {
        let ann = app.ann();
        for prefix in ["/api/tasks", "/tasks", "/api/ann/tasks"] {
            let created = ann.post(prefix, json!({"title": "Buy milk"})).await.is(201);
            let task = created.json();
            assert_eq!(created.header("location"), Some(path(&task).as_str()));
            ann.sees(&task).await;
        }
    }

    what_a_replacement_leaves_out_is_reset(app) {
        let ann = app.ann();
        let task = ann.creates(everything()).await;
        app.advance_clock(Duration::hours(1));
        let since = app.now();
        let replaced = ann.put(&path(&task), json!({"title": "Buy bread"})).await.is(200).json();
        has(&replaced, &json!({
            "id": task["id"], "user_id": "ann", "title": "Buy bread", "description": null, "completed": false, "completed_at": null,
            "priority": "none", "due_at": null, "tags": [], "created_at": task["created_at"],
        }));
        is_recent(&replaced, "updated_at", since, &app);
        ann.sees(&replaced).await;
        let again = ann.put(&path(&task), everything()).await.is(200).json();
        has(&again, &everything());
        ann.sees(&again).await;
    }

    a_replacement_needs_a_title(app) {
        let ann = app.ann();
        let task = ann.creates(everything()).await;
        let rejected = ann.put(&path(&task), json!({"completed": true})).await.is_problem(422, "invalid-content");
        assert_eq!(rejected.pointers(), ["/title"]);
        ann.sees(&task).await;
    }

    what_a_change_leaves_out_stays(app) {
        let ann = app.ann();
        let changes = [
            json!({"title": "Buy bread"}), json!({"description": "One loaf"}), json!({"completed": false}),
            json!({"priority": "low"}), json!({"due_at": "2027-01-01T00:00:00Z"}), json!({"tags": []}),
        ];
        for change in changes {
            let mut task = ann.creates(everything()).await;
            app.advance_clock(Duration::minutes(5));
            let since = app.now();
            let response = ann.patch(&path(&task), change.clone()).await.is(200).json();
            is_recent(&response, "updated_at", since, &app);
            if change["completed"] == false {
                task["completed_at"] = Value::Null;
            }
            task.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            task["updated_at"] = response["updated_at"].clone();
            assert_eq!(response, task);
            ann.sees(&task).await;
        }
    }

    a_priority_is_one_of_four_words(app) {
        let ann = app.ann();
        let task = ann.creates(everything()).await;
        for priority in [json!("urgent"), json!("High"), json!(""), json!(2), json!(true), json!(["high"]), json!({"high": null}), json!({})] {
            for response in [
                ann.post("/api/tasks", json!({"title": "a", "priority": priority})).await,
                ann.patch(&path(&task), json!({"priority": priority})).await,
            ] {
                assert_eq!(response.is_problem(422, "invalid-content").pointers(), ["/priority"], "{priority}");
            }
        }
        ann.sees(&task).await;
    }

    null_clears_what_may_be_absent(app) {
        let ann = app.ann();
        let task = ann.creates(everything()).await;
        let cleared = ann.patch(&path(&task), json!({"description": null, "due_at": null})).await.is(200).json();
        has(&cleared, &json!({"description": null, "due_at": null, "title": "Buy milk", "priority": "high"}));
        ann.sees(&cleared).await;
    }

    null_is_refused_where_there_must_be_something(app) {
        let ann = app.ann();
        let task = ann.creates(everything()).await;
        for member in ["title", "completed", "priority", "tags"] {
            let mut whole = everything();
            whole[member] = Value::Null;
            for response in [
                ann.patch(&path(&task), json!({ member: null })).await,
                ann.put(&path(&task), whole.clone()).await,
                ann.post("/api/tasks", whole.clone()).await,
            ] {
                assert_eq!(response.is_problem(422, "invalid-content").pointers(), [format!("/{member}")]);
            }
        }
        ann.sees(&task).await;
    }

    a_change_of_nothing_is_none(app) {
        let ann = app.ann();
        let task = ann.creates(everything()).await;
        app.advance_clock(Duration::hours(1));
        assert_eq!(ann.patch(&path(&task), json!({})).await.is(200).json(), task);
        ann.sees(&task).await;
    }

    what_the_service_decides_is_refused_in_a_body(app) {
        let ann = app.ann();
        let task = ann.creates(everything()).await;
        for member in ["id", "user_id", "created_at", "updated_at", "completed_at", "is_admin", "dueAt"] {
            let mut whole = everything();
            whole[member] = task["created_at"].clone();
            for response in [
                ann.post("/api/tasks", whole.clone()).await,
                ann.put(&path(&task), whole.clone()).await,
                ann.patch(&path(&task), json!({ member: task["created_at"] })).await,
                ann.patch(&format!("{}/complete", path(&task)), json!({"completed": true, member: 1})).await,
            ] {
                assert_eq!(response.is_problem(422, "invalid-content").pointers(), [format!("/{member}")]);
            }
        }
        assert_eq!(ann.titles("").await, ["Buy milk"]);
        ann.sees(&task).await;
    }

    a_deleted_task_is_gone_everywhere(app) {
        let ann = app.ann();
        let (task, other) = (ann.creates(everything()).await, ann.creates_a_task("Buy bread").await);
        let deleted = ann.delete(&path(&task)).await.is(204);
        assert_eq!(deleted.text, "");
        ann.cannot_see(&task).await;
        ann.delete(&path(&task)).await.is_problem(404, "not-found");
        ann.put(&path(&task), everything()).await.is_problem(404, "not-found");
        ann.patch(&path(&task), json!({"title": "Back"})).await.is_problem(404, "not-found");
        ann.patch(&path(&task), json!({})).await.is_problem(404, "not-found");
        ann.patch(&format!("{}/complete", path(&task)), json!({"completed": true})).await.is_problem(404, "not-found");
        ann.cannot_see(&task).await;
        ann.sees(&other).await;
    }
}
