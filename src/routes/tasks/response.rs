//! Response bodies of tasks.

use chrono::{DateTime, Utc};
use entity::task;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Task {
    /// The task's id (a UUID of version 7).
    #[schema(example = "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e")]
    id: Uuid,
    /// The id of the user who owns the task: the `sub` of the token.
    #[schema(example = "1ROjFxivGa23YWZeybosvdn5I9rpxCJ6")]
    user_id: String,
    /// The title, exactly as sent.
    #[schema(example = "Buy milk", min_length = 1, max_length = 255)]
    title: String,
    /// The description.
    #[schema(required, example = "Two litres", max_length = 10_000)]
    description: Option<String>,
    /// Whether the task is completed.
    #[schema(example = false)]
    completed: bool,
    /// The time of completion, in UTC; null while the task is open.
    #[schema(required)]
    completed_at: Option<DateTime<Utc>>,
    /// The priority.
    priority: Priority,
    /// The due date, in UTC; null if there is none.
    #[schema(required, example = "2026-12-24T18:00:00Z")]
    due_at: Option<DateTime<Utc>>,
    /// The tags, in the order sent.
    #[schema(example = json!(["shopping"]), max_items = 20)]
    tags: Vec<String>,
    /// The time of creation, in UTC.
    #[schema(example = "2026-11-21T09:30:00.123456Z")]
    created_at: DateTime<Utc>,
    /// The time of the last change, in UTC.
    #[schema(example = "2026-11-21T09:30:00.123456Z")]
    updated_at: DateTime<Utc>,
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
pub(crate) struct TaskPage {
    /// The tasks of the page.
    items: Vec<Task>,
    /// The `cursor` of the next page; null on the last page.
    #[schema(required, example = json!(null))]
    next_cursor: Option<String>,
}

impl From<task::Task> for Task {
    fn from(task: task::Task) -> Self {
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
        } = task;
        Self {
            id: id.into(),
            user_id: user_id.to_string(),
            title,
            description,
            completed: completed_at.is_some(),
            completed_at,
            priority: priority.into(),
            due_at,
            tags,
            created_at,
            updated_at,
        }
    }
}

impl From<task::Page> for TaskPage {
    fn from(page: task::Page) -> Self {
        Self {
            items: page.items.into_iter().map(Task::from).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        }
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
