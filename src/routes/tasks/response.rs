//! Response bodies of tasks.

use actix_web::{HttpResponse, http::header::ContentType};
use entity::{
    StoreError,
    task::{self, Cursor},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{
    Timestamp,
    problem::{Kind, Problem},
};

/// A task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Task<'r> {
    /// The task's id, a UUID of version 7, or 4 if the client made it so.
    #[schema(example = "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e")]
    id: Uuid,
    /// The id of the user who owns the task: the `sub` of the token.
    #[schema(example = "1ROjFxivGa23YWZeybosvdn5I9rpxCJ6")]
    user_id: &'r str,
    /// The title, exactly as sent.
    #[schema(example = "Buy milk", min_length = 1, max_length = 255)]
    title: &'r str,
    /// The description.
    #[schema(required, example = "Two litres", max_length = 10_000)]
    description: Option<&'r str>,
    /// Whether the task is completed.
    #[schema(example = false)]
    completed: bool,
    /// The time of completion, in UTC; null while the task is open.
    #[schema(required, value_type = Option<DateTime<Utc>>)]
    completed_at: Option<Timestamp>,
    /// The priority.
    priority: Priority,
    /// The due date, in UTC; null if there is none.
    #[schema(required, value_type = Option<DateTime<Utc>>, example = "2026-12-24T18:00:00Z")]
    due_at: Option<Timestamp>,
    /// The tags, in the order sent.
    #[schema(value_type = Vec<String>, example = json!(["shopping"]), max_items = 20)]
    tags: &'r RawValue,
    /// The time of creation, in UTC.
    #[schema(value_type = DateTime<Utc>, example = "2026-11-21T09:30:00.123456Z")]
    created_at: Timestamp,
    /// The time of the last change, in UTC.
    #[schema(value_type = DateTime<Utc>, example = "2026-11-21T09:30:00.123456Z")]
    updated_at: Timestamp,
    /// The number of the task's last change among the changes of the user's tasks. Also its `ETag`.
    #[schema(minimum = 0, example = 7)]
    revision: i64,
    /// The time at which the task was moved to the trash, in UTC; null if it is not deleted.
    #[schema(required, value_type = Option<DateTime<Utc>>)]
    deleted_at: Option<Timestamp>,
}

/// The priority of a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase", expecting = "one of none, low, medium, high")]
pub(crate) enum Priority {
    #[default]
    None,
    Low,
    Medium,
    High,
}

/// One page of tasks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskPage<'r> {
    /// The tasks of the page.
    items: Vec<Task<'r>>,
    /// The `cursor` of the next page; null on the last page.
    #[schema(required, example = json!(null))]
    next_cursor: Option<String>,
}

/// The length of a task in JSON without its texts, and that of a page without its tasks. Both are rounded up.
const TASK_OVERHEAD: usize = 480;
const PAGE_OVERHEAD: usize = 256;

impl TaskPage<'_> {
    pub(super) fn into_response(self) -> Result<HttpResponse, Problem> {
        let mut body = Vec::with_capacity(self.expected_length());
        serde_json::to_writer(&mut body, &self).map_err(|error| Problem::new(Kind::Internal).with_cause(error))?;
        Ok(HttpResponse::Ok().content_type(ContentType::json()).body(body))
    }

    /// Returns a length that the page seldom exceeds in JSON: a buffer that grows is copied each time.
    fn expected_length(&self) -> usize {
        PAGE_OVERHEAD + self.items.iter().map(Task::expected_length).sum::<usize>()
    }
}

impl Task<'_> {
    fn expected_length(&self) -> usize {
        let texts = [self.user_id, self.title, self.description.unwrap_or_default(), self.tags.get()];
        TASK_OVERHEAD + texts.map(str::len).iter().sum::<usize>()
    }
}

impl<'r> From<task::Task<'r>> for Task<'r> {
    fn from(task: task::Task<'r>) -> Self {
        let task::Task {
            id,
            user_id,
            title,
            description,
            completed_at,
            priority,
            due_at,
            tags,
            created_at,
            updated_at,
            revision,
            deleted_at,
        } = task;
        Self {
            id: id.into(),
            user_id: user_id.as_str(),
            title,
            description,
            completed: completed_at.is_some(),
            completed_at: completed_at.map(Timestamp),
            priority: priority.into(),
            due_at: due_at.map(Timestamp),
            tags,
            created_at: Timestamp(created_at),
            updated_at: Timestamp(updated_at),
            revision: revision.0,
            deleted_at: deleted_at.map(Timestamp),
        }
    }
}

impl<'r> TryFrom<&'r task::StoredTask> for Task<'r> {
    type Error = StoreError;

    fn try_from(stored: &'r task::StoredTask) -> Result<Self, StoreError> {
        Ok(stored.task()?.into())
    }
}

impl<'r> TryFrom<&'r task::Page> for TaskPage<'r> {
    type Error = StoreError;

    fn try_from(page: &'r task::Page) -> Result<Self, StoreError> {
        let tasks = page.tasks();
        // not collected: an iterator of results does not tell how many there are
        let mut items = Vec::with_capacity(tasks.len());
        for task in tasks {
            items.push(task?.into());
        }
        Ok(Self { items, next_cursor: page.next.as_ref().map(Cursor::to_string) })
    }
}

impl From<task::Priority> for Priority {
    fn from(priority: task::Priority) -> Self {
        match priority {
            task::Priority::None => Self::None,
            task::Priority::Low => Self::Low,
            task::Priority::Medium => Self::Medium,
            task::Priority::High => Self::High,
        }
    }
}

impl From<Priority> for task::Priority {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::None => Self::None,
            Priority::Low => Self::Low,
            Priority::Medium => Self::Medium,
            Priority::High => Self::High,
        }
    }
}
