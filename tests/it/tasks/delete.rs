//! Deletes a task.

use serde_json::json;

use crate::support::{
    on_both,
    task::{full_task, path},
};

on_both! {
    a_deleted_task_is_not_found(app) {
        let ann = app.ann();
        let (task, other) = (ann.creates(full_task()).await, ann.creates_a_task("Buy bread").await);
        let deleted = ann.delete(&path(&task)).await.is(204);
        assert_eq!(deleted.text, "");
        ann.cannot_see(&task).await;
        ann.delete(&path(&task)).await.is_problem(404, "not-found");
        ann.put(&path(&task), full_task()).await.is_problem(404, "not-found");
        ann.patch(&path(&task), json!({"title": "Back"})).await.is_problem(404, "not-found");
        ann.patch(&path(&task), json!({})).await.is_problem(404, "not-found");
        ann.patch(&format!("{}/complete", path(&task)), json!({"completed": true})).await.is_problem(404, "not-found");
        ann.cannot_see(&task).await;
        ann.sees(&other).await;
    }
}
