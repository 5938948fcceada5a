//! Creates a task: required and optional fields, defaults, server-assigned fields.

use serde_json::{Value, json};

use crate::support::{
    id, on_both,
    task::{full_task, has_fields, is_recent, path},
};

on_both! {
    only_the_title_is_required(app) {
        let ann = app.ann();
        let since = app.now();
        let task = ann.creates_a_task("Buy milk").await;
        assert_eq!(task, json!({
            "id": task["id"], "user_id": "ann", "title": "Buy milk", "description": null, "completed": false, "completed_at": null,
            "priority": "none", "due_at": null, "tags": [], "created_at": task["created_at"], "updated_at": task["created_at"],
            "revision": 1, "deleted_at": null,
        }));
        is_recent(&task, "created_at", since, &app);
        assert_eq!(id(&task).as_bytes()[14], b'7', "{task}");
        ann.sees(&task).await;
    }

    create_stores_every_field(app) {
        let ann = app.ann();
        let since = app.now();
        let task = ann.creates(full_task()).await;
        has_fields(&task, &full_task());
        is_recent(&task, "completed_at", since, &app);
        ann.sees(&task).await;
    }

    create_returns_the_location(app) {
        let ann = app.ann();
        for prefix in ["/api/tasks", "/tasks", "/api/ann/tasks"] {
            let created = ann.post(prefix, json!({"title": "Buy milk"})).await.is(201);
            let task = created.json();
            assert_eq!(created.header("location"), Some(path(&task).as_str()));
            ann.sees(&task).await;
        }
    }

    priority_is_one_of_four_values(app) {
        let ann = app.ann();
        let task = ann.creates(full_task()).await;
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

    null_is_rejected_for_required_fields(app) {
        let ann = app.ann();
        let task = ann.creates(full_task()).await;
        for member in ["title", "completed", "priority", "tags"] {
            let mut whole = full_task();
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

    server_assigned_fields_are_rejected(app) {
        let ann = app.ann();
        let task = ann.creates(full_task()).await;
        for member in ["id", "user_id", "created_at", "updated_at", "completed_at", "is_admin", "dueAt"] {
            let mut whole = full_task();
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
}
