//! What tests ask of a task as JSON.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{ApiClient, TestApp, id};

/// `task` has all that `wanted` has.
#[track_caller]
pub(crate) fn has(task: &Value, wanted: &Value) {
    for (member, value) in wanted.as_object().unwrap() {
        assert_eq!(&task[member], value, "{member}");
    }
}

#[track_caller]
fn instant(task: &Value, member: &str) -> DateTime<Utc> {
    task[member].as_str().unwrap_or_else(|| panic!("no {member} in {task}")).parse().unwrap()
}

/// The instant is of the time that `app`'s clock showed from `since` until now.
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
