//! Request bodies of tasks.

use chrono::{DateTime, Utc};
use entity::task::{Completion, TaskChange, TaskContent};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::{response::Priority, validation};

/// The content of a task to create or replace. Omitted members get their defaults.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(example = json!({"title": "Buy milk", "priority": "high", "tags": ["shopping"]}))]
pub(crate) struct TaskInput {
    /// The title. Not only white space.
    #[validate(custom(function = "validation::title"))]
    #[schema(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\u0000]*[^\s\u0000-\u001f\u007f-\u009f\ufeff][^\u0000]*$"
    )]
    title: String,
    /// The description.
    #[validate(custom(function = "validation::description"))]
    #[schema(max_length = 10_000, pattern = r"^[^\u0000]*$")]
    description: Option<String>,
    /// Whether the task is completed.
    #[serde(default)]
    completed: bool,
    /// The priority.
    #[serde(default, deserialize_with = "validation::string_enum")]
    priority: Priority,
    /// The due date (RFC 3339), stored with microseconds.
    #[serde(default, deserialize_with = "validation::due_date")]
    due_at: Option<DateTime<Utc>>,
    #[serde(default)]
    #[validate(custom(function = "validation::tags"))]
    #[schema(max_items = 20, schema_with = validation::tags_schema)]
    tags: Vec<String>,
}

/// A change of a task. Omitted members keep their values; `null` clears a member.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(example = json!({"due_at": null, "priority": "low"}))]
pub(crate) struct TaskPatch {
    /// The title. Not only white space.
    #[serde(default, deserialize_with = "validation::present")]
    #[validate(custom(function = "validation::title"))]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 255, pattern = r"^[^\u0000]*[^\s\u0000-\u001f\u007f-\u009f\ufeff][^\u0000]*$")]
    title: Option<String>,
    /// The description.
    #[serde(default, deserialize_with = "validation::present")]
    #[validate(custom(function = "validation::description"))]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = r"^[^\u0000]*$")]
    description: Option<Option<String>>,
    /// Whether the task is completed.
    #[serde(default, deserialize_with = "validation::present")]
    #[schema(value_type = bool, required = false)]
    completed: Option<bool>,
    /// The priority.
    #[serde(default, deserialize_with = "validation::present_string_enum")]
    #[schema(value_type = Priority, required = false)]
    priority: Option<Priority>,
    /// The due date (RFC 3339), stored with microseconds.
    #[serde(default, deserialize_with = "validation::present_due_date")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    due_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "validation::present")]
    #[validate(custom(function = "validation::tags"))]
    #[schema(required = false, schema_with = validation::tags_schema)]
    tags: Option<Vec<String>>,
}

/// Whether the task is completed. Omit the body to toggle it.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(example = json!({"completed": true}))]
pub(crate) struct CompletionInput {
    completed: bool,
}

impl From<TaskInput> for TaskContent {
    fn from(input: TaskInput) -> Self {
        let TaskInput { title, description, completed, priority, due_at, tags } = input;
        Self { title, description, completed, priority: priority.into(), due_at, tags }
    }
}

impl From<TaskPatch> for TaskChange {
    fn from(patch: TaskPatch) -> Self {
        let TaskPatch { title, description, completed, priority, due_at, tags } = patch;
        Self { title, description, completed, priority: priority.map(Into::into), due_at, tags }
    }
}

impl CompletionInput {
    /// Returns the requested value, or a toggle if there is no body.
    pub(super) fn or_toggle(input: Option<Self>) -> Completion {
        input.map_or(Completion::Toggle, |input| Completion::Set(input.completed))
    }
}
