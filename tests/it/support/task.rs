//! Tasks as JSON.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{ApiClient, TestApp, id};

/// A task with a value in every field that a client may set.
pub(crate) fn full_task() -> Value {
    json!({
        "title": "Buy milk", "description": "Two litres", "completed": true, "priority": "high",
        "due_at": "2026-12-24T18:00:00.123456Z", "tags": ["shopping", "a", "Z"],
    })
}

/// Asserts that `task` has every member of `expected`.
#[track_caller]
pub(crate) fn has_fields(task: &Value, expected: &Value) {
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(&task[member], value, "{member}");
    }
}

#[track_caller]
fn instant(task: &Value, member: &str) -> DateTime<Utc> {
    task[member].as_str().unwrap_or_else(|| panic!("no {member} in {task}")).parse().unwrap()
}

/// Asserts that the instant lies between `since` and now, by `app`'s clock.
#[track_caller]
pub(crate) fn is_recent(task: &Value, member: &str, since: DateTime<Utc>, app: &TestApp) {
    let instant = instant(task, member);
    assert!((since..=app.now()).contains(&instant), "{member} {instant} is not after {since}");
}

pub(crate) fn path(task: &Value) -> String {
    format!("/api/tasks/{}", id(task))
}

pub(crate) async fn read(client: &ApiClient, task: &Value) -> Value {
    client.get(&path(task)).await.is(200).json()
}
