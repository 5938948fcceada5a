//! Tasks as JSON: what is told, and what is read.

use chrono::{DateTime, Utc};
use entity::task::{self, Completion, TaskChange, TaskContent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::rules;

/// A task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Task {
    /// Its id, a UUID of version 7.
    #[schema(example = "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e")]
    id: Uuid,
    /// Whose it is: the `sub` of the token.
    #[schema(example = "1ROjFxivGa23YWZeybosvdn5I9rpxCJ6")]
    user_id: String,
    /// What is to be done, as it was sent.
    #[schema(example = "Buy milk", min_length = 1, max_length = 255)]
    title: String,
    /// More about it.
    #[schema(required, example = "Two litres", max_length = 10_000)]
    description: Option<String>,
    /// Whether it is done.
    #[schema(example = false)]
    completed: bool,
    /// When it was completed; null while it is open.
    #[schema(required)]
    completed_at: Option<DateTime<Utc>>,
    /// How much it matters.
    priority: Priority,
    /// When it is due.
    #[schema(required, example = "2026-12-24T18:00:00Z")]
    due_at: Option<DateTime<Utc>>,
    /// Its tags, in the order given.
    #[schema(example = json!(["shopping"]), max_items = 20)]
    tags: Vec<String>,
    /// When it was made, in UTC.
    #[schema(example = "2026-11-21T09:30:00.123456Z")]
    created_at: DateTime<Utc>,
    /// When it was last changed, in UTC.
    #[schema(example = "2026-11-21T09:30:00.123456Z")]
    updated_at: DateTime<Utc>,
}

/// How much a task matters.
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
    /// The tasks.
    items: Vec<Task>,
    /// Asks for the next page; null on the last one.
    #[schema(required, example = json!(null))]
    next_cursor: Option<String>,
}

/// A task to create, or all of a task that is replaced: what is left out gets its default.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(example = json!({"title": "Buy milk", "priority": "high", "tags": ["shopping"]}))]
pub(crate) struct TaskInput {
    /// What is to be done. Not only white space.
    #[validate(custom(function = "rules::title"))]
    #[schema(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\u0000]*[^\s\u0000-\u001f\u007f-\u009f\ufeff][^\u0000]*$"
    )]
    title: String,
    /// More about it.
    #[validate(custom(function = "rules::description"))]
    #[schema(max_length = 10_000, pattern = r"^[^\u0000]*$")]
    description: Option<String>,
    /// Whether it is done.
    #[serde(default)]
    completed: bool,
    /// How much it matters.
    #[serde(default, deserialize_with = "rules::word")]
    priority: Priority,
    /// When it is due (RFC 3339); kept to the microsecond.
    #[serde(default, deserialize_with = "rules::due_date")]
    due_at: Option<DateTime<Utc>>,
    #[serde(default)]
    #[validate(custom(function = "rules::tags"))]
    #[schema(max_items = 20, schema_with = rules::tags_schema)]
    tags: Vec<String>,
}

/// A change of a task: what is left out stays as it is, `null` clears.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(example = json!({"due_at": null, "priority": "low"}))]
pub(crate) struct TaskPatch {
    /// What is to be done. Not only white space.
    #[serde(default, deserialize_with = "rules::given")]
    #[validate(custom(function = "rules::title"))]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 255, pattern = r"^[^\u0000]*[^\s\u0000-\u001f\u007f-\u009f\ufeff][^\u0000]*$")]
    title: Option<String>,
    /// More about it.
    #[serde(default, deserialize_with = "rules::given")]
    #[validate(custom(function = "rules::description"))]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = r"^[^\u0000]*$")]
    description: Option<Option<String>>,
    /// Whether it is done.
    #[serde(default, deserialize_with = "rules::given")]
    #[schema(value_type = bool, required = false)]
    completed: Option<bool>,
    /// How much it matters.
    #[serde(default, deserialize_with = "rules::given_word")]
    #[schema(value_type = Priority, required = false)]
    priority: Option<Priority>,
    /// When it is due (RFC 3339); kept to the microsecond.
    #[serde(default, deserialize_with = "rules::given_due_date")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    due_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "rules::given")]
    #[validate(custom(function = "rules::tags"))]
    #[schema(required = false, schema_with = rules::tags_schema)]
    tags: Option<Vec<String>>,
}

/// Whether a task is done. With no body at all, it toggles.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(example = json!({"completed": true}))]
pub(crate) struct CompletionInput {
    completed: bool,
}

impl From<task::Task> for Task {
    fn from(task: task::Task) -> Self {
        Self {
            id: task.id.into(),
            user_id: task.user_id.to_string(),
            title: task.title,
            description: task.description,
            completed: task.completed_at.is_some(),
            completed_at: task.completed_at,
            priority: task.priority.into(),
            due_at: task.due_at,
            tags: task.tags,
            created_at: task.created_at,
            updated_at: task.updated_at,
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

impl From<TaskInput> for TaskContent {
    fn from(input: TaskInput) -> Self {
        Self {
            title: input.title,
            description: input.description,
            completed: input.completed,
            priority: input.priority.into(),
            due_at: input.due_at,
            tags: input.tags,
        }
    }
}

impl From<TaskPatch> for TaskChange {
    fn from(patch: TaskPatch) -> Self {
        Self {
            title: patch.title,
            description: patch.description,
            completed: patch.completed,
            priority: patch.priority.map(Into::into),
            due_at: patch.due_at,
            tags: patch.tags,
        }
    }
}

impl CompletionInput {
    /// What is asked for: no body at all asks for a change.
    pub(super) fn or_toggle(input: Option<Self>) -> Completion {
        input.map_or(Completion::Toggle, |input| Completion::Set(input.completed))
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
