//! Completes and reopens a task.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{
    ApiResponse, on_both,
    task::{has_fields, is_recent, path, read},
};

on_both! {
    completing_again_keeps_completed_at(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let complete = format!("{}/complete", path(&task));
        let since = app.now();
        let done = ann.patch(&complete, json!({"completed": true})).await.is(200).json();
        assert_eq!(done["completed"], true);
        is_recent(&done, "completed_at", since, &app);
        app.advance_clock(Duration::hours(1));
        for again in [
            ann.patch(&complete, json!({"completed": true})).await,
            ann.patch(&path(&task), json!({"completed": true})).await,
            ann.put(&path(&task), json!({"title": "Buy milk", "completed": true})).await,
        ] {
            assert_eq!(again.is(200).json()["completed_at"], done["completed_at"]);
        }
    }

    reopening_clears_completed_at(app) {
        let ann = app.ann();
        let task = ann.creates(json!({"title": "Buy milk", "completed": true})).await;
        let complete = format!("{}/complete", path(&task));
        app.advance_clock(Duration::hours(1));
        let reopened = ann.patch(&complete, json!({"completed": false})).await.is(200).json();
        has_fields(&reopened, &json!({"completed": false, "completed_at": null}));
        ann.sees(&reopened).await;
        let since = app.now();
        let again = ann.patch(&complete, json!({"completed": true})).await.is(200).json();
        is_recent(&again, "completed_at", since, &app);
        ann.sees(&again).await;
    }

    completing_without_a_body_toggles(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for done in [true, false, true] {
            app.advance_clock(Duration::minutes(1));
            let since = app.now();
            let request = ann.request(reqwest::Method::PATCH, &format!("{}/complete", path(&task)));
            let toggled = ApiResponse::to(request).await.is(200).json();
            assert_eq!(toggled["completed"], done);
            assert_eq!(toggled["completed_at"].is_string(), done);
            is_recent(&toggled, "updated_at", since, &app);
            assert_eq!(read(&ann, &task).await, toggled);
        }
    }

    completed_must_be_a_boolean(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for (body, pointer) in [
            (json!({}), "/completed"), (json!({"completed": null}), "/completed"), (json!({"completed": "yes"}), "/completed"),
            (json!({"completed": 1}), "/completed"), (json!([true]), ""), (json!(true), ""), (Value::Null, ""),
        ] {
            let rejected = ann.patch(&format!("{}/complete", path(&task)), body).await.is_problem(422, "invalid-content");
            assert_eq!(rejected.pointers(), [pointer]);
        }
        ann.sees(&task).await;
    }
}
