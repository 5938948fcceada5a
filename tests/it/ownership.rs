//! Each user has their own tasks, and nobody else's.

use serde_json::json;

use crate::support::on_both;

on_both! {
    a_task_is_its_makers_alone(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let task = ann.creates_a_task("Buy milk").await;
        ann.sees(&task).await;
        bob.cannot_see(&task).await;
        bob.patch(&format!("/api/tasks/{}", task["id"].as_str().unwrap()), json!({"title": "Bob's"})).await.is_problem(404, "not-found");
        ann.sees(&task).await;
    }
}
