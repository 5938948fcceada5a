//! Replaces (PUT) and changes (PATCH) a task.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    task::{full_task, has_fields, is_recent, path},
};

on_both! {
    put_resets_omitted_fields(app) {
        let ann = app.ann();
        let task = ann.creates(full_task()).await;
        app.advance_clock(Duration::hours(1));
        let since = app.now();
        let replaced = ann.put(&path(&task), json!({"title": "Buy bread"})).await.is(200).json();
        has_fields(&replaced, &json!({
            "id": task["id"], "user_id": "ann", "title": "Buy bread", "description": null, "completed": false, "completed_at": null,
            "priority": "none", "due_at": null, "tags": [], "created_at": task["created_at"],
        }));
        is_recent(&replaced, "updated_at", since, &app);
        ann.sees(&replaced).await;
        let again = ann.put(&path(&task), full_task()).await.is(200).json();
        has_fields(&again, &full_task());
        ann.sees(&again).await;
    }

    put_requires_a_title(app) {
        let ann = app.ann();
        let task = ann.creates(full_task()).await;
        let rejected = ann.put(&path(&task), json!({"completed": true})).await.is_problem(422, "invalid-content");
        assert_eq!(rejected.pointers(), ["/title"]);
        ann.sees(&task).await;
    }

    patch_keeps_omitted_fields(app) {
        let ann = app.ann();
        let changes = [
            json!({"title": "Buy bread"}), json!({"description": "One loaf"}), json!({"completed": false}),
            json!({"priority": "low"}), json!({"due_at": "2027-01-01T00:00:00Z"}), json!({"tags": []}),
        ];
        for change in changes {
            let mut task = ann.creates(full_task()).await;
            app.advance_clock(Duration::minutes(5));
            let since = app.now();
            let response = ann.patch(&path(&task), change.clone()).await.is(200).json();
            is_recent(&response, "updated_at", since, &app);
            if change["completed"] == false {
                task["completed_at"] = Value::Null;
            }
            task.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            task["updated_at"] = response["updated_at"].clone();
            task["revision"] = json!(task["revision"].as_i64().unwrap() + 1);
            assert_eq!(response, task);
            ann.sees(&task).await;
        }
    }

    patch_clears_optional_fields_with_null(app) {
        let ann = app.ann();
        let task = ann.creates(full_task()).await;
        let cleared = ann.patch(&path(&task), json!({"description": null, "due_at": null})).await.is(200).json();
        has_fields(&cleared, &json!({"description": null, "due_at": null, "title": "Buy milk", "priority": "high"}));
        ann.sees(&cleared).await;
    }

    an_empty_patch_changes_nothing(app) {
        let ann = app.ann();
        let task = ann.creates(full_task()).await;
        app.advance_clock(Duration::hours(1));
        assert_eq!(ann.patch(&path(&task), json!({})).await.is(200).json(), task);
        ann.sees(&task).await;
    }

    updated_at_never_goes_backwards(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        app.advance_clock(Duration::seconds(-10));
        let changed = ann.patch(&path(&task), json!({"title": "Buy oats"})).await.is(200).json();
        assert_eq!(changed["updated_at"], task["updated_at"]);
    }
}
